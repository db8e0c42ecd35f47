"""The evaluation counts right, and keeps the held-out rows to itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from research.pii.evaluate import FOLDER, Row, Tally, evaluate, total

ROOT = Path(__file__).resolve().parents[2]


def test_rows_are_counted_per_kind_and_region() -> None:
    """Found and wanted, found and not wanted, wanted and not found: each in its place."""
    rows = [
        Row("jo.doe@example.com", frozenset({"email"}), "en"),
        Row("ask jo.doe@example.com", frozenset(), "en"),
        Row("orders-eu", frozenset({"phone"}), "de"),
        Row("orders-us", frozenset(), "de"),
    ]

    result = evaluate(rows)

    assert Tally(hits=1, false_alarms=1, misses=0) == result.by_kind["email"]
    assert Tally(hits=0, false_alarms=0, misses=1) == result.by_region["de"]
    assert (4, 2, 1) == (result.rows, result.negatives, result.negatives_flagged)
    assert (0.5, 0.5) == (total(result).precision, total(result).recall)


def test_errors_of_the_held_out_set_stay_hidden() -> None:
    """Who sees the rows will tune to them."""
    done = subprocess.run(
        [sys.executable, "-m", "research.pii.evaluate", "--set", "held_out", "--errors"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "wanted [" not in done.stdout
    assert (FOLDER / "held_out.jsonl").exists() == ("precision" in done.stdout)
