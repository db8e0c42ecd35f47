# ruff: noqa: RUF001 (Cyrillic letters are what half of this is about)
"""Names in other cases than the nominative, which is the one that lists have: Ольги, Кузнецовой, Domagoja, Rūtos.

Each entry is the ending of a folded name and what stands in its place in the nominative.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..lexicon import Lexicon

Cases = tuple[tuple[str, str], ...]
SHORTEST = 4


def _pairs(text: str) -> Cases:
    return tuple(
        (ending, nominative) for ending, _, nominative in (pair.partition(">") for pair in text.split())
    )


CYRILLIC = _pairs(
    "ои>а ои>ая ого>ии ого>ыи ому>ии им>ии ии>ия ы>а и>а и>я и>ь е>а е>я у>а ю>я ю>и я>и я>ь а> у> ом> ови> еви> "
    "у>о а>о ка>ек ку>ко ка>ко"
)
LATIN = _pairs(
    "skog>ski skiego>ski skej>ska skiej>ska ove>ova ovi> owi> em> om> a> u> e>a y>a i>a ego>y eho>y iho>i ka>ek ca>ac "
    "la>el os>a es>e io>is o>as aus>us as>a iei>ia ei>a ren> nin> nun> ning> skiene>skas "
    "iene>as aites>aite ytes>yte"
)
GREEK = _pairs("ου>οσ ου>ησ ασ>α ησ>η η>ησ α>ασ ο>οσ")
SURE_SURNAME = 6
"""Letters that a little-known surname has at least to be known by another case."""


def inflected(folded: str, cases: Sequence[tuple[str, str]], lexicon: Lexicon) -> str:
    """Tell whether an unknown word is a name in another case: `Gi` for a given name, `Si` for a surname, else ""."""
    if len(folded) < SHORTEST:
        return ""
    for ending, nominative in cases:
        if folded.endswith(ending):
            mask = lexicon.mask(folded.removesuffix(ending) + nominative)
            if mask[0] == "2" and mask[2] != "2":
                return "Gi"
            if mask[2] == "0" and (
                mask[1] == "2" or (mask[1] == "1" and len(folded) - len(ending) >= SURE_SURNAME)
            ):
                return "Si"
    return ""
