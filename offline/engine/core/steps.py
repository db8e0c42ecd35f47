"""Doing: each step on a resource, with its record in the working state and its news.

What is to be done is decided elsewhere. A step either ends and is recorded, or raises StoppedError after the run
has been told why.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from offline.engine.core.plan import deletes_nothing
from offline.engine.core.working_state import Entry, WorkingState
from offline.engine.errors import EngineError, PluginError
from offline.engine.hosts.provider import OperationError
from offline.engine.hosts.provider_pool import ProviderPool
from offline.engine.hosts.run import Run, StoppedError, is_default_provider
from offline.engine.model.diffing import detailed_diff
from offline.engine.model.events import Op, Step, StepDone, StepFailed, StepStarted
from offline.engine.model.marks import UNKNOWN_TEXT
from offline.engine.model.masking import mark_keys
from offline.engine.model.resource import PendingKind, Resource
from offline.engine.model.urn import is_provider
from offline.engine.model.values import Properties

__all__ = ["Change", "ProtectedError", "Steps", "now"]


class ProtectedError(EngineError):
    """Raised if a protected resource would be deleted."""

    def __init__(self, resource: Resource) -> None:
        super().__init__(
            f"resource {resource.name} is protected and cannot be deleted",
            hint="take the protect option off in the program, run up, and try again",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A resource on its way from what an entry holds to what is declared."""

    new: Resource
    entry: Entry | None = None
    replace_keys: tuple[str, ...] = ()

    @property
    def old(self) -> Resource | None:
        """What there is."""
        return self.entry.resource if self.entry else None

    @property
    def place(self) -> Entry:
        """The entry, where something is there."""
        assert self.entry is not None  # noqa: S101 - asked for only then
        return self.entry

    @property
    def existing(self) -> Resource:
        """What there is, where something is."""
        return self.place.held


class Steps:
    """The steps of one run."""

    def __init__(self, run: Run, state: WorkingState, providers: ProviderPool) -> None:
        self._run = run
        self._state = state
        self._providers = providers
        self._open: dict[str, tuple[Step, float]] = {}
        """By URN, the steps of components that have not registered their outputs yet, and when they began."""

    async def same(self, change: Change) -> Entry:
        """Keep a resource as it is, but for what the program says of it without its provider's knowledge."""
        old = change.existing
        new = replace(change.new, id=old.id, outputs=old.outputs)
        if is_provider(new.type):
            await self._providers.configure(new.urn, new.id, old.inputs)
        step = _step(Op.SAME, old, change.new)

        async def nothing() -> Resource:
            return old if new == old else new

        return await self._perform(step, nothing, lambda done: self._replace_entry(change, done))

    async def create(self, change: Change, op: Op = Op.CREATE) -> Entry:
        """Create a resource; one that it replaces is left to be deleted, unless that is gone already."""
        new = change.new
        step = _step(op, change.old, new, change.replace_keys)

        async def create() -> Resource:
            id_, outputs = await self._create(new)
            time_ = now()
            return replace(
                new,
                id=id_,
                outputs=mark_keys(outputs, new.inputs, new.additional_secret_outputs),
                created=time_,
                modified=time_,
            )

        def record(done: Resource) -> Entry:
            old = change.old
            if change.entry is not None and old is not None:
                self._state.put(change.entry, None if old.pending_replacement else replace(old, delete=True))
            return self._state.add(done)

        return await self._perform(step, create, record, kind="creating")

    async def update(self, change: Change) -> Entry:
        """Change a resource in place."""
        old, new = change.existing, replace(change.new, id=change.existing.id)
        step = _step(Op.UPDATE, old, new)

        async def update() -> Resource:
            if not new.custom:
                return new
            outputs = await self._update(old, new)
            return replace(
                new,
                outputs=mark_keys(outputs, new.inputs, new.additional_secret_outputs),
                modified=now(),
            )

        return await self._perform(
            step, update, lambda done: self._replace_entry(change, done), kind="updating"
        )

    def announce_replace(self, old: Resource, new: Resource, replace_keys: tuple[str, ...]) -> None:
        """Tell of the replacement as a whole, which is no operation of its own."""
        step = _step(Op.REPLACE, old, new, replace_keys)
        self._run.emit(StepStarted(step))
        self._run.count(step)
        self._run.emit(StepDone(step))

    async def read(self, change: Change, *, replacing: bool) -> Entry:
        """Read a resource of somebody else's; one of ours in its place is left to be deleted."""
        new, old = change.new, change.old
        step = _step(Op.READ_REPLACEMENT if replacing else Op.READ, old, new)

        async def read() -> Resource:
            if not new.id:
                return new
            provider = await self._providers.get(new.provider)
            answer = await provider.read(new.urn, new.id, new.inputs, new.inputs)
            outputs = mark_keys(answer.outputs, new.inputs, new.additional_secret_outputs)
            found = replace(
                new,
                id=answer.id or new.id,
                outputs=outputs,
                created=old.created if old else "",
                modified=old.modified if old else "",
            )
            if old is not None and (found.inputs, found.outputs) != (old.inputs, old.outputs):
                found = replace(found, modified=now())
            return found

        def record(done: Resource) -> Entry:
            if change.entry is not None and old is not None:
                self._state.put(change.entry, replace(old, delete=True) if replacing else None)
            return self._state.add(done)

        entry = await self._perform(step, read, record, kind="reading", counts=False)
        done = entry.resource
        if not replacing and old is not None and done is not None and old.outputs != done.outputs:
            self._run.count(step)
        return entry

    async def delete(self, entry: Entry, op: Op, condemned: Collection[str], *, keep: bool = False) -> None:
        """Delete a resource, from the state alone where that is all there is to do.

        `condemned` are the URNs that go in this run; with `keep`, the state remembers a resource that is to be created
        again. A protected resource raises ProtectedError and lets the run go on.
        """
        old = entry.held
        step = Step(
            op=op,
            urn=old.urn,
            type=old.type,
            old=old,
            logical=op in (Op.DELETE, Op.DISCARD),
            leftover=entry.leftover,
        )

        async def delete() -> Resource:
            if old.protect and op is Op.DELETE:
                raise ProtectedError(old)
            if not self._run.dry_run and not is_provider(old.type) and not deletes_nothing(old, condemned):
                provider = await self._providers.get(old.provider)
                await provider.delete(old)
            return old

        def record(_done: Resource) -> Entry:
            self._state.put(entry, replace(old, pending_replacement=True) if keep else None)
            return entry

        await self._perform(step, delete, record, kind="deleting")

    def finish(self, entry: Entry, outputs: Properties | None) -> None:
        """End the step of a component, with the outputs that it registered; None if it never did."""
        component = entry.held
        if outputs is not None and outputs != component.outputs:
            component = replace(component, outputs=outputs)
            self._state.put(entry, component)
        step, started = self._open.pop(component.urn)
        self._run.emit(StepDone(replace(step, new=component), time.monotonic() - started))

    async def _create(self, new: Resource) -> tuple[str, Properties]:
        if not new.custom:
            return "", {}
        if is_provider(new.type):
            id_ = UNKNOWN_TEXT if self._run.dry_run else str(uuid.uuid4())
            await self._providers.configure(new.urn, id_, new.inputs)
            return id_, new.inputs
        provider = await self._providers.get(new.provider)
        if self._run.dry_run:
            return "", new.inputs if provider.known else {}
        return await provider.create(new.urn, new.inputs)

    async def _update(self, old: Resource, new: Resource) -> Properties:
        if is_provider(new.type):
            await self._providers.configure(new.urn, new.id, new.inputs)
            return new.inputs
        provider = await self._providers.get(new.provider)
        if self._run.dry_run:
            return new.inputs if provider.known else {}
        return await provider.update(old, new.inputs, new.ignore_changes)

    def _replace_entry(self, change: Change, done: Resource) -> Entry:
        self._state.put(change.place, None)
        return self._state.add(done)

    async def _perform(
        self,
        step: Step,
        work: Callable[[], Awaitable[Resource]],
        record: Callable[[Resource], Entry],
        *,
        kind: PendingKind | None = None,
        counts: bool = True,
    ) -> Entry:
        """Do the work of one step, at most `parallel` of them at a time, and record it before anything else happens."""
        shown = not is_default_provider(step)
        resource = step.new or step.old
        assert resource is not None  # noqa: S101 - a step is about a resource
        # Only what a provider does can be cut short; the rest happens here and at once.
        outside = (
            kind is not None and resource.custom and not is_provider(step.type) and not self._run.dry_run
        )
        async with self._run.slots:
            self._run.check()
            token: object | None = None
            started = time.monotonic()
            if shown:
                self._run.emit(StepStarted(step))
            try:
                if outside and kind is not None:
                    token = await self._state.begin(kind, resource)
                done = await work()
                entry = record(done)
                if token is not None:
                    await self._state.end(token)
            except (EngineError, OSError) as error:
                if token is not None:
                    if isinstance(error, PluginError):
                        self._state.leave(token)
                    elif isinstance(error, OperationError | ProtectedError):
                        await self._state.end(token)
                if shown:
                    self._run.emit(StepFailed(step, time.monotonic() - started))
                if isinstance(error, ProtectedError):
                    self._run.record_failure(error, step.urn)
                    raise
                self._run.fail(error, step.urn)
                raise StoppedError from error
            if counts:
                self._run.count(step)
            if step.new is not None:
                step = replace(step, new=done)
                if not done.custom:
                    self._open[done.urn] = (step, started)
                    return entry
            if shown:
                self._run.emit(StepDone(step, time.monotonic() - started))
            return entry


def _step(op: Op, old: Resource | None, new: Resource, replace_keys: tuple[str, ...] = ()) -> Step:
    differs = old is not None and op is not Op.SAME
    return Step(
        op=op,
        urn=new.urn,
        type=new.type,
        old=old,
        new=new,
        replace_keys=replace_keys,
        detailed_diff=detailed_diff(old.inputs, new.inputs, replace_keys) if old and differs else {},
        logical=op not in (Op.CREATE_REPLACEMENT, Op.READ_REPLACEMENT),
    )


def now() -> str:
    """Return the time as the state has it."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")
