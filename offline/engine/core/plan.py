"""What to do with a resource: pure decisions on what is declared, what exists and what the provider answers.

Not here: asking providers (`registration.py`) and doing it (`steps.py`).
Source: https://www.pulumi.com/docs/concepts/how-pulumi-works/
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from enum import Enum, auto

from offline.engine.model.answers import Diff
from offline.engine.model.goal import Goal
from offline.engine.model.resource import Resource
from offline.engine.model.urn import split_reference
from offline.engine.model.values import UNKNOWN, Properties, reveal

__all__ = [
    "Action",
    "decide",
    "deletes_nothing",
    "dependent_inputs",
    "engine_diff",
    "forced_diff",
    "ignoring",
    "inherit",
    "new_state",
]


class Action(Enum):
    """What is done to a resource that the program declares."""

    SAME = auto()
    CREATE = auto()
    UPDATE = auto()
    REPLACE = auto()
    """Create the new one, delete the old one at the end of the run."""
    DELETE_BEFORE_REPLACE = auto()
    """Delete what depends on the old one, then the old one, and create the new one."""
    RECREATE = auto()
    """Create what this or an earlier run has deleted already."""


def inherit(goal: Goal, parent: Goal | None) -> Goal:
    """Return a goal with what it leaves open taken from its parent's."""
    if parent is None:
        return goal
    return replace(
        goal,
        deleted_with=goal.deleted_with or parent.deleted_with,
        protect=parent.protect if goal.protect is None else goal.protect,
        retain_on_delete=parent.retain_on_delete if goal.retain_on_delete is None else goal.retain_on_delete,
        provider=goal.provider or parent.provider,
    )


def new_state(goal: Goal, urn: str, alias: str, old: Resource | None) -> Resource:
    """Return the resource as it will be, without the id and outputs that it does not have yet."""
    return Resource(
        urn=urn,
        type=goal.type,
        custom=goal.custom,
        inputs=goal.properties,
        parent=goal.parent,
        provider=goal.provider if goal.custom else "",
        dependencies=goal.dependencies,
        property_dependencies=goal.property_dependencies,
        deleted_with=goal.deleted_with,
        aliases=(alias,) if alias else (),
        additional_secret_outputs=goal.additional_secret_outputs,
        ignore_changes=goal.ignore_changes,
        protect=bool(goal.protect),
        retain_on_delete=bool(goal.retain_on_delete),
        created=old.created if old else "",
        modified=old.modified if old else "",
    )


def ignoring(news: Properties, olds: Properties, keys: Collection[str]) -> Properties:
    """Return new inputs with the old ones of some keys, whatever the program declares for them."""
    kept = {key: value for key, value in olds.items() if key in keys}
    return {key: value for key, value in news.items() if key not in keys} | kept


def decide(
    old: Resource | None, diff: Diff, *, delete_before_replace: bool | None, deleted: bool = False
) -> Action:
    """Return what to do.

    `deleted` tells that this run has deleted the old one, because something it depends on is replaced;
    `delete_before_replace` is the program's wish, which goes before the provider's.
    """
    if old is None:
        return Action.CREATE
    if deleted or old.pending_replacement:
        return Action.RECREATE
    if old.external:
        return Action.REPLACE
    if diff.changes and diff.replaces:
        first = diff.delete_before_replace if delete_before_replace is None else delete_before_replace
        return Action.DELETE_BEFORE_REPLACE if first else Action.REPLACE
    if diff.changes or old.init_errors:
        return Action.UPDATE
    return Action.SAME


def forced_diff(old: Resource, new: Resource, replaced: Collection[str]) -> Diff | None:
    """Return the diff of a resource that is replaced whatever its provider says; None if there is no such reason."""
    if new.deleted_with and new.deleted_with in replaced:
        return Diff(True, ("deletedWith",))
    # From a component to a resource or back: nobody can compare the two.
    if bool(old.provider) != bool(new.provider):
        return Diff(True, ("provider",))
    return None


def engine_diff(old_inputs: Properties, news: Properties) -> Diff:
    """Compare inputs where there is no provider to ask, or where it leaves that to the engine."""
    return Diff(reveal(old_inputs) != reveal(news))


def dependent_inputs(resource: Resource, replaced: Collection[str]) -> Properties | bool:
    """Tell whether a resource must go before one it depends on is deleted.

    Returns:
        True or False where that is sure; otherwise the inputs to ask its provider with: those that come from a
        resource in `replaced` (URNs) are unknown.
    """
    if not resource.custom or resource.external:
        return False
    if resource.provider and split_reference(resource.provider)[0] in replaced:
        return True
    if resource.deleted_with in replaced:
        return True
    unknown = {
        key
        for key in resource.inputs
        if any(urn in replaced for urn in resource.property_dependencies.get(key, ()))
    }
    if not unknown:
        return False
    return {key: UNKNOWN if key in unknown else value for key, value in resource.inputs.items()}


def deletes_nothing(resource: Resource, condemned: Collection[str]) -> bool:
    """Tell whether a deletion is a matter of the state alone; `condemned` are the URNs that go in this run."""
    return (
        not resource.custom
        or resource.external
        or resource.retain_on_delete
        or (bool(resource.deleted_with) and resource.deleted_with in condemned)
    )
