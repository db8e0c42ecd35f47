"""Who depends on whom, and in which order things go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline.engine.model.graph import deletion_waves, dependencies, dependents, needed_by, renamed, repaired
from offline.engine.model.resource import Resource


def urn(name: str, type_: str = "t:t:T") -> str:
    return f"urn:pulumi:dev::project::{type_}::{name}"


def node(name: str, **more: Any) -> Resource:
    return Resource(urn=urn(name), type="t:t:T", custom=True, id=name, **more)


STATE = [
    node("p"),
    replace(node("group"), custom=False),
    node("a", provider=f"{urn('p')}::p"),
    node("child", parent=urn("group")),
    node("b", dependencies=(urn("a"),)),
    node("c", property_dependencies={"x": (urn("b"),)}),
    node("w", deleted_with=urn("a")),
    node("on group", dependencies=(urn("group"),)),
    node("late child", parent=urn("group")),
]
BY_NAME = {resource.name: resource for resource in STATE}


@pytest.mark.parametrize(
    ("root", "ignored", "expected"),
    [
        pytest.param("a", (), ["b", "c", "w"], id="all"),
        pytest.param("a", ("b",), ["w"], id="without-one-and-what-depends-on-it"),
        pytest.param("p", (), ["a", "b", "c", "w"], id="provider"),
        pytest.param("group", (), ["on group"], id="children-do-not-depend"),
        pytest.param("c", (), [], id="none"),
    ],
)
def test_dependents_are_found_in_order(root: str, ignored: tuple[str, ...], expected: list[str]) -> None:
    """Directly or not."""
    found = dependents(STATE, BY_NAME[root], {urn(name) for name in ignored})

    assert expected == [resource.name for resource in found]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("c", ["p", "a", "b"]), ("on group", ["group", "child"]), ("late child", ["group"]), ("p", [])],
)
def test_needs_are_found_in_order(name: str, expected: list[str]) -> None:
    """Who needs a component needs the children that were there before it."""
    assert expected == [resource.name for resource in needed_by(STATE, BY_NAME[name])]


def test_deletion_goes_from_the_leaves_to_the_roots() -> None:
    """Side by side where nothing speaks against it."""
    waves = [[resource.name for resource in wave] for wave in deletion_waves(STATE, STATE)]

    assert [["c"], ["b", "w", "on group"], ["a", "child", "late child"], ["p", "group"]] == waves
    some = [BY_NAME["a"], BY_NAME["b"], BY_NAME["child"]]
    assert [["b"], ["a", "child"]] == [[r.name for r in wave] for wave in deletion_waves(STATE, some)]


@settings(deadline=None)
@given(st.lists(st.sets(st.integers(0, 30)), max_size=30))
def test_nothing_is_deleted_before_what_depends_on_it(edges: list[set[int]]) -> None:
    """For any state."""
    state = [
        node(str(index), dependencies=tuple(urn(str(before)) for before in sorted(befores) if before < index))
        for index, befores in enumerate(edges)
    ]

    waves = deletion_waves(state, state)

    when = {resource.urn: number for number, wave in enumerate(waves) for resource in wave}
    assert len(state) == len(when)
    assert all(when[before] > when[resource.urn] for resource in state for before in dependencies(resource))


def test_repair_drops_references_to_what_is_gone() -> None:
    """A resource that nothing happened to stays the same object."""
    untouched = node("u")
    state = [
        untouched,
        node("x", dependencies=(urn("u"), urn("gone")), deleted_with=urn("gone"), parent=urn("gone")),
        node("y", property_dependencies={"a": (urn("gone"),), "b": (urn("gone"), urn("x")), "c": ()}),
    ]

    fixed = repaired(state)

    assert (
        untouched,
        node("x", dependencies=(urn("u"),)),
        node("y", property_dependencies={"b": (urn("x"),)}),
    ) == fixed
    assert fixed[0] is untouched


def test_renaming_follows_aliases_through_every_reference() -> None:
    """Children of what was renamed change their URN even if the program has not come to them yet."""
    state = [
        replace(node("new"), urn=urn("new", "g:g:G"), type="g:g:G", aliases=(urn("old", "g:g:F"),)),
        replace(node("kid"), urn=urn("kid", "g:g:F$t:t:T"), parent=urn("old", "g:g:F")),
        node("z", dependencies=(urn("old", "g:g:F"),), provider=f"{urn('kid', 'g:g:F$t:t:T')}::kid"),
    ]

    new, kid, z = renamed(state)

    kid_urn = urn("kid", "g:g:G$t:t:T")
    assert ((), kid_urn, new.urn) == (new.aliases, kid.urn, kid.parent)
    assert ((new.urn,), f"{kid_urn}::kid") == (z.dependencies, z.provider)
    assert (new, kid, z) == renamed((new, kid, z))
