"""What the next `up` would do to a service, and what two environments declare otherwise: settings, in shown words.

Shown are switches, words of the API, and names that were declared and to which no policy objects. Of URLs, templates
and whatever is encrypted only the setting is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gitops.board.held import ROLE, SEALED, SECTIONS, SERVICE, HeldService, Part, Wanted
from gitops.board.model import Deviation, Difference, Status
from gitops.board.names import Names
from gitops.masking import HIDDEN
from gitops.stack_diff import ABSENT, compare
from gitops.stack_file import StackFile

__all__ = ["deviations", "differences", "read_texts", "shown_texts", "stack_file_key", "status_of"]

WORDS = ("type", "permissions", "method", "filters")
NAMES = (
    "friendlyName",
    "defaultChatServiceRole",
    "defaultConversationCreatorRole",
    "defaultConversationRole",
)
READ = ("friendlyName", "template")
KNOWN = {
    *WORDS,
    *NAMES,
    *SECTIONS,
    *("roles", "protect", "retainOnDelete", "forceDestroy", "importSid", "onNameConflict"),
    *("preWebhookUrl", "postWebhookUrl", "reachabilityEnabled", "logEnabled"),
    *("newMessage", "addedToConversation", "removedFromConversation", "withMedia"),
    *("enabled", "template", "sound", "badgeCountEnabled"),
}
"""Keys of a stack file; any other may be anybody's name."""


def shown_texts(wanted: Wanted | None, held: HeldService | None) -> Iterator[object]:
    """Yield every text of a service that may be shown: its names, and keys that are anybody's."""
    for each in (wanted, held):
        if each is None:
            continue
        yield each.name
        yield each.friendly_name
        for (_, role), inputs in each.parts.items():
            yield role
            for key, value in inputs.items():
                yield from (part for part in map(_key, key.split(".")) if part not in KNOWN)
                if _key(key) in NAMES:
                    yield value
    for _, (_, role) in held.pending if held is not None else ():
        yield role


def read_texts(wanted: Wanted, names: Names) -> Iterator[tuple[str, object]]:
    """Yield every text of a service that the policy on personal data reads, with its setting as it may be shown."""
    for part, inputs in wanted.parts.items():
        for key, value in inputs.items():
            if _key(key) in READ:
                yield ("the name of a role" if part[0] == ROLE else _setting(part, key, names)), value


def stack_file_key(path: str) -> str:
    """Return the stack file's words for a dotted name of inputs: `new_message.template` to `newMessage.template`."""
    return ".".join(map(_key, path.split(".")))


def status_of(wanted: Wanted | None, held: HeldService | None, found: tuple[Deviation, ...]) -> Status:
    """Tell what the next `up` would do to a service that is declared, held, or both."""
    if held is None or not held.sid:
        return "adopt" if wanted is not None and wanted.is_adopted else "create"
    if wanted is None:
        return "delete"
    if any(each.setting == "friendlyName" for each in found):
        return "replace"
    return "change" if found else "same"


def deviations(wanted: Wanted, held: HeldService, names: Names, declared: object) -> tuple[Deviation, ...]:
    """Compare what is declared of a service with what the state holds of it.

    Args:
        wanted: As the stack file has it.
        held: As the state has it.
        names: What may be shown.
        declared: The friendly name that the last deployment declared; any other was found at Twilio, and is not shown.
    """
    found: list[Deviation] = []
    for part in dict.fromkeys([*wanted.parts, *held.parts]):
        mine, theirs = wanted.parts.get(part), held.parts.get(part)
        if mine is None or theirs is None:
            where = _setting(part, "", names)
            found.append(
                Deviation(
                    setting=where, declared="declared" * (mine is not None), held="held" * (mine is None)
                )
            )
            continue
        for key in dict.fromkeys([*mine, *theirs]):
            new, old = mine.get(key), theirs.get(key)
            if new == old or SEALED in (new, old):
                continue
            is_foreign = (
                part[0] == SERVICE and key == "friendly_name" and old not in (declared, wanted.friendly_name)
            )
            found.append(
                Deviation(
                    setting=_setting(part, key, names),
                    declared=_shown(key, new, names),
                    held=HIDDEN if is_foreign and old is not None else _shown(key, old, names),
                )
            )
    protection = (wanted.is_protected, held.is_protected)
    if held.sid and protection[0] != protection[1]:
        found.append(Deviation(setting="protect", declared=_word(protection[0]), held=_word(protection[1])))
    return tuple(found)


def differences(before: StackFile, file: StackFile, names: Names) -> dict[str, tuple[Difference, ...]]:
    """Tell in what an environment declares its services otherwise than the one before it, by logical name.

    Args:
        before: The stack file of the environment before.
        file: That of the environment.
        names: What may be shown.
    """
    roles = {
        role for service in (*before.services.values(), *file.services.values()) for role in _roles(service)
    }
    all_of_them = compare(before, file)
    made: dict[str, tuple[Difference, ...]] = {}
    for name in file.services:
        start = f"services.{name}."
        found = [each for each in all_of_them if each.path.startswith(start)]
        if found and all(each.source == ABSENT for each in found):
            made[name] = (Difference(setting="", here="declared", there="not declared"),)
            continue
        made[name] = tuple(
            Difference(
                setting=_path(setting, names, roles),
                here=_text(setting, each.target, names),
                there=_text(setting, each.source, names),
                meant=each.meant,
            )
            for each in found
            for setting in [each.path.removeprefix(start)]
        )
    return made


def _roles(service: Any) -> list[str]:
    roles = service.get("roles") if isinstance(service, dict) else None
    return [*map(str, roles)] if isinstance(roles, dict) else []


def _path(setting: str, names: Names, roles: set[str]) -> str:
    role = next(
        (each for each in sorted(roles, key=len, reverse=True) if f"{setting}.".startswith(f"roles.{each}.")),
        None,
    )
    if role is not None:
        rest = setting.removeprefix(f"roles.{role}")
        return f"roles.{names.shown(role)}{_keys(rest, names)}"
    return _keys(setting, names)


def _keys(path: str, names: Names) -> str:
    return ".".join(part if part in KNOWN or not part else names.shown(part) for part in path.split("."))


def _setting(part: Part, key: str, names: Names) -> str:
    """Write where a setting stands in a stack file."""
    kind, name = part
    section = next((key for key, each in SECTIONS.items() if each == kind), "")
    keys = [_key(each) for each in key.split(".") if each]
    keys = [each if each in KNOWN else names.shown(each) for each in keys]
    head = ["roles", names.shown(name)] if kind == ROLE else [section] if section else []
    return ".".join([*head, *keys])


def _key(key: str) -> str:
    """Return the stack file's key of an input."""
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), key.rpartition(".")[2])


def _shown(key: str, value: object, names: Names) -> str:
    name = _key(key)
    if value is None:
        return ""
    if isinstance(value, bool):
        return _word(value)
    if isinstance(value, list):
        return ", ".join(value) if name in WORDS else HIDDEN
    if name in NAMES:
        return names.shown(value)
    return str(value) if name in WORDS else HIDDEN


def _text(setting: str, text: str, names: Names) -> str:
    """Show a value that a comparison of environments has written as a text."""
    name = setting.rpartition(".")[2]
    if text == ABSENT:
        return ""
    if text in ("true", "false") or name in WORDS:
        return text
    return names.shown(text) if name in NAMES else HIDDEN


def _word(value: bool) -> str:
    return "true" if value else "false"
