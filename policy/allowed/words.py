"""What a word beside a reviewed one is: a word of the trade, or perhaps part of a person's name."""

from __future__ import annotations

from ..pii.lexicon import lexicon

_TRADE = frozenset(
    {"env", "ops", "head", "owner", "adjective", "department", "tech", "business", "institution", "company"}
)
_PERSONAL = frozenset({"title", "suffix"})
_GIVEN, _SURNAME, _WORD, _PLACE = range(4)


def is_name(word: str) -> bool:
    """Tell whether a folded word is known as a given name or surname."""
    mask = lexicon().mask(word)
    return mask[_GIVEN] != "0" or mask[_SURNAME] != "0"


def is_of_the_trade(word: str) -> bool:
    """Tell whether a folded word is sure to be no part of a person's name: `prod`, `desk`, `orders`, `42`.

    A word that no list knows may be a rare surname, and counts as such.
    """
    if word.isdigit():
        return True
    mask, role = lexicon().mask(word), lexicon().roles.get(word, "")
    if role in _PERSONAL:
        return False
    if role == "env":
        return True
    if "2" in (mask[_GIVEN], mask[_SURNAME]):
        return False
    return role in _TRADE or (not is_name(word) and "2" in (mask[_WORD], mask[_PLACE]))


def makes_a_person(word: str, *, beside_a_name: bool) -> bool:
    """Tell whether a folded word makes the one beside it a person: a title; an initial or the `s` of a possessive.

    Args:
        word: the folded word.
        beside_a_name: whether it stands beside a word that is known as a name.
    """
    if lexicon().roles.get(word, "") in _PERSONAL and not (len(word) == 1 and word.isascii()):
        return True
    return beside_a_name and len(word) == 1 and word.isalpha() and word.isascii()
