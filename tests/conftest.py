"""Fixtures that all tests share."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.emulator import Emulator
from tests.support.workspace import ENGINES, Workspace

# Hundreds of processes are started: each would compile anew what the first could have left compiled.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# A hook of git names its repository to all that it starts: clones of the tests would be made in that one.
for each in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
    os.environ.pop(each, None)
# Of what a shell has started in the background, all that tests start would ignore ctrl-C.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Machines are busy, and how long an example takes is no claim of any test here.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of single tests."""
    parser.addoption("--kills", type=int, default=3, help="how many runs test_kill.py kills")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave Twilio alone unless the command line asks for it by name, and the Pulumi CLI where there is none."""
    missing = {}
    if "live" not in str(config.option.markexpr):
        missing["live"] = "speaks to Twilio: -m live, with TWILIO_* of a test account"
    if not shutil.which("pulumi"):
        missing["real_engine"] = "no pulumi on PATH: make pulumi installs it"
    for item in items:
        for mark, reason in missing.items():
            if item.get_closest_marker(mark):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(params=ENGINES)
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workspace]:
    """A clone that runs one of the engines; its emulator is stopped afterwards."""
    made = Workspace(tmp_path, request.param)
    yield made
    made.close()


@pytest.fixture(scope="session")
def _emulator_process() -> Iterator[Emulator]:
    running = Emulator()
    yield running
    running.stop()


@pytest.fixture
def emulator(_emulator_process: Emulator) -> Emulator:
    """One emulator per test process, reset before each test; don't stop it."""
    _emulator_process.reset()
    return _emulator_process


@pytest.fixture
def new_emulator() -> Iterator[Callable[..., Emulator]]:
    """Start emulators of a test's own: `new_emulator(state=path, port=0)`; they are stopped after it."""
    started: list[Emulator] = []

    def start(state: Path | None = None, port: int = 0) -> Emulator:
        started.append(Emulator(state, port))
        return started[-1]

    yield start
    for each in started:
        each.stop()
