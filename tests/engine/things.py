"""Running the things project: a stack kept in memory, the world that its resources are files in, and what was seen."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

from offline.engine.core import executor
from offline.engine.model.events import (
    Diagnostic,
    Event,
    Finished,
    PolicyViolation,
    Started,
    StepDone,
    StepFailed,
)
from offline.engine.model.resource import Resource, Snapshot
from offline.engine.model.target import Kind, Options, Outcome, Target
from offline.engine.model.urn import is_provider
from offline.engine.model.values import reveal

Spec: TypeAlias = dict[str, Any]
"""One step of the things program; its `__main__.py` tells the kinds."""

PROJECT = Path(__file__).with_name("projects") / "things"
TYPE = "pulumi-python:dynamic/test:Thing"


def urn(name: str, type_: str = TYPE) -> str:
    """The URN of a resource in the test stack."""
    return f"urn:pulumi:dev::things::{type_}::{name}"


STACK = urn("things-dev", "pulumi:pulumi:Stack")
DEFAULT = urn("default", "pulumi:providers:pulumi-python")


@dataclass
class Seen:
    """One run as its events tell it."""

    outcome: Outcome
    events: list[Event]

    @property
    def result(self) -> str:
        return self.outcome.result

    @property
    def steps(self) -> list[str]:
        """`<op> <name>` of each step done, without those that stayed the same."""
        done = [event.step for event in self.events if isinstance(event, StepDone)]
        return [f"{step.op} {step.urn.rpartition('::')[2]}" for step in done if step.op != "same"]

    @property
    def failed(self) -> list[str]:
        failures = [event.step for event in self.events if isinstance(event, StepFailed)]
        return [f"{step.op} {step.urn.rpartition('::')[2]}" for step in failures]

    @property
    def errors(self) -> list[str]:
        return self.said("error")

    @property
    def interrupted(self) -> list[str]:
        return [text for event in self.events if isinstance(event, Started) for text in event.interrupted]

    @property
    def violations(self) -> list[tuple[str, str, str]]:
        found = [event for event in self.events if isinstance(event, PolicyViolation)]
        return [(event.policy, event.enforcement, event.urn.rpartition("::")[2]) for event in found]

    @property
    def finished(self) -> Finished:
        return next(event for event in reversed(self.events) if isinstance(event, Finished))

    def said(self, severity: str) -> list[str]:
        told = [event for event in self.events if isinstance(event, Diagnostic)]
        return [event.message for event in told if event.severity == severity]


@dataclass
class Stack:
    """A stack of the things project in a folder of its own."""

    folder: Path
    snapshot: Snapshot = field(default_factory=Snapshot)
    saves: list[Snapshot] = field(default_factory=list)
    config: dict[str, str] = field(default_factory=dict)
    secret_keys: frozenset[str] = frozenset()
    options: Options = field(default_factory=Options)
    on_event: Callable[[Event], None] | None = None

    def __post_init__(self) -> None:
        self.project = self.folder / "project"
        self.world = self.folder / "world"
        if not self.project.exists():
            shutil.copytree(PROJECT, self.project)
            self.world.mkdir()

    def up(self, *spec: Spec, dry_run: bool = False, **options: Any) -> Seen:
        """Declare a program, and run it."""
        self.declare(*spec)
        return self.run("update", dry_run=dry_run, **options)

    def declare(self, *spec: Spec) -> None:
        (self.project / "spec.json").write_text(json.dumps(spec))

    def run(self, operation: Kind, *, dry_run: bool = False, **options: Any) -> Seen:
        return asyncio.run(self.arun(operation, dry_run=dry_run, **options))

    async def arun(
        self,
        operation: Kind,
        *,
        dry_run: bool = False,
        cancel: asyncio.Event | None = None,
        **options: Any,
    ) -> Seen:
        """Run an operation; take over what was saved, as the next command would."""
        events: list[Event] = []
        self.saves = []

        def emit(event: Event) -> None:
            events.append(event)
            if self.on_event is not None:
                self.on_event(event)

        outcome: Outcome = await executor.run(
            operation,
            self.target,
            self.snapshot,
            replace(self.options, **options),
            dry_run=dry_run,
            save=self.saves.append,
            emit=emit,
            cancel=cancel,
        )
        if self.saves:
            assert outcome.snapshot == self.saves[-1]
            self.snapshot = self.saves[-1]
        return Seen(outcome, events)

    @property
    def target(self) -> Target:
        return Target(
            root=self.project,
            main=self.project,
            project="things",
            stack="dev",
            python=sys.executable,
            config={"things:world": str(self.world), **self.config},
            secret_keys=self.secret_keys,
        )

    def resource(self, name: str) -> Resource:
        """The one resource of this name that is not waiting for its deletion."""
        found = [r for r in self.snapshot.resources if r.name == name and not r.delete]
        assert len(found) == 1, [r.urn for r in found]
        return found[0]

    @property
    def names(self) -> list[str]:
        """What the state holds, without the stack and default providers, in its order."""
        resources = [r for r in self.snapshot.resources if r.parent or is_provider(r.type)]
        return [r.name + (" (delete)" if r.delete else "") for r in resources if r.urn != DEFAULT]

    @property
    def files(self) -> dict[str, Any]:
        """What exists, by name."""
        contents = [json.loads(file.read_text()) for file in sorted(self.world.glob("*.json"))]
        return {content.pop("name"): content for content in contents}

    @property
    def outputs(self) -> Any:
        return reveal(self.resource("things-dev").outputs)

    def calls(self, *kinds: str) -> list[str]:
        """`<call> <name>` of each call that ended since the last time, in order."""
        lines = self.log()
        (self.world / "log").write_text("")
        ended = [line for line in lines if line[2] == "end" and (not kinds or line[3] in kinds)]
        return [f"{line[3]} {line[4]}" for line in ended]

    def log(self) -> list[list[str]]:
        """The provider's log: time, process id, begin or end, call, name."""
        file = self.world / "log"
        return [line.split(" ") for line in file.read_text().splitlines()] if file.exists() else []

    def most_in_flight(self, call: str) -> int:
        most, current = 0, Counter[str]()
        for line in self.log():
            current[line[3]] += 1 if line[2] == "begin" else -1
            most = max(most, current[call])
        return most
