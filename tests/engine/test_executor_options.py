"""Resource options, refresh, destroy and reads of others' resources."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from offline.engine.model.events import Started
from tests.engine.things import TYPE, Spec, Stack, urn


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    return Stack(tmp_path)


def test_protected_resource_is_neither_replaced_nor_deleted_until_unprotected(stack: Stack) -> None:
    """A preview tells of it too; taking the protection off and replacing may happen in one run."""
    protect = {"protect": True}
    stack.up({"thing": "a", "inputs": {"fixed": "one"}, "options": protect})
    id_ = stack.resource("a").id

    preview = stack.up({"thing": "a", "inputs": {"fixed": "two"}, "options": protect}, dry_run=True)
    replaced = stack.up({"thing": "a", "inputs": {"fixed": "two"}, "options": protect})
    deleted = stack.up()
    kept = stack.resource("a").id
    freed = stack.up({"thing": "a", "inputs": {"fixed": "two"}})

    refusal = "resource a is protected and cannot be replaced"
    assert ["failed"] * 3 == [preview.result, replaced.result, deleted.result]
    assert [refusal, refusal] == [seen.errors[0].splitlines()[0] for seen in (preview, replaced)]
    assert "resource a is protected and cannot be deleted" == deleted.errors[0].splitlines()[0]
    assert (id_, "succeeded", {"replace": 1, "same": 1}) == (kept, freed.result, freed.outcome.changes)
    assert id_ != stack.resource("a").id


def test_options_of_deletion_and_change_are_obeyed(stack: Stack) -> None:
    """Retained things live on, ignored inputs stay as they were, things deleted with another need no call."""
    stack.up(
        {"thing": "retained", "options": {"retain_on_delete": True}},
        {"thing": "ignoring", "inputs": {"text": "one", "tags": {"a": "1", "b": "2"}}},
        {"thing": "holder"},
        {"thing": "with", "options": {"deleted_with": "holder"}},
        {"thing": "other"},
    )
    stack.calls()

    seen = stack.up(
        {
            "thing": "ignoring",
            "inputs": {"text": "two", "tags": {"a": "3", "b": "4", "c": "5"}},
            "options": {"ignore_changes": ["text"]},
        }
    )

    assert ("succeeded", {"same": 1, "update": 1, "delete": 4}) == (seen.result, seen.outcome.changes)
    assert ["delete holder", "delete other", "update ignoring"] == sorted(stack.calls("update", "delete"))
    assert {"ignoring", "retained", "with"} == set(stack.files)
    assert {"text": "one", "tags": {"a": "3", "b": "4", "c": "5"}} == stack.files["ignoring"]
    assert ["ignoring"] == stack.names


def test_alias_renames_a_resource_and_its_children_without_touching_them(stack: Stack) -> None:
    """The state is rewritten: URNs, parents and dependencies all have today's names."""
    stack.up(
        {"group": "old"},
        {"thing": "old-a", "options": {"parent": "old"}},
        {"thing": "b", "options": {"depends_on": ["old-a"]}},
        {"thing": "c"},
    )
    ids = [stack.resource(name).id for name in ("old-a", "b", "c")]
    stack.calls()

    seen = stack.up(
        {"group": "new", "options": {"aliases": [{"name": "old"}]}},
        {"thing": "new-a", "options": {"parent": "new"}},
        {"thing": "b", "options": {"depends_on": ["new-a"]}},
        {"thing": "d", "options": {"parent": "new", "aliases": [{"name": "c", "parent": None}]}},
    )

    new_a, d = stack.resource("new-a"), stack.resource("d")
    names = [stack.resource(name).id for name in ("new-a", "b", "d")]
    assert ("succeeded", [], [], ids) == (seen.result, seen.errors, stack.calls("create", "delete"), names)
    assert (urn("new-a", f"test:index:Group${TYPE}"), ()) == (new_a.urn, new_a.aliases)
    assert ((new_a.urn,), new_a.parent) == (stack.resource("b").dependencies, d.parent)
    assert {"new", "new-a", "b", "d"} == set(stack.names)


def test_explicit_provider_serves_its_resources_with_its_own_configuration(
    stack: Stack, tmp_path: Path
) -> None:
    """Its configuration has plain keys; a change of it is an update, and old resources go with the old one."""
    east, west = tmp_path / "east", tmp_path / "west"
    east.mkdir()
    west.mkdir()

    def program(world: Path) -> list[Spec]:
        return [
            {"provider": "far", "inputs": {"world": str(world), "token": {"secret": "hush-hush"}}},
            {"group": "g"},
            {"thing": "a", "options": {"provider": "far", "parent": "g"}},
            {"thing": "b"},
        ]

    first = stack.up(*program(east))
    second = stack.up(*program(west))
    gone = stack.up({"thing": "b"})

    far = json.dumps(sorted(file.name.partition("-")[0] for file in east.glob("*.json")))
    assert ({"create": 5}, {"same": 4, "update": 1}) == (first.outcome.changes, second.outcome.changes)
    assert ("succeeded", {"same": 2, "delete": 3}) == (gone.result, gone.outcome.changes)
    assert (["b"], {"b": {}}, '["a"]') == (stack.names, stack.files, far)


def test_renamed_provider_still_serves_what_names_it_by_its_old_name(stack: Stack) -> None:
    """Resources that go in the same run, and those that stay."""
    world = {"world": str(stack.world)}
    stack.up(
        {"provider": "old", "inputs": world},
        {"thing": "a", "options": {"provider": "old"}},
        {"thing": "b", "options": {"provider": "old"}},
    )
    a = stack.resource("a").id

    seen = stack.up(
        {"provider": "new", "inputs": world, "options": {"aliases": [{"name": "old"}]}},
        {"thing": "a", "options": {"provider": "new"}},
    )

    new = stack.resource("new")
    assert ("succeeded", {"same": 3, "delete": 1}) == (seen.result, seen.outcome.changes)
    assert (["new", "a"], a, {"a"}) == (stack.names, stack.resource("a").id, set(stack.files))
    assert f"{new.urn}::{new.id}" == stack.resource("a").provider


def test_read_resource_is_recorded_as_external_and_never_deleted(stack: Stack) -> None:
    """One that is missing reads as next to nothing, as on the real engine."""
    stack.up({"thing": "mine", "inputs": {"text": "one"}})
    id_ = stack.resource("mine").id

    seen = stack.up(
        {"thing": "mine", "inputs": {"text": "one"}},
        {"get": "theirs", "id": id_},
        {"get": "none", "id": "nowhere"},
        {"export": "text", "value": {"of": ["theirs", "text"]}},
    )
    theirs, none = stack.resource("theirs"), stack.resource("none")
    gone = stack.up({"thing": "mine", "inputs": {"text": "one"}})

    assert ("succeeded", {"same": 2}, ["read none", "read theirs"]) == (
        seen.result,
        seen.outcome.changes,
        sorted(seen.steps)[:2],
    )
    assert (True, id_, "one") == (theirs.external, theirs.id, theirs.outputs["text"])
    assert ("nowhere", {"__provider"}) == (none.id, set(none.outputs))
    assert ("succeeded", ["discard none", "discard theirs"]) == (gone.result, sorted(gone.steps))
    assert {"mine": {"text": "one"}} == stack.files


def test_refresh_takes_over_what_exists_and_drops_what_does_not(stack: Stack) -> None:
    """Dependents lose their reference to what is gone; an update then mends all."""
    program: list[Spec] = [
        {"thing": "same"},
        {"thing": "drifted", "inputs": {"text": "one"}},
        {"thing": "gone"},
        {"thing": "below", "inputs": {"tags": ["x"]}, "options": {"depends_on": ["gone"]}},
    ]
    stack.up(*program)
    (stack.world / f"{stack.resource('gone').id}.json").unlink()
    drifted = stack.world / f"{stack.resource('drifted').id}.json"
    drifted.write_text(json.dumps({"name": "drifted", "text": "other", "password": "new"}))

    before = stack.snapshot
    preview = stack.run("refresh", dry_run=True)
    unchanged = stack.snapshot == before
    seen = stack.run("refresh")
    state = {name: stack.resource(name) for name in stack.names}
    mended = stack.up(*program)

    counts = {"same": 3, "update": 1, "delete": 1}
    assert (counts, counts, True) == (preview.outcome.changes, seen.outcome.changes, unchanged)
    assert ["delete gone", "update drifted"] == sorted(seen.steps)
    assert ({"same", "drifted", "below"}, ()) == (set(state), state["below"].dependencies)
    assert ("other", "other") == (state["drifted"].inputs["text"], state["drifted"].outputs["text"])
    assert ({"create": 1, "update": 1, "same": 3}, "one") == (
        mended.outcome.changes,
        stack.files["drifted"]["text"],
    )


def test_update_with_refresh_sees_drift_that_a_plain_one_does_not(stack: Stack) -> None:
    """The refresh comes as a phase of its own, and its changes are not the update's."""
    program: list[Spec] = [{"thing": "a", "inputs": {"text": "one"}}]
    stack.up(*program)
    file = stack.world / f"{stack.resource('a').id}.json"
    file.write_text(json.dumps({"name": "a", "text": "two"}))

    plain = stack.up(*program, dry_run=True)
    preview = stack.up(*program, dry_run=True, refresh=True)
    seen = stack.up(*program, refresh=True)

    assert [{"same": 2}, {"same": 1, "update": 1}, {"same": 1, "update": 1}] == [
        run.outcome.changes for run in (plain, preview, seen)
    ]
    assert [("refresh", True), ("preview", True)] == [
        (event.kind, event.dry_run) for event in preview.events if isinstance(event, Started)
    ]
    assert "one" == stack.files["a"]["text"]


def test_destroy_deletes_dependents_first_and_keeps_what_protected_things_need(stack: Stack) -> None:
    """Everything else goes, and the run has failed; the program does not run."""
    stack.up(
        {"thing": "base"},
        {"thing": "guarded", "options": {"protect": True, "depends_on": ["base"]}},
        {"thing": "top", "options": {"depends_on": ["guarded"]}},
        {"thing": "single"},
        {"get": "theirs", "id": "nowhere"},
    )
    stack.declare({"raise": "the program must not run"})

    preview = stack.run("destroy", dry_run=True)
    held = stack.run("destroy")
    names = stack.names
    stack.declare({"thing": "base"}, {"thing": "guarded", "options": {"depends_on": ["base"]}})
    freed = stack.run("update")
    rest = stack.run("destroy")

    assert ["failed", "failed", "succeeded", "succeeded"] == [r.result for r in (preview, held, freed, rest)]
    assert (["base", "guarded"], ["delete guarded"]) == (names, held.failed)
    assert {"delete top", "delete single", "discard theirs"} == set(held.steps)
    assert (["delete guarded", "delete base", "delete things-dev"], ()) == (
        rest.steps,
        stack.snapshot.resources,
    )
    assert {} == stack.files
