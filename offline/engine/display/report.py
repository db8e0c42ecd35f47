"""What stands below the operations of a phase: diagnostics, policies, outputs, counts and time.

Pure functions from a board to lines; the same on a terminal and in a pipe.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from offline.engine.display.board import Board
from offline.engine.display.details import value_lines
from offline.engine.display.words import MAX_VALUE, Line, clean, op_done, short_type, sign
from offline.engine.model.durations import format_seconds
from offline.engine.model.events import Diagnostic, Finished, Op
from offline.engine.model.urn import STACK_TYPE

__all__ = ["Showing", "headline", "report_lines"]

_LEFTOVERS = {Op.DELETE_REPLACED: ("delete", "deleted"), Op.DISCARD_REPLACED: ("discard", "discarded")}
_COUNTED = (Op.CREATE, Op.UPDATE, Op.DELETE, Op.REPLACE, Op.REFRESH, Op.DISCARD, *_LEFTOVERS)
_SEVERITIES = {"warning": ("warning: ", "yellow"), "error": ("error: ", "red")}
_TITLES = {"update": "Updating", "refresh": "Refreshing", "destroy": "Destroying"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """What a display shows beyond the usual."""

    sames: bool = False
    full_values: bool = False
    diff: bool = False
    """Show every property of what changes, after each phase."""

    @property
    def limit(self) -> int | None:
        """Characters of a value that are shown; None for all."""
        return None if self.full_values else MAX_VALUE


def headline(board: Board) -> Line:
    """Return the first line of a phase, `Updating (dev):`."""
    kind, stack = (board.started.kind, board.started.stack) if board.started else ("update", "")
    title = f"Previewing {'update' if kind == 'preview' else kind}" if board.dry_run else _TITLES[kind]
    return ((f"{title} ({stack}):", "bold magenta"),)


def report_lines(board: Board, showing: Showing) -> Iterator[Line]:
    """Yield all lines of the report, each part followed by an empty one."""
    for part in (_diagnostics(board), _policies(board), _outputs(board, showing), _summary(board)):
        lines = list(part)
        yield from lines
        if lines:
            yield ()


def _diagnostics(board: Board) -> Iterator[Line]:
    groups: dict[str, list[Diagnostic]] = {}
    for diagnostic in board.diagnostics:
        if diagnostic.message.strip():
            groups.setdefault(diagnostic.urn, []).append(diagnostic)
    if not groups:
        return
    yield (("Diagnostics:", "bold magenta"),)
    for index, (urn, group) in enumerate(groups.items()):
        if index:
            yield ()
        yield ((f"  {_describe(urn, board)}:", "bold"),)
        for diagnostic in sorted(group, key=lambda each: each.severity != "error"):
            prefix, style = _SEVERITIES.get(diagnostic.severity, ("", ""))
            for number, text in enumerate(diagnostic.message.rstrip().splitlines()):
                yield (
                    ("    ", ""),
                    (prefix if number == 0 else "  " if prefix else "", style),
                    (clean(text), ""),
                )


def _describe(urn: str, board: Board) -> str:
    if not urn:
        stack = next((row for row in board.rows.values() if row.step.type == STACK_TYPE), None)
        return f"Stack ({stack.name})" if stack else "Stack"
    type_ = urn.split("::")[2].rpartition("$")[2] if urn.count("::") > 1 else urn
    return f"{short_type(type_)} ({clean(urn.rpartition('::')[2])})"


def _policies(board: Board) -> Iterator[Line]:
    # Where the program itself has failed, a pack has not seen everything: it is told of if it objects to something.
    ended = any(each.severity == "error" and not each.urn for each in board.diagnostics)
    objecting = {violation.pack for violation in board.violations}
    packs = [pack for pack in board.packs if not ended or pack.name in objecting]
    if packs:
        yield (("Policies:", "bold magenta"),)
    failed = {violation.pack for violation in board.violations if violation.enforcement == "mandatory"}
    for pack in packs:
        mark, style = ("failed", "red") if pack.name in failed else ("passed", "green")
        label = clean(f"{pack.name}@v{pack.version}" if pack.version else pack.name)
        yield (("    ", ""), (mark, style), (f"  {label}", "bold"), (f"  ({clean(pack.path)})", "dim"))
        for violation in board.violations:
            if violation.pack != pack.name:
                continue
            style = "red" if violation.enforcement == "mandatory" else "yellow"
            yield (
                ("        - ", ""),
                (f"[{violation.enforcement}]", style),
                (f"  {clean(violation.policy)}", "bold"),
                (f"  {_describe(violation.urn, board)}", ""),
            )
            for text in violation.message.rstrip().splitlines():
                yield ((f"          {clean(text)}", ""),)


def _outputs(board: Board, showing: Showing) -> Iterator[Line]:
    finished = board.finished
    if finished is None or finished.outputs is None:
        return
    old, new = finished.old_outputs or finished.outputs, finished.outputs
    # A preview tells of changes only, but for a stack's first; afterwards people want the values.
    sames = not (board.dry_run and finished.old_outputs)
    lines = list(value_lines(old, new, "  ", sames=sames, limit=showing.limit))
    if lines:
        yield (("Outputs:", "bold magenta"),)
        yield from lines


def _summary(board: Board) -> Iterator[Line]:
    finished = board.finished
    if finished is None:
        return
    yield (("Resources:", "bold magenta"),)
    adopted = sum(row.adopted and row.status == "done" for row in board.rows.values())
    counts = {(op, False): finished.changes.get(op.value, 0) for op in _COUNTED}
    counts = {(Op.CREATE, True): adopted, **counts}
    counts[Op.CREATE, False] -= adopted
    for (op, adopts), count in counts.items():
        if count > 0:
            (mark, style), done = sign(op, adopted=adopts), op_done(op, dry_run=board.dry_run, adopted=adopts)
            text = f"to {done}" if board.dry_run else done
            if op in _LEFTOVERS:
                todo, done = _LEFTOVERS[op]
                text = f"{f'to {todo}' if board.dry_run else done}, left over from an earlier replacement"
            yield (("    ", ""), (f"{mark:<2}{count} {text}", style))
    pieces = []
    if sum(count > 0 for count in counts.values()) > 1:
        pieces.append(f"{sum(counts.values())} changes")
    if unchanged := finished.changes.get(Op.SAME.value, 0):
        pieces.append(f"{unchanged} unchanged")
    if pieces:
        yield ((f"    {'. '.join(pieces)}", ""),)
    if failed := board.count("failed"):
        yield (("    ", ""), (f"{failed} failed", "red"))
    if not pieces and not failed and not any(counts.values()):
        yield (("    nothing to do", ""),)
    yield from _ending(finished, board)


def _ending(finished: Finished, board: Board) -> Iterator[Line]:
    if board.dry_run and finished.result == "succeeded":
        return
    yield ()
    words = {"failed": ("failed after ", "red"), "interrupted": ("stopped after ", "yellow")}
    text, style = words.get(finished.result, ("", ""))
    yield (("Duration: ", "bold magenta"), (text, style), (format_seconds(finished.seconds), ""))
