"""Making the state equal to what exists: each resource is read, and what is gone is dropped."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

from offline.engine.core import plan
from offline.engine.core.steps import now
from offline.engine.core.working_state import Entry, WorkingState
from offline.engine.errors import EngineError
from offline.engine.hosts.provider_pool import ProviderPool
from offline.engine.hosts.run import Run, is_default_provider
from offline.engine.model.answers import Diff
from offline.engine.model.diffing import detailed_diff
from offline.engine.model.events import Op, Step, StepDone, StepFailed, StepStarted
from offline.engine.model.masking import mark_keys
from offline.engine.model.resource import Resource
from offline.engine.model.urn import is_provider

__all__ = ["refresh_all"]


async def refresh_all(run: Run, state: WorkingState, providers: ProviderPool) -> None:
    """Read all that the state holds; a failure to read one does not keep the others from it."""
    entries = [entry for entry in state.olds if entry.resource is not None]
    with state.repairing():
        await asyncio.gather(*(_refresh(run, state, providers, entry) for entry in entries))


async def _refresh(run: Run, state: WorkingState, providers: ProviderPool, entry: Entry) -> None:
    old = entry.held
    step = Step(op=Op.REFRESH, urn=old.urn, type=old.type, old=old, new=old, leftover=entry.leftover)
    shown = not is_default_provider(step)
    async with run.slots:
        if run.stopping.is_set():
            return
        started = time.monotonic()
        if shown:
            run.emit(StepStarted(step))
        try:
            new, diff = await _read(providers, old)
        except EngineError as error:
            run.record_failure(error, old.urn)
            if shown:
                run.emit(StepFailed(step, time.monotonic() - started))
            return
        op = Op.DELETE if new is None else Op.UPDATE if diff.changes else Op.SAME
        found = new or old
        changed = op is Op.UPDATE
        done = replace(
            step,
            op=op,
            new=new,
            detailed_diff=detailed_diff(old.inputs, found.inputs) if changed else {},
        )
        if found != old or new is None:
            state.put(entry, new)
        run.count(done)
        if shown:
            run.emit(StepDone(done, time.monotonic() - started))


async def _read(providers: ProviderPool, old: Resource) -> tuple[Resource | None, Diff]:
    """Return a resource as it exists, None if it does not, and how that differs from what the state says."""
    if not old.custom or is_provider(old.type) or old.pending_replacement:
        return old, Diff(False)
    provider = await providers.get(old.provider)
    answer = await provider.read(old.urn, old.id, old.inputs, old.outputs)
    if not answer.id:
        return None, Diff(True)
    inputs = old.inputs if answer.inputs is None else answer.inputs
    outputs = mark_keys(answer.outputs, inputs, old.additional_secret_outputs)
    new = replace(old, id=answer.id, inputs=inputs, outputs=outputs, init_errors=())
    if (inputs, outputs) != (old.inputs, old.outputs):
        new = replace(new, modified=now())
    if old.external:
        return new, Diff(outputs != old.outputs)
    # Asked the wrong way round on purpose: what would have to change to get from what exists to what the state says.
    diff = await provider.diff(new, old.inputs, old.ignore_changes)
    return new, plan.engine_diff(inputs, old.inputs) if diff.changes is None else diff
