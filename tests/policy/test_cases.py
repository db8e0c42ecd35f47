"""Names in other cases than the one that lists have."""

from __future__ import annotations

import pytest

from policy.pii.lexicon import Lexicon
from policy.pii.normalise import fold
from policy.pii.persons.cases import CYRILLIC, GREEK, LATIN, Cases, inflected

KNOWN = Lexicon.of(
    {
        "ruta": "20000", "jonas": "20000", "ayse": "20000", "maria": "22000", "petra": "22000", "novak": "02000",
        "kazlauskas": "01000", "berzins": "01000", "ольга": "20000", "кузнецова": "01000", "νικοσ": "20000",
        "ρος": "01000", "rust": "00200", "ros": "01000",
    },
    {},
)  # fmt: skip

CASES = {
    "lithuanian": ("Rūtos", LATIN, "Gi"),
    "lithuanian masculine": ("Jono", LATIN, "Gi"),
    "lithuanian surname": ("Kazlausko", LATIN, "Si"),
    "turkish": ("Ayşenin", LATIN, "Gi"),
    "romanian": ("Mariei", LATIN, "Gi"),
    "czech": ("Petry", LATIN, "Gi"),
    "czech surname": ("Novákem", LATIN, "Si"),
    "greek": ("Νίκου", GREEK, "Gi"),
    "russian": ("Ольги", CYRILLIC, "Gi"),
    "russian surname": ("Кузнецовой", CYRILLIC, "Si"),
    "everyday word": ("rusta", LATIN, ""),
    "short little-known surname": ("rosa", LATIN, ""),
    "unlisted": ("zorbixa", LATIN, ""),
}


@pytest.mark.parametrize(("word", "cases", "expected"), CASES.values(), ids=CASES.keys())
def test_name_is_known_by_its_nominative(word: str, cases: Cases, expected: str) -> None:
    """What belongs to somebody stands in the genitive in half of Europe's languages."""
    assert expected == inflected(fold(word), cases, KNOWN)
