"""Measure the detector: precision and recall by kind and tier, what it does to the names of the trade, calibration.

    python -m research.pii.evaluate                     both labelled sets, wild names, words kept apart
    python -m research.pii.evaluate --set development   one labelled set and the wild names
    python -m research.pii.evaluate --errors            the rows that went wrong, of the development set only

The held-out set is read for its figures alone: its rows are never shown. A row counts as found for a kind if any
finding of the tier has that kind; "stop or advise" counts both tiers.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from policy.pii import KINDS, detect

from .measure import (
    Rates,
    Result,
    Tally,
    calibration,
    evaluate,
    measure_apart,
    measure_wild,
    precision_at,
    summed,
)
from .rows import FOLDER, read_rows

SETS = ("development", "held_out")
TITLES = {"stop": "stop", "any": "stop or advise"}
WILD, APART = 20_000, 2_000
"""Names to compose, and words to take from the list that is kept apart."""
SHARES = (0.02, 0.03, 0.05)
"""Shares of names of persons at which precision is told: a few percent, as among services."""
EDGES = (0.0, 0.15, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.01)


def _cells(tally: Tally) -> tuple[str, str]:
    return f"{tally.precision:.3f}", f"{tally.recall:.3f}"


def labelled_tables(title: str, result: Result) -> list[Table]:
    """Lay the figures of a labelled set out."""
    table = Table("kind", "rows", title=title)
    for tier in TITLES.values():
        table.add_column(f"{tier}: precision")
        table.add_column("recall")
    stop, both = result.tiers["stop"], result.tiers["any"]
    rows: list[tuple[str, Tally, Tally]] = [(kind, stop.by_kind[kind], both.by_kind[kind]) for kind in KINDS]
    rows += [
        ("person, Latin letters", stop.latin, both.latin),
        ("person, other letters", stop.other_scripts, both.other_scripts),
        ("all", stop.total, both.total),
    ]
    for label, first, second in rows:
        table.add_row(label, str(second.wanted), *_cells(first), *_cells(second))
    share = f"{stop.negatives_flagged / max(result.negatives, 1):.1%}"
    table.add_row(
        "false alarms",
        str(result.negatives),
        share,
        "",
        f"{both.negatives_flagged / max(result.negatives, 1):.1%}",
    )
    regions = Table("region", "wanted", "stop: precision", "recall", "stop or advise: precision", "recall")
    for region, tally in sorted(both.by_region.items()):
        regions.add_row(region, str(tally.wanted), *_cells(stop.by_region[region]), *_cells(tally))
    return [table, regions]


def rates_table(title: str, rates: Mapping[str, Rates]) -> Table:
    """Lay out how many names of each form are stopped or advised on."""
    table = Table("form", "names", "stopped", "stopped or advised", title=title)
    for form, rate in (*rates.items(), ("all", summed(rates.values()))):
        table.add_row(
            form.replace("[", "\\["),
            str(rate.names),
            f"{rate.stopped / rate.names:.2%}",
            f"{rate.flagged / rate.names:.2%}",
        )
    return table


def share_table(result: Result, wild: Rates) -> Table:
    """Lay out the precision for persons where they are as rare as among services."""
    table = Table("share of persons", *(f"{tier}: precision" for tier in TITLES.values()))
    recall = {tier: result.tiers[tier].by_kind["person"].recall for tier in TITLES}
    for share in SHARES:
        table.add_row(
            f"{share:.0%}",
            f"{precision_at(share, recall['stop'], wild.stopped / wild.names):.3f}",
            f"{precision_at(share, recall['any'], wild.flagged / wild.names):.3f}",
        )
    return table


def calibration_table(result: Result, wild: Rates) -> Table:
    """Lay out confidence against truth at a share of 3 %."""
    table = Table("confidence", "mean", "share of persons", title="calibration, persons 3 % of the names")
    persons = [confidence for confidence, is_person in result.confidences if is_person]
    for low, high, mean, share in calibration(persons, wild.confidences, 0.03, EDGES):
        table.add_row(f"{low:.2f} to {min(high, 1):.2f}", f"{mean:.3f}", f"{share:.3f}")
    return table


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m research.pii.evaluate", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument(
        "--set", choices=SETS, action="append", dest="sets", help="which labelled set, by default both"
    )
    parser.add_argument(
        "--errors", action="store_true", help="show the rows that went wrong (development set only)"
    )
    parser.add_argument("--regions", action="store_true", help="show the figures by region too")
    parser.add_argument(
        "--wild", type=int, default=WILD, metavar="N", help="wild names to compose; 0 for none"
    )
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the labelled sets lie")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; answer with an exit code."""
    options = _parser().parse_args(arguments)
    console = Console(width=None if sys.stdout.isatty() else 110)
    detect("warm up 4155550132 Jane")
    wild: Rates | None = None
    if options.wild:
        by_form = measure_wild(options.wild)
        wild = summed(by_form.values())
        console.print(rates_table("wild names, of words kept aside: none holds a person", by_form))
        console.print(rates_table("words of a list that nothing else has used", measure_apart(APART)))
    for name in options.sets or SETS:
        path = options.folder / f"{name}.jsonl"
        if not path.is_file():
            console.print(f"{name}: no such set yet")
            continue
        result = evaluate(read_rows(path))
        tables = labelled_tables(
            f"{name}: {result.rows} names, {result.negatives} of them hold nothing", result
        )
        if not options.regions:
            tables.pop()
        if wild is not None:
            tables += [share_table(result, wild), calibration_table(result, wild)]
        for table in tables:
            console.print(table)
        times = sorted(result.seconds)
        mean_ms = sum(times) / len(times) * 1000
        console.print(f"processor time a name: mean {mean_ms:.2f} ms, slowest {times[-1] * 1000:.1f} ms")
        if options.errors and name == "development":
            for tier, title in TITLES.items():
                for row, found in result.tiers[tier].errors:
                    console.print(
                        f"{title}: {row.region:12} wanted {sorted(row.kinds)} found {sorted(found)}: {row.text}",
                        markup=False,
                    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
