"""The allow-list: which names it allows, and what is wrong with a bad file."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.allowed.allow_list import DEFAULT_PATH, AllowList, AllowListError, Entry, load, parts_of
from policy.allowed.judging import Reviewed, judge
from policy.pii import detect
from policy.pii.contacts.phones import DEFAULT_REGIONS

TODAY = dt.date(2026, 6, 15)
FOR_EVER = dt.date(2999, 1, 1)
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


def reviewed(*names: str, expires: dt.date = FOR_EVER) -> Reviewed:
    """Review some names, one entry each."""
    return Reviewed(
        [Entry(i, parts_of(name), "", "", expires) for i, name in enumerate(names, start=1)], TODAY
    )


def left(text: str, *names: str) -> list[str]:
    """Judge a text with some reviewed names; give what is still found, as it is written."""
    return [text[f.start : f.end] for f in judge(text, DEFAULT_REGIONS, reviewed(*names)).findings]


def test_shipped_list_is_empty() -> None:
    """Nothing is allowed that no one has reviewed."""
    assert AllowList() == load(DEFAULT_PATH)


@pytest.mark.parametrize(
    ("stack", "meant"), [pytest.param("prod-eu", True, id="meant"), pytest.param("dev", False, id="other")]
)
def test_entry_is_for_the_stacks_it_names(tmp_path: Path, stack: str, meant: bool) -> None:
    """A review may be for some stacks only."""
    assert meant == bool(load(write(tmp_path, ENTRY)).for_stack(stack))


SAME_WORDS = {
    "separators_and_case": ("Baker McKenzie", "baker_MCKENZIE"),
    "camel_case": ("GitHub", "github"),
    "accents": ("Crédit Médoc", "credit-medoc"),
    "decomposed": ("Médoc", "Me\u0301doc"),
    "full_width": ("netflix", "\uff4e\uff45\uff54flix"),
    "zero_width": ("netflix", "net\u200bflix"),
    "number": ("studio 54", "Studio54"),
}


@pytest.mark.parametrize(("one", "other"), SAME_WORDS.values(), ids=SAME_WORDS.keys())
def test_words_are_compared_without_their_dress(one: str, other: str) -> None:
    """Case, accents, separators and what can't be seen do not make another word."""
    assert parts_of(one) == parts_of(other)


OTHER_WORDS = {
    "look_alike": ("netflix", "nеtflix"),  # noqa: RUF001 (a Cyrillic letter)
    "longer_word": ("netflix", "netflixes"),
    "star_within_a_word": ("net*flix", "net* flix *x"),
}


@pytest.mark.parametrize(("one", "other"), OTHER_WORDS.values(), ids=OTHER_WORDS.keys())
def test_other_words_stay_other_words(one: str, other: str) -> None:
    """What only looks like a reviewed word has not been reviewed."""
    assert parts_of(one) != parts_of(other)


ALLOWED = {
    "alone": (["Priyanka Raghunathan"], "priyanka-raghunathan"),
    "environment": (["Priyanka Raghunathan"], "priyanka-raghunathan-prod"),
    "region_and_environment": (["Priyanka Raghunathan"], "eu-priyankaRaghunathan-dev"),
    "number": (["Priyanka Raghunathan"], "Priyanka Raghunathan 2"),
    "purpose": (["Priyanka Raghunathan"], "Priyanka Raghunathan support desk"),
    "two_entries": (["Priyanka", "Raghunathan"], "priyanka-raghunathan-dev"),
    "star": (["Priyanka * Raghunathan"], "priyanka-blue-raghunathan"),
    "twice": (["Priyanka Raghunathan"], "Priyanka Raghunathan - priyanka raghunathan"),
    "address": (["221B Baker Street"], "221b Baker Street museum"),
    "phone": (["0161 496 0123"], "call 0161 496 0123"),
    "han": (["王小明"], "王小明客服"),
}


@pytest.mark.parametrize(("names", "text"), ALLOWED.values(), ids=ALLOWED.keys())
def test_reviewed_words_allow_names_that_hold_them(names: list[str], text: str) -> None:
    """One line for each brand, not one for each service and environment."""
    assert detect(text)
    assert [] == left(text, *names)


STILL_FOUND = {
    "person_beside": (["netflix"], "netflix-priyanka-raghunathan"),
    "person_behind_a_word": (["Baker McKenzie"], "baker-mckenzie-priyanka-raghunathan"),
    "surname_beside_a_first_name": (["maria"], "maria-lopez"),
    "rare_surname_beside_a_first_name": (["maria"], "maria-okafor-prod"),
    "first_name_beside_a_surname": (["lopez"], "maria-lopez-desk"),
    "initial_beside_a_name": (["maria"], "M. Maria desk"),
    "possessive_of_a_first_name": (["maria"], "Maria's sandbox"),
    "title": (["Pemberton"], "Dr. Pemberton clinic"),
    "shorter_than_the_entry": (["Priyanka Raghunathan desk"], "Priyanka Raghunathan"),
    "other_order": (["Raghunathan Priyanka"], "Priyanka Raghunathan"),
    "person_under_the_star": (["Contoso * labs"], "contoso Dr. Harriet Pemberton labs"),
    "house_number_beside_a_street": (["Baker Street"], "221B Baker Street"),
    "host_of_an_email": (["example.com"], "jo.doe@example.com"),
    "end_of_a_phone": (["0123"], "call 0161 496 0123"),
    "nothing_but_a_letter": (["p"], "Priyanka Raghunathan"),
    "part_of_a_word": (["Raghu"], "Priyanka Raghunathan"),
    "look_alike": (["Priyanka Rаghunathan"], "Priyanka Raghunathan"),  # noqa: RUF001 (a Cyrillic letter)
}


@pytest.mark.parametrize(("names", "text"), STILL_FOUND.values(), ids=STILL_FOUND.keys())
def test_reviewed_words_never_allow_what_stands_beside_them(names: list[str], text: str) -> None:
    """A person's part beside a reviewed word has not been reviewed."""
    assert detect(text)
    assert left(text, *names)


@given(st.sampled_from(["prod", "dev", "eu", "qa", "desk", "orders", "2", "api"]), st.sampled_from("-_ ./"))
def test_words_of_the_trade_do_not_end_an_allowance(word: str, sign: str) -> None:
    """What is allowed stays allowed with an environment, a purpose or a number before or behind it."""
    for text in (
        f"priyanka{sign}raghunathan{sign}{word}",
        f"{word}{sign}Priyanka{sign}Raghunathan",
    ):
        assert [] == left(text, "Priyanka Raghunathan")


@given(st.text(max_size=80), st.text(max_size=20))
def test_no_entry_adds_a_finding_or_fails(text: str, name: str) -> None:
    """Any text with any entry is judged, and an entry never moves what it does not touch."""
    judgement = judge(text, DEFAULT_REGIONS, reviewed(name) if parts_of(name) else Reviewed())

    assert all(0 <= f.start < f.end <= len(text) for f in judgement.findings)
    assert judgement.used or judgement.findings == tuple(detect(text))


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


def test_expired_entry_is_named_and_does_not_count() -> None:
    """Who meets the finding again is told why."""
    gone = reviewed("Priyanka Raghunathan", expires=dt.date(2020, 1, 1))

    judgement = judge("priyanka-raghunathan-dev", DEFAULT_REGIONS, gone)

    assert judgement.findings
    assert gone.entries[0] == judgement.expired
    assert frozenset() == judgement.used


def test_live_entry_counts_beside_an_expired_one() -> None:
    """A renewed review may stand below the old one."""
    old = Entry(1, parts_of("Priyanka Raghunathan"), "", "", dt.date(2020, 1, 1))
    new = Entry(2, parts_of("Priyanka Raghunathan"), "", "", FOR_EVER)

    judgement = judge("Priyanka Raghunathan", DEFAULT_REGIONS, Reviewed([old, new], TODAY))

    assert ((), frozenset({2})) == (judgement.findings, judgement.used)


TEXTS = {
    "no": ("no", "no"),
    "octal": ("0161", "0161"),
    "quoted_date": ("a", "a"),
}


@pytest.mark.parametrize(("written", "meant"), TEXTS.values(), ids=TEXTS.keys())
def test_what_is_written_is_what_is_meant(tmp_path: Path, written: str, meant: str) -> None:
    """YAML's truth values and octal numbers are no names."""
    text = ENTRY.replace("Baker McKenzie intake", written).replace("2026-06-15", '"2026-06-15"')

    (entry,) = load(write(tmp_path, text)).entries

    assert (parts_of(meant), dt.date(2026, 6, 15)) == (entry.parts, entry.expires)


NO_DATE = "the allow-list allow.yaml, entry 1: expires must be a date such as 2027-06-30"
BAD = {
    "no_yaml": ("allow: [", "cannot read the allow-list allow.yaml: no valid YAML: see line 2, column 1"),
    "no_map": ("- a", 'the allow-list allow.yaml must hold one key "allow" with a list of entries'),
    "empty": ("", 'the allow-list allow.yaml must hold one key "allow" with a list of entries'),
    "no_entries": ("allow:", 'the allow-list allow.yaml must hold one key "allow" with a list of entries'),
    "incomplete": (
        "allow:\n  - name: a\n    owner: b\n    expires: 2027-01-01",
        "the allow-list allow.yaml, entry 1: lacks reason",
    ),
    "unknown_key": (
        ENTRY.replace("stacks", "stack"),
        "the allow-list allow.yaml, entry 1: has unknown keys: stack",
    ),
    "no_date": (ENTRY.replace("2026-06-15", "soon"), NO_DATE),
    "no_such_day": (ENTRY.replace("2026-06-15", "2026-02-30"), NO_DATE),
    "time": (ENTRY.replace("2026-06-15", "2026-06-15 10:00:00"), NO_DATE),
    "no_list": (
        ENTRY.replace("[prod-*]", "prod"),
        "the allow-list allow.yaml, entry 1: stacks must be a list of patterns such as [prod]",
    ),
    "no_text": (
        ENTRY.replace("platform team", "[a, b]"),
        "the allow-list allow.yaml, entry 1: owner must be text",
    ),
    "no_word": (
        ENTRY.replace("Baker McKenzie intake", "'---'"),
        "the allow-list allow.yaml, entry 1: name must hold a letter or a digit",
    ),
    "only_stars": (
        ENTRY.replace("Baker McKenzie intake", "'* *'"),
        "the allow-list allow.yaml, entry 1: name must hold a letter or a digit",
    ),
    "key_twice": (
        ENTRY + "    name: Wendy Colfax\n",
        "cannot read the allow-list allow.yaml: holds a key twice, see line 8, column 5",
    ),
    "list_twice": (
        ENTRY + "allow: []\n",
        "cannot read the allow-list allow.yaml: holds a key twice, see line 8, column 1",
    ),
    "bomb": (
        "a: &a [x, x]\nb: &b [*a, *a]\nallow: [*b, *b]",
        "cannot read the allow-list allow.yaml: holds an alias (*), see line 2, column 8: write its value out",
    ),
    "deep": (
        "allow: " + "[" * 100 + "]" * 100,
        "cannot read the allow-list allow.yaml: more than 16 maps and lists within one another, see line 1, column 23",
    ),
    "object": (
        "allow: !!python/object/apply:os.system [id]",
        "cannot read the allow-list allow.yaml: holds a tag (!), see line 1, column 8: write plain text",
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


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 40)


def _latin_1(path: Path) -> None:
    path.write_bytes("allow: [] # é".encode("latin-1"))


ODD_FILES = {
    "fifo": (_fifo, "no regular file"),
    "folder": (Path.mkdir, "Is a directory"),
    "device": (lambda path: path.symlink_to("/dev/zero"), "no regular file"),
    "huge": (_huge, "more than 1,048,576 bytes"),
    "not_utf_8": (_latin_1, "not UTF-8"),
}


@pytest.mark.parametrize(("make", "expected"), ODD_FILES.values(), ids=ODD_FILES.keys())
def test_odd_file_ends_at_once(tmp_path: Path, make: object, expected: str) -> None:
    """What never ends, or never begins, must not hold an update up."""
    assert callable(make)
    make(tmp_path / "odd.yaml")

    with pytest.raises(AllowListError) as error:
        load(tmp_path / "odd.yaml")

    assert f"cannot read the allow-list odd.yaml: {expected}" == str(error.value)
