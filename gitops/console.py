"""One way to tell a pipeline's log something: standard error; standard output is for results."""

from __future__ import annotations

import sys

__all__ = ["result", "say"]


def say(text: str) -> None:
    """Write a line of progress to standard error."""
    sys.stderr.write(f"{text.rstrip()}\n")
    sys.stderr.flush()


def result(text: str) -> None:
    """Write a command's result to standard output."""
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
    sys.stdout.flush()
