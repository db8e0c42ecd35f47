"""Promotion: write into one environment's stack file what another one declares, for review; deploy nothing.

Services are promoted, and of them what they are: name and conflict rule. What protects an environment, which SIDs it
adopted and which account it uses stay the target's own. The target's comments and order survive.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import CommentMark
from ruamel.yaml.scalarstring import ScalarString
from ruamel.yaml.tokens import CommentToken

from gitops.stack_file import StackFile, translated

__all__ = ["Promotion", "promote"]

PROMOTED = ("friendlyName", "onNameConflict")
"""The settings of a service that are the same in every environment, but for the environment's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """What a promotion changed in the target's file; `diff` is empty if nothing."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    left: tuple[str, ...]
    """Services that only the target declares and that stay."""
    text: str
    """The target's file afterwards."""
    diff: str


def promote(source: StackFile, target: StackFile, *, prune: bool = False) -> Promotion:
    """Change the target's document as the source declares; the caller writes the text.

    Args:
        source: The environment that is ahead.
        target: The one that follows; its document is changed in place.
        prune: Remove services that only the target declares; their deletion shows in the preview.
    """
    added, changed, removed = [], [], []
    services = target.services
    previous: str | None = None
    for name, settings in source.services.items():
        wanted = _promoted(settings, source.stack, target.stack)
        if name not in services:
            _insert_after(services, previous, name, wanted)
            added.append(name)
        elif _update(services, name, wanted):
            changed.append(name)
        previous = name
    extra = [name for name in services if name not in source.services]
    for name in extra if prune else ():
        _remove(services, name)
        removed.append(name)

    text = target.dump() if added or changed or removed else target.text
    path = f"stacks/{target.path.name}"
    diff = difflib.unified_diff(
        target.text.splitlines(keepends=True), text.splitlines(keepends=True), f"a/{path}", f"b/{path}"
    )
    return Promotion(
        added=tuple(added),
        changed=tuple(changed),
        removed=tuple(removed),
        left=() if prune else tuple(extra),
        text=text,
        diff="".join(diff),
    )


def _promoted(settings: CommentedMap, source: str, target: str) -> dict[str, Any]:
    wanted = {key: settings[key] for key in PROMOTED if key in settings}
    return {
        key: translated(value, source, target) if key == "friendlyName" and isinstance(value, str) else value
        for key, value in wanted.items()
    }


def _update(services: CommentedMap, name: str, wanted: dict[str, Any]) -> bool:
    settings = services[name]
    differing = [key for key in PROMOTED if settings.get(key) != wanted.get(key)]
    for key in differing:
        if key not in wanted:
            _remove(settings, key)
        elif key in settings:
            old, new = settings[key], wanted[key]
            settings[key] = type(old)(new) if isinstance(old, ScalarString) else new
        else:
            tail = _take_tail(services, name)
            settings[key] = wanted[key]
            if tail:
                _put_tail(services, name, tail)
    return bool(differing)


def _insert_after(services: CommentedMap, previous: str | None, name: str, wanted: dict[str, Any]) -> None:
    """Insert a service behind another; a comment above the service that follows stays there."""
    position = list(services).index(previous) + 1 if previous in services else len(services)
    before = list(services)[position - 1] if position else None
    settings = CommentedMap(wanted)
    if services.fa.flow_style() or (before and services[before].fa.flow_style()):
        settings.fa.set_flow_style()
    tail = _take_tail(services, before) if before is not None else None
    services.insert(position, name, settings)
    if tail:
        _put_tail(services, name, tail)


def _remove(parent: CommentedMap, key: str) -> None:
    """Remove a key; a comment above what follows it stays, by moving to what comes before."""
    keys = list(parent)
    index = keys.index(key)
    column = parent.lc.key(key)[1]
    above = (parent.ca.items.get(key) or [None, None])[1] or []
    tail = "".join(token.value for token in above) + _take_tail(parent, key)
    del parent[key]
    if tail and index:
        _put_tail(parent, keys[index - 1], tail)
    elif tail and len(keys) > 1:
        text = "\n".join(line.strip().removeprefix("#").removeprefix(" ") for line in tail.splitlines())
        parent.yaml_set_comment_before_after_key(keys[1], before=text, indent=column)


def _take_tail(parent: CommentedMap, key: str) -> str:
    """Take the lines of comment that follow an entry, without the one on its own line."""
    holder, last = _end(parent, key)
    token = _token(holder, last)
    if token is None:
        return ""
    own, line_break, rest = str(token.value).partition("\n")
    if not rest:
        return ""
    token.value = own + line_break
    return rest


def _put_tail(parent: CommentedMap, key: str, tail: str) -> None:
    holder, last = _end(parent, key)
    token = _token(holder, last)
    if token is not None:
        token.value = str(token.value).rstrip("\n") + "\n" + tail
    else:
        entry = holder.ca.items.setdefault(last, [None, None, None, None])
        entry[2] = CommentToken("\n" + tail, start_mark=CommentMark(0))


def _end(parent: CommentedMap, key: str) -> tuple[CommentedMap, str]:
    """Find the map and key at which an entry's text ends, where the reader keeps the comment that follows it."""
    value = parent[key]
    while isinstance(value, CommentedMap) and value and not value.fa.flow_style():
        parent, key = value, list(value)[-1]
        value = parent[key]
    return parent, key


def _token(holder: CommentedMap, key: str) -> CommentToken | None:
    entry = holder.ca.items.get(key)
    token = entry[2] if entry else None
    return token if isinstance(token, CommentToken) else None
