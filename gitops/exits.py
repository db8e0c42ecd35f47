"""The exit codes of all commands; `make` turns every one but 0 into 2.

`GitopsError` is not a report's content but what ends a command with one clear message.
"""

from __future__ import annotations

from enum import IntEnum

__all__ = ["Exit", "GitopsError"]


class Exit(IntEnum):
    """What a command found; of several findings the first in the order POLICY, GUARD, FAILED, CHANGES."""

    FINE = 0
    FAILED = 1
    """Any failure that has no code of its own."""
    POLICY = 2
    """A mandatory policy objects."""
    GUARD = 3
    """The provider (a code TC3…) or the engine refuses, to protect what exists."""
    CHANGES = 7
    """There are changes or drift, or a plan that is not the reviewed one; Pulumi's own code for this."""


class GitopsError(Exception):
    """Raised if a command cannot do its work; its text tells what, where and what to do."""

    def __init__(self, message: str, *, hint: str = "", code: Exit = Exit.FAILED) -> None:
        super().__init__(f"{message}\nhint: {hint}" if hint else message)
        self.code = code
