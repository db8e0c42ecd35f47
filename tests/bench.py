"""Compare the engines at hand: `make bench`, or `python -m tests.bench --services 3 100 --rounds 3`.

Every figure of one round is taken in the same run, engines in turn, against one emulator that answers after 200 ms.
Times are the median of the rounds; what counts is their ratio, for machines differ.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.support.workspace import Workspace

LATENCY_SECONDS = 0.2


def seconds(work: Callable[[], object]) -> float:
    """Return how long the work took."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(engine: str, services: int, flags: str) -> dict[str, float]:
    """Bring `services` services up, preview, and destroy them; return seconds and requests in flight."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder), engine)
        try:
            names = [f"acme-{index:03}" for index in range(services)]
            workspace.edit(lambda declared: declared.clear())
            workspace.edit(lambda declared: declared.update({name: {"friendlyName": name} for name in names}))
            workspace.make("emulator")
            workspace.emulator.latency(LATENCY_SECONDS)
            found = {"up": seconds(lambda: workspace.make("up", f"--skip-preview {flags}"))}
            found["in flight"] = workspace.emulator.in_flight_max()
            found["up, no change"] = seconds(lambda: workspace.make("up", f"--skip-preview {flags}"))
            found["preview"] = seconds(lambda: workspace.make("preview", flags))
            found["refresh"] = seconds(lambda: workspace.make("refresh", f"--skip-preview {flags}"))
            found["destroy"] = seconds(lambda: workspace.make("destroy", f"--skip-preview {flags}"))
            return found
        finally:
            workspace.close()


def start_up(command: list[str]) -> float:
    """Return how long an engine takes to say its version."""
    return seconds(lambda: subprocess.run([*command, "version"], check=True, capture_output=True))


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--services", type=int, nargs="+", default=[3, 100])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--flags", default="", help="flags for every run, such as --parallel=32")
    given = parser.parse_args()
    engines = {"embedded": [sys.executable, "-m", "offline.engine"]}
    if found := shutil.which("pulumi"):
        engines["pulumi"] = [found]

    console = Console(stderr=True)
    results: dict[tuple[str, str], list[float]] = {}
    for round_number in range(given.rounds):
        for engine, command in engines.items():
            console.print(f"round {round_number + 1} of {given.rounds}: {engine}")
            results.setdefault(("start-up", engine), []).append(start_up(command))
            for services in given.services:
                for work, value in measure(engine, services, given.flags).items():
                    results.setdefault((f"{services} services: {work}", engine), []).append(value)

    table = Table("work", *engines, *(["ratio"] if len(engines) == 2 else []))
    for work in dict.fromkeys(work for work, _ in results):
        medians = [statistics.median(results[work, engine]) for engine in engines]
        unit = "" if "in flight" in work else " s"
        cells = [f"{value:.2f}{unit}" if unit else f"{value:.0f}" for value in medians]
        table.add_row(work, *cells, *([f"{medians[0] / medians[1]:.2f}"] if len(engines) == 2 else []))
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
