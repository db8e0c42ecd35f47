"""What a display has been told so far, a row a resource: its operation, status and time.

Knows nothing of terminals; `progress.py` shows it, `report.py` sums it up.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from offline.engine.model.events import (
    Diagnostic,
    Event,
    Finished,
    Op,
    PolicyLoaded,
    PolicyViolation,
    Started,
    Step,
    StepDone,
    StepFailed,
    StepStarted,
)
from offline.engine.model.urn import STACK_TYPE

__all__ = ["Board", "Row", "RowStatus"]

ADOPTED_BY = "import_sid"
"""The input by which a dynamic resource says what it takes over instead of making one; Pulumi has no word for that."""

RowStatus: TypeAlias = Literal["running", "done", "failed"]


@dataclass(slots=True)
class Row:
    """One resource."""

    step: Step
    status: RowStatus = "running"
    op: Op = Op.SAME
    """The operation to show; a replacement's halves count as one."""
    current: Op = Op.SAME
    """The operation under way, or the last one."""
    started_at: float = 0.0
    seconds: float = 0.0
    """Of the operations that have ended."""
    adopted: bool = False
    """Whether its creation makes nothing: it takes over what is there, or is a part of what does."""
    objected: bool = False
    """Whether a policy objects to it: its values may be what must not be shown."""

    @property
    def name(self) -> str:
        """The name that the program gave."""
        return self.step.urn.rpartition("::")[2]

    def elapsed(self, now: float) -> float:
        """Seconds spent on it so far."""
        return self.seconds + (now - self.started_at if self.status == "running" else 0.0)


@dataclass(slots=True)
class Board:
    """All that one phase (a preview, an update …) has told."""

    started: Started | None = None
    finished: Finished | None = None
    rows: dict[str, Row] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    packs: list[PolicyLoaded] = field(default_factory=list)
    violations: list[PolicyViolation] = field(default_factory=list)
    began_at: float = field(default_factory=time.monotonic)

    @property
    def dry_run(self) -> bool:
        """Tell whether this is a preview."""
        return self.started is not None and self.started.dry_run

    def add(self, event: Event) -> None:
        """Take note of an event."""
        match event:
            case Started():
                self.started = event
                self.began_at = time.monotonic()
            case StepStarted(step):
                self._begin(step)
            case StepDone(step, seconds):
                self._end(step, seconds, "done")
            case StepFailed(step, seconds):
                self._end(step, seconds, "failed")
            case Diagnostic():
                self.diagnostics.append(event)
            case PolicyLoaded():
                self.packs.append(event)
            case PolicyViolation():
                self.violations.append(event)
                if event.urn in self.rows:
                    self.rows[event.urn].objected = True
            case Finished():
                self.finished = event

    def count(self, status: RowStatus) -> int:
        """Count the rows of a status, the stack's own left out."""
        return sum(row.status == status and row.step.type != STACK_TYPE for row in self.rows.values())

    def _begin(self, step: Step) -> None:
        row = self.rows.get(step.key)
        if row is None:
            objected = any(violation.urn == step.urn for violation in self.violations)
            row = self.rows[step.key] = Row(step, objected=objected)
        if not (step.logical is False and row.op is Op.REPLACE):
            row.step = step
        row.op = _shown(row.op, step)
        row.adopted = self._adopts(step)
        row.current = step.op
        row.status, row.started_at = "running", time.monotonic()

    def _adopts(self, step: Step) -> bool:
        if step.op is not Op.CREATE or step.new is None:
            return False
        whole = self.rows.get(step.new.deleted_with)
        # What a thing has one of goes with it, and has its name.
        is_part = whole is not None and whole.adopted and whole.name == step.new.name
        return is_part or isinstance(step.new.inputs.get(ADOPTED_BY), str)

    def _end(self, step: Step, seconds: float, status: RowStatus) -> None:
        if step.key not in self.rows:
            self._begin(step)
        row = self.rows[step.key]
        if row.op is Op.REFRESH or not (step.logical is False and row.op is Op.REPLACE):
            row.step = step
        # A refresh ends as what it has found: nothing, a difference or a resource that is gone.
        row.op = step.op if row.op is Op.REFRESH else _shown(row.op, step)
        row.current = step.op
        row.seconds += seconds
        row.status = "failed" if "failed" in (status, row.status) else status


def _shown(old: Op, step: Step) -> Op:
    if step.logical or old is Op.SAME:
        return Op.REPLACE if step.op in (Op.CREATE_REPLACEMENT, Op.REPLACE) else step.op
    return old
