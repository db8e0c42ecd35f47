"""The emulator of a clone is the one that holds the clone's database, wherever the clone has gone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.support.workspace import Workspace

pytestmark = pytest.mark.timeout(300)
HOLD = """\
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA locking_mode = EXCLUSIVE")
db.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""
"""Another program that holds the database, until its input ends."""


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Workspace]:
    """A clone whose emulator runs and holds a service; whatever runs under the folder is ended afterwards."""
    (tmp_path / "first").mkdir()
    made = Workspace(tmp_path / "first", "embedded")
    made.make("up")
    yield made
    for process in emulators(tmp_path):
        process.kill()


def emulators(folder: Path) -> list[psutil.Process]:
    """Return the emulators of the clones in a folder."""
    found = []
    for process in psutil.process_iter():
        try:
            line = process.cmdline()
        except psutil.Error:
            continue
        if {"emulator", "offline.emulator"} & {*line} and any(str(folder) in word for word in line):
            found.append(process)
    return found


def moved(workspace: Workspace, name: str) -> Workspace:
    """Move a clone; give it at its new place."""
    workspace.root = workspace.root.rename(workspace.root.with_name(name))
    return workspace


def test_clone_moved_while_its_emulator_runs_goes_on_with_its_services(clone: Workspace, tmp_path: Path):
    """The old process is ended and the data kept: nothing is stuck, nothing runs twice."""
    before = clone.outputs()
    (old,) = emulators(tmp_path)

    here = moved(clone, "second")
    unchanged = here.make("up")
    after = here.outputs()

    (new,) = emulators(tmp_path)
    assert "18 unchanged" in unchanged.stdout
    assert {name: each["sid"] for name, each in before.items()} == {
        k: each["sid"] for k, each in after.items()
    }
    assert (old.pid, False) != (new.pid, old.is_running())
    assert f"{here.root}/.emulator/services.db" in " ".join(new.cmdline())


def test_emulator_of_a_moved_clone_is_stopped_from_its_new_place(clone: Workspace, tmp_path: Path):
    """`emulator-stop` said that none was running, while one held the database."""
    here = moved(clone, "second")

    stopped = here.make("emulator-stop")
    again = here.make("emulator-stop")

    assert "emulator stopped\n" == stopped.stdout
    assert "no emulator of this clone is running\n" == again.stdout
    assert [] == emulators(tmp_path)


def test_emulator_that_an_earlier_version_started_is_stopped_too(clone: Workspace, tmp_path: Path):
    """Before it stood in `offline/`, its command line was `python -m emulator`; it may run across an update."""
    clone.make("emulator-stop")
    (clone.root / "emulator").symlink_to("offline/emulator")
    port = (clone.root / ".emulator" / "port").read_text(encoding="ascii")
    database = clone.root / ".emulator" / "services.db"
    command = [sys.executable, "-m", "emulator", "--port", port, "--state", str(database)]

    with subprocess.Popen(command, cwd=clone.root, stdout=subprocess.PIPE) as earlier:
        assert earlier.stdout is not None
        earlier.stdout.readline()
        stopped = moved(clone, "second").make("emulator-stop")

    assert "emulator stopped\n" == stopped.stdout
    assert [] == emulators(tmp_path)


def test_new_clone_at_the_place_of_a_moved_one_leaves_its_emulator_alone(clone: Workspace, tmp_path: Path):
    """The old one answers with the new one's path; it is not its emulator, and it is somebody's."""
    services = clone.emulator.services()
    (old,) = emulators(tmp_path)
    here = moved(clone, "second")
    (tmp_path / "first").mkdir()
    newcomer = Workspace(tmp_path / "first", "embedded")

    newcomer.make("emulator")
    empty = newcomer.emulator.services()

    assert old.is_running()
    assert [] == empty
    assert services == here.emulator.services()


def test_copied_clone_has_an_emulator_of_its_own(clone: Workspace, tmp_path: Path):
    """A copy is another clone, though its files are the same."""
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-a", str(clone.root), str(copy)], check=True)
    clone.emulator.reset()
    clone.root, original = copy, clone.root

    clone.make("emulator")

    assert 2 == len(emulators(tmp_path))
    assert [] != clone.emulator.services()
    clone.root = original
    assert [] == clone.emulator.services()


def test_database_that_another_program_holds_is_told_with_pid_and_command(clone: Workspace):
    """Nothing of somebody else's is ended, and nothing waits for it."""
    clone.make("emulator-stop")
    database = clone.root / ".emulator" / "services.db"
    command = [sys.executable, "-c", HOLD, str(database)]

    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        started = clone.make("emulator", code=2)
        stopped = clone.make("emulator-stop", code=2)
        other.communicate()
    clone.make("emulator")

    for told in (started.stderr, stopped.stderr):
        assert told.startswith(
            f"error: .emulator/services.db is held by process {other.pid} ({sys.executable} -c "
        )
        assert "hint: end that process" in told
