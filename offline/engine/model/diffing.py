"""How the inputs of a resource differ, property by property, for people to read.

What is done about a difference is the provider's answer (`plan.py`). Source of the kinds and of the paths:
https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto (PropertyDiff)
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, TypeGuard

from offline.engine.model.events import PropertyDiff
from offline.engine.model.values import Properties, Secret, Value, reveal

__all__ = ["changed_keys", "detailed_diff", "join_path"]

_MISSING: Final = object()
_PLAIN: Final = re.compile(r"[A-Za-z0-9_]+")


def changed_keys(olds: Properties, news: Properties) -> tuple[str, ...]:
    """Return the properties that differ, sorted; those that begin with `__` are the SDK's own."""
    return tuple(
        key
        for key in sorted({*olds, *news})
        if not key.startswith("__") and reveal(olds.get(key)) != reveal(news.get(key))
    )


def detailed_diff(
    olds: Properties, news: Properties, replaces: Collection[str] = ()
) -> dict[str, PropertyDiff]:
    """Return each place that differs, by property path; `replaces` are the keys that force a replacement."""
    found: dict[str, PropertyDiff] = {}
    for key in changed_keys(olds, news):
        path = join_path("", key)
        for place, old, new in _differences(path, olds.get(key, _MISSING), news.get(key, _MISSING)):
            found[place] = _property_diff(old, new, key in replaces)
    return found


def _differences(path: str, old: object, new: object) -> Iterator[tuple[str, object, object]]:
    """Yield where two values differ; secrets are compared as a whole, since a place within would tell of them."""
    if isinstance(old, Secret) or isinstance(new, Secret):
        if _reveal(old) != _reveal(new):
            yield path, old, new
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}):
            yield from _differences(join_path(path, key), old.get(key, _MISSING), new.get(key, _MISSING))
    elif _is_list(old) and _is_list(new):
        for index in range(max(len(old), len(new))):
            yield from _differences(f"{path}[{index}]", _at(old, index), _at(new, index))
    elif old != new:
        yield path, old, new


def _property_diff(old: object, new: object, replaces: bool) -> PropertyDiff:
    kind: Literal["add", "delete", "update"]
    kind = "add" if old is _MISSING else "delete" if new is _MISSING else "update"
    suffixed: Literal["add-replace", "delete-replace", "update-replace"]
    suffixed = "add-replace" if kind == "add" else "delete-replace" if kind == "delete" else "update-replace"
    return PropertyDiff(suffixed if replaces else kind, _value(old), _value(new))


def join_path(path: str, key: str) -> str:
    """Return the path of what lies at a key below a path."""
    if not _PLAIN.fullmatch(key):
        return f"{path}[{json.dumps(key)}]"
    return f"{path}.{key}" if path else key


def _at(values: Sequence[Value], index: int) -> object:
    return values[index] if index < len(values) else _MISSING


def _is_list(value: object) -> TypeGuard[Sequence[Value]]:
    return isinstance(value, list | tuple)


def _reveal(value: object) -> object:
    return value if value is _MISSING else reveal(_value(value))


def _value(value: object) -> Value:
    """Return a value of properties, or None for what is missing."""
    found: Any = None if value is _MISSING else value
    result: Value = found
    return result
