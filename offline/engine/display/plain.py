"""Progress as plain lines: one as each operation ends, none longer than it must be; for pipes and CI.

While nothing ends, a line every ten seconds says what is being waited for.
"""

from __future__ import annotations

import threading
import time

from offline.engine.display.board import Board, Row
from offline.engine.display.details import details_lines
from offline.engine.display.report import Showing, headline, report_lines
from offline.engine.display.screen import Screen
from offline.engine.display.words import (
    SIGNS,
    STYLES,
    Line,
    clean,
    describe_diff,
    op_done,
    op_running,
    short_type,
)
from offline.engine.model.durations import format_seconds
from offline.engine.model.events import Diagnostic, Event, Finished, Op, Started, Step, StepDone, StepFailed

__all__ = ["PlainDisplay", "operation_line"]

SILENCE_SECONDS = 10.0
MAX_DIFFS = 3


class PlainDisplay:
    """Prints a run's events as lines; call it with each event, `close` it at the end."""

    def __init__(self, screen: Screen, showing: Showing, *, silence_seconds: float = SILENCE_SECONDS) -> None:
        self.board = Board()
        self._screen = screen
        self._showing = showing
        self._silence_seconds = silence_seconds
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
                self._print(*lines)
                self._has_printed = (
                    self._has_printed or not isinstance(event, Started) or bool(event.interrupted)
                )
        if self._watcher is None:
            self._watcher = threading.Thread(target=self._watch, name="progress", daemon=True)
            self._watcher.start()

    def close(self) -> None:
        """End the waiting lines."""
        self._closed.set()
        if self._watcher is not None:
            self._watcher.join()

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
                return [(*_subject(step), (text, "red"))]
            case Diagnostic(severity, message) if severity in ("warning", "error") and message.strip():
                style = "red" if severity == "error" else "yellow"
                first = message.strip().splitlines()[0]
                name = f" {clean(event.urn.rpartition('::')[2])}" if event.urn else ""
                return [((f"    {severity}{name}: ", style), (clean(first), ""))]
            case Finished():
                details = list(details_lines(self.board)) if self._showing.diff else []
                return [
                    *([()] if self._has_printed else []),
                    *details,
                    *report_lines(self.board, self._showing),
                ]
            case _:
                return []

    def _is_shown(self, step: Step) -> bool:
        if step.op is Op.SAME:
            return self._showing.sames
        return step.op not in (Op.READ, Op.READ_REPLACEMENT) and (step.logical or step.leftover)

    def _print(self, *lines: Line) -> None:
        self._screen.print(*lines)
        self._last_line_at = time.monotonic()

    def _watch(self) -> None:
        while True:
            with self._lock:
                waited = time.monotonic() - self._last_line_at
                if waited >= self._silence_seconds and self.board.started and not self.board.finished:
                    self._print(_waiting_line(self.board))
                    self._has_printed = True
                    waited = 0.0
            if self._closed.wait(max(self._silence_seconds - waited, 0.01)):
                return


def operation_line(row: Row, step: Step, seconds: float, dry_run: bool, showing: Showing) -> Line:
    """Write one operation that has been done, or would be: ` ~ twilio:X support update [~name: "a" => "b"]`."""
    took = "" if dry_run else f" ({format_seconds(max(seconds, row.seconds))})"
    parts = [*_subject(step), (f"{op_done(step.op, dry_run=dry_run)}{took}", STYLES[step.op])]
    diffs = row.diffs() if step.op in (Op.UPDATE, Op.REPLACE, Op.CREATE_REPLACEMENT) else {}
    if diffs:
        shown = list(diffs.items())[:MAX_DIFFS]
        parts.append((" [", "dim"))
        for index, (path, diff) in enumerate(shown):
            parts += [(", ", "dim")] if index else []
            parts += describe_diff(path, diff, showing.limit, values=not row.objected)
        parts.append((f", {len(diffs) - len(shown)} more]" if len(diffs) > len(shown) else "]", "dim"))
    if step.leftover and step.old:
        parts.append((f" [left over from an earlier replacement: {clean(step.old.id)}]", "dim"))
    return tuple(parts)


def _subject(step: Step) -> Line:
    name = clean(step.urn.rpartition("::")[2])
    return ((f" {SIGNS[step.op]:<2} ", STYLES[step.op]), (f"{short_type(step.type)} {name} ", ""))


def _waiting_line(board: Board) -> Line:
    now = time.monotonic()
    running = [row for row in board.rows.values() if row.status == "running" and row.current is not Op.SAME]
    running.sort(key=lambda row: row.started_at)
    text = f"    … {format_seconds(now - board.began_at)}: {board.count('done')} done"
    if running and not board.dry_run:
        oldest = running[0]
        text += (
            f", {len(running)} under way, longest {op_running(oldest.current)} {clean(oldest.name)}"
            f" for {format_seconds(oldest.elapsed(now))}"
        )
    return ((text, "dim"),)
