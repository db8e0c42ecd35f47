"""Reads that come together: answered from one listing where that takes fewer requests than to fetch each thing.

A refresh asks for all things of a stack, one by one, and nobody says beforehand how many will come. So the first are
fetched; from then on a listing is followed, page by page, never further than what was asked for is worth. A listing
only ever says that a thing is there, and how it is: what it lacks, or describes oddly, is fetched, and so is what is
asked for twice. Once this process has written, nothing is answered from a listing any more.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence

from ..errors import TwilioError
from .entity import Thing

__all__ = ["FETCHED_FIRST", "FRESH_SECONDS", "READS_PER_PAGE", "Reads"]

FETCHED_FIRST = 5
"""Things that are fetched before their listing is looked at: a small stack may live in a large account."""
READS_PER_PAGE = 2
"""Reads that must have come for each page that is fetched."""
FRESH_SECONDS = 60.0
"""How long what a page says of a thing may wait to be asked for."""


class Reads:
    """The reads of things of one kind in one place, from any thread.

    Args:
        fetch: fetches one by its SID.
        pages: lists them, a page at a time; what is odd in a page is left out.
        fetched_first: as the constant.
    """

    def __init__(
        self,
        fetch: Callable[[str], Thing],
        pages: Callable[[], Iterator[Sequence[Thing]]],
        *,
        fetched_first: int = FETCHED_FIRST,
    ) -> None:
        self._fetch = fetch
        self._pages = pages
        self._fetched_first = fetched_first
        self._counting = threading.Lock()
        self._reads = 0
        # Held while a page is fetched: who comes meanwhile waits for it, and then looks.
        self._walking = threading.Lock()
        self._walk: Iterator[Sequence[Thing]] | None = None
        self._walked = 0
        self._listed: dict[str, tuple[float, Thing]] = {}
        self._ended = False

    def read(self, sid: str) -> Thing:
        """Give a thing as the API has it.

        Raises:
            NotFoundError: if there is none.
        """
        with self._counting:
            self._reads += 1
            fetched = self._reads <= self._fetched_first
        listed = None if fetched or self._ended else self._from_listing(sid)
        return listed or self._fetch(sid)

    def end(self) -> None:
        """Answer nothing from a listing any more."""
        self._ended = True

    def _from_listing(self, sid: str) -> Thing | None:
        """Give a thing that a page holds; None where it is to be fetched."""
        with self._walking:
            while sid not in self._listed and self._walked * READS_PER_PAGE < self._reads:
                try:
                    self._walk = self._walk or self._pages()
                    page = next(self._walk, None)
                except TwilioError:
                    # Whoever waited fetches, and so gets an error of its own if there is one.
                    page = None
                if page is None:
                    break
                self._walked += 1
                now = time.monotonic()
                self._listed.update({thing.sid: (now, thing) for thing in page})
            listed_at, thing = self._listed.pop(sid, (0.0, None))
        fresh = time.monotonic() - listed_at < FRESH_SECONDS
        return thing if fresh and not self._ended else None
