"""Where the time of a run goes: `--timing` prints it at the end, a line for each part.

Processes are looked at while they run, so that what one did in its last tenth of a second may be missing. The provider
notes its requests in a file that `TWILIO_REQUEST_TIMES` names: `<begin> <end>` a line, in seconds of one clock.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tools.place import ENGINE

try:
    import psutil
except ImportError:  # the package of the distribution leaves it to an extra
    psutil = None  # type: ignore[assignment]

__all__ = ["REQUEST_TIMES", "Part", "Timing", "lines", "timed"]

REQUEST_TIMES = "TWILIO_REQUEST_TIMES"
PARTS: Mapping[str, tuple[str, ...]] = {
    "program": ("program_main.py", "pulumi-language-python-exec"),
    "provider": ("pulumi.dynamic",),
    "policy": ("pulumi.policy",),
    "engine": (ENGINE, "/pulumi ", "pulumi-language-python"),
}
"""Parts of a run, with what the command line of each holds: the first that fits. The rest is `other`."""
_PAUSE_SECONDS = 0.1


@dataclass(slots=True)
class Part:
    """What one part of a run took: processor time of all its processes, when it was there, and memory at its most.

    Times are in seconds since the run began.
    """

    cpu_seconds: float = 0.0
    begin_seconds: float = 0.0
    end_seconds: float = 0.0
    memory_bytes: int = 0


@dataclass(slots=True)
class Timing:
    """What a run took, by part, in all, and at the API."""

    seconds: float = 0.0
    parts: dict[str, Part] = field(default_factory=dict)
    memory_bytes: int = 0
    """Of all processes together, at its most; what they share counts once where the system tells it."""
    requests: list[tuple[float, float]] = field(default_factory=list)
    """When each request began and ended."""

    @property
    def most_at_once(self) -> int:
        """How many requests were in flight at once, at most."""
        most = now = 0
        for _, step in sorted([(b, 1) for b, _ in self.requests] + [(e, -1) for _, e in self.requests]):
            now += step
            most = max(most, now)
        return most


@contextmanager
def timed() -> Iterator[tuple[Timing, dict[str, str]]]:
    """Time what this process starts; give what is filled in at the end, and variables for what is started.

    Raises:
        SystemExit: If psutil is not installed; the text says what to do.
    """
    if psutil is None:
        raise SystemExit("error: --timing needs the package psutil\nhint: pip install psutil")
    timing = Timing()
    ended = threading.Event()
    watch = threading.Thread(target=_watch, args=(timing, ended), daemon=True)
    with tempfile.TemporaryDirectory(prefix="timing-") as folder:
        path = Path(folder, "requests")
        path.touch(mode=0o600)
        began = time.monotonic()
        watch.start()
        try:
            yield timing, {REQUEST_TIMES: str(path)}
        finally:
            ended.set()
            watch.join()
            timing.seconds = time.monotonic() - began
            for line in path.read_text(encoding="ascii").splitlines():
                begin, _, end = line.partition(" ")
                timing.requests.append((float(begin), float(end)))


def lines(timing: Timing) -> Iterator[str]:
    """Tell a timing to people."""
    total = sum(each.cpu_seconds for each in timing.parts.values())
    memory = f", {timing.memory_bytes / 2**20:.0f} MB at most" if timing.memory_bytes else ""
    yield f"timing: {timing.seconds:.1f} s, {total:.1f} s of processor time{memory}"
    for name in (*PARTS, "other"):
        if each := timing.parts.get(name):
            yield (
                f"  {name:<9} {each.cpu_seconds:5.1f} s of processor time, from {each.begin_seconds:.1f} "
                f"to {each.end_seconds:.1f} s, {each.memory_bytes / 2**20:.0f} MB"
            )
    if timing.requests:
        took = [end - begin for begin, end in timing.requests]
        yield (
            f"  {'API':<9} {len(took):,} requests of {statistics.median(took):.2f} s (the longest {max(took):.2f}), "
            f"at most {timing.most_at_once} at once"
        )
    else:
        yield f"  {'API':<9} no request"


def _watch(timing: Timing, ended: threading.Event) -> None:
    """Look at what this process has started, until it is to end."""
    began = time.monotonic()
    own = psutil.Process()
    cpu: dict[int, float] = {}
    for process in own.children(recursive=True):
        with contextlib.suppress(psutil.Error):
            # What was there before has its past behind it.
            cpu[process.pid] = _spent(process)
    over = False
    while not over:
        # Once more after the end, so that a short run is seen too.
        over = ended.wait(_PAUSE_SECONDS)
        now, all_bytes = time.monotonic() - began, 0
        by_part: dict[str, int] = {}
        for process in own.children(recursive=True):
            with contextlib.suppress(psutil.Error):
                # Asked each time: what has just been started still bears its parent's command line.
                name = _part(process.cmdline())
                spent, used = _spent(process), _memory(process)
                part = timing.parts.setdefault(name, Part(begin_seconds=now))
                part.cpu_seconds += spent - cpu.get(process.pid, 0.0)
                cpu[process.pid] = spent
                part.end_seconds = now
                by_part[name] = by_part.get(name, 0) + used
        for name, used in by_part.items():
            timing.parts[name].memory_bytes = max(timing.parts[name].memory_bytes, used)
            all_bytes += used
        timing.memory_bytes = max(timing.memory_bytes, all_bytes)


def _part(words: list[str]) -> str:
    text = " ".join(words) + " "
    return next((name for name, marks in PARTS.items() if any(mark in text for mark in marks)), "other")


def _spent(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _memory(process: psutil.Process) -> int:
    """Return the memory of a process: its share of what it has in common with others, where the system tells that."""
    if os.path.exists("/proc/self/smaps_rollup"):  # noqa: PTH110 - asked often
        return int(process.memory_full_info().pss)
    return int(process.memory_info().rss)
