"""What this process knows of things with names: one listing for all creates, kept current by what they do.

Of a kind that the API finds by name, nothing is listed: each name is asked for. An engine starts one provider process
per run and account, so this is the memory of one run. It is never stored. Who holds which thing stands in `claims`.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Future

from .._api.entity import Thing
from .._api.names import reading
from .claims import Claims

__all__ = ["Listing"]


class Listing:
    """The things of one kind in one place, as this run sees them: services of an account, roles of a service.

    Args:
        fetch: lists them all; called once, when first needed, and again only if it failed.
        claims: who holds what.
        find: of what the API keeps apart by name, gives the one that bears it: then nothing is listed.
    """

    def __init__(
        self,
        fetch: Callable[[], list[Thing]],
        claims: Claims,
        find: Callable[[str], Thing | None] | None = None,
    ) -> None:
        self._fetch = fetch
        self._claims = claims
        self._find = find
        self._lock = threading.Lock()
        self._listed: Future[list[Thing]] | None = None
        self._made: dict[str, Thing] = {}
        self._gone: set[str] = set()
        self._lost: set[str] = set()
        self._name_locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def name_lock(self, name: str) -> threading.Lock:
        """Give the lock under which things whose names read the same are made, one after the other."""
        with self._lock:
            return self._name_locks[reading(name)]

    def all(self) -> list[Thing]:
        """Give all things: as first listed, plus those made and less those deleted since."""
        listed = {thing.sid: thing for thing in self._list()}
        with self._lock:
            known = listed | self._made
            return [each for each in known.values() if each.sid not in self._gone]

    def named(self, name: str) -> list[Thing]:
        """Find the things of exactly this name among `all`."""
        return [each for each in self.all() if each.known_as == name]

    def alike(self, name: str) -> list[Thing]:
        """Find the things whose names read the same among `all`."""
        return self._found(name) if self._find else _alike(self.all(), name)

    def new_ones(self, name: str, before: set[str]) -> list[Thing]:
        """Look afresh: things of a name that were not there `before` and that nobody here holds.

        Those of exactly this name, or else those whose names read the same.
        """
        with self._lock:
            self._lost.add(reading(name))
        found = self._found(name) if self._find else _alike(self._fetch(), name)
        fresh = [each for each in found if each.sid not in before and self._claims.holder(each.sid) is None]
        return [each for each in fresh if each.known_as == name] or fresh

    def was_lost(self, name: str) -> bool:
        """Tell whether `new_ones` had to look for a thing of this name: then another may appear late."""
        with self._lock:
            return reading(name) in self._lost

    def add(self, thing: Thing) -> None:
        """Note a thing that this run has made."""
        with self._lock:
            self._made[thing.sid] = thing

    def forget(self, sid: str) -> None:
        """Note that a thing is gone."""
        with self._lock:
            self._gone.add(sid)

    def _found(self, name: str) -> list[Thing]:
        found = self._find(name) if self._find else None
        return [found] if found else []

    def _list(self) -> list[Thing]:
        """Fetch the listing once: who comes while it is under way waits for it, and shares its failure."""
        with self._lock:
            listed, mine = self._listed, self._listed is None
            if listed is None:
                listed = self._listed = Future()
        if mine:
            try:
                listed.set_result(self._fetch())
            except BaseException as error:  # noqa: BLE001 - who waits must be woken
                with self._lock:
                    self._listed = None
                listed.set_exception(error)
        return listed.result()


def _alike(things: list[Thing], name: str) -> list[Thing]:
    read = reading(name)
    return [each for each in things if reading(each.known_as) == read]
