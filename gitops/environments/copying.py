"""The text of a stack file, or of one that it includes, as another environment is to have it.

Changed place by place, so that comments, order and quotes stay. What a place is changed to is decided by the caller;
here it is done, and the outcome read again: a file in which it cannot be done place by place is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import yaml

from plain_yaml import YamlError, load_text

__all__ = ["Change", "Decide", "NotCopiedError", "Path", "changes", "copied"]

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of an entry: it is kept, dropped, or has another value; a comment above it says what to do."""

    action: Literal["keep", "drop", "replace"]
    value: Any = None
    """The other value: a text, or a list of texts."""
    comment: str = ""


Decide = Callable[[Path, Any], Change | None]
"""Tells of an entry, by its path and plain value, what becomes of it; None for: look at the entries in it."""


class NotCopiedError(Exception):
    """Raised if a file is written in a way in which it cannot be changed place by place."""


def copied(text: str, decide: Decide) -> str:
    """Return a text with every entry of its maps as is decided.

    Raises:
        NotCopiedError: If the outcome would say something else, as with anchors and aliases.
    """
    data = load_text(text)
    edits: dict[tuple[int, int], str] = {}
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        if isinstance(node, yaml.MappingNode):
            edit = _braces if node.flow_style else _edits
            for start, end, new in edit(text, node, data, (), decide):
                edits[start, end] = edits.get((start, end), "") + new
        made = text
        for (start, end), new in sorted(edits.items(), reverse=True):
            made = made[:start] + new + made[end:]
        found = load_text(made)
    except (yaml.YAMLError, YamlError, KeyError, ValueError):
        raise NotCopiedError from None
    if (found or {}) != decided(data, decide):
        raise NotCopiedError
    return made


def decided(data: Any, decide: Decide, path: Path = ()) -> Any:
    """Return plain data with every entry of its maps as is decided; a map that loses all its entries goes, too."""
    if not isinstance(data, Mapping):
        return data
    found = {}
    for key, value in data.items():
        here = (*path, str(key))
        change = decide(here, value)
        if change is None:
            inner = decided(value, decide, here)
            if inner != {} or value == {}:
                found[key] = inner
        elif change.action != "drop":
            found[key] = change.value if change.action == "replace" else value
    return found


def changes(data: Any, decide: Decide, path: Path = ()) -> Iterator[tuple[Path, Change]]:
    """Yield what is decided of the entries, with their paths."""
    for key, value in data.items() if isinstance(data, Mapping) else ():
        here = (*path, str(key))
        change = decide(here, value)
        if change is None:
            yield from changes(value, decide, here)
        else:
            yield here, change


Edit = tuple[int, int, str]
"""Of a text: from where, to where, and what stands there instead."""


def _edits(
    text: str, node: yaml.MappingNode, values: Mapping[str, Any], path: Path, decide: Decide
) -> Iterator[Edit]:
    """Yield the edits of a map that is written in lines."""
    for key, value in node.value:
        here, data = (*path, key.value), values[key.value]
        change = decide(here, data)
        line = _line_start(text, key.start_mark.index)
        above = _above(text, line)
        if change is None and isinstance(data, Mapping):
            if data and decided(data, decide, here) == {}:
                comments = "".join(above(each.comment) for _, each in changes(data, decide, here))
                yield line, _line_end(text, _end(value)), comments
            elif value.flow_style:
                yield from _braces(text, value, data, here, decide)
            else:
                yield from _edits(text, value, data, here, decide)
        elif change is not None and change.action == "drop":
            yield line, _line_end(text, _end(value)), above(change.comment)
        elif change is not None:
            yield line, line, above(change.comment)
            if change.action == "replace":
                yield from _replaced(text, value, change.value)


def _braces(
    text: str, node: yaml.MappingNode, values: Mapping[str, Any], path: Path, decide: Decide
) -> Iterator[Edit]:
    """Yield the edits of a map in braces: it is written anew if it changes, the comments above its line."""
    line = _line_start(text, node.start_mark.index)
    above = _above(text, line)
    yield line, line, "".join(above(each.comment) for _, each in changes(values, decide, path))
    if (inner := decided(values, decide, path)) != values:
        yield node.start_mark.index, _end(node), _flow(inner)


def _replaced(text: str, node: yaml.Node, value: Any) -> Iterator[Edit]:
    if isinstance(node, yaml.SequenceNode):
        for item, each in zip(node.value, value, strict=True):
            yield from _replaced(text, item, each)
        return
    start, end = node.start_mark.index, node.end_mark.index
    # The same quotes as before, if the text can stand in them.
    raw = text[start:end].replace(str(node.value), value)
    try:
        kept = load_text(f"- {raw}") == [value]
    except YamlError:
        kept = False
    yield start, end, raw if kept else json.dumps(value, ensure_ascii=False)


def _above(text: str, line: int) -> Callable[[str], str]:
    """Return what makes a comment a line of its own, as far in as the line below it."""
    indent = re.match(r" *", text[line:])
    return lambda comment: f"{indent[0] if indent else ''}# {comment}\n" if comment else ""


def _flow(value: Any) -> str:
    return yaml.safe_dump(
        value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**6
    ).strip()


def _end(node: yaml.Node) -> int:
    """Return where the text of a node ends; a mark of a map in lines lies behind the comments that follow it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)


def _line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def _line_end(text: str, index: int) -> int:
    """Return where the line after the one of an index begins."""
    if index and text[index - 1] == "\n":
        return index
    end = text.find("\n", index)
    return len(text) if end < 0 else end + 1
