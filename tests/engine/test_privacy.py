"""What other users of the machine can learn of a run: from its addresses, its processes and its files."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.engine.commands import ROOT, Project
from tests.engine.conftest import make_stack
from tests.engine.things import PROJECT
from tests.support.waiting import wait_until

SECRET = "sesame-open"
NOBODY = 65534

# Asks whoever answers at an address for all that a program, an engine or a provider would ask for.
STRANGER = """
import os, sys
import grpc
from google.protobuf import empty_pb2
from offline.engine.hosts.protocol import analyzer_pb2_grpc, engine_pb2, engine_pb2_grpc
from offline.engine.hosts.protocol import provider_pb2_grpc, resource_pb2_grpc
if sys.argv[2:]:
    os.setgroups([])
    os.setgid(int(sys.argv[2]))
    os.setuid(int(sys.argv[2]))
channel = grpc.insecure_channel(sys.argv[1])
for stub, method in (
    (resource_pb2_grpc.ResourceMonitorStub, "GetDeploymentInfo"),
    (provider_pb2_grpc.ResourceProviderStub, "GetPluginInfo"),
    (analyzer_pb2_grpc.AnalyzerStub, "GetAnalyzerInfo"),
):
    try:
        print(method, getattr(stub(channel), method)(empty_pb2.Empty(), timeout=10))
    except grpc.RpcError as error:
        print(method, error.code().name)
"""


@dataclass(frozen=True)
class Underway:
    """An `up` that waits in the middle of a create, with a secret in its configuration and a policy pack."""

    process: psutil.Process
    folder: Path
    """Where its sockets lie."""

    @property
    def family(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]

    @property
    def sockets(self) -> list[Path]:
        return sorted(self.folder.iterdir())


@pytest.fixture(scope="module")
def short_folder() -> Iterator[Path]:
    """A folder for temporary files whose path is no longer than usual, as pytest's are."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


@pytest.fixture
def temporary(stack: Project) -> Iterator[Path]:
    """Such a folder for one test, used by the stack."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        stack.environment["TMPDIR"] = folder
        yield Path(folder)


@pytest.fixture(scope="module")
def underway(
    tmp_path_factory: pytest.TempPathFactory, salt_state: str, short_folder: Path
) -> Iterator[Underway]:
    project = make_stack(Project(tmp_path_factory.mktemp("underway")), salt_state)
    gate = project.root / "gate"
    project.environment["TMPDIR"] = str(short_folder)
    shutil.copytree(PROJECT.with_name("pack"), project.root / "pack")
    project.engine("config", "set", "--secret", "note", SECRET)
    process = project.start("up", "-f", "--policy-pack", "pack", "-c", "count=1", "-c", f"gate={gate}")
    try:
        wait_until(project.root.joinpath("gate.waiting").exists)
        folder = next(short_folder.iterdir(), short_folder)
        yield Underway(psutil.Process(process.pid), folder)
    finally:
        gate.touch()
        process.communicate(timeout=60)


def test_a_run_listens_on_no_port(underway: Underway) -> None:
    """A port on loopback is reached by every user of the machine, whoever started what listens there."""
    listening = [
        (each.name(), connection.laddr)
        for each in underway.family
        for connection in each.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]

    assert 4 == len(underway.family), "the engine, its program, its provider and its pack"
    assert [] == listening


def test_sockets_of_a_run_lie_where_only_its_user_may_go(underway: Underway) -> None:
    """The system asks for the right to enter the folder before it looks at a socket in it."""
    mode = underway.folder.stat().st_mode

    assert ["monitor-", "pack-", "provider-"] == [path.name.rstrip("0123456789") for path in underway.sockets]
    assert 0o700 == stat.S_IMODE(mode)
    assert os.getuid() == underway.folder.stat().st_uid


@pytest.mark.parametrize("number", range(3), ids=["monitor", "pack", "provider"])
def test_stranger_gets_nothing_from_a_run(underway: Underway, number: int) -> None:
    """Told the address by somebody, another user still gets no answer, where the run's own user gets one."""
    if os.getuid() != 0:
        pytest.skip("only root can play another user: run the tests as root, in a container")
    address = f"unix:{underway.sockets[number]}"

    own = ask(address)
    strange = ask(address, str(NOBODY))

    assert 3 == strange.count("UNAVAILABLE")
    assert "UNAVAILABLE" not in own
    assert SECRET not in strange
    assert (SECRET in own) is (number == 0)


@pytest.fixture(params=[0o000, 0o022], ids=["umask-0", "umask-22"])
def mask(request: pytest.FixtureRequest) -> Iterator[int]:
    """What the engine's processes inherit as umask."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    """Permissions of all that lies below a folder, by kind, where they are not what they should be."""
    found = [(path, stat.S_IMODE(path.stat().st_mode)) for path in folder.rglob("*")]
    return {str(path): mode for path, mode in found if mode != (0o700 if path.is_dir() else 0o600)}


def test_files_with_values_are_for_their_owner_alone(stack: Project, mask: int) -> None:
    """State, history, locks, event logs and exports, whatever the umask and however they were before."""
    log, export, folder = stack.root / "log", stack.root / "export", stack.state / ".pulumi"
    for path in (log, export):
        path.write_text("of an earlier run, readable for all")
        path.chmod(0o666)
    stack.state_file.chmod(0o644)
    gate = stack.root / "gate"
    running = stack.start("up", "-f", "-c", "count=1", "-c", f"gate={gate}", "--event-log", str(log))
    wait_until(stack.root.joinpath("gate.waiting").exists)
    under_way = modes(folder) | modes(stack.locks)
    gate.touch()
    running.communicate(timeout=60)
    for path in (stack.state_file, folder / "history", folder):
        path.chmod(0o755)

    stack.engine("up", "-f", "-c", "count=2", "--event-log", str(log))
    stack.engine("stack", "export", "--file", str(export))

    assert ["meta.yaml"] == [Path(path).name for path in under_way]
    assert ["meta.yaml"] == [Path(path).name for path in modes(folder)]
    assert {"history", "locks", "stacks", "meta.yaml"} == {path.name for path in folder.iterdir()}
    assert 0o700 == stat.S_IMODE(folder.stat().st_mode)
    assert [0o600, 0o600] == [stat.S_IMODE(path.stat().st_mode) for path in (log, export)]


def test_stack_file_keeps_the_mode_that_it_has(stack: Project, mask: int) -> None:
    """It is under version control, its secrets are sealed, and others may have to read it."""
    path = stack.root / "Pulumi.dev.yaml"
    before = path.stat().st_mode

    stack.engine("config", "set", "count", "1")

    assert before == path.stat().st_mode


def ask(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", STRANGER, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_processes_of_a_run_show_no_secret(underway: Underway) -> None:
    """Every user may read command lines; environments only their owner and root, and they hold none either."""
    shown = [(each.cmdline(), each.environ()) for each in underway.family]

    assert SECRET not in repr(shown)


def test_sockets_are_gone_after_the_run(stack: Project, temporary: Path) -> None:
    """However it ended."""
    stack.engine("up", "-f", "-c", "count=1")
    after_success = list(temporary.iterdir())
    stack.engine("up", "-f", "-c", "count=2", "-c", "fail=true", code=1)

    assert ([], []) == (after_success, list(temporary.iterdir()))


def test_sockets_are_gone_after_an_engine_that_was_killed(stack: Project, temporary: Path) -> None:
    """Its children take them with them."""
    process = stack.start("up", "-f", "-c", "count=1", "-c", f"gate={stack.root / 'gate'}")
    wait_until(stack.root.joinpath("gate.waiting").exists)
    before = len(list(temporary.iterdir()))

    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)

    assert 1 == before
    wait_until(lambda: not list(temporary.iterdir()))


def test_deep_folder_for_temporary_files_is_no_obstacle(stack: Project) -> None:
    """The path of a socket may have some hundred characters only, that of TMPDIR may have thousands."""
    deep = stack.write(f"{'deep/' * 40}keep", "").parent
    stack.environment["TMPDIR"] = str(deep)

    stack.engine("up", "-f", "-c", "count=1")

    assert ["small-dev", "thing-0"] == [name for name in stack.names() if name != "default"]
