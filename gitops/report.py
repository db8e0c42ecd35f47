"""A report on one stack: what a run of an engine told, judged, and written as JSON and back.

The JSON is what pipelines keep and what a deployment is compared with; its Markdown is gitops/markdown.py.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from gitops.events import Change, Drift, Operation, Problem, Record, Violation
from gitops.exits import Exit, GitopsError
from gitops.values import LATER
from tools.stack_names import RULE, is_stack_name

__all__ = ["HOLDS", "Kind", "Report", "differences", "is_guard"]

VERSION = 1
Kind = Literal["preview", "drift", "deploy"]

HOLDS = "its state still holds what is at Twilio"
"""Why the removal of a stack file is refused (gitops/environments/gone.py)."""
GUARDS = (
    re.compile(
        r"it holds (conversations|users) \(at least \d+\)|whether it holds conversations can't be told"
        r"|messages are led to it by address configurations"
    ),  # the provider, before what a service holds would be lost
    re.compile(
        r"marked for protection|because it is protected|\bis protected\b"
    ),  # the engine, for `protect`
    re.compile(re.escape(HOLDS)),
)
"""How a refusal that protects what exists is told from other failures."""

Part = TypeVar("Part", Drift, Violation, Problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is known of one stack after a run.

    Args:
        kind: What was run.
        stack: The stack's name.
        api: "twilio", or "emulator" for a rehearsal, which proves nothing about Twilio.
        commit: The commit that was run; empty where git does not know.
        record: What the run told.
        notes: Further sentences for the reader.
        stopped: Whether a deployment stopped, or ended, at a plan other than the reviewed one.
    """

    kind: Kind
    stack: str
    api: Literal["twilio", "emulator"]
    commit: str
    record: Record
    notes: tuple[str, ...] = ()
    stopped: bool = False

    @property
    def guards(self) -> tuple[Problem, ...]:
        """The refusals that protect what exists."""
        return tuple(each for each in self.record.problems if is_guard(each.message))

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that are no such refusals."""
        return tuple(each for each in self.record.problems if not is_guard(each.message))

    @property
    def exit(self) -> Exit:
        """The exit code that this report stands for."""
        record = self.record
        if any(violation.enforcement == "mandatory" for violation in record.violations):
            return Exit.POLICY
        if self.guards:
            return Exit.GUARD
        if record.problems or not record.succeeded:
            return Exit.FAILED
        if self.stopped:
            return Exit.CHANGES
        # What waits to be deployed is no drift.
        waiting = record.operations if self.kind == "preview" else ()
        if self.kind != "deploy" and (record.drift or waiting):
            return Exit.CHANGES
        return Exit.FINE

    def to_json(self) -> str:
        """Return the report as a JSON document."""
        record = self.record
        document = {
            "version": VERSION,
            "kind": self.kind,
            "stack": self.stack,
            "api": self.api,
            "commit": self.commit,
            "exit": {"code": int(self.exit), "name": self.exit.name.lower()},
            "succeeded": record.succeeded,
            "operations": [dataclasses.asdict(each) for each in record.operations],
            "drift": [dataclasses.asdict(each) for each in record.drift],
            "violations": [dataclasses.asdict(each) for each in record.violations],
            "guards": [dataclasses.asdict(each) for each in self.guards],
            "errors": [dataclasses.asdict(each) for each in self.errors],
            "stopped": self.stopped,
            "notes": [*self.notes],
        }
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str, source: str) -> Report:
        """Read a report.

        Args:
            text: The JSON document.
            source: Where it comes from, for messages.

        Raises:
            GitopsError: If it is none of this version.
        """
        try:
            document = json.loads(text)
            if document["version"] != VERSION:
                raise GitopsError(f"{source}: is a report of version {document['version']}, not {VERSION}")
            if not is_stack_name(document["stack"]):
                raise GitopsError(f"{source}: is a report on no stack", hint=RULE)
            return cls(
                kind=document["kind"],
                stack=document["stack"],
                api=document["api"],
                commit=document["commit"],
                record=Record(
                    operations=tuple(_operation(each) for each in document["operations"]),
                    drift=tuple(_parts(Drift, document["drift"])),
                    violations=tuple(_parts(Violation, document["violations"])),
                    problems=(*_parts(Problem, document["guards"]), *_parts(Problem, document["errors"])),
                    succeeded=document["succeeded"],
                ),
                notes=tuple(document["notes"]),
                stopped=document["stopped"],
            )
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
            raise GitopsError(f"{source}: is no report of gitops") from None

    @classmethod
    def read(cls, path: Path) -> Report:
        """Read a report's file.

        Raises:
            GitopsError: If there is none, or no report in it.
        """
        try:
            return cls.from_json(path.read_text(encoding="utf-8"), path.name)
        except OSError as error:
            raise GitopsError(f"cannot read {path.name}: {error.strerror}") from None
        except UnicodeDecodeError:
            raise GitopsError(f"{path.name}: is no report of gitops") from None

    @classmethod
    def read_all(cls, folder: Path) -> list[Report]:
        """Read every report of a folder and of the folders in it, in order of the stacks' names."""
        paths = sorted(folder.rglob("*.json")) if folder.is_dir() else []
        return sorted((cls.read(path) for path in paths), key=lambda each: each.stack)


def is_guard(message: str) -> bool:
    """Tell whether an error is a refusal that protects what exists."""
    return any(pattern.search(message) for pattern in GUARDS)


def differences(reviewed: Report | None, found: Report) -> list[str]:
    """Say in what the operations of a plan differ from the reviewed ones; [] if they are the same.

    Operations are the same if they do the same to the same resource and thing, with the same new values. What was
    reviewed and is done already, whole or in part, makes no difference: a run that failed on its way, or that is run
    again, goes on with the rest. A deletion that an earlier run left over is the rest of a reviewed replacement of the
    same thing.

    Args:
        reviewed: The report that was reviewed; None if the review showed no operation on this stack.
        found: The report on the plan that would be carried out now.
    """
    before = {_key(each): each for each in (reviewed.record.operations if reviewed else ())}
    now = {_key(each): each for each in found.record.operations}
    for key, left in [(key, each) for key, each in now.items() if each.left_over]:
        replaced = before.get(_key(replace(left, left_over=False)))
        if replaced is not None and (replaced.op, replaced.sid) == ("replace", left.sid):
            del now[key]
    return [*_differences(before, now)]


def _differences(before: Mapping[str, Operation], now: Mapping[str, Operation]) -> Iterator[str]:
    for key, becomes in sorted(now.items()):
        was = before.get(key)
        if was is None:
            yield f"{key}: reviewed: nothing, now: {becomes.op}"
        elif was.op != becomes.op:
            yield f"{key}: reviewed: {was.op}, now: {becomes.op}"
        elif was.sid != becomes.sid:
            yield f"{key}: reviewed: {was.op} of {was.sid or 'nothing'}, now of {becomes.sid or 'nothing'}"
        elif keys := _unequal(was, becomes):
            yield f"{key}: {was.op} with other values than reviewed: {', '.join(keys)}"


def _unequal(was: Operation, becomes: Operation) -> list[str]:
    """Name the values that are not the reviewed ones; a SID that only the run would know may be known by now."""
    reviewed = {key: change.new for key, change in was.properties.items()}
    found = {key: change.new for key, change in becomes.properties.items()}
    # A creation sets everything anew; of an update a part may be done.
    missing = {*reviewed} - {*found} if becomes.op in ("create", "import") else set()
    return sorted(
        {key for key, value in found.items() if not _agrees(key, reviewed.get(key), value)}
        | {key for key in missing if reviewed[key] != LATER}
    )


def _agrees(key: str, reviewed: object, found: object) -> bool:
    return reviewed == found or (reviewed == LATER and key.endswith("_sid"))


def _key(operation: Operation) -> str:
    key = f"{operation.type.rpartition(':')[2]} {operation.name}"
    return f"{key}, left over by an earlier run as {operation.sid}" if operation.left_over else key


def _operation(document: Mapping[str, Any]) -> Operation:
    changes = {key: Change(**change) for key, change in document["properties"].items()}
    return Operation(**{**document, "properties": changes})


def _parts(kind: type[Part], documents: list[dict[str, Any]]) -> Iterator[Part]:
    for document in documents:
        lists = {key: tuple(value) for key, value in document.items() if isinstance(value, list)}
        yield kind(**{**document, **lists})
