"""How the inputs of a resource differ, property by property, for people to read.

What is done about a difference is the provider's answer (`plan.py`). Source of the kinds and of the paths:
https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto (PropertyDiff)
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from itertools import zip_longest
from typing import Any, Final

from offline.engine.model.events import PropertyDiff
from offline.engine.model.values import Properties, Secret, reveal

__all__ = ["changed_keys", "detailed_diff", "join_path"]

_MISSING: Final[Any] = object()
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
            found[place] = _property_diff(old, new, replaces=key in replaces)
    return found


def join_path(path: str, key: str) -> str:
    """Return the path of what lies at a key below a path."""
    if not _PLAIN.fullmatch(key):
        return f"{path}[{json.dumps(key)}]"
    return f"{path}.{key}" if path else key


def _differences(path: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield where two values differ; secrets are compared as a whole, since a place within would tell of them."""
    match old, new:
        case (Secret(), _) | (_, Secret()):
            if reveal(old) != reveal(new):
                yield path, old, new
        case Mapping(), Mapping():
            for key in sorted({*old, *new}):
                yield from _differences(join_path(path, key), old.get(key, _MISSING), new.get(key, _MISSING))
        case ((list() | tuple()), (list() | tuple())):
            for index, parts in enumerate(zip_longest(old, new, fillvalue=_MISSING)):
                yield from _differences(f"{path}[{index}]", *parts)
        case _:
            if old != new:
                yield path, old, new


def _property_diff(old: Any, new: Any, *, replaces: bool) -> PropertyDiff:
    kind = "add" if old is _MISSING else "delete" if new is _MISSING else "update"
    values = (None if each is _MISSING else each for each in (old, new))
    return PropertyDiff(f"{kind}-replace" if replaces else kind, *values)
