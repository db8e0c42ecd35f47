"""One answer for all who ask at the same time: never one that was under way when they came, for it may be too old."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

__all__ = ["Shared"]

T = TypeVar("T")


class Shared(Generic[T]):
    """A question that many ask at once, such as before each of many deletions.

    Args:
        ask: asks it; called again and again, one call at a time.
    """

    def __init__(self, ask: Callable[[], T]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._under_way: Future[T] | None = None
        self._next: Future[T] | None = None

    def answer(self) -> T:
        """Give an answer to a question that was put after this call began; what it raises, all of its askers get."""
        with self._lock:
            before, mine = self._under_way, self._next is None
            if self._next is None:
                self._next = Future()
            asked = self._next
        if mine:
            if before is not None:
                # How that one ends does not matter.
                before.exception()
            with self._lock:
                self._under_way, self._next = asked, None
            try:
                asked.set_result(self._ask())
            except BaseException as error:  # noqa: BLE001 - who waits must be woken
                asked.set_exception(error)
        return asked.result()
