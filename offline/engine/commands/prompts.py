"""Questions to a person at a terminal."""

from __future__ import annotations

import getpass
from collections.abc import Sequence

from offline.engine.display.screen import Screen
from offline.engine.errors import CancelledError

__all__ = ["ask_secret", "choose", "confirm_name"]


def choose(screen: Screen, question: str, answers: Sequence[str], *, default: str) -> str:
    """Ask until one of some words, or its beginning, is given; an empty line is the default.

    Raises:
        CancelledError: if the person leaves (ctrl-C, ctrl-D).
    """
    while True:
        screen.write(f"{question} [{'/'.join(answers)}] ({default}): ")
        given = _read(screen).lower() or default
        matches = [answer for answer in answers if answer.startswith(given)]
        if len(matches) == 1:
            return matches[0]
        screen.write(f"please answer {', '.join(answers[:-1])} or {answers[-1]}\n")


def confirm_name(screen: Screen, warning: str, name: str) -> None:
    """Let a person type a name to confirm what cannot be undone.

    Raises:
        CancelledError: if anything else is typed.
    """
    screen.write(f"{warning}\nPlease confirm by typing {name}: ")
    if _read(screen) != name:
        raise CancelledError("confirmation declined")


def ask_secret(question: str) -> str:
    """Read a line that is not shown.

    Raises:
        CancelledError: if the person leaves.
    """
    try:
        return getpass.getpass(f"{question}: ")
    except (EOFError, KeyboardInterrupt):
        raise CancelledError("cancelled at the question") from None


def _read(screen: Screen) -> str:
    try:
        return input().strip()
    except (EOFError, KeyboardInterrupt):
        screen.write("\n")
        raise CancelledError("cancelled at the question") from None
