"""What is said after a run that did not come to its end: commands that work, and whose lock is in the way."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.workspace import Workspace
from tools.engine_process import Ended
from tools.interrupted import locks_in_the_way, make_command, unlocking, way_on
from tools.state import drop_torn_attributes

HERE = socket.gethostname()
CLI = "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete it"
EMBEDDED = "error: the stack is locked by root@host (pid 4) since 2026-11-26T12:00:00"


@pytest.mark.parametrize(
    ("environment", "arguments", "expected"),
    [
        pytest.param({}, "", "make up STACK=dev", id="plain"),
        pytest.param({"EMULATOR": "", "ENGINE": ""}, "", "make up STACK=dev", id="empty variables"),
        pytest.param(
            {"EMULATOR": "1", "ENGINE": "embedded", "TWILIO_AUTH_TOKEN": "x"},
            "ARGS=--yes",
            "make up STACK=dev ENGINE=embedded EMULATOR=1 ARGS=--yes",
            id="what decides where it runs",
        ),
    ],
)
def test_command_names_what_decides_where_it_runs(environment: dict[str, str], arguments: str, expected: str):
    """A rehearsal that goes on at Twilio, or on another engine, would be another run."""
    assert expected == make_command("up", "dev", environment, arguments)


@pytest.mark.parametrize(
    ("command", "folder", "expected"),
    [
        pytest.param(
            "up",
            Path(),
            "go on with: make up STACK=dev\nit finishes what was under way, too",
            id="an up",
        ),
        pytest.param(
            "up",
            None,
            "go on with: make up STACK=dev\n"
            "if it refuses a name that the interrupted run has made already: docs/guides/interrupted-run.md",
            id="an up whose beginning is noted nowhere",
        ),
        pytest.param("destroy", Path(), "go on with: make destroy STACK=dev", id="a destroy"),
    ],
)
def test_way_on_promises_what_will_be(command: str, folder: Path | None, expected: str):
    """Only beside a file backend is it noted when the interrupted run began."""
    assert expected == way_on(command, "dev", {}, folder)


def gone() -> int:
    """Return the number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


@pytest.mark.parametrize(
    ("pid", "host", "expected"),
    [
        pytest.param(gone(), HERE, "a run that is gone: take its lock away with: ", id="gone"),
        pytest.param(os.getpid(), HERE, "wait for that run, or, if it is dead, take its lock", id="running"),
        pytest.param(
            gone(), "elsewhere", "wait for that run, or, if it is dead, take its lock", id="another host"
        ),
    ],
)
def test_lock_is_told_with_its_holder_and_what_takes_it_away(
    tmp_path: Path, pid: int, host: str, expected: str
):
    """The CLI names `pulumi cancel`, which finds neither the backend of a rehearsal nor the stack."""
    folder = tmp_path / "locks" / "organization" / "conversation-services" / "dev"
    folder.mkdir(parents=True)
    lock = {"pid": pid, "username": "me", "hostname": host, "timestamp": "2026-11-26T12:00:00.123Z"}
    (folder / "a.json").write_text(json.dumps(lock), encoding="utf-8")
    (folder / "b.json").write_text("{", encoding="utf-8")

    (told,) = locks_in_the_way("dev", {"EMULATOR": "1"}, tmp_path)

    assert f"dev is locked by me@{host} (pid {pid}) since 2026-11-26T12:00:00" in told
    assert expected in told
    assert told.endswith("make cancel STACK=dev EMULATOR=1 ARGS=--yes")


def test_nothing_is_said_of_locks_that_nobody_can_read(tmp_path: Path):
    """Of a bucket the engine itself tells them."""
    assert [[], []] == [[*locks_in_the_way("dev", {}, folder)] for folder in (None, tmp_path)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(CLI, "make cancel STACK=dev ARGS=--yes", id="CLI"),
        pytest.param(EMBEDDED, "make cancel STACK=dev ARGS=--yes", id="embedded"),
        pytest.param("error: no", "", id="another error"),
    ],
)
def test_error_about_a_lock_gets_the_command_that_takes_it_away(text: str, expected: str):
    """In a pipeline's report, too, whatever the backend."""
    assert expected == unlocking(text, "dev", {}).rpartition(": ")[2]


@pytest.mark.parametrize(
    ("ended", "expected"),
    [
        pytest.param(Ended(0), False, id="fine"),
        pytest.param(Ended(0, asked_to_stop=True), False, id="fine in spite of a signal"),
        pytest.param(Ended(1), False, id="failed"),
        pytest.param(Ended(1, asked_to_stop=True), True, id="stopped"),
        pytest.param(Ended(137), True, id="killed"),
        pytest.param(Ended(1, silence="silent"), True, id="silent"),
    ],
)
def test_run_was_interrupted_if_it_did_not_end_by_itself(ended: Ended, expected: bool):
    """A run that failed says itself what to do."""
    assert expected is ended.interrupted


@pytest.mark.parametrize("torn", ["", '{"user.content_type":"te', "\x00\x00"])
def test_half_written_attributes_go_and_nothing_else_does(tmp_path: Path, torn: str):
    """The CLI, killed in the middle of them, would refuse the whole state ever after."""
    state = tmp_path / "stacks" / "conversation-services"
    locks = tmp_path / "locks" / "organization" / "conversation-services" / "dev"
    for folder in (state, locks):
        folder.mkdir(parents=True)
    (state / "dev.json.attrs").write_text(torn, encoding="utf-8")
    (locks / "a.json.attrs").write_text(torn, encoding="utf-8")
    kept = [state / "dev.json", state / "dev.json.bak.attrs", state / "dev-two.json.attrs"]
    for path, text in zip(kept, ("", "{}", torn), strict=True):
        path.write_text(text, encoding="utf-8")

    dropped = drop_torn_attributes(tmp_path, "dev")

    assert ["a.json.attrs", "dev.json.attrs"] == dropped
    assert [True] * 3 == [path.exists() for path in kept]
    assert [] == [*drop_torn_attributes(None, "dev"), *drop_torn_attributes(tmp_path, "dev")]


@pytest.mark.timeout(300)
def test_state_whose_attributes_were_torn_goes_on(workspace: Workspace):
    """Every command of the CLI ended with `failed to load checkpoint: EOF`, `cancel` too."""
    workspace.make("up")
    state = workspace.root / ".emulator/state/.pulumi/stacks/conversation-services"
    (state / "dev.json.attrs").write_bytes(b"")

    done = workspace.make("preview", "--expect-no-changes")

    assert "note: dev: removed dev.json.attrs, which a killed run has left half-written" in done.stderr
