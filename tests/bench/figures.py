"""What one piece of work took, and its median over rounds."""

from __future__ import annotations

import statistics
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.emulator import EmulatorControl
from tools.timing import timed

__all__ = ["Figures", "measured", "median"]

LONGEST_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Figures:
    """Wall time and processor time in seconds, the latter by part of the run; memory of all its processes together."""

    seconds: float
    cpu_seconds: Mapping[str, float]
    memory_bytes: float
    requests: float
    in_flight: float


def measured(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], emulator: EmulatorControl
) -> Figures:
    """Run a command to its end.

    Raises:
        SystemExit: If it fails; the text holds the last of what it printed.
    """
    emulator.clear_requests()
    with timed() as (timing, _):
        # Without the notes of requests: the emulator counts those of a peer too.
        done = subprocess.run(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST_SECONDS,
        )
    if done.returncode:
        raise SystemExit(f"error: {' '.join(command)} failed\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    parts = {name: part.cpu_seconds for name, part in timing.parts.items()}
    count = sum(emulator.counts().values())
    return Figures(timing.seconds, parts, timing.memory_bytes, count, emulator.in_flight_max())


def median(rounds: Sequence[Figures]) -> Figures:
    """Return the median of each figure."""
    parts = {name for each in rounds for name in each.cpu_seconds}
    return Figures(
        statistics.median(each.seconds for each in rounds),
        {name: statistics.median(each.cpu_seconds.get(name, 0.0) for each in rounds) for name in parts},
        statistics.median(each.memory_bytes for each in rounds),
        statistics.median(each.requests for each in rounds),
        statistics.median(each.in_flight for each in rounds),
    )
