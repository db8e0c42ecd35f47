"""Whatever is killed in the middle of an `up`, no service is lost and none is made twice.

`make test ARGS="tests/lifecycle/test_kill.py --kills 30"` plays thirty kills; a plain run plays a few.
"""

from __future__ import annotations

import random
import re
import threading

import psutil
import pytest

from tests.support.waiting import wait_until
from tests.support.workspace import Workspace

SERVICES = 50
SECONDS = 60
VICTIMS = {"engine": "offline.engine", "provider": "pulumi.dynamic", "emulator": "offline.emulator"}
PAUSE = threading.Event()
SID = re.compile(r"IS[0-9a-f]{32}")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make as many kills as `--kills` says, the victims in turn, the moments random but repeatable."""
    if "moment" in metafunc.fixturenames:
        dice = random.Random(4)
        victims = [list(VICTIMS)[index % len(VICTIMS)] for index in range(metafunc.config.getoption("kills"))]
        moments = [(victim, dice.randrange(SERVICES), dice.random() / 20) for victim in victims]
        names = [f"{victim} after {created} services" for victim, created, _ in moments]
        metafunc.parametrize("moment", moments, ids=names)


def processes(workspace: Workspace, module: str = "") -> list[psutil.Process]:
    """Return the Python processes that run a module in the clone; without a module all but the emulator."""
    found = []
    for process in psutil.process_iter():
        try:
            line, cwd = process.cmdline(), process.cwd()
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
        if cwd.startswith(str(workspace.root)) and "-m" in line:
            running = line[line.index("-m") + 1]
            if running == module or (not module and running != "offline.emulator"):
                found.append(process)
    return found


def kill_engine(workspace: Workspace) -> None:
    """Kill the engine of a clone."""
    found = [] if workspace.engine == "pulumi" else processes(workspace, "offline.engine")
    if workspace.engine == "pulumi":
        for process in psutil.process_iter(["name", "cwd"]):
            if process.info["name"] == "pulumi" and process.info["cwd"] == str(workspace.root):
                found.append(process)
    assert found
    for process in found:
        process.kill()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("workspace", ["embedded"], indirect=True)
def test_killed_up_is_finished_by_the_next_without_a_twin(
    workspace: Workspace, moment: tuple[str, int, float]
):
    """By default: the state says what the killed run was at. Only a lost answer of a dead API leaves no such trace.

    Then the next run names what it found and makes no second one, and with `adopt` it takes it over.
    """
    victim, created, delay_seconds = moment
    names = sorted(f"acme-{index:02}" for index in range(SERVICES))
    workspace.edit(lambda services: services.clear())
    workspace.edit(lambda services: services.update({name: {"friendlyName": name} for name in names}))
    workspace.make("emulator")
    workspace.emulator.latency(0.02)

    with workspace.begin("up", "--skip-preview") as running:
        wait_until(
            lambda: len(workspace.emulator.services()) >= created or running.poll() is not None,
            f"{created} services",
        )
        # Not a wait for something: the random part of the moment.
        PAUSE.wait(delay_seconds)
        for process in processes(workspace, VICTIMS[victim]):
            process.kill()
        running.wait(SECONDS)
    wait_until(lambda: not processes(workspace), "every process of the run to end")

    strict = workspace.make("up", "--skip-preview", code=None if victim == "emulator" else 0)
    after_strict = {service["sid"]: service["friendly_name"] for service in workspace.emulator.services()}
    path = workspace.root / "stacks" / "Pulumi.dev.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("config:\n", "config:\n  conversation-services:defaults: {onNameConflict: adopt}\n")
    )
    workspace.make("up", "--skip-preview")
    services = {service["sid"]: service["friendly_name"] for service in workspace.emulator.services()}
    outputs = workspace.outputs()

    assert len(set(after_strict.values())) == len(after_strict)
    if strict.returncode:
        assert SID.findall(strict.stdout + strict.stderr)
    assert names == sorted(services.values())
    assert services == {service["sid"]: service["friendlyName"] for service in outputs.values()}


@pytest.mark.timeout(300)
def test_killed_replacement_is_finished_by_the_next_run(workspace: Workspace):
    """The old one is still there and in the state then; the new one has a name that a preview would call taken."""
    workspace.make("up")
    workspace.edit(lambda services: services["support"].update(friendlyName="acme-help-dev"))
    # The work is done, its answer lost, and the run is killed while it looks for what became of it.
    workspace.emulator.fault("POST /v1/Services", "reset_after")
    workspace.emulator.latency(1)
    with workspace.begin("up", "--skip-preview") as running:
        wait_until(lambda: "acme-help-dev" in workspace.names(), "the new service")
        kill_engine(workspace)
        running.wait(SECONDS)
    # The CLI leaves its program and provider behind.
    for process in processes(workspace):
        process.kill()
    workspace.emulator.latency(0)
    workspace.make("cancel", "--yes", code=None)
    made = [each["sid"] for each in workspace.emulator.services() if each["friendly_name"] == "acme-help-dev"]

    workspace.make("up")

    assert made == [workspace.outputs()["support"]["sid"]]
    assert ["acme-appointments-dev", "acme-delivery-updates-dev", "acme-help-dev"] == workspace.names()
