"""Deleting what is not wanted any more, dependents first."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from offline.engine.core.steps import ProtectedError, Steps
from offline.engine.core.working_state import Entry, WorkingState
from offline.engine.hosts.run import Run, StoppedError
from offline.engine.model.events import Op
from offline.engine.model.graph import deletion_waves, needed_by
from offline.engine.model.resource import Resource

__all__ = ["delete_rest"]


async def delete_rest(run: Run, state: WorkingState, steps: Steps, deleted: Collection[str] = ()) -> None:
    """Delete all that a run found and neither kept nor updated, and what it replaced.

    `deleted` are the URNs that it has deleted already. A protected resource stays, with all that it needs; the rest
    goes, and the run has failed.
    """
    entries: dict[int, Entry] = {}
    for entry in state.olds:
        resource = entry.resource
        if resource is not None and resource.pending_replacement and not resource.delete:
            state.put(entry, None)  # it was to be created again, and is not wanted any more
        elif resource is not None:
            entries[id(resource)] = entry
    resources = [entry.resource for entry in entries.values() if entry.resource is not None]
    condemned = {resource.urn for resource in resources} | set(deleted)
    kept: set[int] = set()

    async def delete(resource: Resource) -> None:
        try:
            await steps.delete(entries[id(resource)], _operation(resource), condemned)
        except ProtectedError:
            kept.update(id(needed) for needed in needed_by(resources, resource))

    for wave in deletion_waves(resources, resources):
        free = [resource for resource in wave if id(resource) not in kept]
        results = await asyncio.gather(*map(delete, free), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException) and not isinstance(result, StoppedError):
                raise result
        if run.stopping.is_set():
            return


def _operation(resource: Resource) -> Op:
    if resource.external:
        return Op.DISCARD_REPLACED if resource.delete else Op.DISCARD
    return Op.DELETE_REPLACED if resource.delete else Op.DELETE
