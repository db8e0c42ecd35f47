"""What this process knows of things with names: one listing for all creates, and who holds which thing.

An engine starts one provider process per run and account, so this is the memory of one run. It is never stored.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Generic, Protocol, TypeVar

from .model import Service

__all__ = ["Listing", "Named", "ServiceListing"]


class Named(Protocol):
    """A thing that people know by a name, which the API does not keep apart."""

    @property
    def sid(self) -> str:
        """The SID."""

    @property
    def known_as(self) -> str:
        """What two things must share for one to be in the other's place."""

    def outputs(self) -> dict[str, Any]:
        """All outputs by name."""


T = TypeVar("T", bound=Named)


class Listing(Generic[T]):
    """The things of one kind in one place, as this run sees them: services of an account, roles of a service.

    Args:
        fetch: lists them all; called once, when first needed, and again only if it failed.
    """

    def __init__(self, fetch: Callable[[], list[T]]) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._listed: Future[list[T]] | None = None
        self._made: dict[str, T] = {}
        self._gone: set[str] = set()
        self._held: set[str] = set()
        self._taken_over: set[str] = set()
        self._name_locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def name_lock(self, name: str) -> threading.Lock:
        """Give the lock under which things of one name are made, one after the other."""
        with self._lock:
            return self._name_locks[name]

    def all(self) -> list[T]:
        """Give all things: as first listed, plus those made and less those deleted since."""
        listed = {thing.sid: thing for thing in self._list()}
        with self._lock:
            known = listed | self._made
            return [each for each in known.values() if each.sid not in self._gone]

    def named(self, name: str) -> list[T]:
        """Find the things of a name among `all`."""
        return [each for each in self.all() if each.known_as == name]

    def new_ones(self, name: str, before: set[str]) -> list[T]:
        """List afresh: things of a name that were not there `before` and that nobody here holds."""
        fresh = self._fetch()
        with self._lock:
            return [each for each in fresh if each.known_as == name and each.sid not in before | self._held]

    def add(self, thing: T) -> None:
        """Note a thing that this run has made, and hold it."""
        with self._lock:
            self._made[thing.sid] = thing
            self._held.add(thing.sid)

    def forget(self, sid: str) -> None:
        """Note that a thing is gone."""
        with self._lock:
            self._gone.add(sid)
            self._held.discard(sid)

    def hold(self, sid: str) -> None:
        """Note that a resource of this run has this thing already."""
        with self._lock:
            self._held.add(sid)

    def take_over(self, sid: str) -> bool:
        """Hold a thing for a resource that adopts it; False if another one holds it."""
        with self._lock:
            if sid in self._held:
                return False
            self._held.add(sid)
            self._taken_over.add(sid)
            return True

    def was_taken_over(self, sid: str) -> bool:
        """Tell whether a resource of this run has adopted this thing."""
        with self._lock:
            return sid in self._taken_over

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
    """

    def __init__(self, fetch: Callable[[], list[Service]]) -> None:
        super().__init__(fetch)
        # The force_destroy that this run's program declares, by SID; newer than what the state holds.
        self.force_destroy: dict[str, bool] = {}
