"""What a display has been told so far, as rows of a tree: one resource each, its operation, status and time.

Knows nothing of terminals; `plain.py` and `progress.py` show it, `report.py` sums it up.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from offline.engine.display.words import is_hidden, op_done, op_running
from offline.engine.model.diffing import detailed_diff
from offline.engine.model.events import (
    Diagnostic,
    Event,
    Finished,
    Op,
    PolicyLoaded,
    PolicyViolation,
    PropertyDiff,
    Started,
    Step,
    StepDone,
    StepFailed,
    StepStarted,
)
from offline.engine.model.resource import Resource
from offline.engine.model.urn import STACK_TYPE

__all__ = ["Board", "Row", "RowStatus"]

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
    changed_at: float = 0.0
    objected: bool = False
    """Whether a policy objects to it: its values may be what must not be shown."""

    @property
    def urn(self) -> str:
        """The resource's URN."""
        return self.step.urn

    @property
    def key(self) -> str:
        """What tells it from the other rows."""
        return self.step.key

    @property
    def parent(self) -> str:
        """URN of its parent; empty for the stack."""
        state = self.step.new or self.step.old
        return state.parent if state else ""

    @property
    def name(self) -> str:
        """The name that the program gave."""
        return self.step.urn.rpartition("::")[2]

    def diffs(self) -> dict[str, PropertyDiff]:
        """Return what differs, by property path, the SDK's own properties left out."""
        if self.op not in (Op.UPDATE, Op.REPLACE, Op.CREATE_REPLACEMENT, Op.REFRESH):
            return {}
        found = dict(self.step.detailed_diff)
        if not found and self.step.old and self.step.new:
            found = detailed_diff(self.step.old.inputs, self.step.new.inputs, self.step.replace_keys)
        return {path: diff for path, diff in found.items() if not is_hidden(path)}

    def status_text(self, *, dry_run: bool) -> str:
        """Say how it stands: creating, created, create, failed."""
        if self.status == "failed":
            return "failed"
        if self.step.leftover:
            return f"{op_done(self.op, dry_run=dry_run)} (left over)"
        if self.status == "running" and not dry_run:
            return op_running(Op.REPLACE if self.current is Op.CREATE_REPLACEMENT else self.current)
        return op_done(self.op, dry_run=dry_run) if self.op is not Op.SAME else ""

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

    def tree(self, rows: Iterable[Row]) -> Iterator[tuple[Row, str]]:
        """Yield some of the rows, children after their parent, each with the lines that join it to the tree.

        Where a parent is not among them, the nearest ancestor that is takes its place.
        """
        kept = {row.key for row in rows}
        children: dict[str, list[Row]] = {}
        for row in self.rows.values():
            if row.key in kept:
                above = next((ancestor.key for ancestor in self.ancestors(row) if ancestor.key in kept), "")
                children.setdefault(above, []).append(row)
        yield from _walk(children, "", "", root=True)

    def ancestors(self, row: Row) -> Iterator[Row]:
        """Yield the rows above a row, the nearest first."""
        seen = {row.key}
        above = self.rows.get(row.parent)
        while above is not None and above.key not in seen:
            seen.add(above.key)
            yield above
            above = self.rows.get(above.parent)

    def _begin(self, step: Step) -> None:
        now = time.monotonic()
        row = self.rows.get(step.key)
        if row is None:
            objected = any(violation.urn == step.urn for violation in self.violations)
            row = self.rows[step.key] = Row(step, objected=objected)
        if not (step.logical is False and row.op is Op.REPLACE):
            row.step = _with_parent(step, row.step)
        row.op = _shown(row.op, step)
        row.current = step.op
        row.status, row.started_at, row.changed_at = "running", now, now

    def _end(self, step: Step, seconds: float, status: RowStatus) -> None:
        if step.key not in self.rows:
            self._begin(step)
        row = self.rows[step.key]
        if row.op is Op.REFRESH or not (step.logical is False and row.op is Op.REPLACE):
            row.step = _with_parent(step, row.step)
        # A refresh ends as what it has found: nothing, a difference or a resource that is gone.
        row.op = step.op if row.op is Op.REFRESH else _shown(row.op, step)
        row.current = step.op
        row.seconds += seconds
        row.status = "failed" if "failed" in (status, row.status) else status
        row.changed_at = time.monotonic()


def _shown(old: Op, step: Step) -> Op:
    if step.logical or old is Op.SAME:
        return Op.REPLACE if step.op in (Op.CREATE_REPLACEMENT, Op.REPLACE) else step.op
    return old


def _with_parent(step: Step, previous: Step) -> Step:
    # A step that tells of no state keeps the row where it was in the tree.
    if step.new is None and step.old is None and isinstance(previous.new or previous.old, Resource):
        return previous
    return step


def _walk(
    children: dict[str, list[Row]], parent: str, indent: str, *, root: bool
) -> Iterator[tuple[Row, str]]:
    rows = children.get(parent, [])
    for index, row in enumerate(rows):
        last = index == len(rows) - 1
        yield row, "" if root else f"{indent}{'└─ ' if last else '├─ '}"
        below = "" if root else f"{indent}{'   ' if last else '│  '}"
        yield from _walk(children, row.key, below, root=False)
