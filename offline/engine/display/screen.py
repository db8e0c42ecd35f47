"""Where displays print: lines with or without colour, to a stream that may go away.

Colours follow --color, NO_COLOR and whether anybody would see them.
Source: https://no-color.org
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TextIO

from offline.engine.display.words import Line

__all__ = ["Screen", "wants_colour"]

_CLEAR: Final = "\r\x1b[2K"
_CUT: Final = ("\x1b[?7l", "\x1b[?7h")
"""Lines that are too long for the terminal: cut them off, wrap them again."""
_CODES: Final = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "magenta": "35",
    "cyan": "36",
}


def wants_colour(choice: str, stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Decide on colour: `choice` is always, never or auto."""
    if choice in ("always", "never"):
        return choice == "always"
    return stream.isatty() and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


@dataclass(slots=True)
class Screen:
    """A stream that takes lines from several threads, each whole."""

    stream: TextIO = field(default_factory=lambda: sys.stdout)
    colour: bool = False
    _passing: str = ""
    """What clears a line that shall not stay; empty if there is none."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def print(self, *lines: Line) -> None:
        """Write lines; silent once nobody reads any more."""
        self.write(self._passing + "".join(f"{self.render(line)}\n" for line in lines))
        self._passing = ""

    def show(self, line: Line) -> None:
        """Write a line of a terminal that the next one takes the place of, cut at the terminal's edge."""
        begin, end = _CUT
        self.write(f"{self._passing}{begin}{self.render(line)}{end}")
        self._passing = _CLEAR

    def write(self, text: str) -> None:
        """Write text as it is, at once."""
        with self._lock:
            try:
                self.stream.write(text)
                self.stream.flush()
            except BrokenPipeError:
                # `… | head` has seen enough, but the run goes on: half an update is worse than a silent one.
                with contextlib.suppress(OSError, ValueError):
                    os.dup2(os.open(os.devnull, os.O_WRONLY), self.stream.fileno())

    def render(self, line: Iterable[tuple[str, str]]) -> str:
        """Return a line as text, with escape codes if this screen is coloured."""
        if not self.colour:
            return "".join(text for text, _ in line).rstrip()
        return "".join(_paint(text, style) for text, style in line).rstrip()


def _paint(text: str, style: str) -> str:
    codes = ";".join(_CODES[word] for word in style.split() if word in _CODES)
    return f"\x1b[{codes}m{text}\x1b[0m" if codes and text.strip() else text
