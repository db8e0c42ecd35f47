"""Update and preview: create, same, outputs, secrets, unknowns, dependencies, components."""

from __future__ import annotations

from pathlib import Path

import pytest

from offline.engine.model.events import Finished
from offline.engine.model.resource import Resource
from offline.engine.model.values import Secret, Value
from tests.engine.things import DEFAULT, STACK, TYPE, Spec, Stack, urn


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    return Stack(tmp_path)


def test_update_of_independent_resources_creates_them_and_then_keeps_them(stack: Stack) -> None:
    """The second run finds nothing to do and asks for nothing to be done."""
    program: list[Spec] = [
        {"thing": "a", "inputs": {"text": "one"}},
        {"thing": "b", "inputs": {"text": "two"}},
        {"export": "key", "value": {"of": ["a", "key"]}},
    ]

    first = stack.up(*program)
    made = stack.snapshot
    asked = stack.calls("create", "update", "delete")
    second = stack.up(*program)

    assert ("succeeded", {"create": 3}) == (first.result, first.outcome.changes)
    assert ["create a", "create b"] == sorted(asked)
    assert ("succeeded", {"same": 3}, []) == (second.result, second.outcome.changes, second.steps)
    assert ["check a", "check b", "diff a", "diff b"] == sorted(stack.calls())
    # Resources that do not depend on one another stand in the state as they were done.
    assert {each.urn: each for each in made.resources} == {
        each.urn: each for each in stack.snapshot.resources
    }
    assert {"a": {"text": "one"}, "b": {"text": "two"}} == stack.files
    assert {"key": f"key of {stack.resource('a').id}"} == stack.outputs == dict(second.finished.outputs or {})


def test_created_resource_in_state_has_what_the_real_engine_records(stack: Stack) -> None:
    """Inputs as checked, outputs as answered, the provider by URN and id."""
    stack.up({"thing": "a", "inputs": {"text": "one", "tags": {"n": 1, "f": 1.5, "l": [True, "x"]}}})

    a, default, top = stack.resource("a"), stack.resource("default"), stack.resource("things-dev")
    pickled = a.inputs["__provider"]
    declared: dict[str, Value] = {
        "name": "a",
        "text": "one",
        "tags": {"n": 1, "f": 1.5, "l": [True, "x"]},
        "__provider": pickled,
    }
    assert isinstance(pickled, Secret)
    assert a == Resource(
        urn=urn("a"),
        type=TYPE,
        custom=True,
        id=a.id,
        inputs=declared,
        outputs={**declared, "key": f"key of {a.id}", "length": 3},
        parent=STACK,
        provider=f"{DEFAULT}::{default.id}",
        property_dependencies=dict.fromkeys(("__provider", "name", "tags", "text"), ()),
        created=a.created,
        modified=a.created,
    )
    assert ("", {}, False) == (top.parent, top.inputs, top.custom)
    assert default.inputs == default.outputs == {"things:world": str(stack.world)}


def test_preview_of_an_update_changes_nothing_and_saves_nothing(stack: Stack) -> None:
    """What a preview cannot know stays unknown, in inputs of others and in the stack's outputs."""
    program: list[Spec] = [
        {"thing": "a", "inputs": {"text": "one"}},
        {"thing": "b", "inputs": {"text": {"of": ["a", "key"]}}},
        {"export": "known", "value": {"of": ["a", "text"]}},
        {"export": "unknown", "value": {"of": ["b", "key"]}},
    ]

    seen = stack.up(*program, dry_run=True)

    (outputs,) = [event.outputs or {} for event in seen.events if isinstance(event, Finished)]
    assert ("succeeded", {"create": 3}) == (seen.result, seen.outcome.changes)
    assert ["create a", "create b", "create things-dev"] == seen.steps
    assert {"known": "one", "unknown": "UNKNOWN"} == {
        key: value if isinstance(value, str) else repr(value) for key, value in outputs.items()
    }
    assert ({}, [], ()) == (stack.files, stack.saves, stack.snapshot.resources)


def test_outputs_of_one_resource_become_inputs_of_another_in_order(stack: Stack) -> None:
    """A dependency is created first, stands first in the state and is named by property."""
    seen = stack.up(
        {"thing": "a", "inputs": {"seconds": 0.1}},
        {"thing": "b", "inputs": {"text": {"of": ["a", "key"]}}, "options": {"depends_on": ["a"]}},
        {"thing": "c", "options": {"depends_on": ["b"]}},
    )

    b, c = stack.resource("b"), stack.resource("c")
    assert ["create a", "create b", "create c", "create things-dev"] == seen.steps
    assert ["a", "b", "c"] == stack.names
    assert f"key of {stack.resource('a').id}" == b.inputs["text"]
    assert ((urn("a"),), (urn("a"),)) == (b.dependencies, b.property_dependencies["text"])
    assert ((urn("b"),), ()) == (c.dependencies, c.property_dependencies["name"])


def test_secrets_stay_secret_through_provider_outputs_and_stack_outputs(stack: Stack) -> None:
    """A provider written in Python gets them bare and returns them bare; the state must not hold them so."""
    stack.config["things:token"] = "sesame-open"
    stack.secret_keys = frozenset({"things:token"})

    stack.up(
        {"thing": "a", "inputs": {"password": {"secret": "hush"}, "tags": {"x": {"secret": "pst"}, "y": 1}}},
        {"thing": "b", "inputs": {"text": "plain"}, "options": {"additional_secret_outputs": ["key"]}},
        {"export": "password", "value": {"of": ["a", "password"]}},
        {"export": "key", "value": {"of": ["b", "key"]}},
    )

    a, b = stack.resource("a"), stack.resource("b")
    assert (Secret("hush"), Secret("hush")) == (a.inputs["password"], a.outputs["password"])
    assert a.inputs["tags"] == a.outputs["tags"] == {"x": Secret("pst"), "y": 1}
    assert (Secret(f"key of {b.id}"), "plain") == (b.outputs["key"], b.outputs["text"])
    assert {"hush", "key of " + b.id} == set(stack.outputs.values())
    assert all(isinstance(value, Secret) for value in stack.resource("things-dev").outputs.values())
    assert Secret("sesame-open") == stack.resource("default").inputs["things:token"]
    assert "hush" == stack.files["a"]["password"]


def test_component_holds_its_children_and_the_outputs_it_registers(stack: Stack) -> None:
    """Children's URNs name the component's type; one that registers nothing ends with the run."""
    program: list[Spec] = [
        {"group": "outer", "outputs": {"size": 2}},
        {"group": "inner", "options": {"parent": "outer"}, "outputs": None},
        {"thing": "a", "options": {"parent": "inner"}},
    ]

    first = stack.up(*program)
    second = stack.up(*program)

    inner = urn("inner", "test:index:Group$test:index:Group")
    a = stack.resource("a")
    assert ["create outer", "create a", "create inner", "create things-dev"] == first.steps
    assert ({"same": 4}, []) == (second.outcome.changes, second.steps)
    assert (urn("a", f"test:index:Group$test:index:Group${TYPE}"), inner) == (a.urn, a.parent)
    assert ({"size": 2}, {}) == (stack.resource("outer").outputs, stack.resource("inner").outputs)


def test_default_provider_follows_the_configuration_without_being_counted(stack: Stack) -> None:
    """A changed configuration updates the provider resource in the state, keeps its id and shows as no change."""
    program: list[Spec] = [{"thing": "a"}]
    stack.up(*program)
    before = stack.resource("default")

    stack.config["things:colour"] = "red"
    seen = stack.up(*program)

    after = stack.resource("default")
    assert ({"same": 2}, []) == (seen.outcome.changes, seen.steps)
    assert (before.id, {**before.inputs, "things:colour": "red"}) == (after.id, after.inputs)
    assert after.inputs == after.outputs
