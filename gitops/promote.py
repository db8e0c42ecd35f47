"""Promotion: write into one environment's files what another one declares, for review; deploy nothing.

Services are promoted, and of them what they are: name, conflict rule, roles, configuration and notifications, and the
webhook of a service that is new to the target. What protects an environment, which SIDs it adopted, which account it
uses and where its webhooks go stay the target's own. The target's comments and order survive.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import CommentMark
from ruamel.yaml.scalarstring import ScalarString
from ruamel.yaml.tokens import CommentToken

from gitops.masking import HIDDEN
from gitops.stack_file import ServicesFile, StackFile, translated
from tools.stack_files import SECRET_KEYS

__all__ = ["Promotion", "Written", "promote"]

PROMOTED = ("friendlyName", "onNameConflict", "roles", "configuration", "notifications")
"""The settings of a service that are the same in every environment, but for the environment's name."""
FIRST_TIME = ("webhook",)
"""Those that a service new to the target starts with; afterwards they are the target's own."""
TRANSLATED = ("friendlyName", "webhook")
"""Those in which the environment's name is put in the other's place."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file that a promotion changes, or makes."""

    name: str
    path: Path
    text: str
    """The file afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """What a promotion changed in the target's files; `diff` is empty if nothing."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    left: tuple[str, ...]
    """Services that only the target declares and that stay."""
    encrypted: tuple[str, ...]
    """Settings of the added services that only the source can decrypt: `billing.webhook.postWebhookUrl`."""
    files: tuple[Written, ...]
    diff: str


def promote(source: StackFile, target: StackFile, *, prune: bool = False) -> Promotion:
    """Change the target's documents as the source declares; the caller writes the files.

    A service is changed in the file in which the target declares it. A new one goes into the file that corresponds to
    the source's, if the target includes one of that name, and into the stack file otherwise.

    Args:
        source: The environment that is ahead.
        target: The one that follows; its documents are changed in place.
        prune: Remove services that only the target declares; their deletion shows in the preview.
    """
    added: list[str] = []
    changed: list[str] = []
    removed: list[str] = []
    encrypted: list[str] = []
    services, theirs = target.services, source.services
    touched: dict[str, ServicesFile] = {}
    previous: dict[str, str] = {}
    for name, settings in theirs.items():
        origin, home = source.home(name), target.home(name)
        if origin is None:
            continue
        if home is None:
            home = target.place_for(origin, source.stack)
            wanted = _promoted(origin.edited[name], (*PROMOTED, *FIRST_TIME), source.stack, target.stack)
            _insert_after(home.edited, previous.get(home.name), name, wanted)
            encrypted += _encrypted(name, {key: settings.get(key) for key in FIRST_TIME})
            encrypted += _encrypted(name, source.secrets.get(name))
            added.append(name)
            touched[home.name] = home
        elif _differs(_promoted(settings, PROMOTED, source.stack, target.stack), services[name]):
            wanted = _promoted(origin.edited[name], PROMOTED, source.stack, target.stack)
            if _merge(home.edited, name, wanted, PROMOTED):
                changed.append(name)
                touched[home.name] = home
        previous[home.name] = name
    extra = [name for name in services if name not in theirs]
    for name in extra if prune else ():
        if home := target.home(name):
            _remove(home.edited, name)
            removed.append(name)
            touched[home.name] = home

    files = [(file, file.dump()) for file in target.files if file.name in touched]
    return Promotion(
        added=tuple(added),
        changed=tuple(changed),
        removed=tuple(removed),
        left=() if prune else tuple(extra),
        encrypted=tuple(encrypted),
        files=tuple(Written(file.shown, file.path, text) for file, text in files),
        diff=_without_tokens("".join(_diff(file, text) for file, text in files), target),
    )


def _diff(file: ServicesFile, text: str) -> str:
    before, after = (each.splitlines(keepends=True) for each in (file.text, text))
    old = f"a/{file.shown}" if file.text else "/dev/null"
    return "".join(difflib.unified_diff(before, after, old, f"b/{file.shown}"))


def _without_tokens(diff: str, target: StackFile) -> str:
    """Hide tokens in the clear, which may stand in a line beside what changes."""
    for key, value in target.config.items():
        if key.replace(":config:", ":") in SECRET_KEYS and isinstance(value, str) and value:
            diff = diff.replace(value, HIDDEN)
    return diff


def _differs(wanted: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
    return any((key in wanted, wanted.get(key)) != (key in settings, settings.get(key)) for key in PROMOTED)


def _encrypted(path: str, value: object) -> Iterator[str]:
    """Yield the places of encrypted values."""
    if _is_secure(value):
        yield path
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _encrypted(f"{path}.{key}", each)


def _is_secure(value: object) -> bool:
    return isinstance(value, Mapping) and value.keys() == {"secure"}


def _promoted(settings: CommentedMap, keys: Iterable[str], source: str, target: str) -> dict[str, Any]:
    """Copy settings without their comments, which are about the source, and without what only it can decrypt."""

    def copied(value: object, *, translate: bool) -> object:
        if isinstance(value, CommentedMap | CommentedSeq):
            made: CommentedMap | CommentedSeq
            if isinstance(value, CommentedMap):
                made = CommentedMap(
                    {
                        key: copied(each, translate=translate)
                        for key, each in value.items()
                        if not _is_secure(each)
                    }
                )
            else:
                made = CommentedSeq([copied(each, translate=translate) for each in value])
            if value.fa.flow_style():
                made.fa.set_flow_style()
            return made
        return translated(value, source, target) if translate and isinstance(value, str) else value

    return {key: copied(settings[key], translate=key in TRANSLATED) for key in keys if key in settings}


def _merge(parent: CommentedMap, name: str, wanted: Mapping[str, Any], keys: Iterable[str]) -> bool:
    """Make these keys of a map what is wanted, map by map, so that comments within it survive; tell of a change."""
    settings = parent[name]
    differing = [
        key for key in keys if (key in settings, settings.get(key)) != (key in wanted, wanted.get(key))
    ]
    # What comes goes before what goes: a map that is empty for a moment would lose the comment behind it.
    for key in sorted(differing, key=lambda key: key not in wanted):
        old, new = settings.get(key), wanted.get(key)
        if key not in wanted:
            _remove(settings, key)
        elif isinstance(old, CommentedMap) and isinstance(new, CommentedMap) and old:
            _merge(settings, key, new, dict.fromkeys((*old, *new)))
        elif isinstance(old, ScalarString) and isinstance(new, str):
            settings[key] = type(old)(new)
        elif key in settings and not isinstance(old, CommentedMap | CommentedSeq):
            settings[key] = new
        else:
            holder, last = (settings, key) if key in settings else (parent, name)
            tail = _take_tail(holder, last)
            settings[key] = new
            if tail:
                _put_tail(holder, last, tail)
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
