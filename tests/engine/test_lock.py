"""Locks: two runs never work on one stack, and a dead run holds nobody up."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from offline.engine.errors import LockError
from offline.engine.state.lock import cancel_locks, hold_lock, list_locks
from tests.engine.commands import ROOT, Project
from tests.support.waiting import wait_until

HOLDER = """
import pathlib, sys
from offline.engine.errors import LockError
from offline.engine.state.lock import hold_lock

try:
    with hold_lock(pathlib.Path(sys.argv[1])):
        print("held", flush=True)
        sys.stdin.readline()
except LockError:
    print("refused", flush=True)
"""


def start_holder(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def write_lock(folder: Path, **content: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "0b5d.json"
    path.write_text(
        json.dumps(
            {
                "pid": 1,
                "username": "ann",
                "hostname": "elsewhere",
                "timestamp": "2026-01-02T03:04:05.1Z",
                **content,
            }
        ),
        encoding="utf-8",
    )
    return path


def dead_pid() -> int:
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def test_lock_is_there_while_held_and_gone_after(tmp_path: Path) -> None:
    """The file says who holds the stack, in the CLI's words, and one more."""
    with hold_lock(tmp_path / "locks") as abandoned:
        content = json.loads(next((tmp_path / "locks").iterdir()).read_bytes())

    assert abandoned == ()
    assert set(content) == {"pid", "username", "hostname", "timestamp", "flocked"}
    assert (content["pid"], content["hostname"]) == (os.getpid(), socket.gethostname())
    assert list((tmp_path / "locks").iterdir()) == []


def test_lock_held_by_a_live_process_refuses_others(tmp_path: Path) -> None:
    """The error names the holder, and it may be tried again once that is done."""
    holder = start_holder(tmp_path / "locks")
    assert first_line(holder) == "held"

    with pytest.raises(LockError, match=rf"\(pid {holder.pid}\)"), hold_lock(tmp_path / "locks"):
        pytest.fail("two hold the lock")
    holder.communicate("done\n")

    with hold_lock(tmp_path / "locks") as abandoned:
        assert abandoned == ()


def test_lock_of_a_killed_process_that_nobody_has_reaped_is_taken_over(tmp_path: Path) -> None:
    """Its number stays in the process table until its parent asks for it; it holds nothing by then."""
    holder = start_holder(tmp_path / "locks")
    assert first_line(holder) == "held"
    holder.kill()
    os.waitid(os.P_PID, holder.pid, os.WEXITED | os.WNOWAIT)

    with hold_lock(tmp_path / "locks") as abandoned:
        assert [holder.pid] == [each.pid for each in abandoned]

    holder.communicate()


@pytest.mark.parametrize("attempt", range(3))
def test_lock_of_many_at_once_is_held_by_one_at_most(tmp_path: Path, attempt: int) -> None:
    """However they race, no two get it."""
    processes = [start_holder(tmp_path / "locks") for _ in range(4)]

    answers = [first_line(process) for process in processes]
    for process in processes:
        process.communicate("done\n")

    assert answers.count("held") <= 1
    assert set(answers) <= {"held", "refused"}


def test_lock_of_a_killed_process_is_taken_over(tmp_path: Path) -> None:
    """After `kill -9` the next run simply runs, and is told whose lock it took."""
    holder = start_holder(tmp_path / "locks")
    assert first_line(holder) == "held"
    holder.send_signal(signal.SIGKILL)
    holder.communicate()

    with hold_lock(tmp_path / "locks") as abandoned:
        held = list_locks(tmp_path / "locks")

    assert [each.pid for each in abandoned] == [holder.pid]
    assert [each.pid for each in held] == [os.getpid()]


@pytest.mark.parametrize(
    ("content", "taken"),
    [
        pytest.param({"hostname": "elsewhere", "pid": 1}, False, id="other-host"),
        pytest.param({"hostname": "here", "pid": "dead"}, True, id="dead-process-of-this-host"),
        pytest.param(
            {"hostname": "here", "pid": "mine", "flocked": True},
            True,
            id="number-used-again",
        ),
        pytest.param(
            {"hostname": "elsewhere", "pid": 1, "flocked": True}, False, id="flocked-on-another-host"
        ),
        pytest.param({"hostname": "here", "pid": "mine"}, False, id="live-process"),
        pytest.param({"hostname": "here", "pid": 0}, False, id="no-process"),
    ],
)
def test_lock_of_another_is_judged(tmp_path: Path, content: dict[str, Any], taken: bool) -> None:
    """Only a process of this host that is surely gone loses its lock."""
    pids = {"dead": dead_pid(), "mine": os.getpid()}
    content["pid"] = pids.get(content["pid"], content["pid"])
    content["hostname"] = {"here": socket.gethostname()}.get(content["hostname"], content["hostname"])
    path = write_lock(tmp_path / "locks", **content)

    if taken:
        with hold_lock(tmp_path / "locks") as abandoned:
            assert [each.path for each in abandoned] == [path]
    else:
        with pytest.raises(LockError, match=r"locked by ann@"), hold_lock(tmp_path / "locks"):
            pytest.fail("the lock was not honoured")
        assert path.exists()


@pytest.mark.parametrize("text", ["", "[]", '{"pid": "x"}', "{"])
def test_lock_damaged_is_honoured(tmp_path: Path, text: str) -> None:
    """A lock that cannot be read is still a lock: another run may be writing it."""
    write_lock(tmp_path / "locks").write_text(text, encoding="utf-8")

    with pytest.raises(LockError, match="locked"), hold_lock(tmp_path / "locks"):
        pytest.fail("the lock was not honoured")


def test_cancel_removes_every_lock(tmp_path: Path) -> None:
    """Whoever holds them, and the CLI's notes on them."""
    path = write_lock(tmp_path / "locks")
    path.with_name(f"{path.name}.attrs").touch()

    assert cancel_locks(tmp_path / "locks") == 1
    assert list((tmp_path / "locks").iterdir()) == []
    assert cancel_locks(tmp_path / "locks") == 0


@pytest.mark.real_engine
def test_lock_of_this_engine_is_honoured_by_the_cli(stack: Project) -> None:
    """The CLI refuses while this engine holds the stack, and its `cancel` removes the lock."""
    holder = start_holder(stack.locks)
    assert first_line(holder) == "held"

    refused = stack.pulumi("up", "--yes", code=None)
    stack.pulumi("cancel", "--yes")
    holder.communicate("done\n")

    assert refused.code != 0
    assert f"pid {holder.pid}" in refused.err
    assert list_locks(stack.locks) == []


@pytest.mark.real_engine
def test_lock_of_the_cli_is_honoured_by_this_engine(stack: Project, tmp_path: Path) -> None:
    """While the CLI works on the stack, this engine names it and gives way."""
    gate = tmp_path / "gate"
    for key, value in (("count", "1"), ("gate", str(gate))):
        stack.engine("config", "set", key, value)
    command = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive"]
    process = subprocess.Popen(
        command, cwd=stack.root, env=stack.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    wait_until(Path(f"{gate}.waiting").exists)

    refused = stack.engine("up", "--yes", code=1)
    gate.touch()

    assert f"(pid {process.pid})" in refused.err
    assert process.wait(timeout=60) == 0
