"""Names as an API may keep them: what a name must be to come back as it was sent, and which names read the same.

The API publishes no rules beyond a length. It may trim, compose accents or collapse blanks, and then a name that comes
back in another form is found by nobody who looks for the form that was sent.
https://www.unicode.org/reports/tr15/
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from .checks import Check, text

__all__ = ["first_difference", "is_visible", "name", "reading"]

_LINE_BREAK = re.compile(r"[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE = ("Cc", "Cf", "Cs")


def name(least: int, most: int) -> Check:
    """Demand a name of so many characters that every way of tidying a text up leaves alone."""
    sized = text(least, most)

    def check(value: object) -> str | None:
        return sized(value) or (_untidiness(value) if isinstance(value, str) else None)

    return check


def reading(given: str) -> str:
    """Give the form that a name shares with all that read the same.

    Compatibility composition (NFKC), which covers canonical composition too: whichever of the two an API applies, the
    forms before and after share this one. Invisible characters are left out and blanks made one; case counts.
    """
    return _reading(given)


# Kept, for each name that is looked up is held against all of an account.
@lru_cache(maxsize=1 << 16)
def _reading(given: str) -> str:
    while True:
        composed = unicodedata.normalize("NFKC", given)
        shown = (" " if each.isspace() else each for each in composed if each.isspace() or is_visible(each))
        read = " ".join("".join(shown).split())
        if read == given:
            return read
        # What was left out may have kept an accent from its letter.
        given = read


def first_difference(one: str, other: str) -> int:
    """Give the place, 1 or more, of the first character in which two texts differ."""
    pairs = zip(one, other, strict=False)
    return next((place for place, (a, b) in enumerate(pairs, 1) if a != b), min(len(one), len(other)) + 1)


def _untidiness(given: str) -> str | None:
    if _LINE_BREAK.search(given):
        return "must be one line: write a blank in place of each line break"
    if given != given.strip():
        return "must begin and end with a visible character: leave out the white space there"
    for place, each in enumerate(given, 1):
        if each.isspace() and each != " ":
            return (
                f"must have ordinary blanks only: write one in place of character {place}, which is another"
            )
        if not is_visible(each):
            return f"must have visible characters only: leave out character {place}, which is a control or format one"
    if "  " in given:
        return "must have single blanks only: write one in place of several"
    if not unicodedata.is_normalized("NFC", given):
        return "must be in composed form (Unicode NFC): write each accented letter as one character"
    return None


def is_visible(character: str) -> bool:
    """Tell whether a character shows as itself: no control or format one, no half of a pair."""
    return unicodedata.category(character) not in _INVISIBLE
