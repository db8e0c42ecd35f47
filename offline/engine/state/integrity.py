"""Checks that a state holds together: what a resource needs stands before it, and is there.

Pure; the same rules as the Pulumi CLI's, so that neither engine refuses what the other wrote.
Source: https://github.com/pulumi/pulumi/blob/master/pkg/resource/stack/snapshot/integrity.go
"""

from __future__ import annotations

from offline.engine.errors import StateError
from offline.engine.model.graph import dependencies
from offline.engine.model.resource import Snapshot
from offline.engine.model.urn import is_provider, provider_reference, split_reference

__all__ = ["check_integrity", "find_flaw"]


def check_integrity(snapshot: Snapshot) -> None:
    """Check a whole state.

    Raises:
        StateError: if it does not hold together; names the resource and what is wrong.
    """
    flaw = find_flaw(snapshot)
    if flaw:
        raise StateError(
            f"the state does not hold together: {flaw}",
            hint="put it right with the Pulumi CLI, or restore one from history/ in the backend's folder",
        )


def find_flaw(snapshot: Snapshot) -> str:
    """Return what is wrong with a state, in words; empty if nothing is."""
    seen: set[str] = set()
    live: set[str] = set()
    providers: set[str] = set()
    for resource in snapshot.resources:
        if not resource.custom and resource.id:
            return f"{resource.urn} is a component but has an id"
        if is_provider(resource.type):
            providers.add(provider_reference(resource.urn, resource.id))
        if resource.provider and resource.provider not in providers and not resource.pending_replacement:
            return f"{resource.urn} stands before its provider, or has none"
        needed = {resource.parent, *dependencies(resource)} - {"", split_reference(resource.provider)[0]}
        if missing := sorted(needed - seen):
            return f"{resource.urn} stands before {missing[0]}, which it needs, or that is missing"
        if not resource.delete:
            if resource.urn in live:
                return f"{resource.urn} is there twice"
            live.add(resource.urn)
        seen.add(resource.urn)
    return ""
