"""Failures of programs, providers and operators: what is kept, what is said, and that nothing is left running."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from offline.engine.errors import UnsupportedError
from offline.engine.model.events import StepStarted
from offline.engine.model.resource import Resource, Snapshot
from offline.engine.model.target import Kind
from tests.engine.things import TYPE, Seen, Spec, Stack, urn


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    return Stack(tmp_path)


@pytest.fixture(scope="module")
def _two_things(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    stack = Stack(tmp_path_factory.mktemp("two"))
    stack.up({"thing": "a"}, {"thing": "old"}, {"export": "x", "value": 1}, {"export": "y", "value": 2})
    return stack


@pytest.fixture
def two_things(_two_things: Stack, tmp_path: Path) -> Stack:
    """A stack with `a`, `old` and the outputs x = 1 and y = 2, made once and copied."""
    folder = tmp_path / "copy"
    shutil.copytree(_two_things.folder, folder)
    copy = Stack(folder)
    copy.snapshot = _two_things.snapshot
    copy.config["things:world"] = str(_two_things.world)
    return copy


@pytest.fixture(autouse=True)
def _no_process_left() -> Iterator[None]:
    """A run leaves no child behind, however it ends."""
    before = set(psutil.Process().children(recursive=True))
    yield
    left = [child.cmdline() for child in psutil.Process().children(recursive=True) if child not in before]
    assert [] == left


@pytest.mark.parametrize(
    ("end", "error"),
    [
        pytest.param({"raise": "no more"}, "program failed with an unhandled exception", id="exception"),
        pytest.param({"run_error": "enough"}, "enough", id="run-error"),
        pytest.param({"exit": 3}, "the program ended itself with sys.exit(3)", id="exit-3"),
        pytest.param({"die": 0}, "the program ended before it had declared everything", id="die-0"),
        pytest.param({"die": 4}, "the program (process", id="die-4"),
        pytest.param({"thing": "a"}, "two resources have the same name", id="duplicate"),
        pytest.param(
            {"thing": "x", "options": {"ignore_changes": ["tags.y"]}},
            "ignore_changes below the top level or for all (tags.y) is outside what the embedded engine runs",
            id="nested-ignore-changes",
        ),
        pytest.param(
            {"thing": "x", "options": {"import_": "id"}},
            "what the field importId of RegisterResourceRequest asks for is outside what the embedded engine runs",
            id="unsupported-option",
        ),
    ],
)
def test_program_that_fails_deletes_nothing(two_things: Stack, end: Spec, error: str) -> None:
    """What it got to declare is done, what it did not is no longer wanted only if it ends well."""
    stack = two_things

    seen = stack.up({"thing": "a"}, {"thing": "new"}, {"export": "x", "value": 3}, end)

    assert ("failed", error) == (seen.result, seen.errors[0][: len(error)])
    assert 1 == len(seen.errors), seen.errors
    assert {"a", "old"} <= set(stack.names)
    assert [] == stack.calls("delete")
    assert stack.outputs["y"] == 2


def test_program_that_exits_with_zero_has_ended_well(stack: Stack) -> None:
    """Neither sys.exit() nor a logged error is a failure; what it prints and logs is told with its severity."""
    seen = stack.up(
        {"print": "hello"},
        {"print": "oh dear", "error": True},
        {"log": "info", "text": "by the way"},
        {"log": "warn", "text": "careful"},
        {"log": "error", "text": "no harm done"},
        {"thing": "a"},
        {"exit": 0},
    )

    assert ("succeeded", ["a"]) == (seen.result, stack.names)
    assert (["by the way", "hello"], ["oh dear"], ["careful"]) == (
        sorted(seen.said("info")),
        seen.said("info#err"),
        seen.said("warning"),
    )
    assert ["no harm done"] == seen.errors


@pytest.mark.parametrize("call", ["check", "diff", "create", "update"])
def test_provider_error_stops_the_run_and_masks_secrets(stack: Stack, call: str) -> None:
    """Nothing is recorded of what failed, and what did not fail is kept."""
    stack.config["things:token"] = "sesame-open"
    stack.secret_keys = frozenset({"things:token"})
    if call in ("diff", "update"):
        stack.up({"thing": "b", "inputs": {"text": "one"}})

    seen = stack.up(
        {"thing": "a"},
        {"thing": "b", "inputs": {"text": "two", "fail": call}, "options": {"depends_on": ["a"]}},
    )

    expected = ["a", "b"] if call in ("diff", "update") else ["a"]
    assert ("failed", expected, ()) == (seen.result, sorted(stack.names), stack.snapshot.pending)
    assert 1 == len(seen.errors)
    assert f"ValueError: no {call} today, token [secret]" == seen.errors[0].splitlines()[-1]
    assert "sesame" not in "".join(map(repr, seen.events))


def test_bad_inputs_are_refused_before_anything_is_made(stack: Stack) -> None:
    """The message names the property and what it must be, not the value."""
    seen = stack.up({"thing": "a", "inputs": {"text": "bad"}})

    assert ("failed", ["property text: must not be bad"], {}) == (seen.result, seen.errors, stack.files)


def test_failing_create_stops_new_ones_and_records_those_in_flight(stack: Stack) -> None:
    """What had begun ends and is kept; what depends on the failed one, or came later, is not begun."""
    stack.config["things:workers"] = "8"

    seen = stack.up(
        {"thing": "slow", "inputs": {"seconds": 0.8}},
        {"thing": "bad", "inputs": {"fail": "create", "seconds": 0.2}},
        {"thing": "below", "options": {"depends_on": ["bad"]}},
        {"thing": "later", "options": {"depends_on": ["slow"]}},
    )

    assert ("failed", ["slow"], ["create bad"]) == (seen.result, stack.names, seen.failed)
    assert ({"slow"}, ()) == (set(stack.files), stack.snapshot.pending)


def test_killed_provider_is_named_and_its_operations_stay_listed(stack: Stack) -> None:
    """Nobody knows what became of them: the next run says so, and a refresh can forget them."""
    stack.config["things:workers"] = "8"
    program: list[Spec] = [
        {"thing": "done"},
        {"thing": "a", "inputs": {"seconds": 30}, "options": {"depends_on": ["done"]}},
    ]

    killed = asyncio.run(_run_and_kill(stack, program))
    pending = [(operation.kind, operation.resource.name) for operation in stack.snapshot.pending]
    program[1] = {"thing": "a"}
    again = stack.up(*program)
    still = len(stack.snapshot.pending)
    refreshed = stack.run("refresh", clear_pending_creates=True)

    assert ("failed", ["done"]) == (
        killed.result,
        [name for name in ("done", "a") if name in stack.files][:1],
    )
    assert "provider default (process" == killed.errors[0][:25]
    assert "was killed by signal 9" in killed.errors[0]
    assert [("creating", "a")] == pending
    assert ("succeeded", 1, 1) == (again.result, len(again.interrupted), still)
    assert again.interrupted[0].endswith("::a: interrupted while creating")
    assert ("succeeded", ()) == (refreshed.result, stack.snapshot.pending)


async def _run_and_kill(stack: Stack, program: list[Spec]) -> Seen:
    """Run a program, and kill the provider once it is creating `a`."""
    stack.declare(*program)
    running = asyncio.create_task(stack.arun("update"))
    while not (begun := [line for line in stack.log() if line[2:] == ["begin", "create", "a"]]):
        assert not running.done()
        await asyncio.sleep(0.01)
    os.kill(int(begun[0][1]), signal.SIGKILL)
    return await running


def test_killed_program_does_not_take_its_operations_with_it(stack: Stack) -> None:
    """What was under way ends and is recorded, and nothing is deleted."""
    stack.up({"thing": "old"})
    stack.declare({"thing": "a", "inputs": {"seconds": 0.6}})

    seen = asyncio.run(_run_and_kill_program(stack))

    assert ("failed", ["a", "old"], ()) == (seen.result, sorted(stack.names), stack.snapshot.pending)
    assert {"a", "old"} == set(stack.files)
    assert "was killed by signal 9" in seen.errors[0]


async def _run_and_kill_program(stack: Stack) -> Seen:
    running = asyncio.create_task(stack.arun("update"))
    while not any(line[2:] == ["begin", "create", "a"] for line in stack.log()):
        assert not running.done()
        await asyncio.sleep(0.01)
    programs = [
        child for child in psutil.Process().children() if "program_main.py" in " ".join(child.cmdline())
    ]
    assert 1 == len(programs)
    programs[0].kill()
    return await running


@pytest.mark.parametrize(
    ("extra", "what"), [({"taint": True}, "taint in the state"), ({"viewOf": "urn"}, "viewOf in the state")]
)
@pytest.mark.parametrize("operation", ["update", "refresh", "destroy"])
def test_state_that_only_the_real_engine_knows_is_refused(
    stack: Stack, operation: Kind, extra: dict[str, object], what: str
) -> None:
    """Before anything is told or done."""
    stack.snapshot = Snapshot(
        resources=(Resource(urn=urn("a"), type=TYPE, custom=True, id="1", extra=extra),)
    )

    with pytest.raises(UnsupportedError, match=what):
        stack.run(operation)


def test_cancelled_run_ends_what_is_in_flight_and_begins_nothing(stack: Stack) -> None:
    """The result is neither success nor failure, nothing is deleted, and the state holds what was made."""
    stack.up({"thing": "old"})

    async def run() -> Seen:
        cancel = asyncio.Event()
        stack.on_event = lambda event: (
            cancel.set() if isinstance(event, StepStarted) and event.step.urn.endswith("::a") else None
        )
        return await stack.arun("update", cancel=cancel)

    stack.declare(
        {"thing": "a", "inputs": {"seconds": 0.5}}, {"thing": "b", "options": {"depends_on": ["a"]}}
    )
    seen = asyncio.run(run())

    assert ("interrupted", []) == (seen.result, seen.errors)
    assert (["a", "old"], {"a", "old"}, ()) == (sorted(stack.names), set(stack.files), stack.snapshot.pending)


def test_every_operation_is_on_record_before_it_begins_and_after_it_ends(stack: Stack) -> None:
    """Whenever the engine is killed, the last save names what was under way."""
    stack.up({"thing": "a", "inputs": {"text": "one"}})
    first = [[(p.kind, p.resource.name) for p in saved.pending] for saved in stack.saves]
    stack.up({"thing": "b", "inputs": {"text": "two"}})
    second = [[(p.kind, p.resource.name) for p in saved.pending] for saved in stack.saves]

    assert [("creating", "a")] in first
    assert [[("creating", "b")], [], [("deleting", "a")], []] == [
        step for i, step in enumerate(second) if i == 0 or step != second[i - 1]
    ]
    assert ["b"] == stack.names


def test_many_creates_run_side_by_side_within_the_bound(stack: Stack) -> None:
    """With a provider that has the threads for it, `parallel` is what bounds it."""
    stack.config["things:workers"] = "32"
    program: list[Spec] = [{"thing": f"t{i:02}", "inputs": {"seconds": 0.1}} for i in range(40)]

    seen = stack.up(*program, parallel=10)

    assert ("succeeded", {"create": 41}, 10) == (
        seen.result,
        seen.outcome.changes,
        stack.most_in_flight("create"),
    )


def test_failing_save_stops_the_run_before_anything_is_made(stack: Stack) -> None:
    """A state that cannot be written is no ground to build on."""

    class Full(list[object]):
        def append(self, _snapshot: object) -> None:
            raise OSError(28, "No space left on device")

    stack.declare({"thing": "a"})
    stack.__class__ = type("Broken", (Stack,), {"saves": property(lambda _: Full(), lambda *_: None)})
    seen = stack.run("update")

    assert ("failed", {}) == (seen.result, stack.files)
    assert "[Errno 28] No space left on device" == seen.errors[0]
