"""How the resources of a state depend on one another: who goes first, and what must not dangle.

Pure functions over lists in which each resource stands after all that it depends on, as the state keeps them.
A URN may stand twice: once for a resource, once for what it replaced and that is still to be deleted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from offline.engine.model.resource import Resource
from offline.engine.model.urn import STACK_TYPE, make_urn, parse_urn, provider_reference, split_reference

__all__ = ["deletion_waves", "dependents", "needed_by", "renamed", "repaired"]


def dependencies(resource: Resource) -> set[str]:
    """Return the URNs that a resource depends on directly, but for its parent."""
    found = {*resource.dependencies}
    for urns in resource.property_dependencies.values():
        found.update(urns)
    if resource.provider:
        found.add(split_reference(resource.provider)[0])
    if resource.deleted_with:
        found.add(resource.deleted_with)
    return found


def dependents(resources: Sequence[Resource], root: Resource, ignore: Collection[str]) -> list[Resource]:
    """Return what depends on a resource of the list, directly or not, in the list's order; children do not."""
    reached = {root.urn}
    found = []
    for resource in resources[_index(resources, root) + 1 :]:
        if resource.urn not in ignore and not reached.isdisjoint(dependencies(resource)):
            reached.add(resource.urn)
            found.append(resource)
    return found


def needed_by(resources: Sequence[Resource], root: Resource) -> list[Resource]:
    """Return what a resource of the list depends on, directly or not, parents included."""
    edges = _edges(resources)
    reached = set[int]()
    waiting = [_index(resources, root)]
    while waiting:
        for index in edges[waiting.pop()]:
            if index not in reached:
                reached.add(index)
                waiting.append(index)
    return [resources[index] for index in sorted(reached)]


def deletion_waves(resources: Sequence[Resource], condemned: Sequence[Resource]) -> list[list[Resource]]:
    """Return resources to delete as groups: those of one may go side by side, once the group before is gone."""
    ids = {id(resource) for resource in condemned}
    edges = _edges(resources)
    depths: dict[int, int] = {}
    waves = defaultdict[int, list[Resource]](list)
    for index, resource in enumerate(resources):
        if id(resource) in ids:
            depths[index] = 1 + max(
                (depths[before] for before in edges[index] if before in depths), default=0
            )
            waves[depths[index]].append(resource)
    return [waves[depth] for depth in sorted(waves, reverse=True)]


def repaired(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    """Return the resources without references to others that are not there; an orphan goes to its grandparent."""
    result: list[Resource] = []
    present = set[str]()
    above: dict[str, str] = {}
    for resource in resources:
        changed = replace(
            resource,
            dependencies=tuple(urn for urn in resource.dependencies if urn in present),
            property_dependencies={
                key: left
                for key, urns in resource.property_dependencies.items()
                if (left := tuple(urn for urn in urns if urn in present))
            },
            deleted_with=resource.deleted_with if resource.deleted_with in present else "",
            parent=resource.parent if resource.parent in present else above.get(resource.parent, ""),
        )
        # The object stays the same where nothing changed: others know a resource by its identity.
        result.append(resource if changed == resource else changed)
        present.add(resource.urn)
        above[resource.urn] = changed.parent
    return tuple(result)


def renamed(resources: Sequence[Resource]) -> tuple[Resource, ...]:
    """Return the resources with every reference to an alias turned into today's URN, and no alias left."""
    names: dict[str, str] = {}
    for resource in resources:
        names.update(dict.fromkeys(resource.aliases, resource.urn))
        if (parent := names.get(resource.parent)) and parse_urn(parent).qualified_type != STACK_TYPE:
            own = parse_urn(resource.urn)
            names[resource.urn] = make_urn(own.stack, own.project, parent, own.type, own.name)
    if not names:
        return tuple(resources)

    def today(urn: str) -> str:
        return names.get(urn, urn)

    result = []
    for resource in resources:
        provider = resource.provider
        if provider:
            urn, id_ = split_reference(provider)
            provider = provider_reference(today(urn), id_)
        changed = replace(
            resource,
            urn=today(resource.urn),
            parent=today(resource.parent),
            provider=provider,
            dependencies=tuple(map(today, resource.dependencies)),
            property_dependencies={
                key: tuple(map(today, urns)) for key, urns in resource.property_dependencies.items()
            },
            deleted_with=today(resource.deleted_with),
            aliases=(),
        )
        result.append(resource if changed == resource else changed)
    return tuple(result)


def _edges(resources: Sequence[Resource]) -> list[set[int]]:
    """Return for each resource the positions of what it depends on; of a component, its children before it too."""
    at = defaultdict[str, list[int]](list)
    children = defaultdict[str, list[int]](list)
    parents: dict[str, str] = {}
    edges: list[set[int]] = []
    for index, resource in enumerate(resources):
        found = set[int](at[resource.parent])
        for urn in dependencies(resource):
            for before in at[urn]:
                found.add(before)
                if not resources[before].custom:
                    found.update(children[urn])
        edges.append(found)
        at[resource.urn].append(index)
        parents[resource.urn] = resource.parent
        ancestor = resource.parent
        while ancestor:
            children[ancestor].append(index)
            ancestor = parents.get(ancestor, "")
    return edges


def _index(resources: Sequence[Resource], wanted: Resource) -> int:
    return next(index for index, resource in enumerate(resources) if resource is wanted)
