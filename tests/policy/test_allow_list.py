"""The allow-list: which names it allows, and what is wrong with a bad file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from policy.allow_list import DEFAULT_PATH, AllowList, AllowListError, load

TODAY = dt.date(2026, 6, 15)
ENTRY = """
allow:
  - name: Baker McKenzie intake
    reason: a law firm
    owner: platform team
    expires: 2026-06-15
    stacks: [prod-*]
"""


def write(tmp_path: Path, text: str) -> Path:
    """Write an allow-list."""
    path = tmp_path / "allow.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_shipped_list_is_empty() -> None:
    """Nothing is allowed that no one has reviewed."""
    assert AllowList() == load(DEFAULT_PATH)


@pytest.mark.parametrize(
    ("name", "stack", "allowed"),
    [
        pytest.param("Baker McKenzie intake", "prod-eu", True, id="exact"),
        pytest.param("baker_mckenzie-INTAKE", "prod-eu", True, id="other_separators_and_case"),
        pytest.param("Baker McKenzie intake 2", "prod-eu", False, id="longer"),
        pytest.param("Baker McKenzie", "prod-eu", False, id="shorter"),
        pytest.param("Baker McKenzie intake", "dev", False, id="other_stack"),
    ],
)
def test_entry_allows_the_whole_name_only(tmp_path: Path, name: str, stack: str, allowed: bool) -> None:
    """An exception is for one name, after normalisation, and for the stacks it names."""
    entry = load(write(tmp_path, ENTRY)).entry_for(name, stack, TODAY)

    assert allowed == (entry is not None)


@pytest.mark.parametrize(
    ("today", "expired"),
    [
        pytest.param(dt.date(2026, 6, 15), False, id="last_day"),
        pytest.param(dt.date(2026, 6, 16), True, id="day_after"),
    ],
)
def test_entry_counts_through_its_last_day(tmp_path: Path, today: dt.date, expired: bool) -> None:
    """The day named is the last one."""
    (entry,) = load(write(tmp_path, ENTRY)).entries

    assert expired == entry.is_expired(today)


BAD = {
    "no_yaml": ("allow: [", "cannot read the allow-list allow.yaml: no valid YAML: see line 2, column 1"),
    "no_map": ("- a", 'the allow-list allow.yaml must hold one key "allow" with a list of entries'),
    "incomplete": (
        "allow:\n  - name: a\n    owner: b\n    expires: 2027-01-01",
        "the allow-list allow.yaml, entry 1: lacks reason",
    ),
    "unknown_key": (
        ENTRY.replace("stacks", "stack"),
        "the allow-list allow.yaml, entry 1: has unknown keys: stack",
    ),
    "no_date": (
        ENTRY.replace("2026-06-15", "soon"),
        "the allow-list allow.yaml, entry 1: expires must be a date such as 2027-06-30",
    ),
    "no_day": (
        ENTRY.replace("2026-06-15", "2026-13-45"),
        "the allow-list allow.yaml, entry 1: expires must be a date such as 2027-06-30",
    ),
    "no_list": (
        ENTRY.replace("[prod-*]", "prod"),
        "the allow-list allow.yaml, entry 1: stacks must be a list of patterns such as [prod]",
    ),
    "no_word": (
        ENTRY.replace("Baker McKenzie intake", "'---'"),
        "the allow-list allow.yaml, entry 1: name must hold a letter or a digit",
    ),
}


@pytest.mark.parametrize(("text", "expected"), BAD.values(), ids=BAD.keys())
def test_bad_file_is_one_clear_error(tmp_path: Path, text: str, expected: str) -> None:
    """The error names file, entry and remedy, never the name itself."""
    path = write(tmp_path, text)

    with pytest.raises(AllowListError) as error:
        load(path)

    assert expected == str(error.value)


def test_missing_file_is_one_clear_error(tmp_path: Path) -> None:
    """A mistyped path must not pass for an empty list."""
    with pytest.raises(AllowListError) as error:
        load(tmp_path / "gone.yaml")

    assert "cannot read the allow-list gone.yaml: No such file or directory" == str(error.value)
