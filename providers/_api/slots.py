"""How many requests are in flight: as many as allowed, fewer while the API says that they are too many.

A refusal halves the bound, once for all that were sent under the old one; as many requests as it allows, taken without
another refusal, raise it by one again.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["Slots"]


class Slots:
    """The bound of one account, shared by all threads.

    Args:
        most: requests at once where nothing is refused, 1 or more; never exceeded.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._bound = most
        self._taken = 0
        self._accepted = 0
        self._refusals = 0
        self._free = threading.Condition()

    @property
    def bound(self) -> int:
        """How many requests may be in flight now."""
        with self._free:
            return self._bound

    @contextmanager
    def one(self) -> Iterator[int]:
        """Wait for a slot and hold it; give what `refused` wants to know of it."""
        with self._free:
            self._free.wait_for(lambda: self._taken < self._bound)
            self._taken += 1
            under = self._refusals
        try:
            yield under
        finally:
            with self._free:
                self._taken -= 1
                self._free.notify_all()

    def accepted(self) -> None:
        """Note that the API has taken a request."""
        with self._free:
            self._accepted += 1
            if self._accepted >= self._bound:
                self._accepted, self._bound = 0, min(self._most, self._bound + 1)
                self._free.notify_all()

    def refused(self, under: int) -> None:
        """Note that the API has refused one for there being too many.

        Args:
            under: what its slot gave; a burst that is refused as a whole counts once.
        """
        with self._free:
            if under == self._refusals:
                self._refusals += 1
                self._accepted, self._bound = 0, max(1, self._bound // 2)
