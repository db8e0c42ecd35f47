"""Events to show: what an executor tells a display, made by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from offline.engine.display.board import Board
from offline.engine.display.event_json import EventLog
from offline.engine.model.diffing import detailed_diff
from offline.engine.model.events import Event, Finished, Op, Started, Step, StepDone, StepFailed, StepStarted
from offline.engine.model.resource import Resource
from offline.engine.model.values import Properties

__all__ = [
    "STACK",
    "board_of",
    "finished",
    "logged",
    "resource",
    "stack_step",
    "started",
    "step",
    "steps_done",
    "urn",
]

STACK = "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev"
THING = "pulumi-python:dynamic/twilio:ConversationService"


def urn(name: str) -> str:
    """Return the URN of a thing."""
    return f"urn:pulumi:dev::p::{THING}::{name}"


def resource(name: str, parent: str = STACK, **fields: Any) -> Resource:
    """Make a thing's state."""
    return Resource(urn=urn(name), type=THING, custom=True, parent=parent, **fields)


def step(
    op: Op,
    name: str,
    *,
    old: Properties | None = None,
    new: Properties | None = None,
    replaces: tuple[str, ...] = (),
    parent: str = STACK,
    logical: bool = True,
) -> Step:
    """Make an operation on a thing, given its old and new inputs."""
    return Step(
        op=op,
        urn=urn(name),
        type=THING,
        old=resource(name, parent, id=f"id-{name}", inputs=old) if old is not None else None,
        new=resource(name, parent, inputs=new) if new is not None else None,
        replace_keys=replaces,
        detailed_diff=detailed_diff(old, new, replaces) if old is not None and new is not None else {},
        logical=logical,
    )


def stack_step(op: Op = Op.CREATE) -> Step:
    """Make the operation on the stack itself."""
    state = Resource(urn=STACK, type="pulumi:pulumi:Stack", custom=False)
    return Step(op=op, urn=STACK, type=state.type, old=None if op is Op.CREATE else state, new=state)


def started(*, dry_run: bool = False, kind: Any = "update", interrupted: tuple[str, ...] = ()) -> Started:
    """Begin a phase."""
    return Started(kind=kind, dry_run=dry_run, stack="dev", interrupted=interrupted)


def finished(changes: dict[str, int], **fields: Any) -> Finished:
    """End a phase."""
    return Finished(**{"result": "succeeded", "changes": changes, "seconds": 2.5, **fields})


def steps_done(*steps: Step, seconds: float = 0.4, failed: Iterable[str] = ()) -> list[Event]:
    """Begin and end operations, one after the other; those of some names fail."""
    events: list[Event] = []
    for each in steps:
        kind = StepFailed if each.urn.rpartition("::")[2] in failed else StepDone
        events += [StepStarted(each), kind(each, seconds)]
    return events


def logged(*events: Event) -> list[dict[str, Any]]:
    """Return what an event log says of events, a line each."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "log")
        with EventLog(path, lambda _: None) as log:
            for event in events:
                log(event)
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def board_of(*events: Event) -> Board:
    """Make a board that has been told events."""
    board = Board()
    for event in events:
        board.add(event)
    return board
