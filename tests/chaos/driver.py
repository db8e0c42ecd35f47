"""Play scenarios side by side, tell how far they are, and sum up by kind."""

from __future__ import annotations

import random
import statistics
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.catalogue import Kind
from tests.chaos.known import KNOWN
from tests.chaos.place import Place
from tests.chaos.world import NotHereError, World

__all__ = ["Result", "play", "play_all", "stale", "summary"]

TRIES_OF_STALE = 3


@dataclass
class Result:
    """What a scenario found."""

    index: int
    kind: str
    violations: list[str] = field(default_factory=list)
    recipe: list[str] = field(default_factory=list)
    seconds: float = 0.0
    missing: str = ""
    """What it needed and was not there; then nothing was played."""
    output: str = ""
    """All that its commands printed."""

    @property
    def is_known(self) -> bool:
        """Tell whether it failed as its kind is known to."""
        return bool(self.violations) and self.kind in KNOWN

    @property
    def failed(self) -> bool:
        """Tell whether it found something new."""
        return bool(self.violations) and self.kind not in KNOWN


def play(place: Place, kind: Kind, seed: int, index: int) -> Result:
    """Play one scenario: `seed`, `index` and kind tell all of it."""
    start = time.monotonic()
    result = Result(index, kind.name)
    place.reset()
    world = World(place, random.Random(f"{seed} {index} {kind.name}"))
    try:
        kind.play(world)
    except NotHereError as missing:
        result.missing = str(missing)
    except Exception as error:  # noqa: BLE001 - a scenario that breaks is a finding, and the others go on
        world.violations.append(f"the scenario broke: {type(error).__name__}: {error}")
    finally:
        place.proxy.calm()
    result.violations = [] if result.missing else world.close()
    result.recipe = world.recipe
    result.output = "\n".join(f"$ {' '.join(each.words)}\n{each.text}" for each in world.outcomes)
    result.seconds = time.monotonic() - start
    return result


def play_all(
    engine: str,
    wanted: Iterable[tuple[int, Kind]],
    seed: int,
    tell: Callable[[Result], None],
    *,
    side_by_side: int = 2,
    stop: threading.Event | None = None,
) -> list[Result]:
    """Play scenarios, each worker in a place of its own; `tell` hears of each as it ends, one at a time.

    Once `stop` is set, those under way are the last.
    """
    results: list[Result] = []
    lock = threading.Lock()
    left = iter(list(wanted))

    def work(folder: Path) -> None:
        place = Place(folder, engine)
        try:
            while True:
                with lock:
                    given = next(left, None)
                if given is None or (stop is not None and stop.is_set()):
                    return
                result = play(place, given[1], seed, given[0])
                with lock:
                    results.append(result)
                    tell(result)
        finally:
            place.close()

    with tempfile.TemporaryDirectory(prefix="chaos-") as folder, ThreadPoolExecutor(side_by_side) as pool:
        folders = [Path(folder) / str(number) for number in range(side_by_side)]
        for each in folders:
            each.mkdir()
        for future in [pool.submit(work, each) for each in folders]:
            future.result()
    return sorted(results, key=lambda each: each.index)


def stale(results: Iterable[Result]) -> list[str]:
    """Name the kinds that are said to fail and did not, in several scenarios."""
    by_kind = defaultdict(list)
    for each in results:
        if not each.missing:
            by_kind[each.kind].append(bool(each.violations))
    return [
        name
        for name, found in by_kind.items()
        if name in KNOWN and len(found) >= TRIES_OF_STALE and not any(found)
    ]


def summary(results: Iterable[Result]) -> str:
    """Write a table by kind: played, clean, failed, known to fail, left out, median seconds."""
    by_kind: dict[str, list[Result]] = defaultdict(list)
    for each in results:
        by_kind[each.kind].append(each)
    rows: list[tuple[str, ...]] = [("kind", "played", "clean", "failed", "known", "left out", "seconds")]
    for name, found in sorted(by_kind.items()):
        rows.append(_row(name, found))
    rows.append(_row("all", [each for found in by_kind.values() for each in found]))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            text.rjust(width) if column else text.ljust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def _row(name: str, found: list[Result]) -> tuple[str, ...]:
    played = [each for each in found if not each.missing]
    counts = (
        len(played),
        sum(not each.violations for each in played),
        sum(each.failed for each in played),
        sum(each.is_known for each in played),
        len(found) - len(played),
    )
    seconds = statistics.median([each.seconds for each in played]) if played else 0.0
    return (name, *map(str, counts), f"{seconds:.1f}")
