"""Ctrl-C twice in the middle of many creates: the next run finishes them, and what to run is said."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.gitops.test_engines import gitops
from tests.gitops.test_guides import commands, played
from tests.lifecycle.test_kill import PAUSE
from tests.support.waiting import wait_until
from tests.support.workspace import Workspace
from tools.state import State

CREATE = "POST /v1/Services"
SERVICES = 50
BEGUN = 12
SECONDS = 300
FIRST = {"embedded": "letting operations under way end", "pulumi": "^C received; cancelling"}
"""What an engine says when it has been asked to stop."""

pytestmark = pytest.mark.timeout(900)


class Interrupted:
    """A command in a clone, in a session of its own, so that it can be interrupted as a terminal does.

    Args:
        workspace: the clone.
        command: what to run.
        file: where its output goes.
    """

    def __init__(self, workspace: Workspace, command: list[str], file: Path) -> None:
        self._workspace = workspace
        self._file = file
        with file.open("wb") as output:
            self._process = subprocess.Popen(
                command,
                cwd=workspace.root,
                env=workspace.environment(EMULATOR="1"),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def __enter__(self) -> Interrupted:
        return self

    def __exit__(self, *_: object) -> None:
        for each in self.family():
            each.kill()
        self._process.wait(SECONDS)

    @property
    def said(self) -> str:
        """What it has printed."""
        return self._file.read_text(encoding="utf-8", errors="replace")

    def family(self) -> list[psutil.Process]:
        """Return it and all that it has started."""
        try:
            process = psutil.Process(self._process.pid)
            return [process, *process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def reach_the_middle(self) -> None:
        """Wait until some services are there, and another is under way for longer than anybody waits."""
        emulator = self._workspace.emulator
        wait_until(
            lambda: emulator.counts().get(CREATE, 0) > BEGUN or self._process.poll() is not None,
            "creates under way",
        )

    def press(self) -> None:
        """Press ctrl-C."""
        os.killpg(self._process.pid, signal.SIGINT)

    def end(self) -> int:
        """Wait for its end; give its exit code."""
        code = self._process.wait(SECONDS)
        self._workspace.emulator.clear_faults()
        return code


def declare_many(workspace: Workspace) -> list[str]:
    """Declare many services; return their names."""
    names = sorted(f"acme-{index:02}" for index in range(SERVICES))
    workspace.edit(lambda services: services.clear())
    workspace.edit(lambda services: services.update({name: {"friendlyName": name} for name in names}))
    workspace.make("emulator")
    workspace.emulator.fault(CREATE, "slow", seconds=20, skip=BEGUN, times=SERVICES)
    return names


def creating(workspace: Workspace) -> set[str]:
    """Return the URNs of what the state has as being created."""
    path = workspace.root / ".emulator/state/.pulumi/stacks/conversation-services/dev.json"
    return State.of(json.loads(path.read_text(encoding="utf-8"))).creating()


def test_up_that_was_interrupted_twice_is_finished_by_the_next(workspace: Workspace, tmp_path: Path):
    """It says which command goes on, and that command makes nothing twice and refuses no name."""
    names = declare_many(workspace)
    up = ["make", "-s", "up", "ARGS=--skip-preview"]

    with Interrupted(workspace, up, tmp_path / "output") as running:
        running.reach_the_middle()
        running.press()
        wait_until(lambda: FIRST[workspace.engine] in running.said, "the first interruption")
        running.press()
        code = running.end()
        said = running.said
    pending = creating(workspace)
    (line,) = [each for each in said.splitlines() if "was interrupted" in each]
    ((again, told),) = played(workspace, [line.partition("go on with: ")[2]])
    made = {service["sid"]: service["friendly_name"] for service in workspace.emulator.services()}

    assert code
    assert pending
    assert (
        f"note: dev: up was interrupted; go on with: make up STACK=dev ENGINE={workspace.engine} EMULATOR=1"
        == line
    )
    assert "see with `refresh`" not in said
    assert 0 == again, told
    assert names == sorted(made.values())
    assert made == {each["sid"]: each["friendlyName"] for each in workspace.outputs().values()}


def test_deployment_that_was_interrupted_twice_is_told_in_parts_and_goes_on(
    workspace: Workspace, tmp_path: Path
):
    """What was under way is told as that, and the same reviewed report carries the rest."""
    names = declare_many(workspace)
    gitops(workspace, "preview-report", "--stack=dev", "--out=reports")
    deploy = [
        sys.executable,
        "-m",
        "gitops",
        "deploy",
        "--stack=dev",
        "--reviewed=reports/dev.json",
        "--out=deployed",
    ]

    with Interrupted(workspace, deploy, tmp_path / "output") as running:
        running.reach_the_middle()
        running.press()
        # Not a wait for something: a person's two presses, since the engine's display is kept back.
        PAUSE.wait(1)
        running.press()
        code = running.end()
        said = running.said
    report = json.loads((workspace.root / "deployed" / "dev.json").read_text(encoding="utf-8"))
    ((again, told),) = played(workspace, commands("interrupted-run")[-1:], EMULATOR="1")

    services = [each for each in report["operations"] if each["type"].endswith(":ConversationService")]
    assert 1 == code, said
    assert "the deployment was interrupted on its way" in said
    assert (
        {"done", "under way", "not begun"}
        >= {each["outcome"] for each in services}
        >= {"under way", "not begun"}
    )
    assert 0 == again, told
    assert names == workspace.names()


def test_guide_to_an_interrupted_run_goes_on_after_a_kill(workspace: Workspace, tmp_path: Path):
    """The CLI leaves its lock; the refusal is followed by the command that takes it away, and the guide has it."""
    names = declare_many(workspace)
    gitops(workspace, "preview-report", "--stack=dev", "--out=reports")
    engine = "pulumi" if workspace.engine == "pulumi" else "offline.engine"

    with Interrupted(workspace, ["make", "-s", "up", "ARGS=--skip-preview"], tmp_path / "output") as running:
        running.reach_the_middle()
        family = running.family()
        (killed,) = [each for each in family if _runs(each, engine)]
        killed.kill()
        running.end()
        said = running.said
    # The CLI's children outlive it.
    for each in family:
        if each.is_running():
            each.kill()
    psutil.wait_procs(family, timeout=SECONDS)
    seen = [*played(workspace, commands("interrupted-run"), EMULATOR="1")]

    locked = workspace.engine == "pulumi"
    assert "note: dev: up was interrupted; go on with: make up STACK=dev" in said
    assert [2 if locked else 0, 0, 0, 0, 0] == [code for code, _ in seen], seen
    assert locked is (
        f"take its lock away with: make cancel STACK=dev ENGINE={workspace.engine}" in seen[0][1]
    )
    assert names == workspace.names()


def _runs(process: psutil.Process, what: str) -> bool:
    try:
        words = process.cmdline()
    except psutil.Error:
        return False
    return bool(words) and (Path(words[0]).name == what or what in words[1:3])
