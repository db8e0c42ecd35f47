"""What a run replaced and did not get rid of: shown, counted and tried again by every run until it is gone."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from offline.engine.display.details import details_lines
from offline.engine.display.progress import ProgressDisplay
from offline.engine.display.report import Showing
from offline.engine.display.screen import Screen
from offline.engine.model.events import Event, Op, StepDone, StepFailed
from offline.engine.model.target import Kind
from tests.engine.showing import board_of, finished, logged, started, step, steps_done
from tests.engine.test_parity import EMBEDDED, PULUMI, Step, World, thing, up
from tests.engine.things import Seen, Spec, Stack

REPLACED: Spec = {"thing": "a", "inputs": {"fixed": "one", "fail": "delete"}}
REPLACEMENT: Spec = {"thing": "a", "inputs": {"fixed": "two"}}


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    """A stack whose last run made a replacement of `a`, and could not delete the original."""
    made = Stack(tmp_path)
    made.up(REPLACED)
    assert "failed" == made.up(REPLACEMENT).result
    assert ["a", "a (delete)"] == made.names
    made.calls()
    return made


def relent(stack: Stack) -> None:
    """Let the provider delete what it refused to."""
    stack.snapshot = replace(
        stack.snapshot,
        resources=tuple(
            replace(each, outputs={**each.outputs, "fail": None}) if each.delete else each
            for each in stack.snapshot.resources
        ),
    )


def leftovers(seen: Seen) -> list[str]:
    steps = [event.step for event in seen.events if isinstance(event, StepDone | StepFailed)]
    return [f"{each.op} {each.urn.rpartition('::')[2]}" for each in steps if each.leftover]


def test_preview_tells_of_what_is_left_over(stack: Stack) -> None:
    """It would be deleted, although nothing that the program declares changes."""
    seen = stack.up(REPLACEMENT, dry_run=True)

    assert ["delete-replaced a"] == leftovers(seen)
    assert {"same": 2, "delete-replaced": 1} == seen.outcome.changes
    assert [] == stack.calls("delete")


@pytest.mark.parametrize("operation", ["update", "destroy"])
def test_leftover_is_deleted_by_the_next_run_that_may(stack: Stack, operation: Kind) -> None:
    """Nothing has to be declared for it."""
    stack.declare(REPLACEMENT)
    refused = stack.run(operation)
    relent(stack)

    done = stack.run(operation)

    assert ("failed", ["delete-replaced a"]) == (refused.result, leftovers(refused))
    assert ("succeeded", ["delete-replaced a"]) == (done.result, leftovers(done))
    assert ["a"] * (operation == "update") == stack.names == list(stack.files)
    assert 1 == done.outcome.changes["delete-replaced"]


def test_original_that_this_run_replaces_is_no_leftover(tmp_path: Path) -> None:
    """It is half of a replacement, which counts as a whole."""
    stack = Stack(tmp_path)
    stack.up({"thing": "a", "inputs": {"fixed": "one"}})

    seen = stack.up(REPLACEMENT)

    assert ([], {"same": 1, "replace": 1}) == (leftovers(seen), seen.outcome.changes)


def test_refresh_tells_leftover_and_replacement_apart(stack: Stack) -> None:
    """Both have one URN; the one that is gone leaves the state, and the other stays."""
    (left,) = [each for each in stack.snapshot.resources if each.delete]
    (stack.world / f"{left.id}.json").unlink()

    seen = stack.run("refresh")

    assert ("succeeded", ["a"]) == (seen.result, stack.names)
    assert ["delete a"] == leftovers(seen)


KEPT = step(Op.SAME, "support", old={"friendly_name": "new"}, new={"friendly_name": "new"})
LEFT = replace(
    step(Op.DELETE_REPLACED, "support", old={"friendly_name": "old"}, logical=False), leftover=True
)
PREVIEW: list[Event] = [
    started(dry_run=True),
    *steps_done(KEPT, LEFT),
    finished({"same": 1, "delete-replaced": 1}),
]


def test_leftover_has_a_line_of_its_own() -> None:
    """With its id, for nothing else tells it from its replacement."""
    stream = io.StringIO()
    display = ProgressDisplay(Screen(stream), Showing())

    for event in PREVIEW:
        display(event)
    display.close()

    assert """\
Previewing update (dev):

 -- twilio:ConversationService support delete replaced [left over from an earlier replacement: id-support]

Resources:
    --1 to delete, left over from an earlier replacement
    1 unchanged

""" == stream.getvalue()


def test_leftover_is_told_beside_its_replacement() -> None:
    """Whatever becomes of that."""
    update = step(Op.UPDATE, "support", old={"size": 1}, new={"size": 2})
    board = board_of(started(dry_run=True), *steps_done(update, LEFT))

    details = ["".join(text for text, _ in line) for line in details_lines(board)]

    assert ["support: update", "support: delete replaced"] == [
        line.partition("ConversationService ")[2] for line in details if line[:1] in ("~", "-")
    ]
    assert 1 == details.count("      [left over from an earlier replacement]")


def test_leftover_is_an_event_of_a_preview() -> None:
    """Also if its replacement changes, too."""
    events = logged(*PREVIEW)

    begun = [each["resourcePreEvent"]["metadata"] for each in events if "resourcePreEvent" in each]
    assert [("delete-replaced", "id-support")] == [
        (each["op"], each["old"]["id"]) for each in begun if each["op"] != "same"
    ]
    (summary,) = [each["summaryEvent"] for each in events if "summaryEvent" in each]
    assert {"same": 1, "delete-replaced": 1} == summary["resourceChanges"]


def told(lines: list[str]) -> list[tuple[Any, ...]]:
    """What an event log says of things: event, operation, name, and the id and mark of what there was."""
    found = []
    for line in lines:
        for kind, event in json.loads(line).items():
            if isinstance(event, dict) and "::a" in event.get("metadata", {}).get("urn", ""):
                metadata = event["metadata"]
                found.append((kind, metadata["op"], metadata["old"]["id"], metadata["old"].get("delete")))
    return sorted(found, key=str)


@pytest.mark.real_engine
def test_leftover_is_logged_alike_by_both_engines(tmp_path: Path) -> None:
    """Whoever reads event logs finds it the same way: a deletion whose id nothing of this run replaced."""
    world = World.create(tmp_path / "stack")
    world.environment["PULUMI_DEBUG_COMMANDS"] = "1"
    world.run(EMBEDDED, "config", "set", "world", str(world.files))
    world.play(up(thing("a", fixed="one", fail="delete")), EMBEDDED)
    world.play(up(thing("a", fixed="two")), EMBEDDED)

    logs: list[list[tuple[Any, ...]]] = []
    for engine in (EMBEDDED, PULUMI):
        log = tmp_path / f"log-{len(logs)}"
        code, _, said = world.play(Step("preview", None, ("--event-log", str(log))), engine)
        assert 0 == code, said
        logs.append(told(log.read_text().splitlines()))

    assert logs[0] == logs[1]
    assert ["delete-replaced", "delete-replaced", "same", "same"] == sorted(op for _, op, _, _ in logs[0])
