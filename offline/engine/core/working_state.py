"""The state while a run changes it: which operations are under way, what is done, and the snapshot of both.

Every change is saved before the run goes on: an operation is listed before it begins and taken off after its result is
in, so that a crash at any moment loses nothing. Changes made while a save runs share the next one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from offline.engine.model.graph import renamed, repaired
from offline.engine.model.resource import PendingKind, PendingOperation, Resource, Snapshot
from offline.engine.model.target import Save

__all__ = ["Entry", "WorkingState"]


class Entry:
    """A place in the state; empty once its resource is gone.

    `leftover` tells that the run found it replaced already, and still to be deleted.
    """

    __slots__ = ("leftover", "resource")

    def __init__(self, resource: Resource | None, *, leftover: bool = False) -> None:
        self.resource = resource
        self.leftover = leftover

    @property
    def held(self) -> Resource:
        """The resource, where it is known to be there."""
        assert self.resource is not None  # noqa: S101 - asked for only while it is there
        return self.resource


class WorkingState:
    """The state of one run; without `save` (a preview) it is kept in memory alone."""

    def __init__(self, snapshot: Snapshot, save: Save | None) -> None:
        self._base = snapshot
        self._save = save
        self.olds = [Entry(resource, leftover=resource.delete) for resource in snapshot.resources]
        """What the run found, in order; entries whose resource is gone are empty."""
        self._news: list[Entry] = []
        # An update, a deletion or a read that was interrupted is simply done again; a create may have made
        # something that nobody knows of, so it is listed until somebody has looked.
        self._left = [operation for operation in snapshot.pending if operation.kind == "creating"]
        self._under_way: dict[object, PendingOperation] = {}
        self._repair = False
        self._changed = len(self._left) < len(snapshot.pending)
        self._version = 0
        self._saved = 0
        self._saving: asyncio.Task[None] | None = None

    def resources(self) -> Iterator[Resource]:
        """Return what is there now, in the order of the state."""
        return (e.resource for part in (self._news, self.olds) for e in part if e.resource is not None)

    def snapshot(self) -> Snapshot:
        """Return the state as it is now."""
        resources = renamed(tuple(self.resources()))
        if self._repair:
            resources = repaired(resources)
        pending = (*self._under_way.values(), *self._left)
        return Snapshot(resources=resources, pending=pending, extra=self._base.extra)

    def add(self, resource: Resource) -> Entry:
        """Add a resource after all others that this run has been through."""
        entry = Entry(resource)
        self._news.append(entry)
        self._touch()
        return entry

    def put(self, entry: Entry, resource: Resource | None) -> None:
        """Replace what an entry holds; None removes it."""
        if entry.resource != resource:
            self._changed = True
        entry.resource = resource
        self._touch()

    @contextmanager
    def repairing(self) -> Iterator[None]:
        """For as long as resources may vanish, drop references to those that are not there."""
        self._repair = True
        try:
            yield
        finally:
            self._repair = False
            left = [entry for entry in self.olds if entry.resource is not None]
            for entry, resource in zip(left, repaired(self.resources()), strict=True):
                self.put(entry, resource)

    def forget_creates(self) -> None:
        """Drop the creates that earlier runs began and never recorded as done."""
        self._changed = self._changed or bool(self._left)
        self._left = []

    async def begin(self, kind: PendingKind, resource: Resource) -> object:
        """List an operation as under way; return its token once that is on disk."""
        token = object()
        self._under_way[token] = PendingOperation(kind, resource)
        self._changed = True
        self._touch()
        try:
            await self._wait()
        except BaseException:
            # It has not begun: it will not, without its record.
            del self._under_way[token]
            raise
        return token

    async def end(self, token: object) -> None:
        """Take an operation off the list, whether it succeeded or failed; return once that is on disk."""
        del self._under_way[token]
        self._touch()
        await self._wait()

    def leave(self, token: object) -> None:
        """Leave an operation on the list for good: nobody knows how it ended."""
        self._left.append(self._under_way.pop(token))

    async def close(self) -> None:
        """Wait until all is on disk; write nothing if the run changed nothing."""
        resources = tuple(self.resources())
        if self._changed or resources != self._base.resources:
            self._touch()
            await self._wait()
        elif self._saving is not None:
            await self._saving

    def _touch(self) -> None:
        self._version += 1

    async def _wait(self) -> None:
        """Wait for a save that holds all changes made until now."""
        if self._save is None:
            return
        wanted = self._version
        while self._saved < wanted:
            if self._saving is None or self._saving.done():
                self._saving = asyncio.create_task(self._save_once())
            # One waiter may be cancelled; the others share its save.
            await asyncio.shield(self._saving)

    async def _save_once(self) -> None:
        assert self._save is not None  # noqa: S101 - _wait has asked
        version = self._version
        await asyncio.to_thread(self._save, self.snapshot())
        self._saved = max(self._saved, version)
