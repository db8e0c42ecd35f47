"""Play seeded scenarios of faults against the project's own commands: `make chaos SCENARIOS=1000 SEED=1`.

Each scenario declares some services, lets a proxy between provider and emulator lie, or kills something, and holds
what is at the emulator against what was promised: nothing lost, nothing twice, no exit code 0 for work undone, no
traceback, no hang, no secret in the open. Seed, index and kind tell a scenario whole.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from collections.abc import Callable

from tests.chaos.catalogue import kinds, schedule
from tests.chaos.driver import Result, play_all, stale, summary


def main(arguments: list[str] | None = None) -> int:
    """Play, print a table by kind, and return 1 if anything was violated."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--scenarios", type=int, default=100, help="how many (default: 100)")
    parser.add_argument("--seed", type=int, default=1, help="another number plays others (default: 1)")
    parser.add_argument("--engine", choices=("embedded", "pulumi"), default="embedded")
    parser.add_argument(
        "--only", action="append", default=[], metavar="KIND", help="this kind only; repeatable"
    )
    parser.add_argument("--index", type=int, help="this scenario only, as a failure names it")
    parser.add_argument("--side-by-side", type=int, default=2, help="how many at once (default: 2)")
    parser.add_argument("--show", action="store_true", help="print what the commands of a failure printed")
    parser.add_argument("--list", action="store_true", help="list the kinds")
    given = parser.parse_args(arguments)

    known = kinds(given.engine)
    if given.list:
        for name, listed in known.items():
            print(f"{name:28} {(listed.play.__doc__ or '').splitlines()[0]}")
        return 0
    if unknown := set(given.only) - known.keys():
        parser.error(f"no such kind: {', '.join(sorted(unknown))}; --list lists them")
    order = schedule(known, given.seed)
    wanted = [(index, order[index % len(order)]) for index in range(given.scenarios)]
    if given.only:
        wanted = [(index, known[given.only[index % len(given.only)]]) for index in range(given.scenarios)]
    if given.index is not None:
        wanted = [(given.index, known[given.only[0]] if given.only else order[given.index % len(order)])]

    start = time.monotonic()
    print(f"seed {given.seed}, {len(wanted)} scenarios, {given.engine} engine", file=sys.stderr)
    side_by_side = min(given.side_by_side, len(wanted))
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    results = play_all(
        given.engine, wanted, given.seed, _progress(len(wanted)), side_by_side=side_by_side, stop=stop
    )
    print(summary(results))
    failed = [each for each in results if each.failed]
    for each in failed:
        print(
            f"\nFAILED: python -m tests.chaos --engine {given.engine} --seed {given.seed} "
            f"--only {each.kind} --index {each.index} --show\n  recipe: {'; '.join(each.recipe)}"
        )
        print("\n".join(f"  - {line}" for line in each.violations))
        if given.show:
            print(each.output)
    over = stale(results)
    if over:
        print(f"\nno longer fail, and belong off the list in tests/chaos/known.py: {', '.join(over)}")
    print(
        f"\nseed {given.seed}: {len(results)} scenarios, {len(failed)} failed, {time.monotonic() - start:.0f} s"
    )
    # A run that was stopped has not shown what it was asked to.
    return 1 if failed or over or stop.is_set() else 0


def _progress(total: int) -> Callable[[Result], None]:
    """Make what tells on stderr how far the run is, each failure at once and in full."""
    start, done, failed, found = time.monotonic(), 0, 0, set[str]()

    def tell(result: Result) -> None:
        nonlocal done, failed
        done += 1
        failed += result.failed
        found.add(result.kind)
        left = (time.monotonic() - start) / done * (total - done)
        if result.violations:
            mark = "known" if result.is_known else "FAILED"
            print(f"{mark} #{result.index} {result.kind}: {'; '.join(result.recipe)}", file=sys.stderr)
            for each in result.violations:
                print(f"    {each}", file=sys.stderr)
        line = f"{done} of {total} done, {failed} failed, {len(found)} kinds, {left / 60:.0f} min left"
        end = "\r" if sys.stderr.isatty() else "\n"
        if sys.stderr.isatty() or done % 20 == 0 or done == total:
            print(line, end=end, file=sys.stderr, flush=True)

    return tell


if __name__ == "__main__":
    sys.exit(main())
