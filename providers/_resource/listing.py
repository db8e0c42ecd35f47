"""What this process knows of things with names: one listing for all creates, kept current by what they do.

An engine starts one provider process per run and account, so this is the memory of one run. It is never stored. Who
holds which thing stands in `claims`.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Generic, Protocol, TypeVar

from .._api.model import Service
from .names import reading

__all__ = ["Listing", "Named", "ServiceListing"]


class Named(Protocol):
    """A thing that people know by a name, which the API does not keep apart."""

    @property
    def sid(self) -> str:
        """The SID."""

    @property
    def known_as(self) -> str:
        """What two things must share for one to be in the other's place."""

    @property
    def date_created(self) -> str:
        """ISO 8601, UTC."""

    def outputs(self) -> dict[str, Any]:
        """All outputs by name."""


T = TypeVar("T", bound=Named)


class Listing(Generic[T]):
    """The things of one kind in one place, as this run sees them: services of an account, roles of a service.

    Args:
        fetch: lists them all; called once, when first needed, and again only if it failed.
        is_held: tells of a SID whether a resource of this run has the thing.
    """

    def __init__(self, fetch: Callable[[], list[T]], is_held: Callable[[str], bool]) -> None:
        self._fetch = fetch
        self._is_held = is_held
        self._lock = threading.Lock()
        self._listed: Future[list[T]] | None = None
        self._made: dict[str, T] = {}
        self._gone: set[str] = set()
        self._lost: set[str] = set()
        self._name_locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def name_lock(self, name: str) -> threading.Lock:
        """Give the lock under which things whose names read the same are made, one after the other."""
        with self._lock:
            return self._name_locks[reading(name)]

    def all(self) -> list[T]:
        """Give all things: as first listed, plus those made and less those deleted since."""
        listed = {thing.sid: thing for thing in self._list()}
        with self._lock:
            known = listed | self._made
            return [each for each in known.values() if each.sid not in self._gone]

    def named(self, name: str) -> list[T]:
        """Find the things of exactly this name among `all`."""
        return [each for each in self.all() if each.known_as == name]

    def alike(self, name: str) -> list[T]:
        """Find the things whose names read the same among `all`."""
        return _alike(self.all(), name)

    def new_ones(self, name: str, before: set[str]) -> list[T]:
        """List afresh: things of a name that were not there `before` and that nobody here holds.

        Those of exactly this name, or else those whose names read the same.
        """
        with self._lock:
            self._lost.add(reading(name))
        fresh = [
            each
            for each in _alike(self._fetch(), name)
            if each.sid not in before and not self._is_held(each.sid)
        ]
        return [each for each in fresh if each.known_as == name] or fresh

    def was_lost(self, name: str) -> bool:
        """Tell whether `new_ones` had to look for a thing of this name: then another may appear late."""
        with self._lock:
            return reading(name) in self._lost

    def add(self, thing: T) -> None:
        """Note a thing that this run has made."""
        with self._lock:
            self._made[thing.sid] = thing

    def forget(self, sid: str) -> None:
        """Note that a thing is gone."""
        with self._lock:
            self._gone.add(sid)

    def _list(self) -> list[T]:
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


class ServiceListing(Listing[Service]):
    """The services of one account.

    Args:
        fetch: lists them all.
        is_held: tells of a SID whether a resource of this run has the service.
    """

    def __init__(self, fetch: Callable[[], list[Service]], is_held: Callable[[str], bool]) -> None:
        super().__init__(fetch, is_held)
        # The force_destroy that this run's program declares, by SID; newer than what the state holds.
        self.force_destroy: dict[str, bool] = {}


def _alike(things: list[T], name: str) -> list[T]:
    read = reading(name)
    return [each for each in things if reading(each.known_as) == read]
