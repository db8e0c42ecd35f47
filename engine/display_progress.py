"""Progress as a live tree on a terminal, redrawn some times a second and never higher than the terminal.

While a phase runs, the rows that matter most are shown (running, failed, lately ended); once it is over, the whole
tree of what has changed stays on the screen, with the report below it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.display_board import Board, Row
from engine.display_details import details_lines
from engine.display_report import Showing, headline, report_lines
from engine.display_rows import layout, row_line
from engine.events import Diagnostic, Event, Finished, Op, Started
from engine.screen import Screen
from engine.text import Line, clean, format_seconds, plural, width

if TYPE_CHECKING:
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

__all__ = ["ProgressDisplay", "live_lines"]

REFRESHES_PER_SECOND = 8
_ROOM_FOR_FOOTER = 4


class ProgressDisplay:
    """Draws a run's events on a terminal; call it with each event, `close` it at the end."""

    def __init__(self, screen: Screen, showing: Showing, *, console: Console | None = None) -> None:
        from rich.console import Console

        self.board = Board()
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
            lines = list(live_lines(self.board, self._showing, size.width, size.height))
        text = Text(no_wrap=True, overflow="crop")
        for index, line in enumerate(lines):
            if index:
                text.append("\n")
            for part, style in line:
                text.append(part, style=style or None)
        return text


def live_lines(board: Board, showing: Showing, columns: int, height: int) -> Iterator[Line]:
    """Yield the lines of the live tree: at most `height` - 1 of at most `columns` each."""
    now = time.monotonic()
    room = max(height - 1 - _ROOM_FOR_FOOTER, 1)
    rows = [(row, tree) for row, tree in board.tree() if _is_shown(row, showing, live=True)]
    chosen = _choose(rows, room)
    columns = max(columns - 1, 20)
    plan = layout(chosen, columns, board.dry_run)
    for row, tree in chosen:
        yield row_line(row, tree, plan, board.dry_run, now, showing)
    hidden = len(rows) - len(chosen)
    if hidden:
        yield ((_fit(f"    … {hidden} more", columns), "dim"),)
    yield ()
    yield ((_fit(_footer(board, now), columns), "bold"),)
    latest = next((each for each in reversed(board.diagnostics) if each.severity != "debug"), None)
    if latest is not None:
        yield ((_fit(f"  {_first_line(latest)}", columns), "dim"),)


def final_lines(board: Board, showing: Showing, columns: int) -> Iterator[Line]:
    """Yield the tree of what has changed, in full height."""
    rows = [(row, tree) for row, tree in board.tree() if _is_shown(row, showing, live=False)]
    plan = layout(rows, max(columns - 1, 20), board.dry_run)
    for row, tree in rows:
        yield row_line(row, tree, plan, board.dry_run, time.monotonic(), showing)


def _is_shown(row: Row, showing: Showing, *, live: bool) -> bool:
    if row.status == "failed" or row.step.type == "pulumi:pulumi:Stack":
        return True
    if row.op in (Op.READ, Op.READ_REPLACEMENT):
        return showing.reads or (live and row.status == "running")
    if row.op in (Op.SAME, Op.REFRESH):
        # Components above a change are kept by the tree's order only if they changed themselves.
        return showing.sames or (live and row.status == "running" and row.current is not Op.SAME)
    return True


def _choose(rows: list[tuple[Row, str]], room: int) -> list[tuple[Row, str]]:
    if len(rows) <= room:
        return rows
    # Failures first, then what runs, then what ended last.
    ranked = sorted(
        rows,
        key=lambda each: (
            each[0].step.type != "pulumi:pulumi:Stack",
            each[0].status != "failed",
            each[0].status != "running",
            -each[0].changed_at,
        ),
    )
    kept = {id(row) for row, _ in ranked[:room]}
    return [(row, tree) for row, tree in rows if id(row) in kept]


def _footer(board: Board, now: float) -> str:
    seconds = format_seconds(now - board.began_at)
    if board.dry_run:
        planned = sum(row.op is not Op.SAME for row in board.rows.values())
        return f"  {plural(len(board.rows), 'resource')} seen, {plural(planned, 'change')} so far, {seconds}"
    parts = [f"{board.count('done')} done"]
    for status, word in (("running", "under way"), ("failed", "failed")):
        if count := board.count(status):  # type: ignore[arg-type]  # the literals of RowStatus
            parts.append(f"{count} {word}")
    return f"  {', '.join(parts)}, {seconds}"


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

