"""How many things a run takes over instead of making them: the Pulumi CLI counts them as creations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tools.stack_files import ADDRESSES, declared_services
from tools.state import State

__all__ = ["counted", "numbers"]


def counted(document: Mapping[str, Any], state: Callable[[], State | None]) -> str:
    """Say what a stack file adopts by `importSid` that the state does not hold: "2 services, 5 roles"; "" for nothing.

    Args:
        document: The stack file.
        state: Reads the stack's state, if there is one; not asked where nothing is adopted.
    """
    named = [*_named(document)]
    now = state() if named else None
    held = {str(each.get("id", "")) for each in now.resources} if now else set()
    found = [kind for kind, sid in named if sid not in held]
    return numbers(*(found.count(kind) for kind in ("service", "role", "address")))


def numbers(services: int, roles: int, addresses: int) -> str:
    """Write numbers of things out: "40 services, 1 role"; "" if there is none."""
    parts = ((services, "service", "s"), (roles, "role", "s"), (addresses, "address", "es"))
    return ", ".join(f"{count} {one}{'' if count == 1 else more}" for count, one, more in parts if count)


def _named(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield kind and SID of what is declared with `importSid`, unchecked."""
    for service in declared_services(document).values():
        if not isinstance(service, Mapping):
            continue
        yield from _sid("service", service)
        roles = service.get("roles")
        for role in roles.values() if isinstance(roles, Mapping) else ():
            yield from _sid("role", role)
    addresses = (document.get("config") or {}).get(ADDRESSES)
    for address in addresses.values() if isinstance(addresses, Mapping) else ():
        yield from _sid("address", address)


def _sid(kind: str, settings: object) -> Iterator[tuple[str, str]]:
    sid = settings.get("importSid") if isinstance(settings, Mapping) else None
    if isinstance(sid, str):
        yield kind, sid
