"""Waiting for a condition, with a deadline instead of a guess."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

__all__ = ["wait_until"]

T = TypeVar("T")


def wait_until(condition: Callable[[], T], what: str = "the condition", seconds: float = 300.0) -> T:
    """Return the first true value of a condition; fail after a number of seconds that only a hang takes."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not (value := condition()):
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s for {what}"
        pause.wait(0.01)
    return value
