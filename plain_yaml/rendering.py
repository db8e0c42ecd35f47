"""Values as YAML text: in the style of a value that they follow, and so that every reader takes a text for one.

YAML's versions disagree on what is no text (`yes`, `1:30`, `1.50`): what one of them might take for something else is
quoted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache

import yaml

from plain_yaml.places import Node
from plain_yaml.reader import LOADER, YamlError, load_text

__all__ = ["block_entry", "in_one_line", "is_filled", "quote_of", "scalar"]

_PLAIN = re.compile(r"[^\W_][\w ./:+()=~?;-]*")
_SHORT = 72
"""Characters of a list that is written in brackets although nothing says so."""


def is_filled(value: object) -> bool:
    """Tell whether a value is a map or list that holds something."""
    return isinstance(value, Mapping | list) and bool(value)


def scalar(value: object, quote: str = "") -> str:
    """Return a scalar as text, in quotes if these are wanted or needed.

    Args:
        value: A text, number, boolean or None.
        quote: `'`, `"`, or "" for none where none is needed.
    """
    if not isinstance(value, str):
        return json.dumps(value)
    printable = value.isprintable()
    if quote == "'" and printable:
        return "'" + value.replace("'", "''") + "'"
    if quote != '"' and printable and _is_plain(value):
        return value
    return "".join(
        each if each.isprintable() else _escaped(each) for each in json.dumps(value, ensure_ascii=False)
    )


def in_one_line(value: object, like: Node | None = None) -> str:
    """Return a value in one line, maps and lists in brackets.

    Args:
        value: Plain data.
        like: The value whose style it follows.
    """
    if isinstance(value, Mapping):
        pairs = (f"{scalar(key)}: {in_one_line(each, _child(like, key))}" for key, each in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return (
            "[" + ", ".join(in_one_line(each, _item(like, index)) for index, each in enumerate(value)) + "]"
        )
    return scalar(value, quote_of(like))


def block_entry(key: str, value: object, like: Node | None, *, step: int, dash: int) -> list[str]:
    """Return the lines of a map's entry, the first without indentation.

    Args:
        key: The entry's key.
        value: Plain data.
        like: The value whose style it follows: with or without brackets, and the quotes.
        step: Blanks by which what stands within a map is indented.
        dash: The same for the items of a list.
    """
    if not is_filled(value) or _in_brackets(value, like):
        return [f"{scalar(key)}: {in_one_line(value, like)}"]
    lines = [f"{scalar(key)}:"]
    if isinstance(value, Mapping):
        for name, each in value.items():
            inner = block_entry(name, each, _child(like, name), step=step, dash=dash)
            lines += [" " * step + line for line in inner]
    elif isinstance(value, list):
        items = (in_one_line(each, _item(like, index)) for index, each in enumerate(value))
        lines += [" " * dash + "- " + item for item in items]
    return lines


def _in_brackets(value: object, like: Node | None) -> bool:
    if like is not None and like.kind == ("map" if isinstance(value, Mapping) else "list"):
        return like.flow
    return isinstance(value, list) and len(in_one_line(value)) < _SHORT


@lru_cache(maxsize=4096)
def _is_plain(text: str) -> bool:
    if not _PLAIN.fullmatch(text) or text.endswith((" ", ":")) or ": " in text:
        return False
    try:
        return bool([text] == load_text(f"[{text}]") == yaml.load(f"[{text}]", Loader=LOADER))  # noqa: S506
    except (YamlError, yaml.YAMLError, ValueError):
        return False


def _escaped(character: str) -> str:
    number = ord(character)
    return (
        f"\\x{number:02x}"
        if number < 0x100
        else f"\\u{number:04x}"
        if number < 0x10000
        else f"\\U{number:08x}"
    )


def _child(like: Node | None, key: str) -> Node | None:
    return like.child(key) if like is not None else None


def _item(like: Node | None, index: int) -> Node | None:
    return like.items[index] if like is not None and index < len(like.items) else None


def quote_of(like: Node | None) -> str:
    """Return the quotes that a scalar stands in: `'`, `"`, or "" for any other style."""
    return like.style if like is not None and like.style in ("'", '"') else ""
