"""The evaluation counts right, and keeps the held-out rows to itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from research.pii.evaluate import main
from research.pii.measure import Rates, Tally, calibration, evaluate, precision_at, summed
from research.pii.rows import Row
from research.pii.wild import FORMS, is_aside, read_apart, read_pools, wild


def test_rows_are_counted_per_kind_and_region() -> None:
    """Found and wanted, found and not wanted, wanted and not found: each in its place."""
    rows = [
        Row("jo.doe@example.com", frozenset({"email"}), "en"),
        Row("ask jo.doe@example.com", frozenset(), "en"),
        Row("orders-eu", frozenset({"phone"}), "de"),
        Row("orders-us", frozenset(), "de"),
    ]

    result = evaluate(rows)
    figures = result.tiers["stop"]

    assert Tally(hits=1, false_alarms=1, misses=0) == figures.by_kind["email"]
    assert Tally(hits=0, false_alarms=0, misses=1) == figures.by_region["de"]
    assert (4, 2, 1) == (result.rows, result.negatives, figures.negatives_flagged)
    assert (0.5, 0.5) == (figures.total.precision, figures.total.recall)


def test_errors_of_the_held_out_set_stay_hidden(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who sees the rows will tune to them."""
    row = {"text": "ask jo.doe@example.com", "kinds": [], "region": "en"}
    for name in ("development", "held_out"):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(row) + "\n")

    shown = []
    for name in ("development", "held_out"):
        main(["--set", name, "--errors", "--wild", "0", "--folder", str(tmp_path)])
        shown.append("jo.doe" in capsys.readouterr().out)

    assert [True, False] == shown


def test_rates_add_up() -> None:
    """The last line of a table is the sum of those above."""
    one, two = Rates(3, 1, 2, [0.1]), Rates(4, 0, 1, [0.2])

    assert Rates(7, 1, 3, [0.1, 0.2]) == summed([one, two])


@pytest.mark.parametrize(
    ("share", "recall", "false_rate", "expected"),
    [
        pytest.param(0.5, 1.0, 1.0, 0.5, id="all is found"),
        pytest.param(0.02, 0.5, 0.0, 1.0, id="no false alarm"),
        pytest.param(0.1, 0.9, 0.01, 0.9090909, id="rare persons"),
        pytest.param(0.1, 0.0, 0.0, 1.0, id="nothing is found"),
    ],
)
def test_precision_depends_on_the_share_of_persons(
    share: float, recall: float, false_rate: float, expected: float
) -> None:
    """The same detector is right less often where persons are rare."""
    assert pytest.approx(expected) == precision_at(share, recall, false_rate)


def test_calibration_weighs_persons_by_their_share() -> None:
    """A confidence is right for a mix, not for the sets as they were collected."""
    rows = calibration(persons=[0.9, 0.9], others=[0.9, 0.1], share=0.5, edges=(0.0, 0.5, 1.01))

    assert [(0.0, 0.5), (0.5, 1.01)] == [(low, high) for low, high, _, _ in rows]
    assert pytest.approx([0.1, 0.9]) == [mean for _, _, mean, _ in rows]
    assert pytest.approx([0.0, 2 / 3]) == [share for _, _, _, share in rows]


def test_wild_names_are_the_same_for_a_seed_and_cover_the_forms() -> None:
    """Figures of two days must be comparable."""
    names = list(wild(3000))

    assert list(wild(3000)) == names
    assert set(FORMS) == {form for form, _ in names}


def test_words_for_measuring_are_kept_aside() -> None:
    """A word that was trained on says nothing of the next one."""
    aside = {word for words in read_pools().values() for word in words}

    assert all(is_aside(word) for word in aside)
    assert len(aside) > 4000
    assert len(set(read_apart())) >= 2000
