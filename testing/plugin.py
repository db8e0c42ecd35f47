"""The fixtures, as pytest finds them by the distribution's entry point."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from .emulator import TwilioEmulator
from .stack import ENGINES, Stack, choose_engine

__all__ = ["pytest_addoption", "stack", "twilio_emulator"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the engine be chosen."""
    parser.getgroup("twilio conversations").addoption(
        "--twilio-engine",
        choices=ENGINES,
        default="",
        help="what runs the stacks of the fixture `stack`: the Pulumi CLI if it is on PATH, by default",
    )


@pytest.fixture(scope="session")
def _twilio_emulator_process() -> Iterator[TwilioEmulator]:
    running = TwilioEmulator()
    yield running
    running.stop()


@pytest.fixture
def twilio_emulator(_twilio_emulator_process: TwilioEmulator) -> TwilioEmulator:
    """Twilio's API on this machine, empty: one process for the tests of a run, reset before each."""
    _twilio_emulator_process.reset()
    return _twilio_emulator_process


@pytest.fixture
def stack(
    request: pytest.FixtureRequest, tmp_path: Path, twilio_emulator: TwilioEmulator
) -> Callable[..., Stack]:
    """Make a stack of a project on the emulator: `stack(folder, config={"acme:size": 3}, secrets={…})`."""
    numbers = count(1)
    engine = choose_engine(request.config.getoption("--twilio-engine"))

    def make(
        project: str | Path,
        config: Mapping[str, Any] | None = None,
        secrets: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
        name: str = "test",
    ) -> Stack:
        folder = tmp_path / f"stack-{next(numbers)}"
        folder.mkdir()
        variables = {**twilio_emulator.environment, **(environment or {})}
        return Stack(Path(project), folder, engine, variables, config, secrets, name)

    return make
