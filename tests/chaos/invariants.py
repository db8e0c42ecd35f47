"""What must hold after every command, whatever was done to it: each check yields one line per violation.

Everything is measured at the emulator. The state is asked only whether it still knows what lives there.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.exchange import Asked
from tests.chaos.place import Outcome
from tests.chaos.views import InState, Live, bare

__all__ = ["Held", "exactly", "leaks", "losses", "misdeeds", "modes", "twins", "utterances"]

Json = dict[str, Any]
_FOUL = {
    "a traceback": re.compile(r"Traceback \(most recent call last\)|^  File \".+\", line \d+", re.MULTILINE),
    "a confession": re.compile(
        r"this is a bug of the provider|this is a mistake in the engine|^panic: ", re.MULTILINE
    ),
    # Tab, line feed and carriage return apart: what moves a terminal's cursor or hides text.
    "a control character": re.compile(
        r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]"
    ),
}
_WRITES = ("POST", "PUT", "DELETE")


@dataclass
class Held:
    """What a service held that must not be lost."""

    conversations: set[str] = field(default_factory=set)
    users: set[str] = field(default_factory=set)
    led: bool = False
    """Whether an address of the account leads messages to it."""


def utterances(outcome: Outcome) -> Iterator[str]:
    """No traceback, no confession, no control character, no hang."""
    if outcome.hung:
        yield f"hang: no end after {outcome.seconds:.0f} s"
    for what, pattern in _FOUL.items():
        if found := pattern.search(outcome.text):
            line = outcome.text[: found.end()].count("\n")
            yield f"output: {what} ({outcome.text.splitlines()[line].strip()[:120]!r})"


def losses(live: Mapping[str, Live], held: Mapping[str, Held], foreign: Mapping[str, Live]) -> Iterator[str]:
    """No guarded conversation or user is lost, and nobody else's service is touched."""
    for sid, each in held.items():
        service = live.get(sid)
        conversations = service.conversations if service else frozenset()
        users = service.users if service else frozenset()
        if each.led and not service:
            yield f"loss: {sid}, to which messages are led"
        if lost := len(each.conversations - conversations):
            yield f"loss: {lost} conversations of {sid}" + ("" if service else ", with the service")
        if lost := len(each.users - users):
            yield f"loss: {lost} users of {sid}" + ("" if service else ", with the service")
    for sid, before in foreign.items():
        now = live.get(sid)
        if now is None:
            yield f"loss: {sid}, which is somebody else's, is deleted"
        elif now.name != before.name or not before.conversations <= now.conversations:
            yield f"loss: {sid}, which is somebody else's, is changed"


def twins(live: Mapping[str, Live], foreign: Collection[str], state: Iterable[InState]) -> Iterator[str]:
    """Nothing is there twice, and no two resources hold one service."""
    counts = Counter(bare(each.name) for each in live.values() if each.sid not in foreign)
    yield from (f"twins: {count} services named {name}" for name, count in counts.items() if count > 1)
    holders = Counter(each.sid for each in state if not each.doomed)
    yield from (f"wrong owner: {count} resources hold {sid}" for sid, count in holders.items() if count > 1)


def misdeeds(asked: Iterable[Asked]) -> Iterator[str]:
    """A command that only looks writes nothing."""
    counts = Counter(each.route for each in asked if each.method in _WRITES)
    yield from (f"write: {count} times {route}" for route, count in counts.items())


def exactly(
    live: Mapping[str, Live], foreign: Collection[str], declared: Mapping[str, Json], left: Collection[str]
) -> Iterator[str]:
    """What is declared is there, once, with its parts; and nothing else but what may be left.

    Args:
        live: services at the emulator.
        foreign: SIDs of services that are somebody else's.
        declared: settings by logical name, as in a stack file, in plain text.
        left: SIDs that may be there though nothing declares them.
    """
    ours = [each for each in live.values() if each.sid not in foreign and each.sid not in left]
    found = Counter(each.name for each in ours)
    wanted = Counter(each["friendlyName"] for each in declared.values())
    yield from (f"undone: no service {name}" for name in (wanted - found))
    yield from (f"undone: {count} services too many: {name}" for name, count in (found - wanted).items())
    by_name = {each.name: each for each in ours}
    for logical, settings in declared.items():
        if service := by_name.get(settings["friendlyName"]):
            yield from (f"undone: {logical}: {what}" for what in _parts(service.answer, settings))


def _parts(answer: Mapping[str, Any], settings: Json) -> Iterator[str]:
    roles: dict[str, list[Json]] = {}
    for role in answer["roles"]:
        roles.setdefault(role["friendly_name"], []).append(role)
    for name, wanted in settings.get("roles", {}).items():
        found = [each for each in roles.get(name, []) if each["type"] == wanted["type"]]
        if len(found) != 1:
            yield f"{len(found)} roles named {name}"
        elif set(found[0]["permissions"]) != set(wanted["permissions"]):
            yield f"the permissions of role {name}"
    sids = {name: found[0]["sid"] for name, found in roles.items()}
    for key, value in settings.get("configuration", {}).items():
        snake = _snake(key) + ("_sid" if key.endswith("Role") else "")
        if answer["configuration"][snake] != (sids.get(value) if key.endswith("Role") else value):
            yield f"configuration.{key}"
    for key, value in settings.get("webhook", {}).items():
        found = answer["webhooks"][_snake(key)]
        if (set(found or ()) != set(value)) if isinstance(value, list) else found != value:
            yield f"webhook.{key}"
    for key, value in settings.get("notifications", {}).items():
        found = answer["notifications"][_snake(key)]
        if isinstance(value, dict):
            for inner, each in value.items():
                if not isinstance(each, dict) and found.get(_snake(inner)) != each:
                    yield f"notifications.{key}.{inner}"
        elif found != value:
            yield f"notifications.{key}"


def _snake(name: str) -> str:
    return re.sub(r"([A-Z])", lambda found: f"_{found[1].lower()}", name)


def leaks(texts: Mapping[str, bytes], secrets: Mapping[str, str]) -> Iterator[str]:
    """No secret stands in any output or file, plain, in base64 or percent-encoded.

    Args:
        texts: what to search, by the name to tell.
        secrets: by what they are.
    """
    for what, secret in secrets.items():
        forms = {secret.encode(), base64.b64encode(secret.encode()).rstrip(b"=")}
        yield from (
            f"secret: {what} in {place}"
            for place, text in texts.items()
            if any(form in text for form in forms)
        )


def modes(folder: Path) -> Iterator[str]:
    """State, history and backups are for their owner only."""
    open_to_all = [
        path for path in sorted(folder.rglob("*.json*")) if path.is_file() and path.stat().st_mode & 0o077
    ]
    if open_to_all:
        name = open_to_all[0].relative_to(folder)
        yield f"mode: {len(open_to_all)} files of the state are open to others, such as {name}"
