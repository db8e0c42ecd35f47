"""A run as lines, one as each operation ends, then the report: the same on a terminal and in a pipe.

While nothing ends, a line says what is being waited for: on a terminal below the others and always anew, elsewhere
every ten seconds.
"""

from __future__ import annotations

import threading
import time

from offline.engine.display.board import Board, Row
from offline.engine.display.details import details_lines
from offline.engine.display.report import Showing, headline, report_lines
from offline.engine.display.screen import Screen
from offline.engine.display.words import (
    Line,
    clean,
    describe_diff,
    op_done,
    op_running,
    short_type,
    sign,
)
from offline.engine.model.durations import format_seconds
from offline.engine.model.events import Diagnostic, Event, Finished, Op, Started, Step, StepDone, StepFailed

__all__ = ["ProgressDisplay", "operation_line", "waiting_line"]

SILENCE_SECONDS = 10.0
LIVE_SECONDS = 0.2
MAX_DIFFS = 3


class ProgressDisplay:
    """Shows a run's events; call it with each event, `close` it at the end.

    Args:
        live: Whether a terminal takes the lines.
        silence_seconds: After how long a line says what is being waited for.
    """

    def __init__(
        self, screen: Screen, showing: Showing, *, live: bool = False, silence_seconds: float | None = None
    ) -> None:
        self.board = Board()
        self._expected = 0
        self._screen = screen
        self._showing = showing
        self._live = live
        self._silence_seconds = silence_seconds or (LIVE_SECONDS if live else SILENCE_SECONDS)
        self._lock = threading.Lock()
        self._last_line_at = time.monotonic()
        self._has_printed = False
        self._closed = threading.Event()
        self._watcher: threading.Thread | None = None

    def __call__(self, event: Event) -> None:
        """Take an event."""
        with self._lock:
            if isinstance(event, Started):
                self.board = Board()
                self._has_printed = False
            self.board.add(event)
            lines = self._lines(event)
            if lines:
                self._screen.print(*lines)
                self._last_line_at = time.monotonic()
                self._has_printed = (
                    self._has_printed or not isinstance(event, Started) or bool(event.interrupted)
                )
            if isinstance(event, Finished):
                # What a preview has seen tells the operation after it how far it is.
                self._expected = self.board.count("done") if self.board.dry_run else 0
        if self._watcher is None:
            self._watcher = threading.Thread(target=self._watch, name="progress", daemon=True)
            self._watcher.start()

    def close(self) -> None:
        """End the waiting lines."""
        self._closed.set()
        if self._watcher is not None:
            self._watcher.join()
        self._screen.print()

    def _lines(self, event: Event) -> list[Line]:
        match event:
            case Started():
                notes = [
                    (("interrupted earlier: ", "yellow"), (clean(note), "")) for note in event.interrupted
                ]
                return [headline(self.board), (), *notes]
            case StepDone(step, seconds) if self._is_shown(step):
                row = self.board.rows[step.key]
                return [operation_line(row, step, seconds, self.board.dry_run, self._showing)]
            case StepFailed(step, seconds):
                text = f"{op_running(step.op) or 'running'} failed ({format_seconds(seconds)})"
                return [(*_subject(step, self.board.rows[step.key]), (text, "red"))]
            case Diagnostic(severity, message, urn) if severity == "warning" or (severity == "error" and urn):
                style = "red" if severity == "error" else "yellow"
                name = f" {clean(urn.rpartition('::')[2])}" if urn else ""
                first = clean(message.strip().split("\n")[0])
                return [((f"    {severity}{name}: ", style), (first, ""))] if first else []
            case Finished():
                details = details_lines(self.board) if self._showing.diff else ()
                report = report_lines(self.board, self._showing)
                return [*([()] if self._has_printed else []), *details, *report]
            case _:
                return []

    def _is_shown(self, step: Step) -> bool:
        if step.op is Op.SAME:
            return self._showing.sames
        return step.op not in (Op.READ, Op.READ_REPLACEMENT) and (step.logical or step.leftover)

    def _watch(self) -> None:
        while True:
            with self._lock:
                waited = time.monotonic() - self._last_line_at
                if waited >= self._silence_seconds and self.board.started and not self.board.finished:
                    line = waiting_line(self.board, self._expected)
                    if self._live:
                        self._screen.show(line)
                    else:
                        self._screen.print(line)
                        self._has_printed = True
                    self._last_line_at = time.monotonic()
                    waited = 0.0
            if self._closed.wait(max(self._silence_seconds - waited, 0.01)):
                return


def operation_line(row: Row, step: Step, seconds: float, dry_run: bool, showing: Showing) -> Line:
    """Write one operation that has been done, or would be: ` ~ twilio:X support update [~name: "a" => "b"]`."""
    took = "" if dry_run else f" ({format_seconds(max(seconds, row.seconds))})"
    done = op_done(step.op, dry_run=dry_run, adopted=row.adopted)
    parts = [*_subject(step, row), (f"{done}{took}", sign(step.op, adopted=row.adopted)[1])]
    if diffs := row.step.detailed_diff:
        shown = list(diffs.items())[:MAX_DIFFS]
        parts.append((" [", "dim"))
        for index, (path, diff) in enumerate(shown):
            parts += [(", ", "dim")] if index else []
            parts += describe_diff(path, diff, showing.limit, values=not row.objected)
        parts.append((f", {len(diffs) - len(shown)} more]" if len(diffs) > len(shown) else "]", "dim"))
    if step.leftover and step.old:
        parts.append((f" [left over from an earlier replacement: {clean(step.old.id)}]", "dim"))
    return tuple(parts)


def waiting_line(board: Board, expected: int) -> Line:
    """Write how far a run is: `    … 12s: 3 of 9 done, 2 under way, longest creating support for 4s`.

    `expected` is how many resources there will be; 0 if nobody knows.
    """
    now = time.monotonic()
    running = [row for row in board.rows.values() if row.status == "running" and row.current is not Op.SAME]
    done = board.count("done")
    of = f" of {expected}" if expected >= done > 0 else ""
    text = f"    … {format_seconds(now - board.began_at)}: {done}{of} done"
    if running and not board.dry_run:
        oldest = min(running, key=lambda row: row.started_at)
        text += (
            f", {len(running)} under way, longest {op_running(oldest.current)} {clean(oldest.name)}"
            f" for {format_seconds(oldest.elapsed(now))}"
        )
    return ((text, "dim"),)


def _subject(step: Step, row: Row) -> Line:
    name, (mark, style) = clean(step.urn.rpartition("::")[2]), sign(step.op, adopted=row.adopted)
    return ((f" {mark:<2} ", style), (f"{short_type(step.type)} {name} ", ""))
