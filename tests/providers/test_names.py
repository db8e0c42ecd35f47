"""Names that come back as they were sent, and names that read the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers._api.names import first_difference, name, reading

check = name(1, 256)

LINE = "must be one line: write a blank in place of each line break"
ENDS = "must begin and end with a visible character: leave out the white space there"
SINGLE = "must have single blanks only: write one in place of several"
COMPOSED = "must be in composed form (Unicode NFC): write each accented letter as one character"
LENGTH = "must be text of 1 to 256 characters"


def blank(place: int) -> str:
    """Write the reason against another blank than the ordinary one."""
    return f"must have ordinary blanks only: write one in place of character {place}, which is another"


def hidden(place: int) -> str:
    """Write the reason against what nobody sees."""
    return f"must have visible characters only: leave out character {place}, which is a control or format one"


@pytest.mark.parametrize(
    ("given_name", "problem"),
    [
        ("acme-support-eu", None),
        ("Zürich & Genève / 支持 🙂", None),
        ("½ № ﬁ Ⅳ", None),
        ("x" * 256, None),
        ("x" * 257, LENGTH),
        ("", LENGTH),
        (7.0, LENGTH),
        (" support", ENDS),
        ("support ", ENDS),
        ("support\u00a0", ENDS),
        ("\tsupport", ENDS),
        ("two\nlines", LINE),
        ("support\n", LINE),
        ("two\u2028lines", LINE),
        ("two\r\nlines", LINE),
        ("two\x85lines", LINE),
        ("a\tb", blank(2)),
        ("ab\u00a0c", blank(3)),
        ("支持\u3000部", blank(3)),
        ("a\u200bb", hidden(2)),
        ("\ufeffab", hidden(1)),
        ("a\x00b", hidden(2)),
        ("ab\u202e", hidden(3)),
        ("so\u00adft", hidden(3)),
        ("a\u200d", hidden(2)),
        ("a\ud800", hidden(2)),
        ("a  b", SINGLE),
        ("Zu\u0308rich", COMPOSED),
    ],
)
def test_name_table(given_name: object, problem: str | None):
    """Each reason tells what to write instead, and the place where there is one; never the name."""
    assert problem == check(given_name)


TIDYING: list[Callable[[str], str]] = [
    str.strip,
    lambda text: " ".join(text.split()),
    lambda text: "".join(
        each for each in text if each.isspace() or unicodedata.category(each) not in ("Cc", "Cf")
    ),
    lambda text: unicodedata.normalize("NFC", text),
]


@given(st.text(st.sampled_from("ab üu\u0308\u200b\u00a0\t\n\u3000½e\u0301") | st.characters(), max_size=260))
def test_name_that_fits_is_left_alone_by_every_way_of_tidying_up(text: str):
    """That is what the rules are for, and all that they are for but the length."""
    tidy = 1 <= len(text) <= 256 and all(way(text) == text for way in TIDYING)

    assert check(text) is not None or tidy


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=64))
def test_name_of_visible_characters_in_composed_form_fits(text: str):
    """Scripts, digits, punctuation and symbols are the user's business."""
    assert check(unicodedata.normalize("NFC", text)) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("support", "support", True),
        ("support", " support\n", True),
        ("a b", "a \t\u00a0b", True),
        ("a b", "a\u3000b", True),
        ("Z\u00fcrich", "Zu\u0308rich", True),
        ("support", "sup\u200bport", True),
        ("file", "\ufb01le", True),
        ("u\u200b\u0308", "\u00fc", True),
        ("support", "Support", False),
        ("ab", "a b", False),
        ("a-b", "a_b", False),
        ("support", "support2", False),
    ],
)
def test_reading_table(one: str, other: str, *, same: bool):
    """What a tidying API may make of a name reads the same; what people tell apart does not."""
    assert same == (reading(one) == reading(other))


@given(st.text())
def test_reading_is_stable_under_every_way_of_tidying_up(text: str):
    """Whatever the API does, before or after, the name is found."""
    ways = [*TIDYING, lambda given: unicodedata.normalize("NFKC", given), reading]

    assert {reading(text)} == {reading(way(text)) for way in ways}


@pytest.mark.parametrize(
    ("one", "other", "place"), [("abc", "abd", 3), ("abc", "ab", 3), ("ab", "abc", 3), ("x", "y", 1)]
)
def test_first_difference_counts_from_one(one: str, other: str, place: int):
    """As people count characters."""
    assert place == first_difference(one, other)
