"""Names of what is adopted: logical ones for the stack file, and friendly ones as a stack file may declare them.

A logical name is made of the friendly name and, where that is not enough or may be a person's, of the SID. It is the
same in every run, whichever services are wanted: all of an account are named together, the oldest first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence

from providers._api.entity import Thing
from providers._api.fields import Field
from providers._api.names import is_visible, reading

__all__ = ["declared_as", "logical_names", "slug"]

LONGEST = 60
"""Characters of a logical name that come from a friendly one; a stack file takes 100."""
SID_DIGITS = (6, 8, 12, 32)
"""How much of a SID tells two names apart: no more than it takes."""

_LETTERS = str.maketrans({
    "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h",
    "\N{LATIN SMALL LETTER DOTLESS I}": "i",
})  # fmt: skip
"""Letters that do not come apart into one of ASCII and a sign."""


def slug(name: str) -> str:
    """Give the letters, digits and hyphens of a name in small ASCII: "ACME Support, Köln" is acme-support-koln."""
    apart = unicodedata.normalize("NFKD", name.casefold()).translate(_LETTERS)
    shown = "".join(each for each in apart if not unicodedata.combining(each))
    return re.sub(r"[^a-z0-9]+", "-", shown).strip("-")[:LONGEST].strip("-")


def logical_names(
    things: Sequence[Thing],
    kind: str,
    taken: Collection[str],
    unfit: Collection[str],
    known: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Name things of an account, each by its SID.

    Args:
        things: All of them, the oldest first: that one takes a name that several would have.
        kind: What a name begins with that the friendly name gives none for: `service`.
        taken: Logical names that are others' already.
        unfit: Names that no logical name is made of, for they may be a person's.
        known: Names by SID that people know things by already, such as a program's; they go before friendly ones.
    """
    used, names, known = {*taken}, {}, known or {}
    for thing in sorted(things, key=lambda each: each.sid not in known):
        given = known.get(thing.sid) or thing.values.get("friendly_name") or ""
        short = "" if given in unfit else slug(given)
        if not short:
            wanted = [f"{kind}-{thing.sid[-digits:].lower()}" for digits in SID_DIGITS]
        else:
            plain = short if short[0].isalpha() else f"{kind}-{short}"
            wanted = [plain, *(f"{plain}-{thing.sid[-digits:].lower()}" for digits in SID_DIGITS)]
        names[thing.sid] = next(each for each in wanted if each not in used)
        used.add(names[thing.sid])
    return names


def declared_as(given: str, field: Field) -> str | None:
    """Give a name as it can be declared: itself, or the nearest that reads the same; None if there is none.

    Args:
        given: As the API has it.
        field: What must hold of it.
    """
    shown = "".join(" " if each.isspace() else each for each in given if each.isspace() or is_visible(each))
    tidy = unicodedata.normalize("NFC", " ".join(shown.split()))
    for each in (given, tidy, reading(given)):
        if field.check(each) is None and reading(each) == reading(given):
            return each
    return None
