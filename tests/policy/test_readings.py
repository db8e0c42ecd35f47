"""The second reading of a name: what is left out, and what is not."""

from __future__ import annotations

import pytest

from policy.pii.lexicon import lexicon
from policy.pii.normalise import read
from policy.pii.persons.readings import bare
from policy.pii.persons.tagger import words_of

READ = {
    "brand in front": ("netflix-maria-garcia", ["maria", "garcia"]),
    "unlisted word behind": ("maria garcia qwiklab", ["maria", "garcia"]),
    "set phrase in front": ("Baker McKenzie desk Maria Garcia", ["maria", "garcia"]),
    "word of the trade between": ("maria-orders-garcia", ["maria", "garcia"]),
    "user name behind a brand": ("netflix-jnovak", ["jnovak"]),
    "nothing around": ("Maria Garcia", []),
    "words of the trade around": ("prod-maria-garcia-chat", []),
    "everyday word in front": ("river Maria Garcia", []),
    "a title is no stranger": ("Dr. Maria Garcia", []),
    "lone name behind a brand": ("netflix-maria", []),
    "strangers alone": ("qwiklab netflix", []),
    "script without blanks": ("네이버 302 예약실", []),
    "long text": ("we told maria garcia that her order will be late by a day or two", []),
}


@pytest.mark.parametrize(("text", "expected"), READ.values(), ids=READ.keys())
def test_strangers_are_left_out(text: str, expected: list[str]) -> None:
    """Only what says nothing of a person is left out, and only where that makes a reading of its own."""
    assert expected == [word.folded for word in bare(words_of(read(text), lexicon()))]
