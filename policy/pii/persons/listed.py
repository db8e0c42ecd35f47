"""What lists alone say of a person's name, whatever the models say: the least confidence in it.

The models weigh letters and neighbours, and a well-known first name beside a well-known surname may still look like a
town, a word or a stranger's neighbour to them. What is told here is worth a look at least.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .judge import code, full_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .features import Tagged, Word

OWNER = 0.95
"""Confidence in a first name or a full one that a possessive or "sandbox of" makes an owner's, alone."""
SURE = 0.95
"""Confidence, at least, in a first name and a surname, one well known, both nothing else, with nothing beside them."""
FULL_NAME = 0.5
"""Confidence, at least, in a first name that is nothing else and a surname where nothing else is said: Megan Fox."""
LISTED = 0.2
"""Confidence, at least, in a first name beside a surname, one of them well known, and in a surname with a title."""

INITIALS = 0.3
"""Confidence, at least, in initials before a surname that is nothing else, where nothing else is said."""

FROM = frozenset({"from", "von", "aus"})
IN = "in"
BEHIND = frozenset({"ji", "san", "sama", "bhai", "hanim", "bey", "nim", "ssi"})
"""Honorifics that stand behind a name, some of which are titles before others."""
_OF = frozenset({"of", "von", "de", "di", "da", "do", "van"})


def at_least(tagged: Tagged, first: int, last: int, rule: str) -> float:
    """Answer with the least confidence in the words `first` to `last`, found by `rule`; 0 if lists say nothing."""
    if first == last:
        if _is_all_owner(tagged, first):
            return OWNER
        is_told = rule == "person-title" or _is_member(tagged, first)
        return LISTED if is_told and code(tagged[first][0]) in "GSB" else 0.0
    words = [word for word, _ in tagged[first : last + 1]]
    if any(word.role == "phrase" for word in words):
        return 0.0
    full, rest = full_name(words), len(tagged) - len(words)
    if full == "22+" and rule == "person-possessive" and rest == 1:
        return OWNER
    if len(words) == 2 and rest == 0 and is_listed_pair(tagged, first) and _are_pure(words):
        return SURE
    if full == "22+" and len(words) == 2 and rest == 0:
        return FULL_NAME
    if rule == "person-initials" and rest == 0 and len(words[0].folded) == 1 and code(words[-1]) in "SB":
        return INITIALS
    if rule == "person-title" and any(code(word) in "GSB" for word in words):
        return LISTED
    if any(is_listed_pair(tagged, i) for i in range(first, last)):
        return LISTED
    beside = [word for word, _ in (*tagged[:first], *tagged[last + 1 :])]
    is_all = all(word.mask[:2] != "00" and not word.role for word in beside)
    return LISTED if is_all and _are_well_known(words) else 0.0


def _are_pure(words: Sequence[Word]) -> bool:
    return all(word.mask[2:] == "000" for word in words)


def _are_well_known(words: Sequence[Word]) -> bool:
    """Tell a well-known first name and another word that is a well-known surname, whatever else they may mean."""
    return any(
        given.mask[0] == "2" and any(word.mask[1] == "2" for word in words if word is not given)
        for given in words
    )


def is_listed_pair(tagged: Tagged, i: int) -> bool:
    """Tell a first name and a surname, in either order, from the word at `i` on: one well known, both nothing else."""
    one, other = tagged[i][0], tagged[i + 1][0]
    if one.role or other.role or one.script != other.script or other.gap not in _JOINS:
        return False
    return any(
        given.mask[0] != "0"
        and surname.mask[1] != "0"
        and "2" in given.mask[0] + surname.mask[1]
        and is_only_name(given)
        and is_only_name(surname)
        for given, surname in ((one, other), (other, one))
    )


def is_name(word: Word) -> bool:
    """Tell a word that lists have as a name, a user name made of a well-known one, an initial, a title."""
    return (
        word.mask[:2] != "00"
        or word.inner in _KNOWN_USER_NAMES
        or len(word.folded) == 1
        or word.role in {"title", "particle"}
    )


_KNOWN_USER_NAMES = frozenset({"gs", "is", "ss", "js", "is!", "ss!", "js!", "iv!", "sv!", "it!"})
_JOINS = frozenset("0 _,")


def is_only_name(word: Word) -> bool:
    """Tell a name that is not well known as something else."""
    return word.mask[:2] != "00" and word.mask[2] < "2" and word.mask[3] < "2" and word.mask[4] == "0"


def is_owner(tagged: Tagged, i: int) -> bool:
    """Tell whether a well-known first name stands where an owner stands, however else the word may be meant."""
    if tagged[i][0].mask[0] != "2":
        return False
    after = tagged[i + 1][0] if i + 1 < len(tagged) else None
    if after is not None and (is_possessive(after) or after.folded in FROM | BEHIND):
        return True
    if _is_member(tagged, i):
        return code(tagged[i][0]) in "GB"
    return i == 1 and tagged[0][0].folded in _OF and len(tagged) == 2


def _is_member(tagged: Tagged, i: int) -> bool:
    """Tell what stands before "in" and a team, which is off already: "Linda in payroll"."""
    return len(tagged) == 2 and i == 0 and tagged[1][0].folded == IN


def is_possessive(word: Word) -> bool:
    """Tell what a name in the possessive ends in: Maria's, Mehmet'in."""
    return word.gap == "'" and word.folded in _POSSESSIVE


_POSSESSIVE = frozenset({"s", "in", "un"})


def _is_all_owner(tagged: Tagged, i: int) -> bool:
    """Tell whether a well-known first name in an owner's place is all that a name holds beside words of the trade."""
    word = tagged[i][0]
    if len(tagged) != 2 or word.role == "phrase" or word.mask[3] == "2" or not is_owner(tagged, i):
        return False
    if _is_member(tagged, i):
        return False
    return tagged[1 - i][0].folded not in FROM | BEHIND or code(word) in "GB"
