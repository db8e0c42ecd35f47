"""Displays for machines: `--json` on stdout, and the file of `--event-log` beside any other display."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from offline.engine.display.event_json import Digest, EventLines
from offline.engine.display.screen import Screen
from offline.engine.display.words import Line
from offline.engine.errors import UsageError
from offline.engine.files.atomic_file import open_private
from offline.engine.model.events import Emit, Event, Finished, Started

__all__ = ["EventLog", "JsonDisplay"]


class JsonDisplay:
    """Prints previews as one document each, and everything else (or all, if `stream`) as lines of events."""

    def __init__(
        self, screen: Screen, config: Mapping[str, str], *, show_sames: bool = False, stream: bool = False
    ) -> None:
        self._screen = screen
        self._config = config
        self._show_sames = show_sames
        self._stream = stream
        self._digest: Digest | None = None
        self._lines = EventLines(config)

    def __call__(self, event: Event) -> None:
        """Take an event."""
        if isinstance(event, Started):
            is_document = event.dry_run and not self._stream
            self._digest = Digest(self._config, show_sames=self._show_sames) if is_document else None
        if self._digest is None:
            self._screen.print(*(_plain(line) for line in self._lines.lines(event)))
            return
        self._digest(event)
        if isinstance(event, Finished):
            self._screen.print(_plain(self._digest.text()))
            self._digest = None

    def close(self) -> None:
        """End; a preview that did not finish prints nothing."""


class EventLog:
    """Writes every event to a file, a line each, and passes it on; the file is complete on every way out."""

    def __init__(self, path: Path, config: Mapping[str, str], emit: Emit) -> None:
        try:
            self._file = open_private(path)
        except OSError as error:
            raise UsageError(f"cannot write --event-log {path}: {error.strerror}") from None
        self._lines = EventLines(config)
        self._emit = emit

    def __call__(self, event: Event) -> None:
        """Take an event."""
        for line in self._lines.lines(event):
            self._file.write(f"{line}\n")
        self._emit(event)

    def __enter__(self) -> EventLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def _plain(text: str) -> Line:
    return ((text, ""),)
