"""User names made of a surname and an initial, and words that only look like one."""

from __future__ import annotations

import pytest

from policy.pii.lexicon import Lexicon
from policy.pii.persons.user_names import user_name

KNOWN = Lexicon.of(
    {
        "novak": "02000",
        "whitcombe": "01000",
        "smith": "02200",
        "kepler": "01000",
        "hill": "12210",
        "rust": "01200",
    },
    {},
)
NAME_LIKE, WORD_LIKE = "7", "1"

CASES = {
    "initial before": ("jnovak", WORD_LIKE, "is!"),
    "initial behind": ("novakj", WORD_LIKE, "ss!"),
    "two initials": ("rjnovak", WORD_LIKE, "js!"),
    "initial that a word could begin with": ("anovak", WORD_LIKE, "is"),
    "surname that is a word": ("jsmith", WORD_LIKE, "iv!"),
    "little-known surname": ("wkepler", WORD_LIKE, "it!"),
    "little-known surname that a word could end with": ("skepler", WORD_LIKE, ""),
    "little-known long surname": ("awhitcombe", WORD_LIKE, "it"),
    "unlisted surname by its letters": ("mkowalska", NAME_LIKE, "in!"),
    "unlisted word": ("mkfooter", WORD_LIKE, ""),
    "unlisted name by itself": ("kowalska", NAME_LIKE, ""),
    "little-known surname that is a word": ("crust", WORD_LIKE, ""),
    "short": ("ahil", WORD_LIKE, ""),
}


@pytest.mark.parametrize(("word", "level", "expected"), CASES.values(), ids=CASES.keys())
def test_user_name_is_taken_apart(word: str, level: str, expected: str) -> None:
    """What the parts are says how likely a person is meant; a word alone says nothing."""
    assert expected == user_name(word, KNOWN, lambda _: level)
