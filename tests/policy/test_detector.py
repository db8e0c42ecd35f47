"""All recognisers together: overlaps, persons, robustness, work, and the figures of the development set."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy.pii import KINDS, TIERS, detect
from research.pii.measure import Result, evaluate, measure_apart, measure_wild, summed
from research.pii.rows import FOLDER, read_rows

ROOT = Path(__file__).resolve().parents[2]
MAX_CHARACTERS_OF_A_NAME = 256


def kinds(text: str, *tiers: str) -> list[str]:
    """Kinds found in some tiers."""
    return sorted({f.kind for f in detect(text) if f.tier in tiers})


PEOPLE = {
    "full_name": "Priyanka Raghunathan onboarding",
    "user_name": "okafor_ngozi_uat",
    "camel_case": "PetraNovakDesk",
    "initial_and_surname": "dferreira-test",
    "initials": "M. K. Thornbury",
    "title": "Dr. Harriet Pemberton",
    "possessive": "Oluwaseun's sandbox",
    "surname_first": "Nguyễn Văn Hùng",
    "particles": "Maaike van der Veen",
    "cyrillic": "Ольга Кузнецова",
    "arabic": "محمد الحربي",
    "hebrew": "משה כהן",
    "devanagari": "राजेश शर्मा",
    "han": "王小明客服",
    "japanese": "田中さくら様",
    "hangul": "김민준",
    "greek": "Γιώργος Παπαδόπουλος",
    "german_genitive": "Sabines Warteschlange",
    "russian_genitive": "очередь Ольги Кузнецовой",
    "department": "Kavitha from billing",
    "hyphenated_given_name": "Park Ji-hyun",
}

OTHERS = {
    "place": "Lima hub",
    "ipv6": "fe80::1c2a:9fff gateway",
    "city_and_state": "Charlotte NC",
    "university_named_after": "Universidad Benito Juárez",
    "invented_word_and_number": "acme-01",
    "club": "Chelsea clinic",
    "word": "patience queue",
    "state": "Carolina returns",
    "saint": "St. Jude ward",
    "saint_city": "San José del Cabo",
    "tool": "Tekton CI",
    "code_name": "team-atlas-uat",
    "brand_title": "Dr. Pepper promo",
    "plain": "customer-support-prod",
    "letter": "b",
    "letter_and_number": "n0",
    "spaces": "   ",
    "signs": "--- // ---",
}


@pytest.mark.parametrize("text", PEOPLE.values(), ids=PEOPLE.keys())
def test_person_is_found(text: str) -> None:
    """People are found in every form and script."""
    assert ["person"] == kinds(text, "stop", "advise")


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS.keys())
def test_other_name_is_passed(text: str) -> None:
    """Service names are full of things that look like people: none of them stops an update."""
    assert [] == kinds(text, "stop")


def test_person_within_an_address_is_one_finding() -> None:
    """What overlaps is told once, as the more certain kind."""
    text = "jane.whitcombe@example.com"

    assert [("email", 0, len(text))] == [(f.kind, f.start, f.end) for f in detect(text)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("Heike Sauerbrey, Gartenweg 9", "Heike Sauerbrey", id="before an address"),
        pytest.param("Temitope Balogun / tbalogun@example.com", "Temitope Balogun", id="before an e-mail"),
    ],
)
def test_person_beside_a_contact_is_found_without_it(text: str, name: str) -> None:
    """What the street or the mailbox takes is not the person's, and the person is not lost to it."""
    [person] = [finding for finding in detect(text) if finding.kind == "person"]

    assert name == text[person.start : person.end]


def test_town_behind_an_address_is_no_person() -> None:
    """Floor and town go on with the address."""
    assert ["address"] == kinds("Calle del Olmo 27, 3º izq., 28012 Madrid", "stop", "advise")


def test_kinds_side_by_side_are_each_found() -> None:
    """One finding must not hide another."""
    text = "Jane Whitcombe <jw@example.com>"

    assert [("person", "Jane Whitcombe"), ("email", "jw@example.com")] == [
        (f.kind, text[f.start : f.end]) for f in detect(text)
    ]


HARD = {
    "digits": "1" * MAX_CHARACTERS_OF_A_NAME,
    "digits_and_blanks": "12 " * 85,
    "phones": "415-555-0134 " * 19,
    "dots": "." * MAX_CHARACTERS_OF_A_NAME,
    "at_signs": "a@" * 128,
    "emails": "a.b@c.d " * 32,
    "at_words": "a at b dot " * 23,
    "words": "ab " * 85,
    "names": "Jane Roe " * 28,
    "capitals": "Aa" * 128,
    "streets": "1 a street " * 23,
    "boxes": "po box " * 36,
    "han": "王" * MAX_CHARACTERS_OF_A_NAME,
    "thai": "กา" * 128,
    "marks": "e" + "\u0301" * 255,
    "one_word": "x" * MAX_CHARACTERS_OF_A_NAME,
    "ligatures": "ﷺ" * MAX_CHARACTERS_OF_A_NAME,
    "number_words": "one two three " * 18,
}


def steps(text: str) -> int:
    """Count the calls that one detection makes, of Python's functions and of built-in ones."""
    count = 0

    def note(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    detect(text)  # what is read or remembered once is not counted
    before = sys.getprofile()
    sys.setprofile(note)
    try:
        detect(text)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("text", HARD.values(), ids=HARD.keys())
def test_hard_text_takes_work_in_proportion_to_its_length(text: str) -> None:
    """Four times the text is at most some four times the work: a preview must not hang on a name."""
    part = text[: MAX_CHARACTERS_OF_A_NAME // 4]

    assert steps((part * 4)[:MAX_CHARACTERS_OF_A_NAME]) <= 6 * steps(part) + 500


@pytest.mark.parametrize("length", [900, 1010, 1020, 1024, 4090, 20_000])
@pytest.mark.parametrize(
    "text", ["jane.whitcombe@example.com", "+1 415 555 0134", "742 Evergreen Terrace", "Priyanka Raghunathan"]
)
def test_text_is_read_to_its_end(text: str, length: int) -> None:
    """A template may be long, and what stands at its end, or over the edge of a window, is sent all the same."""
    filler = ("order shipped " * length)[:length].rpartition(" ")[0]
    whole = filler.ljust(length, ".") + " " + text

    [finding] = detect(whole)

    assert text == whole[finding.start : finding.end]


def test_long_text_takes_work_in_proportion_to_its_length() -> None:
    """Ten times the text is some ten times the work."""
    words = "ab cd ef "

    assert steps(words * 2000) <= 13 * steps(words * 200)


NAME_LIKE = st.text(
    alphabet=st.one_of(st.sampled_from("abcMr JneAt.dot@-_0123456789 '()+#,/"), st.characters()),
    max_size=MAX_CHARACTERS_OF_A_NAME,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(NAME_LIKE)
def test_any_text_is_judged_alike_and_in_order(text: str) -> None:
    """Nothing crashes it, and every finding lies within the text, apart from the others."""
    findings = detect(text)

    assert detect(text) == findings
    ends = [0, *(f.end for f in findings)]
    assert all(before <= f.start < f.end <= len(text) for before, f in zip(ends, findings, strict=False))
    assert all(f.kind in KINDS and f.tier in TIERS and 0 <= f.confidence <= 1 for f in findings)


AUDITED = """
import json, sys
events = []
sys.addaudithook(lambda event, args: events.append([event, str(args[0]) if args else ""]))
import policy.pii
loaded = sorted(sys.modules)
opened = [name for event, name in events if event == "open" and name.endswith(".gz")]
policy.pii.detect("Jane Whitcombe, +1 415 555 0134, jane@example.com")
sockets = sorted({event for event, _ in events if event.startswith("socket.")})
print(json.dumps({"loaded": loaded, "opened": opened, "sockets": sockets}))
"""
HEAVY = {"asyncio", "numpy", "phonenumbers", "pulumi", "requests", "rich", "socket", "urllib.request", "yaml"}


def test_import_loads_nothing_heavy_and_no_data_file() -> None:
    """The library is imported at the start of every preview, whether a name is judged or not; it stays offline."""
    done = subprocess.run(
        [sys.executable, "-c", AUDITED], cwd=ROOT, capture_output=True, text=True, check=True
    )
    seen = json.loads(done.stdout)

    assert [] == sorted(HEAVY & set(seen["loaded"]))
    assert [] == seen["opened"]
    assert [] == seen["sockets"]


@pytest.fixture(scope="module")
def development() -> Result:
    """The figures of the development set."""
    return evaluate(read_rows(FOLDER / "development.jsonl"))


def test_development_set_is_as_large_as_asked(development: Result) -> None:
    """Figures mean little on few names or few cultures."""
    assert development.rows >= 500
    assert len(development.tiers["any"].by_region) >= 25


def test_development_figures_hold(development: Result) -> None:
    """A change that makes the detector worse must be seen; the figures lie in docs/policy.md."""
    stop, both = development.tiers["stop"], development.tiers["any"]

    assert stop.total.precision >= 0.97
    assert both.total.recall >= 0.95
    assert both.by_kind["person"].recall >= 0.95
    assert min(stop.by_kind[kind].recall for kind in ("email", "phone", "address")) >= 0.97


def test_names_of_the_trade_are_not_stopped() -> None:
    """Of a word and an environment at most one name in a hundred is stopped, whatever the word."""
    assert max(rate.stopped / rate.names for rate in measure_apart(2000).values()) <= 0.01
    assert (total := summed(measure_wild(2000).values())).stopped / total.names <= 0.01
