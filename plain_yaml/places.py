"""Where the values of a YAML text stand: which characters are a map's, an entry's, a scalar's.

Made of libyaml's events, as the reader's data is; what a value means is the reader's business. For `editing`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from plain_yaml.reader import LOADER, key_text

__all__ = ["Entry", "Node", "places"]


@dataclass(slots=True)
class Node:
    """A value and its characters in the text, `start` to `end`, with its anchor, without comments behind it."""

    kind: str
    """`scalar`, `list`, `map` or `alias`."""
    start: int
    end: int
    style: str = ""
    """Of a scalar its quote, `|` or `>`; of a list or map `{` if it is written with brackets."""
    entries: dict[str, Entry] = field(default_factory=dict)
    """Of a map, those that are its own: merged ones (`<<`) are not."""
    items: list[Node] = field(default_factory=list)
    merges: bool = False

    @property
    def flow(self) -> bool:
        """Tell whether it is written with brackets."""
        return self.style == "{"

    def child(self, key: str) -> Node | None:
        """Return the value of an own entry."""
        entry = self.entries.get(key)
        return entry.value if entry else None


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its value."""

    key: Node
    value: Node


def places(text: str) -> Node | None:
    """Return where the one document of a text stands that the reader has taken; None if it is empty."""
    events = iter(yaml.parse(text, Loader=LOADER))
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            return _node(text, event, events)
    return None


def _node(text: str, event: Any, events: Iterator[Any]) -> Node:
    start, end = event.start_mark.index, event.end_mark.index
    if isinstance(event, yaml.AliasEvent):
        return Node("alias", start, end)
    if isinstance(event, yaml.ScalarEvent):
        style = event.style or ""
        # A text in lines ends, to libyaml, behind the empty lines that follow it.
        return Node("scalar", start, _behind(text, start, end) if style in ("|", ">") else end, style)
    is_list = isinstance(event, yaml.SequenceStartEvent)
    made = Node("list" if is_list else "map", start, end, "{" if event.flow_style else "")
    for inner in events:
        if isinstance(inner, yaml.CollectionEndEvent):
            made.end = _end(inner) if made.flow else made.end
            break
        found = _node(text, inner, events)
        if is_list:
            made.items.append(found)
        else:
            value = _node(text, next(events), events)
            key = key_text(inner)
            if key is None:
                made.merges = True
            else:
                made.entries[key] = Entry(found, value)
            found = value
        made.end = max(made.end, found.end)
    return made


def _end(event: Any) -> int:
    end: int = event.end_mark.index
    return end


def _behind(text: str, start: int, end: int) -> int:
    return start + len(text[start:end].rstrip())
