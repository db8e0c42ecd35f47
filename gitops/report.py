"""A report on one stack: what a run of an engine told, judged, and written as JSON and back.

The JSON is what pipelines keep and what a deployment is compared with (gitops/review/); its Markdown is
gitops/markdown/.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from gitops.events import Change, Drift, Operation, Problem, Record, Violation
from gitops.exits import Exit, GitopsError
from tools.stack_names import RULE, is_stack_name

__all__ = ["Kind", "Report"]

VERSION = 1
Kind = Literal["preview", "drift", "deploy"]

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
        salt: Which salt the digests of the operations are made with; empty if none was set.
    """

    kind: Kind
    stack: str
    api: Literal["twilio", "emulator"]
    commit: str
    record: Record
    notes: tuple[str, ...] = ()
    stopped: bool = False
    salt: str = ""

    @property
    def guards(self) -> tuple[Problem, ...]:
        """The refusals that protect what exists."""
        return tuple(each for each in self.record.problems if each.guard)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that are no such refusals."""
        return tuple(each for each in self.record.problems if not each.guard)

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
            "guards": [*map(_told, self.guards)],
            "errors": [*map(_told, self.errors)],
            "stopped": self.stopped,
            "salt": self.salt,
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
                    problems=(
                        *(replace(each, guard=True) for each in _parts(Problem, document["guards"])),
                        *_parts(Problem, document["errors"]),
                    ),
                    succeeded=document["succeeded"],
                ),
                notes=tuple(document["notes"]),
                stopped=document["stopped"],
                # An earlier version wrote no digests.
                salt=_text(document.get("salt", "")),
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


def _told(problem: Problem) -> dict[str, str]:
    """Write a problem; which list it stands in tells whether it is a guard's, and an earlier version wrote no code."""
    return {"resource": problem.resource, "message": problem.message, "code": problem.code}


def _operation(document: Mapping[str, Any]) -> Operation:
    changes = {key: Change(**change) for key, change in document["properties"].items()}
    digests = {key: _text(digest) for key, digest in document.get("digests", {}).items()}
    return Operation(**{**document, "properties": changes, "digests": digests})


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("must be text")
    return value


def _parts(kind: type[Part], documents: list[dict[str, Any]]) -> Iterator[Part]:
    for document in documents:
        lists = {key: tuple(value) for key, value in document.items() if isinstance(value, list)}
        yield kind(**{**document, **lists})
