"""Progress as a live tree on a terminal, redrawn some times a second and never higher than the terminal.

While a phase runs, the rows that matter most are shown (running, failed, lately ended); once it is over, the whole
tree of what has changed stays on the screen, with the report below it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from offline.engine.display.board import Board, Row
from offline.engine.display.details import details_lines
from offline.engine.display.report import Showing, headline, report_lines
from offline.engine.display.rows import layout, row_line
from offline.engine.display.screen import Screen
from offline.engine.display.words import Line, clean, plural, width
from offline.engine.model.durations import format_seconds
from offline.engine.model.events import Changed, Diagnostic, Event, Finished, Op, Started
from offline.engine.model.urn import STACK_TYPE

if TYPE_CHECKING:
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

__all__ = ["ProgressDisplay", "live_lines"]

REFRESHES_PER_SECOND = 8
_ROOM_FOR_FOOTER = 4
_BAR = 24
_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


class ProgressDisplay:
    """Draws a run's events on a terminal; call it with each event, `close` it at the end."""

    def __init__(self, screen: Screen, showing: Showing, *, console: Console | None = None) -> None:
        from rich.console import Console

        self.board = Board()
        self._expected = 0
        self._screen = screen
        self._showing = showing
        self._console = console or Console(
            file=screen.stream, highlight=False, no_color=not screen.colour, force_terminal=True
        )
        self._lock = threading.Lock()
        self._live: Live | None = None

    def __call__(self, event: Event) -> None:
        """Take an event."""
        with self._lock:
            if isinstance(event, Started):
                self.board = Board()
            self.board.add(event)
        match event:
            case Started():
                self._screen.print(headline(self.board), ())
                self._screen.print(
                    *((("interrupted earlier: ", "yellow"), (clean(note), "")) for note in event.interrupted)
                )
                self._start()
            case Finished():
                self.close()
                # What a preview has counted tells the operation after it how far it is.
                self._expected = count_changes(event.changes) if self.board.dry_run else 0
                details = list(details_lines(self.board)) if self._showing.diff else []
                lines = list(final_lines(self.board, self._showing, self._console.width))
                self._screen.print(
                    *lines, *([()] if lines else []), *details, *report_lines(self.board, self._showing)
                )

    def close(self) -> None:
        """Take the live tree off the screen."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _start(self) -> None:
        from rich.live import Live

        self.close()
        self._live = Live(
            get_renderable=self._render,
            console=self._console,
            refresh_per_second=REFRESHES_PER_SECOND,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
            vertical_overflow="crop",
        )
        self._live.start()

    def _render(self) -> Text:
        from rich.text import Text

        with self._lock:
            size = self._console.size
            lines = list(
                live_lines(self.board, self._showing, size.width, size.height, expected=self._expected)
            )
        text = Text(no_wrap=True, overflow="crop")
        for index, line in enumerate(lines):
            if index:
                text.append("\n")
            for part, style in line:
                text.append(part, style=style or None)
        return text


def live_lines(
    board: Board, showing: Showing, columns: int, height: int, *, expected: int = 0
) -> Iterator[Line]:
    """Yield the lines of the live tree: at most `height` - 1 of at most `columns` each.

    `expected` is how many changes there will be; 0 if nobody knows.
    """
    now = time.monotonic()
    room = max(height - 1 - _ROOM_FOR_FOOTER, 1)
    rows = _shown(board, showing, live=True)
    chosen = list(board.tree(_choose(rows, room)))
    columns = max(columns - 1, 20)
    plan = layout(chosen, columns, board.dry_run, now)
    for row, tree in chosen:
        yield row_line(row, tree, plan, board.dry_run, now, showing)
    hidden = len(rows) - len(chosen)
    if hidden:
        yield ((_fit(f"    … {hidden} more", columns), "dim"),)
    yield ()
    yield _footer(board, now, columns, expected)
    if board.diagnostics:
        yield ((_fit(f"  {_first_line(board.diagnostics[-1])}", columns), "dim"),)


def final_lines(board: Board, showing: Showing, columns: int) -> Iterator[Line]:
    """Yield the tree of what has changed, in full height."""
    now = time.monotonic()
    rows = list(board.tree(_shown(board, showing, live=False)))
    plan = layout(rows, max(columns - 1, 20), board.dry_run, now)
    for row, tree in rows:
        yield row_line(row, tree, plan, board.dry_run, now, showing)


def _shown(board: Board, showing: Showing, *, live: bool) -> list[Row]:
    # What is above a shown row is shown, too: a tree without its branches tells little.
    kept = [row for row in board.rows.values() if _is_shown(row, showing, live=live)]
    branches = {above.key: above for row in kept for above in board.ancestors(row)}
    return list(({row.key: row for row in kept} | branches).values())


def _is_shown(row: Row, showing: Showing, *, live: bool) -> bool:
    if row.status == "failed" or row.step.type == STACK_TYPE:
        return True
    if row.op in (Op.READ, Op.READ_REPLACEMENT):
        return live and row.status == "running"
    if row.op in (Op.SAME, Op.REFRESH):
        return showing.sames or (live and row.status == "running" and row.current is not Op.SAME)
    return True


def _choose(rows: list[Row], room: int) -> list[Row]:
    if len(rows) <= room:
        return rows
    # Failures first, then what runs, then what ended last.
    return sorted(
        rows,
        key=lambda row: (
            row.step.type != STACK_TYPE,
            row.status != "failed",
            row.status != "running",
            -row.changed_at,
        ),
    )[:room]


def _footer(board: Board, now: float, columns: int, expected: int) -> Line:
    seconds = format_seconds(now - board.began_at)
    spinner = _SPINNER[int(now * REFRESHES_PER_SECOND) % len(_SPINNER)]
    if not board.rows:
        return ((_fit(f"  {spinner} starting, {seconds}", columns), "bold"),)
    changes = [row for row in board.rows.values() if row.op is not Op.SAME]
    if board.dry_run:
        text = f"  {spinner} {plural(len(board.rows), 'resource')} seen, "
        return ((_fit(f"{text}{plural(len(changes), 'change')} so far, {seconds}", columns), "bold"),)
    done = sum(row.status == "done" for row in changes)
    failed = sum(row.status == "failed" for row in changes)
    words = [f"{done} of {expected} done" if expected >= max(done, 1) else f"{done} done"]
    words += [f"{len(changes) - done - failed} under way"] if len(changes) > done + failed else []
    words += [f"{failed} failed"] if failed else []
    text = f"{', '.join(words)}, {seconds}"
    bar = _BAR if expected and columns > width(text) + _BAR + 4 else 0
    filled = min(bar * done // expected, bar) if bar else 0
    return (
        ("  ", ""),
        ("━" * filled, "green"),
        ("━" * (bar - filled), "dim"),
        ("  " if bar else "", ""),
        (_fit(text, columns - 2), "red bold" if failed else "bold"),
    )


def count_changes(changes: Changed) -> int:
    """Count the changes of a phase, reads and unchanged resources left out."""
    return sum(count for op, count in changes.items() if op not in ("same", "read", "read-replacement"))


def _first_line(diagnostic: Diagnostic) -> str:
    lines = diagnostic.message.strip().splitlines()
    prefix = f"{diagnostic.severity}: " if diagnostic.severity in ("warning", "error") else ""
    return f"{prefix}{clean(lines[0])}" if lines else ""


def _fit(text: str, columns: int) -> str:
    if width(text) <= columns:
        return text
    kept = text[:columns]
    while width(kept) > columns - 1:
        kept = kept[:-1]
    return f"{kept}…"
