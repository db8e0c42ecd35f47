"""Take the words of the trade off a name before it is judged: what is left is the evidence, whoever stands beside it.

An environment, a channel, a product or a team beside a name says nothing of whose name it is: `jsmith`, `jsmith-dev`
and `twilio-jsmith-chat` are one question. Such words and numbers vanish at both ends; between two names they are one
boundary, however many there are and whichever.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..lexicon import NO_MASK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..lexicon import Lexicon
    from .features import Word

ROLE = "trade"
"""The role of the one word that stands for those between two names."""


def core(words: Sequence[Word], lexicon: Lexicon) -> list[Word]:
    """Answer with the words to judge."""
    kept: list[Word] = []
    boundary: Word | None = None
    for i, word in enumerate(words):
        if _is_trade(words, i, lexicon):
            boundary = boundary or word
            continue
        if not kept:
            word = replace(word, gap="^")
        elif boundary is not None:
            kept.append(_boundary(boundary))
            word = replace(word, gap=" ")
        boundary = None
        kept.append(word)
    return kept


def _boundary(word: Word) -> Word:
    return replace(
        word, folded="", shape="other", script="", gap=" ", mask=NO_MASK, bin="", role=ROLE, inner=""
    )


def _is_trade(words: Sequence[Word], i: int, lexicon: Lexicon) -> bool:
    word = words[i]
    if word.shape == "digits" or word.folded in lexicon.trade:
        return True
    return (
        (word.folded == "v" and _is_number(words, i + 1)) or _is_region(words, i) or _is_region(words, i - 1)
    )


def _is_number(words: Sequence[Word], i: int) -> bool:
    return i < len(words) and words[i].shape == "digits"


def _is_region(words: Sequence[Word], i: int) -> bool:
    """Tell whether a cloud's region begins at `i`: `eu-west-1`, `ap-southeast-2`."""
    return (
        0 <= i < len(words) - 1
        and words[i].folded in _CONTINENTS
        and words[i + 1].folded in _DIRECTIONS
        and _is_number(words, i + 2)
    )


_CONTINENTS = frozenset("af ap ca cn eu il me mx sa us".split())  # noqa: SIM905
_DIRECTIONS = frozenset("central east north northeast northwest south southeast southwest west".split())  # noqa: SIM905
