"""Where the time of a run goes: by part of it, and at the API."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from providers._api.times import VARIABLE, RequestTimes
from tests.support.waiting import wait_until
from tests.support.workspace import Workspace
from tools.timing import Part, Timing, lines, timed

MIB = 2**20


def test_run_is_timed_by_its_parts(workspace: Workspace):
    """The parts are there, the requests are those that the API has seen, and the flag is no engine's."""
    workspace.make("emulator")

    done = workspace.make("up", "--yes --timing")

    *_, last = (place for place, line in enumerate(done.stderr.splitlines()) if line.startswith("timing: "))
    first, *told = done.stderr.splitlines()[last:]
    assert re.fullmatch(r"timing: \d+\.\d s, \d+\.\d s of processor time, \d+ MB at most", first)
    parts = [line.split()[0] for line in told]
    assert ["program", "provider", "policy", "engine", "API"] == [each for each in parts if each != "other"]
    count = sum(workspace.emulator.counts().values())
    assert f"{count} requests of" in told[-1]


def test_process_counts_for_its_part_and_once():
    """By what its command line holds, and until its end."""
    code = "import time\nwhile time.process_time() < 0.5: pass\ninput()"
    # The system counts in hundredths, and may not have counted the last one.
    with timed() as (timing, _):
        process = subprocess.Popen([sys.executable, "-c", code, "pulumi.dynamic"], stdin=subprocess.PIPE)
        wait_until(lambda: timing.parts.get("provider", Part()).cpu_seconds >= 0.4)
        process.communicate(b"\n")

    assert 0.4 <= timing.parts["provider"].cpu_seconds < 5
    assert 0 < timing.parts["provider"].memory_bytes <= timing.memory_bytes


@pytest.mark.parametrize(
    ("requests", "most"),
    [
        ([], 0),
        ([(1.0, 2.0)], 1),
        ([(1.0, 2.0), (2.0, 3.0)], 1),
        ([(1.0, 4.0), (2.0, 3.0), (2.5, 6.0), (5.0, 6.0)], 3),
    ],
    ids=["none", "one", "one after the other", "side by side"],
)
def test_requests_in_flight_are_counted_where_they_overlap(requests: list[tuple[float, float]], most: int):
    """One that begins as another ends is no second one."""
    assert most == Timing(requests=requests).most_at_once


def test_timing_is_told_in_lines_for_people():
    """What was not there has no line."""
    timing = Timing(
        seconds=12.34,
        parts={"engine": Part(4.0, 0.1, 12.3, 90 * MIB), "other": Part(0.5, 0.0, 12.3, 25 * MIB)},
        memory_bytes=120 * MIB,
        requests=[(0.0, 0.2)] * 999 + [(1.0, 1.5)],
    )

    assert [
        "timing: 12.3 s, 4.5 s of processor time, 120 MB at most",
        "  engine      4.0 s of processor time, from 0.1 to 12.3 s, 90 MB",
        "  other       0.5 s of processor time, from 0.0 to 12.3 s, 25 MB",
        "  API       1,000 requests of 0.20 s (the longest 0.50), at most 999 at once",
    ] == [*lines(timing)]
    assert "  API       no request" == [*lines(Timing())][-1]


def test_file_that_cannot_be_written_stops_no_request(tmp_path: Path):
    """Times are a convenience."""
    with RequestTimes({VARIABLE: str(tmp_path / "nowhere" / "requests")}).one():
        pass

    assert [] == [*tmp_path.iterdir()]
