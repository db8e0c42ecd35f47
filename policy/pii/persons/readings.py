"""The readings of a name's words: as they stand, and without what may stand around a person and hide one.

A customer, a product or a package whose name no list has stands in front of a person as a word of the trade does:
`netflix-jsmith`, `zorbix-maria-garcia`. And a word of the trade may stand between the parts of a name. Neither says
that the rest names no one, so the rest is read once more for itself. No judgement here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..lexicon import NO_MASK
from .features import UNSPACED
from .trade import ROLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .features import Word

LONGEST = 8
"""Words of the longest text that is read twice: names are short, and a template's words stand in sentences."""


def bare(words: Sequence[Word]) -> list[Word]:
    """Leave strangers at both ends out, and the boundaries between names; empty if that is no reading of its own."""
    if not 1 < len(words) <= LONGEST:
        return []
    kept = [word for word in words if word.role != ROLE]
    first, last = 0, len(kept)
    while first < last and is_stranger(kept[first]):
        first += 1
    while first < last and is_stranger(kept[last - 1]):
        last -= 1
    left = kept[first:last]
    if not left or len(left) == len(words) or any(word.script in UNSPACED for word in left):
        return []
    if len(left) == 1 and not left[0].inner:
        return []
    return [replace(left[0], gap="^"), *left[1:]]


def is_stranger(word: Word) -> bool:
    """Tell a word that is no part of a person's name for all that is known: unlisted, a brand, part of a set phrase."""
    if word.role == "phrase":
        return True
    if len(word.folded) == 1 or word.inner or word.mask[:2] != "00":
        return False
    return word.role in _BRANDS if word.role else word.mask == NO_MASK or word.mask[4] != "0"


_BRANDS = frozenset({"tech", "code"})
"""Roles of tools and of code names."""
