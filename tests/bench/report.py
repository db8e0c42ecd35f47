"""What a bench came to: tables on the screen, and in a document between two marks."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TypeAlias

from rich.console import Console
from rich.table import Table

from tests.bench.figures import Figures
from tests.bench.peers import Peer

__all__ = ["Results", "show", "write"]

Results: TypeAlias = Mapping[tuple[int, bool, str, str], Figures]
"""By number of services, whether they are complete, work, and engine or peer."""

BEGIN, END = "<!-- begin of the figures: make bench writes them -->", "<!-- end of the figures -->"


def show(results: Results, names: Sequence[str]) -> None:
    """Print two tables: times with their ratios, and what they were made of."""
    for title, head, rows in _tables(results, names):
        table = Table(*head, title=title)
        for row in rows:
            table.add_row(*row)
        Console(width=120).print(table)


def write(results: Results, names: Sequence[str], path: Path, *, rounds: int, peers: Sequence[Peer]) -> None:
    """Put the tables into a document, with machine, versions and command.

    Raises:
        SystemExit: If the document has no place for them.
    """
    text = path.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"error: {path}: lacks the lines {BEGIN} and {END}")
    parts = [_circumstances(rounds, names, peers)]
    for title, head, rows in _tables(results, names):
        lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
        parts.append("\n".join([f"{title}:", "", *(f"| {' | '.join(line)} |" for line in lines)]))
    body = "\n\n".join(parts)
    path.write_text(f"{before}{BEGIN}\n{body}\n{END}{after}", encoding="utf-8")


def _tables(results: Results, names: Sequence[str]) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    keys = [*dict.fromkeys(key[:3] for key in results)]
    base = names[-1]
    ratios = [f"{name} / {base}" for name in names[:-1]]
    rows = []
    for key in keys:
        found = {name: results[*key, name] for name in names if (*key, name) in results}
        cells = [f"{found[name].seconds:.1f}" if name in found else "" for name in names]
        cells += [
            f"{found[name].seconds / found[base].seconds:.2f}" if {name, base} <= found.keys() else ""
            for name in names[:-1]
        ]
        rows.append([_work(*key), *cells])
    yield "Seconds", ["work", *names, *ratios], rows
    head = [
        "work",
        "by",
        "processor",
        "of it program",
        "engine",
        "provider",
        "policy",
        "MB",
        "requests",
        "at once",
    ]
    rows = []
    for (count, complete, work, name), each in results.items():
        cpu = each.cpu_seconds
        rows.append(
            [
                _work(count, complete, work),
                name,
                f"{sum(cpu.values()):.1f}",
                *(f"{cpu.get(part, 0.0):.1f}" for part in ("program", "engine", "provider", "policy")),
                f"{each.memory_bytes / 2**20:.0f}",
                f"{each.requests:.0f}",
                f"{each.in_flight:.0f}",
            ]
        )
    yield "Seconds of processor time, memory of all processes together, requests", head, rows


def _work(count: int, complete: bool, work: str) -> str:
    return f"{count:,}{' complete' if complete else ''}: {work}"


def _circumstances(rounds: int, names: Sequence[str], peers: Sequence[Peer]) -> str:
    versions = [f"Python {platform.python_version()}", f"pulumi {version('pulumi')}"]
    if "pulumi" in names and (path := shutil.which("pulumi")):
        versions.append(f"Pulumi CLI {_said(path, 'version').removeprefix('v')}")
    versions += [f"{peer.name}: {_versions(_said(str(peer.program), 'version'))}" for peer in peers]
    words = [re.sub(r"=\S*/([^/,]+),\S*/([^/]+)$", r"=\1,\2", each) for each in sys.argv[1:]]
    today = dt.datetime.now(dt.UTC).date()
    return (
        f"{today}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}; {', '.join(versions)}; "
        f"{'median of ' + str(rounds) + ' rounds' if rounds > 1 else 'one round'} of "
        f"`make bench ARGS={shlex.quote(' '.join(words))}`."
    )


def _versions(text: str) -> str:
    """Return the first line that tells one; warnings may stand before it."""
    return next((line for line in text.splitlines() if re.search(r"\bv\d", line)), "of unknown version")


def _said(*command: str) -> str:
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()
