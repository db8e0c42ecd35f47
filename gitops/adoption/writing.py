"""The texts of a stack's files with what is adopted in them: each character that was there stays.

Nothing is written here. New services stand in the stack file as long as an engine can hand its configuration over, and
in files that it includes otherwise; addresses always stand in the stack file, and so does what is encrypted.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from gitops.adoption.entries import Entry
from gitops.exits import GitopsError
from gitops.promotion import Fill, Written
from gitops.promotion.writing import with_mark
from gitops.stack_file import ServicesFile, StackFile
from tools.config_size import MAX_BYTES, configuration_bytes
from tools.included import INCLUDE, SECRETS, SERVICES, covers, stays_within
from tools.stack_files import ADDRESSES

__all__ = ["Adopted", "adopted"]

MOST_SERVICES = 1000
"""In one included file: of complete ones that is a third of what a file may hold."""


@dataclass(slots=True)
class Adopted:
    """The files that change, and what is left for people to set."""

    files: list[Written] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)


def adopted(
    target: StackFile, entries: Sequence[Entry], sealed: Mapping[str, str], settings: Mapping[str, str]
) -> Adopted:
    """Return the texts of a stack's files with new entries.

    Args:
        target: The stack's files.
        entries: What is new.
        sealed: Encrypted values by their plain text; the place of one that is missing is marked.
        settings: Keys of the stack file that the encryption needs, and that it lacks.

    Raises:
        GitopsError: If a file cannot be changed in place.
    """
    services = [each for each in entries if each.section == "services"]
    addresses = [each for each in entries if each.section == "addresses"]
    placed: dict[str, list[Entry]] = {}
    document = _document(target, services, addresses, {}, sealed, settings)
    if services and (_own_files(target) or configuration_bytes(document) > MAX_BYTES):
        placed = _placed(target, services)
        document = _document(target, [], addresses, placed, sealed, settings)
    made = Adopted()
    first = target.files[0]
    homes = [(first, document, [] if placed else services)]
    for name, each in placed.items():
        home = next((file for file in target.files if file.name == name), None)
        home = home or ServicesFile(name, target.path.parent / name, "", {})
        data = {**home.data, **{entry.name: _settings(entry, {}) for entry in each}}
        homes.append((home, data, each))
    for home, data, there in homes:
        fills = [fill for entry in there for fill in _fills(entry, sealed, in_secrets=not home.is_stack_file)]
        text = _marked(home.edited(data), home, fills, target.stack)
        made.fills += fills
        if text != home.text:
            made.files.append(Written(home.shown, home.path, home.text, text))
    return made


def _document(
    target: StackFile,
    services: Sequence[Entry],
    addresses: Sequence[Entry],
    placed: Mapping[str, Sequence[Entry]],
    sealed: Mapping[str, str],
    settings: Mapping[str, str],
) -> dict[str, Any]:
    """Return what the stack file is to say."""
    config = dict(target.config)
    if services:
        config[SERVICES] = {
            **(config.get(SERVICES) or {}),
            **{each.name: _settings(each, sealed) for each in services},
        }
    if placed:
        patterns = [*(config.get(INCLUDE) or [])]
        config[INCLUDE] = [*patterns, *(name for name in placed if not covers(patterns, name))]
    secrets = {
        entry.name: hidden for each in placed.values() for entry in each if (hidden := _hidden(entry, sealed))
    }
    if secrets:
        config[SECRETS] = {**target.secrets, **secrets}
    if addresses:
        config[ADDRESSES] = {**target.addresses, **{each.name: _settings(each, sealed) for each in addresses}}
    return {**target.files[0].data, "config": config, **settings}


def _settings(entry: Entry, sealed: Mapping[str, str]) -> dict[str, Any]:
    """Return an entry's settings, with what is encrypted in its place; what an address is goes first."""
    found = copy.deepcopy(entry.settings)
    for path, value in entry.secrets.items():
        if value in sealed:
            inner = found
            for key in path[:-1]:
                inner = inner.setdefault(key, {})
            inner[path[-1]] = {"secure": sealed[value]}
    order = ("type", "address") if entry.section == "addresses" else ()
    return {**{key: found[key] for key in order if key in found}, **found}


def _hidden(entry: Entry, sealed: Mapping[str, str]) -> dict[str, Any]:
    """Return what stands under `conversation-services:secrets` of a service in an included file."""
    alone = Entry(entry.section, entry.name, entry.sid, secrets=entry.secrets)
    return _settings(alone, sealed)


def _fills(entry: Entry, sealed: Mapping[str, str], *, in_secrets: bool) -> list[Fill]:
    return [
        Fill(section=entry.section, name=entry.name, path=path, in_secrets=in_secrets)
        for path, value in entry.secrets.items()
        if value not in sealed
    ]


def _own_files(target: StackFile) -> list[ServicesFile]:
    """Return the files that earlier adoptions have made."""
    own = re.compile(rf"{re.escape(target.stack)}/adopted(-[0-9]+)?\.yaml")
    return [file for file in target.files if own.fullmatch(file.name)]


def _placed(target: StackFile, services: Sequence[Entry]) -> dict[str, list[Entry]]:
    """Share services out among included files: those of earlier adoptions, then new ones."""
    left = [*services]
    placed: dict[str, list[Entry]] = {}
    there = {file.name: len(file.services) for file in _own_files(target)}
    new = (f"{target.stack}/adopted{'' if number == 1 else f'-{number}'}.yaml" for number in count(1))
    # One that is there, and that the stack does not include, is somebody else's.
    free = (name for name in new if name not in there and not (target.path.parent / name).exists())
    for name in [*there]:
        room = max(MOST_SERVICES - there[name], 0)
        placed[name], left = left[:room], left[room:]
    while left:
        name = next(free)
        if not stays_within(target.path.parent, name):
            raise GitopsError(
                f"stacks/{target.stack} is a link that leads out of stacks/", hint="make it a folder"
            )
        placed[name], left = left[:MOST_SERVICES], left[MOST_SERVICES:]
    return {name: each for name, each in placed.items() if each}


def _marked(text: str, file: ServicesFile, fills: Sequence[Fill], stack: str) -> str:
    """Mark what is to be set, above its service."""
    for fill in fills:
        text = with_mark(text, file, fill, stack)
    return text
