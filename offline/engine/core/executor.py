"""Runs one operation on a stack: update, preview, refresh, destroy.

The entry to the engine's core: no files, no terminal. State goes out through `save`, news through `emit`. The
functions raise only before their first event; afterwards a failure is a Diagnostic, and the outcome says "failed".
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from offline.engine.core.deletion import delete_rest
from offline.engine.core.refreshing import refresh_all
from offline.engine.core.registration import Registration
from offline.engine.core.steps import Steps
from offline.engine.core.working_state import WorkingState
from offline.engine.errors import EngineError, UnsupportedError
from offline.engine.hosts.analyzer import Analyzers
from offline.engine.hosts.program import run_program
from offline.engine.hosts.provider_pool import ProviderPool
from offline.engine.hosts.run import Run
from offline.engine.model.events import Emit, Finished, Started
from offline.engine.model.resource import Snapshot
from offline.engine.model.target import Kind, Options, Outcome, Save, Target
from offline.engine.model.urn import STACK_TYPE
from offline.engine.model.values import Properties

__all__ = ["run"]

_Work: TypeAlias = Callable[[], Awaitable[Properties | None]]

_UNSUPPORTED_STATE: Final = ("taint", "viewOf", "resourceHooks", "refreshBeforeUpdate", "extensionRef")


async def run(
    kind: Kind,
    target: Target,
    snapshot: Snapshot,
    options: Options,
    *,
    dry_run: bool,
    save: Save,
    emit: Emit,
    cancel: asyncio.Event | None = None,
) -> Outcome:
    """Perform an operation; with `dry_run`, only tell what it would do, and never `save`.

    An update makes what exists equal to what the program declares, a refresh the state equal to what exists, and a
    destroy deletes all that the state holds; only an update runs the program. Once `cancel` is set nothing new starts;
    what is under way ends and is recorded.

    Raises:
        UnsupportedError: if the state holds what only the real CLI knows.
    """
    execution = _Execution(target, snapshot, options, dry_run, save, emit)
    match kind:
        case "update" | "preview":
            return await execution.perform("preview" if dry_run else "update", execution.update, cancel)
        case "refresh":
            return await execution.perform(kind, execution.refresh, cancel)
        case "destroy":
            return await execution.perform(kind, execution.destroy, cancel)


class _Execution:
    """The parts of one run, put together."""

    def __init__(
        self, target: Target, snapshot: Snapshot, options: Options, dry_run: bool, save: Save, emit: Emit
    ) -> None:
        for resource in snapshot.resources:
            for key in filter(resource.extra.get, _UNSUPPORTED_STATE):
                raise UnsupportedError(f"{key} in the state ({resource.urn})")
        self._run = Run(target, options, dry_run=dry_run, emit=emit)
        self._state = WorkingState(snapshot, None if dry_run else save)
        self._providers = ProviderPool(self._run, self._state.resources)
        self._analyzers = Analyzers(self._run)
        self._steps = Steps(self._run, self._state, self._providers)
        self._interrupted = tuple(f"{p.resource.urn}: interrupted while {p.kind}" for p in snapshot.pending)

    async def perform(self, kind: Kind, work: _Work, cancel: asyncio.Event | None) -> Outcome:
        """Go through the phases of the run; leave no process behind."""
        watcher = asyncio.create_task(self._watch(cancel))
        try:
            if self._run.options.refresh and kind != "refresh":
                await self._phase("refresh", self.refresh)
                if self._run.result != "succeeded":
                    return self._outcome()
                self._run.reset_changes()
            await self._phase(kind, work)
        finally:
            watcher.cancel()
            await self._providers.close()
            await self._analyzers.close()
            self._run.sockets.close()
        return self._outcome()

    async def update(self) -> Properties:
        """Run the program, then delete what it does not declare any more."""
        registration = Registration(self._run, self._state, self._providers, self._steps, self._analyzers)
        self._providers.warm_up()
        await run_program(self._run, registration, self._analyzers)
        if not self._run.stopping.is_set():
            await delete_rest(self._run, self._state, self._steps, registration.deleted)
        registration.finish_components()
        if not self._run.stopping.is_set():
            await self._analyzers.check_stack(registration.declared())
        return registration.outputs

    async def refresh(self) -> None:
        """Read all that the state holds."""
        if self._run.options.clear_pending_creates:
            self._state.forget_creates()
        await refresh_all(self._run, self._state, self._providers)

    async def destroy(self) -> Properties:
        """Delete all that the state holds."""
        await delete_rest(self._run, self._state, self._steps)
        return self._outputs()

    async def _phase(self, kind: Kind, work: _Work) -> None:
        run = self._run
        started = time.monotonic()
        interrupted, self._interrupted = self._interrupted, ()
        run.emit(
            Started(
                kind=kind,
                dry_run=run.dry_run,
                stack=run.target.stack,
                interrupted=interrupted,
            )
        )
        old_outputs = self._outputs()
        outputs: Properties | None = None
        try:
            outputs = await work()
        except (EngineError, OSError) as error:
            run.fail(error)
        try:
            await self._state.close()
        except (EngineError, OSError) as error:
            run.fail(error)
        run.emit(
            Finished(
                result=run.result,
                changes=run.changes,
                seconds=time.monotonic() - started,
                outputs=outputs,
                old_outputs=old_outputs,
            )
        )

    def _outputs(self) -> Properties:
        return next((r.outputs for r in self._state.resources() if r.type == STACK_TYPE), {})

    def _outcome(self) -> Outcome:
        return Outcome(
            snapshot=self._state.snapshot(),
            result=self._run.result,
            changes=self._run.changes,
            policy_failed=self._analyzers.objected,
        )

    async def _watch(self, cancel: asyncio.Event | None) -> None:
        if cancel is not None:
            await cancel.wait()
            self._run.interrupt()
