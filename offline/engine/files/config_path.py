"""Paths into a configuration value: `parent.nested`, `names[0]`, `["a.b"].c`.

Pure functions on plain data; each returns a new value and leaves the old one alone.
Source: https://www.pulumi.com/docs/iac/concepts/config/#structured-configuration
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from offline.engine.errors import UsageError

__all__ = ["ConfigPath", "coerce", "get_at", "has_part", "parse_path", "remove_at", "set_at"]

ConfigPath: TypeAlias = tuple[str | int, ...]
MISSING = object()
_SEGMENT = re.compile(r"""\[(?P<index>\d+)\]|\["(?P<quoted>(?:[^"\\]|\\.)*)"\]|\.?(?P<name>[^.\[\]"]+)""")
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")


def parse_path(text: str) -> ConfigPath:
    """Split a path into keys and indices; the first part is a key.

    Raises:
        UsageError: if the path is malformed.
    """
    parts: list[str | int] = []
    position = 0
    while position < len(text):
        match = _SEGMENT.match(text, position)
        if match is None or (not parts and match[0].startswith(".")):
            raise UsageError(f"malformed configuration path at character {position + 1}", hint=_EXAMPLES)
        if match["index"] is not None:
            parts.append(int(match["index"]))
        elif match["quoted"] is not None:
            parts.append(re.sub(r"\\(.)", r"\1", match["quoted"]))
        else:
            parts.append(match["name"])
        position = match.end()
    if not parts or not isinstance(parts[0], str):
        raise UsageError("a configuration path begins with a key", hint=_EXAMPLES)
    return tuple(parts)


_EXAMPLES = """write it like names[0], parent.nested or '["parent.name"].nested'"""


def get_at(value: Any, path: ConfigPath) -> Any:
    """Return what stands at a path, or MISSING."""
    for part in path:
        if not has_part(value, part):
            return MISSING
        value = value[part]
    return value


def has_part(value: Any, part: str | int) -> bool:
    """Tell whether a map has a key, or a list an index."""
    if isinstance(part, str):
        return isinstance(value, Mapping) and part in value
    return isinstance(value, list) and part < len(value)


def set_at(value: Any, path: ConfigPath, new: Any) -> Any:
    """Return the value with `new` at a path; maps and lists are made where there are none.

    Raises:
        UsageError: if a list is longer or shorter than an index needs, or a key meets a list.
    """
    if not path:
        return new
    part, rest = path[0], path[1:]
    if value is MISSING or value is None or not isinstance(value, Mapping | list):
        value = {} if isinstance(part, str) else []
    if isinstance(value, list):
        if not isinstance(part, int):
            raise UsageError("a list takes an index, not a key", hint=_EXAMPLES)
        if part > len(value):
            raise UsageError(f"index {part} lies beyond the end of a list of {len(value)}")
        old = value[part] if part < len(value) else MISSING
        return [*value[:part], set_at(old, rest, new), *value[part + 1 :]]
    if not isinstance(part, str):
        raise UsageError("a map takes a key, not an index", hint=_EXAMPLES)
    changed = {**value, part: set_at(value.get(part, MISSING), rest, new)}
    if not rest and changed.keys() == {"secure"} and isinstance(new, str):
        raise UsageError("a map with the single key `secure` is how secrets are written", hint="use --secret")
    return changed


def remove_at(value: Any, path: ConfigPath) -> Any:
    """Return the value without what stands at a path; nothing there is no error."""
    if get_at(value, path) is MISSING:
        return value
    part, rest = path[0], path[1:]
    if isinstance(value, list):
        assert isinstance(part, int)  # noqa: S101  get_at has found it
        return [*value[:part], *([remove_at(value[part], rest)] if rest else []), *value[part + 1 :]]
    if rest:
        return {**value, part: remove_at(value[part], rest)}
    return {key: kept for key, kept in value.items() if key != part}


def coerce(text: str) -> Any:
    """Read a value given for a path: true, false and integers are themselves, all else is text."""
    if text in ("true", "false"):
        return text == "true"
    return int(text) if _INTEGER.fullmatch(text) else text
