"""Paths into properties, as `ignore_changes` names them: `tags.team`, `rules[0].name`, `rules[*]`, `["a.b"]`.

Pure functions. Source: https://www.pulumi.com/docs/concepts/options/ignorechanges/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias, TypeGuard

from offline.engine.model.values import Properties, Secret, Value

__all__ = ["parse_path", "reset_properties"]

Path: TypeAlias = tuple[str | int, ...]

_PART: Final = re.compile(
    r"""\.?(?:
      \["(?P<quoted>(?:[^"\\]|\\.)*)"\]
    | \[(?P<index>\d+|\*)\]
    | (?P<key>[^.\[\]]+)
    )""",
    re.VERBOSE,
)


class _MismatchError(Exception):
    """Raised if a path leads to a place that only one of two values has, where it cannot be added or removed."""


def parse_path(path: str) -> Path:
    """Split a path into keys and indexes; `*` stands for all of them.

    Raises:
        ValueError: if the path is malformed.

    """
    parts: list[str | int] = []
    position = 0
    while position < len(path):
        match = _PART.match(path, position)
        if match is None:
            raise ValueError(f"malformed property path: {path}")
        if (index := match["index"]) is not None:
            parts.append(index if index == "*" else int(index))
        elif (quoted := match["quoted"]) is not None:
            parts.append(re.sub(r"\\(.)", r"\1", quoted))
        else:
            parts.append(match["key"])
        position = match.end()
    return tuple(parts)


def reset_properties(
    news: Properties, olds: Properties, paths: Iterable[str]
) -> tuple[Properties, tuple[str, ...]]:
    """Return new properties with the old values at some paths, and the paths for which that cannot be done.

    A malformed path is skipped, as the CLI does.
    """
    result: Value = news
    refused = []
    for text in paths:
        try:
            path = parse_path(text)
        except ValueError:
            continue
        try:
            result = _reset(result, olds, path, False)
        except _MismatchError:
            refused.append(text)
    assert isinstance(result, Mapping)  # noqa: S101 - a reset keeps the kind of what it is given
    return result, tuple(refused)


def _reset(new: Value, old: Value, path: Path, secret: bool) -> Value:
    """Return `new` with what `old` has at the path; `secret` tells that it comes from within a secret."""
    if isinstance(old, Secret):
        secret, old = True, old.value
    if isinstance(new, Secret):
        return Secret(_reset(new.value, old, path, False))
    if not path:
        return Secret(old) if secret else old
    key, rest = path[0], path[1:]
    if key == "*":
        return _reset_all(new, old, rest, secret)
    if isinstance(key, int):
        if _is_list(new) and _is_list(old) and key < len(new) and key < len(old):
            return [_reset(part, old[key], rest, secret) if i == key else part for i, part in enumerate(new)]
        if (_is_list(new) and key < len(new)) or (_is_list(old) and key < len(old)):
            raise _MismatchError
        return new
    return _reset_key(new, old, key, rest, secret)


def _reset_key(new: Value, old: Value, key: str, rest: Path, secret: bool) -> Value:
    has_new = isinstance(new, Mapping) and key in new
    has_old = isinstance(old, Mapping) and key in old
    if not has_new and not has_old:
        return new
    if not isinstance(new, Mapping) or (rest and has_new != has_old):
        raise _MismatchError
    if not isinstance(old, Mapping) or not has_old:
        return {name: part for name, part in new.items() if name != key}
    return {**new, key: _reset(new.get(key), old[key], rest, secret) if rest else _leaf(old[key], secret)}


def _reset_all(new: Value, old: Value, rest: Path, secret: bool) -> Value:
    if isinstance(new, Mapping) and isinstance(old, Mapping):
        if rest and new.keys() != old.keys():
            raise _MismatchError
        return {
            key: _reset(new[key], part, rest, secret) if rest else _leaf(part, secret)
            for key, part in old.items()
        }
    if _is_list(new) and _is_list(old) and len(new) == len(old):
        return [_reset(part, old[i], rest, secret) for i, part in enumerate(new)]
    raise _MismatchError


def _leaf(value: Value, secret: bool) -> Value:
    return Secret(value) if secret and not isinstance(value, Secret) else value


def _is_list(value: Value) -> TypeGuard[Sequence[Value]]:
    return isinstance(value, list | tuple)
