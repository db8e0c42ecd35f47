"""Update, replace, delete before replace, delete: what is called in which order, and what the state holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.things import Spec, Stack, urn


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    return Stack(tmp_path)


def test_changes_of_every_kind_in_one_run_end_as_declared(stack: Stack) -> None:
    """Updates happen in place, replacements create first, what is not declared goes last, dependents before it."""
    stack.up(
        {"thing": "kept"},
        {"thing": "updated", "inputs": {"text": "one", "tags": {"a": 1}}},
        {"thing": "replaced", "inputs": {"fixed": "one"}},
        {"thing": "below", "inputs": {"text": {"of": ["replaced", "key"]}}},
        {"thing": "gone"},
        {"thing": "gone too", "options": {"depends_on": ["gone"]}},
    )
    ids = {name: stack.resource(name).id for name in ("kept", "updated", "replaced", "below")}
    stack.calls()

    changed: list[Spec] = [
        {"thing": "kept"},
        {"thing": "updated", "inputs": {"text": "two", "tags": {"a": 1, "b": 2}}},
        {"thing": "replaced", "inputs": {"fixed": "two"}},
        {"thing": "below", "inputs": {"text": {"of": ["replaced", "key"]}}},
    ]
    preview = stack.up(*changed, dry_run=True)
    previewed = stack.calls("create", "update", "delete")
    seen = stack.up(*changed)

    counts = {"same": 2, "update": 2, "replace": 1, "delete": 2}
    assert ("succeeded", counts, []) == (preview.result, preview.outcome.changes, previewed)
    assert ("succeeded", counts) == (seen.result, seen.outcome.changes)
    assert ["create replaced", "update below", "update updated"] == sorted(stack.calls("create", "update"))
    in_order = [step for step in seen.steps if step.endswith((" replaced", " below"))]
    assert [
        "create-replacement replaced",
        "replace replaced",
        "update below",
        "delete-replaced replaced",
    ] == in_order
    assert seen.steps.index("delete gone too") < seen.steps.index("delete gone")
    now = {name: stack.resource(name).id for name in ids}
    assert ({**ids, "replaced": now["replaced"]}, True) == (now, ids["replaced"] != now["replaced"])
    assert {"kept", "updated", "replaced", "below"} == set(stack.names) == set(stack.files)
    assert {"text": "two", "tags": {"a": 1, "b": 2}} == stack.files["updated"]
    assert f"key of {now['replaced']}" == stack.files["below"]["text"]
    update = next(e.step for e in seen.events if hasattr(e, "step") and e.step.op == "update")
    assert {"tags.b": "add", "text": "update"} == {
        path: diff.kind for path, diff in update.detailed_diff.items()
    }


def test_delete_before_replace_takes_along_what_would_be_replaced_anyway(stack: Stack) -> None:
    """Dependents whose property forces a replacement go first; others are updated later."""

    def program(value: str) -> list[Spec]:
        return [
            {"thing": "base", "inputs": {"first": value}},
            {"thing": "bound", "inputs": {"fixed": {"of": ["base", "key"]}}},
            {"thing": "loose", "inputs": {"text": {"of": ["base", "key"]}}},
            {"thing": "with", "options": {"deleted_with": "base"}},
        ]

    stack.up(*program("one"))
    stack.calls()

    preview = stack.up(*program("two"), dry_run=True)
    seen = stack.up(*program("two"))

    assert {"replace": 3, "update": 1, "same": 1} == preview.outcome.changes == seen.outcome.changes
    assert [
        "create base",
        "create bound",
        "create with",
        "delete base",
        "delete bound",
        "update loose",
    ] == sorted(stack.calls("create", "update", "delete"))
    assert seen.steps.index("delete-replaced bound") < seen.steps.index("delete-replaced base")
    assert seen.steps.index("delete-replaced base") < seen.steps.index("create-replacement base")
    assert ["base", "bound", "loose", "with"] == sorted(stack.names)
    assert {f"key of {stack.resource('base').id}"} == {
        stack.files["bound"]["fixed"],
        stack.files["loose"]["text"],
    }


def test_failing_create_after_a_deletion_is_made_up_for_by_the_next_run(stack: Stack) -> None:
    """What was deleted to be replaced stays in the state as such, and is created again without another deletion."""
    program: list[Spec] = [
        {"thing": "a", "inputs": {"first": "one"}},
        {"thing": "b", "options": {"depends_on": ["a"]}},
    ]
    stack.up(*program)
    stack.calls()

    failed = stack.up({"thing": "a", "inputs": {"first": "two", "fail": "create"}}, program[1])
    waiting = stack.resource("a")
    mended = stack.up({"thing": "a", "inputs": {"first": "two"}}, program[1])

    assert ("failed", ["delete-replaced a", "replace a"]) == (failed.result, failed.steps[:2])
    assert (True, ["create-replacement a"]) == (waiting.pending_replacement, failed.failed)
    assert ("succeeded", {"replace": 1, "same": 2}) == (mended.result, mended.outcome.changes)
    assert ["delete a", "create a"] == stack.calls("create", "delete")
    assert (False, {"a", "b"}) == (stack.resource("a").pending_replacement, set(stack.files))


def test_failing_deletion_of_what_was_replaced_is_tried_again(stack: Stack) -> None:
    """Both stand in the state, one of them to be deleted, until that succeeds."""
    stack.up({"thing": "a", "inputs": {"fixed": "one", "fail": "delete"}})

    failed = stack.up({"thing": "a", "inputs": {"fixed": "two"}})
    between = stack.names
    still = stack.up({"thing": "a", "inputs": {"fixed": "two"}})

    assert ("failed", ["delete-replaced a"]) == (failed.result, failed.failed)
    assert ["a", "a (delete)"] == between == stack.names
    assert ("failed", {"same": 2}, ["delete-replaced a"]) == (
        still.result,
        still.outcome.changes,
        still.failed,
    )
    assert urn("a") == stack.snapshot.resources[-1].urn
