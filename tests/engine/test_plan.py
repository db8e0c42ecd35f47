"""What to do with a resource: tables of pure decisions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from offline.engine.core import plan
from offline.engine.core.plan import Action
from offline.engine.model.answers import Diff
from offline.engine.model.goal import Goal
from offline.engine.model.resource import Resource
from offline.engine.model.urn import alias_urns, make_urn, parse_urn, split_reference
from offline.engine.model.values import UNKNOWN, Properties, Secret

THING = "pulumi-python:dynamic/test:Thing"


def urn(name: str, type_: str = THING) -> str:
    return f"urn:pulumi:dev::project::{type_}::{name}"


PROVIDER = f"{urn('default', 'pulumi:providers:pulumi-python')}::id"
OLD = Resource(urn=urn("a"), type=THING, custom=True, id="a-1", provider=PROVIDER)
SAME, CHANGED = Diff(False), Diff(True)
REPLACES, FIRST = Diff(True, ("x",)), Diff(True, ("x",), delete_before_replace=True)


@pytest.mark.parametrize(
    ("olds", "news", "expected"),
    [
        pytest.param({"a": 1}, {"a": 2, "b": 3}, {"a": 1, "b": 3}, id="changed"),
        pytest.param({}, {"a": 2, "b": 3}, {"b": 3}, id="added"),
        pytest.param({"a": 1}, {"b": 3}, {"a": 1, "b": 3}, id="removed"),
        pytest.param({"a": Secret("s")}, {"a": "t"}, {"a": Secret("s")}, id="secret"),
    ],
)
def test_ignored_property_keeps_its_old_value(
    olds: Properties, news: Properties, expected: Properties
) -> None:
    """And leaves the others as they are wanted."""
    assert expected == plan.ignoring(news, olds, ["a"])


@pytest.mark.parametrize(
    ("old", "diff", "wish", "deleted", "action"),
    [
        pytest.param(None, SAME, None, False, Action.CREATE, id="new"),
        pytest.param(OLD, SAME, None, False, Action.SAME, id="same"),
        pytest.param(OLD, Diff(False, ("x",)), None, False, Action.SAME, id="no-change-replaces-nothing"),
        pytest.param(OLD, CHANGED, None, False, Action.UPDATE, id="changed"),
        pytest.param(OLD, REPLACES, None, False, Action.REPLACE, id="replaced"),
        pytest.param(OLD, FIRST, None, False, Action.DELETE_BEFORE_REPLACE, id="provider-deletes-first"),
        pytest.param(OLD, REPLACES, True, False, Action.DELETE_BEFORE_REPLACE, id="program-deletes-first"),
        pytest.param(OLD, FIRST, False, False, Action.REPLACE, id="program-overrules-provider"),
        pytest.param(OLD, CHANGED, True, False, Action.UPDATE, id="wish-without-replacement"),
        pytest.param(replace(OLD, external=True), SAME, None, False, Action.REPLACE, id="external"),
        pytest.param(replace(OLD, init_errors=("e",)), SAME, None, False, Action.UPDATE, id="half-made"),
        pytest.param(
            replace(OLD, pending_replacement=True), SAME, None, False, Action.RECREATE, id="deleted-earlier"
        ),
        pytest.param(OLD, SAME, None, True, Action.RECREATE, id="deleted-in-this-run"),
    ],
)
def test_decision_follows_state_and_diff(
    old: Resource | None, diff: Diff, wish: bool | None, deleted: bool, action: Action
) -> None:
    """What exists, what differs and who wishes it."""
    assert action is plan.decide(old, diff, delete_before_replace=wish, deleted=deleted)


@pytest.mark.parametrize(
    ("changes", "replaced", "diff"),
    [
        pytest.param({}, set(), None, id="ask-the-provider"),
        pytest.param({"deleted_with": urn("b")}, {urn("b")}, Diff(True, ("deletedWith",)), id="goes-with"),
        pytest.param({"deleted_with": urn("b")}, {urn("c")}, None, id="goes-with-another"),
        pytest.param(
            {"provider": "", "custom": False}, set(), Diff(True, ("provider",)), id="now-a-component"
        ),
        pytest.param({"provider": PROVIDER + "2"}, set(), None, id="another-provider"),
    ],
)
def test_replacement_that_no_provider_is_asked_about(
    changes: dict[str, Any], replaced: set[str], diff: Diff | None
) -> None:
    """Only what the provider cannot know."""
    assert diff == plan.forced_diff(OLD, replace(OLD, **changes), replaced)


@pytest.mark.parametrize(
    ("olds", "news", "changes"),
    [
        pytest.param({"a": 1}, {"a": 1.0}, False, id="equal-numbers"),
        pytest.param({"a": Secret("x")}, {"a": "x"}, False, id="secrecy-is-no-difference"),
        pytest.param({"a": [1, 2]}, {"a": [2, 1]}, True, id="order"),
        pytest.param({"a": 1}, {}, True, id="removed"),
        pytest.param({"a": 1}, {"a": UNKNOWN}, True, id="unknown"),
    ],
)
def test_inputs_are_compared_where_the_provider_leaves_it_to_the_engine(
    olds: Properties, news: Properties, changes: bool
) -> None:
    """Whole values, without their marks."""
    assert Diff(changes) == plan.engine_diff(olds, news)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, False, id="independent"),
        pytest.param({"custom": False}, False, id="component"),
        pytest.param({"external": True, "deleted_with": urn("gone")}, False, id="external"),
        pytest.param({"provider": f"{urn('gone')}::id"}, True, id="its-provider-goes"),
        pytest.param({"deleted_with": urn("gone")}, True, id="goes-with"),
        pytest.param({"dependencies": (urn("gone"),)}, False, id="order-only"),
        pytest.param({"property_dependencies": {"y": (urn("gone"),)}}, False, id="not-an-input"),
        pytest.param({"property_dependencies": {"x": (urn("b"),)}}, False, id="of-what-stays"),
        pytest.param(
            {"property_dependencies": {"x": (urn("b"), urn("gone"))}},
            {"x": UNKNOWN, "z": 2},
            id="by-property",
        ),
    ],
)
def test_dependents_go_first_if_what_they_lose_replaces_them(
    changes: dict[str, Any], expected: Properties | bool
) -> None:
    """Sure, or to be asked with unknown inputs."""
    dependent = replace(OLD, inputs={"x": 1, "z": 2}, **changes)

    assert expected == plan.dependent_inputs(dependent, {urn("gone")})


@pytest.mark.parametrize(
    ("changes", "nothing"),
    [
        pytest.param({}, False, id="ours"),
        pytest.param({"custom": False}, True, id="component"),
        pytest.param({"external": True}, True, id="external"),
        pytest.param({"retain_on_delete": True}, True, id="retained"),
        pytest.param({"deleted_with": urn("goes")}, True, id="goes-with-what-goes"),
        pytest.param({"deleted_with": urn("stays")}, False, id="goes-with-what-stays"),
    ],
)
def test_deletion_calls_the_provider_only_where_there_is_something_to_delete(
    changes: dict[str, Any], nothing: bool
) -> None:
    """The rest is a matter of the state."""
    assert nothing is plan.deletes_nothing(replace(OLD, **changes), {urn("goes")})


def test_goal_inherits_from_its_parent_what_it_leaves_open() -> None:
    """An explicit False is not open."""
    parent = Goal(type="g", name="p", protect=True, retain_on_delete=True, deleted_with="u", provider="p")
    child = Goal(type=THING, name="c", protect=False)
    other = Goal(type=THING, name="o", retain_on_delete=False, deleted_with="v", provider="q")

    inherited = replace(child, retain_on_delete=True, deleted_with="u", provider="p")
    assert inherited == plan.inherit(child, parent)
    assert replace(other, protect=True) == plan.inherit(other, parent)
    assert child == plan.inherit(child, None)


@pytest.mark.parametrize("custom", [True, False])
@pytest.mark.parametrize("alias", ["", urn("former")])
def test_state_of_a_goal_holds_all_that_the_program_says(alias: str, custom: bool) -> None:
    """A component has no provider; what was made before keeps its dates."""
    shared: dict[str, Any] = {
        "parent": urn("p"),
        "dependencies": (urn("d"),),
        "property_dependencies": {"x": (urn("d"),)},
        "deleted_with": urn("w"),
        "additional_secret_outputs": ("y",),
        "ignore_changes": ("z",),
    }
    goal = Goal(type=THING, name="a", custom=custom, properties={"x": 1}, provider=PROVIDER, **shared)
    old = replace(OLD, created="2026-01-01T00:00:00Z", modified="2026-01-02T00:00:00Z")
    new = Resource(
        urn=urn("a"),
        type=THING,
        custom=custom,
        inputs={"x": 1},
        provider=PROVIDER if custom else "",
        aliases=(alias,) if alias else (),
        **shared,
    )

    assert new == plan.new_state(goal, urn("a"), alias, None)
    kept = plan.new_state(replace(goal, protect=True, retain_on_delete=True), urn("a"), alias, old)
    assert (
        replace(new, protect=True, retain_on_delete=True, created=old.created, modified=old.modified) == kept
    )


@pytest.mark.parametrize(
    ("parent", "type_", "expected"),
    [
        pytest.param("", "pulumi:pulumi:Stack", "pulumi:pulumi:Stack", id="stack"),
        pytest.param(urn("s", "pulumi:pulumi:Stack"), THING, THING, id="top"),
        pytest.param(urn("g", "a:b:C"), THING, f"a:b:C${THING}", id="child"),
        pytest.param(urn("g", "a:b:C$a:b:D"), THING, f"a:b:C$a:b:D${THING}", id="grandchild"),
    ],
)
def test_urn_names_the_types_of_the_ancestors_but_the_stack(parent: str, type_: str, expected: str) -> None:
    """As Pulumi's own URNs do; a name may hold anything."""
    made = make_urn("dev", "project", parent, type_, "x::y$z")

    assert urn("x::y$z", expected) == made
    assert ("dev", "project", expected, "x::y$z") == parse_urn(made)
    assert (made, "id") == split_reference(f"{made}::id")


GROUP, OLD_GROUP = urn("app", "a:b:C"), urn("old", "a:b:C")
CHILD = urn("app-disk", f"a:b:C${THING}")


def test_aliases_are_told_once_and_without_today_s_name() -> None:
    """Two ways of naming an old place lead to it once."""
    assert [urn("b"), urn("c")] == alias_urns(CHILD, GROUP, [urn("b"), CHILD, urn("c"), urn("b")], {})


def test_child_of_a_renamed_parent_is_found_by_both_old_names() -> None:
    """One that is called after its parent was called after the old one."""
    below = f"a:b:C${THING}"

    found = alias_urns(CHILD, GROUP, [urn("app-tape", below)], {GROUP: OLD_GROUP})

    assert [urn("app-tape", below), urn("old-disk", below), urn("old-tape", below)] == found
