"""What is adopted needs its SID no more: `importSid` leaves a stack's files, once the state holds what it names.

Nothing is asked of Twilio. The state is what tells that the adoption is done; removed before, the next run would meet
a name that is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gitops.promotion import Written
from gitops.stack_file import ServicesFile, StackFile
from tools.included import SERVICES
from tools.stack_files import ADDRESSES
from tools.state import State

__all__ = ["Settled", "settle"]

Map = Mapping[str, Any]

SID = "importSid"


@dataclass(slots=True)
class Settled:
    """What was settled, by kind, and where something is not adopted yet."""

    files: list[Written] = field(default_factory=list)
    settled: int = 0
    waiting: list[str] = field(default_factory=list)
    """Places in the files: `services.support.roles.agent`."""


def settle(target: StackFile, state: State | None) -> Settled:
    """Return the texts of a stack's files without the SIDs of what the state holds.

    Args:
        target: The stack's files.
        state: Its state; None if there is none.

    Raises:
        GitopsError: If a file cannot be changed in place.
    """
    held = {
        (str(each.get("urn", "")).rpartition("::")[2], str(each.get("id", "")))
        for each in (state.resources if state else ())
        if not each.get("delete")
    }
    made = Settled()
    for file in target.files:
        services = {name: _service(name, settings, held, made) for name, settings in file.services.items()}
        data = _document(file, target, services, held, made)
        text = file.edited(data) if file.text else ""
        if text != file.text:
            made.files.append(Written(file.shown, file.path, file.text, text))
    return made


def _document(
    file: ServicesFile, target: StackFile, services: Map, held: set[tuple[str, str]], made: Settled
) -> Map:
    if not file.is_stack_file:
        return services
    config = dict(target.config)
    if config.get(SERVICES):
        config[SERVICES] = services
    if target.addresses:
        config[ADDRESSES] = {
            name: _without(settings, name, f"addresses.{name}", held, made)
            for name, settings in target.addresses.items()
        }
    return {**file.data, "config": config} if file.data else file.data


def _service(name: str, settings: Map, held: set[tuple[str, str]], made: Settled) -> Map:
    place = f"services.{name}"
    found = dict(_without(settings, name, place, held, made))
    if isinstance(roles := found.get("roles"), Mapping):
        found["roles"] = {
            role: _without(each, f"{name}/{role}", f"{place}.roles.{role}", held, made)
            for role, each in roles.items()
        }
    return found


def _without(settings: Any, name: str, place: str, held: set[tuple[str, str]], made: Settled) -> Any:
    if not isinstance(settings, Mapping) or not isinstance(sid := settings.get(SID), str):
        return settings
    if (name, sid) not in held:
        made.waiting.append(place)
        return settings
    made.settled += 1
    return {key: value for key, value in settings.items() if key != SID}
