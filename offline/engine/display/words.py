"""Words and signs of the displays: operations, values, differences, times; and lines that may be coloured.

Pure functions. A line is a tuple of (text, style) parts, so that a pipe can drop the styles and a terminal use them.
Nothing here shows a secret, or a control character of somebody else's.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from typing import Final, TypeAlias

from offline.engine.model.events import Op, PropertyDiff
from offline.engine.model.urn import STACK_TYPE
from offline.engine.model.values import Secret, Unknown, Value

__all__ = [
    "MAX_VALUE",
    "Line",
    "clean",
    "describe_diff",
    "format_value",
    "is_hidden",
    "op_done",
    "op_running",
    "short_type",
    "sign",
]

Line: TypeAlias = tuple[tuple[str, str], ...]
"""Parts of a line: text and style; an empty style is plain."""

MAX_VALUE: Final = 80
"""Characters of a value that are shown unless all are asked for."""

_OPS: Final[Mapping[Op, tuple[str, str, str, str]]] = {
    Op.SAME: ("", "", "", "unchanged"),
    Op.CREATE: ("+", "green", "creating", "created"),
    Op.UPDATE: ("~", "yellow", "updating", "updated"),
    Op.DELETE: ("-", "red", "deleting", "deleted"),
    Op.REPLACE: ("+-", "magenta", "replacing", "replaced"),
    Op.CREATE_REPLACEMENT: ("++", "green", "creating replacement", "created replacement"),
    Op.DELETE_REPLACED: ("--", "red", "deleting original", "deleted original"),
    Op.READ: (">", "cyan", "reading", "read"),
    Op.READ_REPLACEMENT: (">>", "cyan", "reading replacement", "read replacement"),
    Op.REFRESH: ("~", "yellow", "refreshing", "refreshed"),
    Op.DISCARD: ("<", "red", "discarding", "discarded"),
    Op.DISCARD_REPLACED: ("<<", "red", "discarding original", "discarded original"),
}
"""Sign and style, and what is said while it is done and afterwards."""
_ADOPT: Final = ("=", "cyan", "adopt", "adopted")
"""Sign and style of a creation that makes nothing, for it takes over what is there, and what is said of it."""
_DIFF_SIGNS: Final = {"add": ("+", "green"), "delete": ("-", "red"), "update": ("~", "yellow")}


def op_running(op: Op) -> str:
    """Say what is being done: creating."""
    return _OPS[op][2]


def op_done(op: Op, *, dry_run: bool, adopted: bool = False) -> str:
    """Say what has been done (created), or would be (create)."""
    if adopted:
        return _ADOPT[2 if dry_run else 3]
    if not dry_run or op is Op.SAME:
        return _OPS[op][3]
    return op.value.replace("-", " ")


def sign(op: Op, *, adopted: bool = False) -> tuple[str, str]:
    """Return the sign of an operation, and its style."""
    return _ADOPT[:2] if adopted else _OPS[op][:2]


def short_type(type_: str) -> str:
    """Shorten a type for people: the package of dynamic resources goes without saying."""
    if type_ == STACK_TYPE:
        return "Stack"
    return type_.removeprefix("pulumi-python:dynamic/").removeprefix("pulumi-python:")


def is_hidden(key: str) -> bool:
    """Tell whether a property is the SDK's own bookkeeping."""
    return key.startswith("__")


def format_value(value: Value, limit: int | None = MAX_VALUE) -> str:
    """Write a value on one line, cut to a number of characters (None: whole), secrets hidden."""
    text = _format(value)
    return text if limit is None or len(text) <= limit else f"{text[: limit - 1]}…"


def describe_diff(
    path: str, diff: PropertyDiff, limit: int | None = MAX_VALUE, *, values: bool = True
) -> Line:
    """Write one difference: `~ friendly_name: "a" => "b"`, or `~ friendly_name` without its values."""
    sign, style = _DIFF_SIGNS[diff.kind.partition("-")[0]]
    if not values:
        return ((f"{sign} ", style), (clean(path), ""))
    shown = {"+": (diff.new,), "-": (diff.old,)}.get(sign, (diff.old, diff.new))
    text = " => ".join(format_value(each, limit) for each in shown)
    return ((f"{sign} ", style), (f"{clean(path)}: {text}", ""))


def clean(text: str) -> str:
    """Replace control characters, which could move a terminal's cursor or colour it, by visible escapes."""
    if text.isprintable():
        return text
    return "".join(
        char
        if char.isprintable() or unicodedata.category(char) not in ("Cc", "Cf", "Zl", "Zp")
        else _escape(char)
        for char in text
    )


def _escape(char: str) -> str:
    return "    " if char == "\t" else char.encode("unicode_escape").decode()


def _format(value: Value) -> str:
    match value:
        case Secret():
            return "[secret]"
        case Unknown():
            return "[unknown]"
        case None:
            return "<null>"
        case bool():
            return "true" if value else "false"
        case str():
            return clean(json.dumps(value, ensure_ascii=False))
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case int():
            return str(value)
        case Mapping():
            parts = (
                f"{clean(str(key))}: {_format(part)}"
                for key, part in value.items()
                if not is_hidden(str(key))
            )
            return "{" + ", ".join(parts) + "}"
        case _:
            return "[" + ", ".join(_format(part) for part in value) + "]"
