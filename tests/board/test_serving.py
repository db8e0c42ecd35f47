"""`board --serve`: on loopback, to this machine's own pages, and anew as soon as a state changes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.board.browser import browser, opened
from tests.board.test_gathering import made_state, of_service, put_state
from tests.support.workspace import Workspace

SECONDS = 60


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Workspace, str, subprocess.Popen[str]]]:
    """A clone whose board is served, its address, and the process; it is ended afterwards."""
    clone = Workspace(tmp_path, "embedded")
    put_state(clone, "dev", made_state())
    process = subprocess.Popen(
        [sys.executable, "-m", "gitops", "board", "--serve"],
        cwd=clone.root,
        env=clone.environment(EMULATOR="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    yield clone, process.stdout.readline().strip(), process
    process.kill()
    process.communicate()


def rename(clone: Workspace, sid: str) -> None:
    """Let a run have replaced dev's support by a service of another SID."""
    state = made_state()
    put_state(clone, "dev", json.loads(json.dumps(state).replace(of_service(state, "support")["id"], sid)))


def test_page_is_made_anew_once_a_state_changes(served: tuple[Workspace, str, subprocess.Popen[str]]):
    """Whoever has it open is told, and ctrl-C ends it without a traceback."""
    clone, address, process = served
    before, after = of_service(made_state(), "support")["id"], f"IS{'9' * 32}"

    with browser() as chromium, opened(chromium, address) as seen:
        seen.page.get_by_text(before).wait_for()
        seen.page.get_by_role("searchbox").fill("support")
        rename(clone, after)
        seen.page.get_by_text(after).wait_for(timeout=SECONDS * 1000)
        kept = seen.page.get_by_role("searchbox").input_value()
        hosts = {each.split("/")[2] for each in seen.asked}

        assert "support" == kept
        assert {address.split("/")[2]} == hosts
        assert [] == seen.complaints
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=SECONDS)

    assert 0 == process.returncode
    assert "Traceback" not in errors
    assert errors.endswith("ended\n")


def test_listener_is_told_of_a_change(served: tuple[Workspace, str, subprocess.Popen[str]]):
    """Without a browser: the page's own way, and a change before anybody listens counts, too."""
    clone, address, _ = served
    requests.get(address, timeout=SECONDS).raise_for_status()
    rename(clone, f"IS{'8' * 32}")

    with requests.get(f"{address}changes", stream=True, timeout=SECONDS) as answer:
        told = next(line for line in answer.iter_lines(chunk_size=1) if line.startswith(b"event"))

    assert b"event: changed" == told
    assert "8" * 32 in requests.get(address, timeout=SECONDS).text


def test_nobody_else_is_answered(served: tuple[Workspace, str, subprocess.Popen[str]]):
    """A page of the web whose name leads to this machine could read it otherwise."""
    _, address, process = served

    codes = [
        requests.get(address, headers={"Host": host}, timeout=SECONDS).status_code
        for host in ("rebound.example", "rebound.example:80", "127.0.0.1.rebound.example:1", "localhost:1")
    ]
    other = requests.get(f"{address}stacks/Pulumi.dev.yaml", timeout=SECONDS)

    assert [421, 421, 421, 200] == codes
    assert 404 == other.status_code
    assert "http://127.0.0.1:" == address[:17]
    assert process.poll() is None


def test_port_that_is_taken_is_one_error(served: tuple[Workspace, str, subprocess.Popen[str]]):
    """With what to do about it."""
    clone, address, _ = served
    port = address.rstrip("/").rpartition(":")[2]

    done = subprocess.run(
        [sys.executable, "-m", "gitops", "board", "--serve", "--port", port],
        cwd=clone.root,
        env=clone.environment(EMULATOR="1"),
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )

    assert 1 == done.returncode
    assert (
        f"error: cannot serve on 127.0.0.1:{port}: Address already in use\nhint: leave --port out"
        in done.stderr
    )
