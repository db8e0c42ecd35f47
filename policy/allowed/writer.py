"""Put an entry into an allow-list's text and leave all else as it is: comments, order, quotes, line ends.

The text is changed at one place, found by the YAML parser's marks; nothing is written anew.
"""

from __future__ import annotations

import json
import os
import stat
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from .allow_list import AllowListError, day, loads
from .yaml_text import parse_yaml

NEW_FILE = """\
# Words in names that the policy no-personal-data would stop and that a person has reviewed.
# Each entry needs name, reason, owner and expires (the last day it counts); `stacks` is optional. See docs/policy.md.
allow: []
"""


def with_entry(text: str, file: str, fields: Mapping[str, str | Sequence[str]]) -> tuple[str, int]:
    """Add an entry at the end; answer with the new text and the line, from 1, on which the entry begins.

    Args:
        text: a sound allow-list.
        file: its name in messages.
        fields: the entry's keys and values, in their order.

    Raises:
        AllowListError: if the file is written in a way that can't be added to.
    """
    root: Any = yaml.compose(text, Loader=yaml.BaseLoader)
    entries = root.value[0][1]
    newline = "\r\n" if "\r\n" in text else "\n"
    if not entries.value:
        at, end = entries.start_mark.index, entries.end_mark.index
        added = newline + newline.join(_block(fields, "  "))
        at_text = text[:at].rstrip(" ")
        new = at_text + added + text[end:]
        first = at_text.count("\n") + 2
    elif entries.flow_style:
        at = entries.value[-1].end_mark.index
        new, first = f"{text[:at]}, {_flow(fields)}{text[at:]}", text[:at].count("\n") + 1
    else:
        lines = text.splitlines(keepends=True)
        # A block's own end mark lies behind the comments that follow it; that of its last word does not.
        after = _last_line(entries.value[-1]) + 1
        if not lines[after - 1].endswith("\n"):
            lines[after - 1] += newline
        indent = " " * entries.start_mark.column
        new = "".join([*lines[:after], *(line + newline for line in _block(fields, indent)), *lines[after:]])
        first = after + 1
    _prove(text, new, file, fields)
    return new, first


def replace_file(path: Path, text: str) -> None:
    """Write a file whole or not at all, with the mode it had; a link stays a link.

    Raises:
        OSError: if it can't be written.
    """
    target = path.resolve()
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o644
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _last_line(node: Any) -> int:
    """Number, from 0, of the line on which a node's last word ends."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    end: int = node.end_mark.line - (1 if node.end_mark.column == 0 and node.end_mark.line else 0)
    return end


def _block(fields: Mapping[str, str | Sequence[str]], indent: str) -> list[str]:
    lines = [f"{indent}  {key}: {_value(value)}" for key, value in fields.items()]
    return [f"{indent}- {lines[0].lstrip()}", *lines[1:]]


def _flow(fields: Mapping[str, str | Sequence[str]]) -> str:
    return "{" + ", ".join(f"{key}: {_quoted(value)}" for key, value in fields.items()) + "}"


def _value(value: str | Sequence[str]) -> str:
    """Write a value without quotes where every reader of YAML takes it for the same text; a date is one."""
    if isinstance(value, str) and value.isprintable():
        try:
            plain = yaml.safe_load(f"k: {value}\n")
            if parse_yaml(f"k: {value}\n") == {"k": value} and (
                plain == {"k": value} or day(value) is not None
            ):
                return value
        except (yaml.YAMLError, ValueError):
            pass
    return _quoted(value)


def _quoted(value: str | Sequence[str]) -> str:
    """Write a value in JSON's quotes, which YAML reads too; what can't be seen is escaped."""
    if not isinstance(value, str):
        return "[" + ", ".join(_quoted(each) for each in value) + "]"
    return "".join(c if c.isprintable() else _escaped(c) for c in json.dumps(value, ensure_ascii=False))


def _escaped(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def _prove(old: str, new: str, file: str, fields: Mapping[str, str | Sequence[str]]) -> None:
    """Make sure that the new text holds what the old one held, and the entry."""
    before: Any = parse_yaml(old)
    try:
        loads(new, file)
        after: Any = parse_yaml(new)
    except ValueError:
        after = None
    wanted = {key: value if isinstance(value, str) else list(value) for key, value in fields.items()}
    if after != {"allow": [*before["allow"], wanted]}:
        raise AllowListError(
            f"the allow-list {file} is written in a way that can't be added to\nhint: add the entry by hand"
        )
