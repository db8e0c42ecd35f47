"""Compare the engines at hand, and peers: `make bench`, or `python -m tests.bench --services 3 100 --rounds 3`.

Every figure of one round is taken in the same run, one after the other, against an emulator that answers after 200 ms.
Figures are the median of the rounds; what counts is their ratio, for machines differ. A peer is given by path:
`--peer tofu=PATH,PATH-OF-ITS-PROVIDER`.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from tests.bench.engines import run_engine
from tests.bench.figures import Figures, median
from tests.bench.peers import Peer, run_peer
from tests.bench.report import Results, show, write


def _peer(text: str) -> Peer:
    try:
        return Peer.read(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            "must be NAME=PROGRAM,PROVIDER, with the paths of two files"
        ) from None


def main() -> None:
    """Measure, and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--services", type=int, nargs="+", default=[3, 100], help="how many, at least 1")
    parser.add_argument("--complete", type=int, nargs="*", default=[], help="the same, of 8 resources each")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--engine", action="append", choices=["embedded", "pulumi"], help="by default all")
    parser.add_argument(
        "--cli-up-to",
        type=int,
        default=300,
        metavar="SERVICES",
        help="how many the Pulumi CLI is given: for each operation it writes its state whole [default: 300]",
    )
    parser.add_argument("--peer", action="append", type=_peer, default=[], metavar="NAME=PROGRAM,PROVIDER")
    parser.add_argument("--flags", default="", help="flags for every run, such as --parallel=32")
    parser.add_argument("--write", type=Path, help="a Markdown file whose part between the marks is replaced")
    given = parser.parse_args()
    engines = given.engine or ["embedded", *(["pulumi"] if shutil.which("pulumi") else [])]
    names = [*engines, *(peer.name for peer in given.peer)]
    sizes = [(count, False) for count in given.services] + [(count, True) for count in given.complete]

    def runs(count: int, *, complete: bool) -> Iterator[tuple[str, Iterator[tuple[str, Figures]]]]:
        for engine in engines:
            if engine == "pulumi" and count > given.cli_up_to:
                continue
            yield engine, run_engine(engine, count, given.flags, complete=complete)
        for peer in () if complete else given.peer:
            yield peer.name, run_peer(peer, count)

    console = Console(stderr=True)
    found: dict[tuple[int, bool, str, str], list[Figures]] = {}
    for number in range(given.rounds):
        for count, complete in sizes:
            for name, run in runs(count, complete=complete):
                for work, figures in run:
                    console.print(
                        f"round {number + 1} of {given.rounds}: {count} {name} {work} {figures.seconds:.1f} s"
                    )
                    found.setdefault((count, complete, work, name), []).append(figures)
    results: Results = {key: median(rounds) for key, rounds in found.items()}
    show(results, names)
    if given.write:
        write(results, names, given.write, rounds=given.rounds, peers=given.peer)


if __name__ == "__main__":
    main()
