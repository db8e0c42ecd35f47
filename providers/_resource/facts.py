"""What whoever started this run knows of it from the stack's state: run facts, which an engine tells no provider.

`make` and the pipelines write them for each run, into a file that TWILIO_RUN_FACTS names:

    {"version": 1,
     "held": {"IS…": "support", "RL…": "support/agent", "IG…": "hotline"},
     "addresses": ["IG…"],
     "left": ["IS…"],
     "pending": [{"type": "pulumi-python:dynamic/twilio:Role", "friendly_name": "agent", "service_sid": "IS…",
                  "role_type": "conversation", "since": "2026-11-26T12:00:00Z"}],
     "only_compares": false}

`held`: what the state holds for resources that are still declared. `addresses`: the address configurations that it
holds, declared or not. `left`: of `held`, what was replaced by another one and is still to be deleted. `pending`:
creates of a run that was killed, which began no earlier than `since`; what the API keeps unique has no name there.
`only_compares`: the run asks in what things differ from what is declared, and changes none. Without a file, or with one
that is not understood, nothing is known.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .._api.entity import Thing

__all__ = ["VARIABLE", "Facts", "PendingCreate", "made_by", "parse_time", "read_facts"]

VARIABLE = "TWILIO_RUN_FACTS"


@dataclass(frozen=True)
class PendingCreate:
    """A create that a run was at when it was killed; nobody knows whether its work was done.

    Args:
        type: the resource's type token.
        friendly_name: the declared name; None of what the API keeps unique.
        service_sid: the service of a role; None for a service.
        role_type: of a role; None for a service.
        since: that run began then or later.
    """

    type: str
    friendly_name: str | None
    service_sid: str | None
    role_type: str | None
    since: datetime


def made_by(pending: Sequence[PendingCreate], there: Sequence[Thing]) -> list[Thing]:
    """Give the things that a killed run must have made: new enough, and no more than it was at.

    Args:
        pending: what it was at.
        there: what bears the declared identity, and is nobody's.
    """
    if not pending:
        return []
    # The API's times are whole seconds, and by its own clock: what is yet to come says that the clocks differ.
    since, now = min(each.since for each in pending).replace(microsecond=0), datetime.now(UTC)
    begun = [
        each
        for each in there
        if (created := parse_time(each.date_created)) is not None and since <= created <= now
    ]
    return begun if len(begun) <= len(pending) else []


@dataclass(frozen=True)
class Facts:
    """What is known.

    Args:
        held: logical names by SID.
        pending: creates of a killed run.
        addresses: SIDs of the address configurations that the state holds.
        left: SIDs of what earlier runs have replaced and not deleted yet.
        only_compares: whether nothing is going to be changed, so that nothing needs a guard.
    """

    held: Mapping[str, str] = field(default_factory=dict)
    pending: tuple[PendingCreate, ...] = ()
    addresses: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()
    only_compares: bool = False


def read_facts(environ: Mapping[str, str]) -> Facts:
    """Read the file that the environment names; no file, or another version's, tells nothing."""
    try:
        known = json.loads(Path(environ[VARIABLE]).read_text(encoding="utf-8"))
    except (KeyError, OSError, ValueError, RecursionError):
        return Facts()
    if not isinstance(known, dict) or known.get("version") != 1:
        return Facts()
    held, pending = known.get("held"), known.get("pending")
    return Facts(
        {sid: name for sid, name in held.items() if isinstance(name, str)} if isinstance(held, dict) else {},
        tuple(_creates(pending)) if isinstance(pending, list) else (),
        _texts(known.get("addresses")),
        _texts(known.get("left")),
        known.get("only_compares") is True,
    )


def _texts(value: object) -> frozenset[str]:
    return (
        frozenset(each for each in value if isinstance(each, str)) if isinstance(value, list) else frozenset()
    )


def parse_time(text: object) -> datetime | None:
    """Read a time in ISO 8601, in UTC unless it says otherwise; None if it is none."""
    try:
        time = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return time.replace(tzinfo=UTC) if time and time.tzinfo is None else time


def _creates(pending: list[Any]) -> Iterator[PendingCreate]:
    for each in pending:
        if not isinstance(each, dict):
            continue
        type_, name, since = each.get("type"), each.get("friendly_name"), parse_time(each.get("since"))
        service_sid, role_type = each.get("service_sid"), each.get("role_type")
        if (
            isinstance(type_, str)
            and isinstance(name, str | None)
            and since is not None
            and isinstance(service_sid, str | None)
            and isinstance(role_type, str | None)
        ):
            yield PendingCreate(type_, name, service_sid, role_type, since)
