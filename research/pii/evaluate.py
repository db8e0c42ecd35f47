"""Measure the detector on labelled names: precision, recall by kind and region, false alarms, time.

    python -m research.pii.evaluate                     both sets, tables
    python -m research.pii.evaluate --set development   one set
    python -m research.pii.evaluate --errors            the rows that went wrong, of the development set only

The held-out set is read for its figures alone: its rows are never shown. A row counts as found for a kind if any
finding of a stopping tier has that kind.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from policy.pii import KINDS, Kind, detect
from policy.pii.normalise import script

FOLDER = Path(__file__).resolve().parent / "evaluation"
SETS = ("development", "held_out")


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled name.

    Attributes:
        text: the name.
        kinds: kinds of personal data that it holds; empty for a hard negative.
        region: culture or script.
    """

    text: str
    kinds: frozenset[Kind]
    region: str


@dataclass(slots=True)
class Tally:
    """Counts of rows: found and wanted, found and not wanted, wanted and not found."""

    hits: int = 0
    false_alarms: int = 0
    misses: int = 0

    @property
    def precision(self) -> float:
        """Share of what was found that was wanted; 1 if nothing was found."""
        return self.hits / (self.hits + self.false_alarms) if self.hits + self.false_alarms else 1.0

    @property
    def recall(self) -> float:
        """Share of what was wanted that was found; 1 if nothing was wanted."""
        return self.hits / (self.hits + self.misses) if self.hits + self.misses else 1.0

    @property
    def wanted(self) -> int:
        """Number of rows that hold the kind."""
        return self.hits + self.misses


@dataclass(slots=True)
class Result:
    """Figures of one set.

    Attributes:
        rows: number of names.
        negatives: number of names that hold nothing.
        negatives_flagged: number of those in which something was found.
        by_kind: counts per kind.
        other_scripts: counts of people in names that are not in Latin letters.
        by_region: counts per region, all kinds together.
        seconds: processor time of each name: other processes must not count.
        errors: rows that went wrong: text, wanted kinds, found kinds.
    """

    rows: int = 0
    negatives: int = 0
    negatives_flagged: int = 0
    by_kind: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    other_scripts: Tally = field(default_factory=Tally)
    by_region: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    flagged_by_kind: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    errors: list[tuple[Row, frozenset[str]]] = field(default_factory=list)


def read_rows(path: Path) -> list[Row]:
    """Read a set: one JSON object a line with text, kinds and region."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            data = json.loads(line)
            rows.append(Row(data["text"], frozenset(data["kinds"]), data["region"]))
    return rows


def is_latin(text: str) -> bool:
    """Tell whether most letters of a text are Latin ones."""
    scripts = [script(char) for char in text if char.isalpha()]
    return sum(name == "latin" for name in scripts) * 2 >= len(scripts)


def evaluate(rows: Iterable[Row]) -> Result:
    """Run the detector over `rows` and count."""
    result = Result()
    for row in rows:
        started = time.process_time()
        findings = detect(row.text)
        result.seconds.append(time.process_time() - started)
        found = frozenset(f.kind for f in findings if f.tier == "stop")
        result.rows += 1
        if not row.kinds:
            result.negatives += 1
            result.negatives_flagged += bool(found)
            result.flagged_by_kind.update(found)
        for kind in found | row.kinds:
            tallies = [result.by_kind[kind], result.by_region[row.region]]
            if kind == "person" and not is_latin(row.text):
                tallies.append(result.other_scripts)
            for tally in tallies:
                tally.hits += kind in found and kind in row.kinds
                tally.false_alarms += kind in found and kind not in row.kinds
                tally.misses += kind not in found
        if found != row.kinds:
            result.errors.append((row, frozenset(found)))
    return result


def total(result: Result) -> Tally:
    """Add the counts of all kinds."""
    tallies = result.by_kind.values()
    return Tally(
        sum(t.hits for t in tallies), sum(t.false_alarms for t in tallies), sum(t.misses for t in tallies)
    )


def tables(title: str, result: Result) -> list[Table]:
    """Lay the figures out."""
    kinds = Table("kind", "rows", "precision", "recall", "false alarms", title=title)
    for kind in KINDS:
        tally = result.by_kind[kind]
        rate = result.flagged_by_kind[kind] / max(result.negatives, 1)
        kinds.add_row(kind, str(tally.wanted), f"{tally.precision:.3f}", f"{tally.recall:.3f}", f"{rate:.1%}")
    others = result.other_scripts
    label = "person, not in Latin letters"
    kinds.add_row(label, str(others.wanted), f"{others.precision:.3f}", f"{others.recall:.3f}", "")
    overall = total(result)
    rate = result.negatives_flagged / max(result.negatives, 1)
    kinds.add_row(
        "all", str(overall.wanted), f"{overall.precision:.3f}", f"{overall.recall:.3f}", f"{rate:.1%}"
    )
    regions = Table("region", "wanted", "precision", "recall")
    for region, tally in sorted(result.by_region.items()):
        regions.add_row(region, str(tally.wanted), f"{tally.precision:.2f}", f"{tally.recall:.2f}")
    return [kinds, regions]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; answer with an exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m research.pii.evaluate", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument(
        "--set", choices=SETS, action="append", dest="sets", help="which set, by default both"
    )
    parser.add_argument(
        "--errors", action="store_true", help="show the rows that went wrong (development set only)"
    )
    options = parser.parse_args(arguments)
    console = Console(width=None if sys.stdout.isatty() else 100)
    for name in options.sets or SETS:
        path = FOLDER / f"{name}.jsonl"
        if not path.is_file():
            console.print(f"{name}: no such set yet")
            continue
        detect("warm up 4155550132 Jane")
        result = evaluate(read_rows(path))
        for table in tables(f"{name}: {result.rows} names, {result.negatives} of them hold nothing", result):
            console.print(table)
        times = sorted(result.seconds)
        mean_ms = sum(times) / len(times) * 1000
        console.print(f"processor time a name: mean {mean_ms:.2f} ms, slowest {times[-1] * 1000:.1f} ms")
        if options.errors and name == "development":
            for row, found in result.errors:
                console.print(
                    f"{row.region:12} wanted {sorted(row.kinds)} found {sorted(found)}: {row.text}",
                    markup=False,
                )
    return 0


if __name__ == "__main__":
    sys.exit(main())
