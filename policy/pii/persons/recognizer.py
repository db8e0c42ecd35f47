"""Names of people: what the tagger marks, weighed by what is known of it and by what makes it a person's.

What stops is nearly certain, what advises is worth a look. A word that no list has is never a person by itself, and a
first name alone only with what makes it one: a title, a possessive, "sandbox of". The thresholds are set by the
figures in docs/policy.md.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..base import Finding, Kind, Tier
from ..lexicon import lexicon
from .judge import code, evidence_of, judge
from .listed import BEHIND, FROM, IN, at_least, is_listed_pair, is_name, is_only_name, is_owner, is_possessive
from .readings import bare
from .tagger import tagger, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..lexicon import Lexicon
    from ..normalise import Text
    from .features import Tagged, Word
    from .judge import Judge

STOP = 0.95
"""Confidence from which a person stops an update."""
ADVISE, ADVISE_ON_LETTERS, ADVISE_ON_STRANGERS = 0.06, 0.25, 0.12
"""Confidence from which a name is worth a second look.

Initials and user names need more, for products have them too, and so do words of which no list has one as a name.
"""
MOST_HIDDEN = 0.6
"""Confidence, at most, in what is found once words around it are left out."""
MARKED = 0.15
"""Probability from which the tagger's word is looked at."""
TRIM = 0.4
"""Share of the best word's probability below which a name's outer words are left out."""

_IDENTIFIER = re.compile(
    r"(?i)(?<![^\W_])(?:[a-z]{2}[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[a-f:]*\d)[0-9a-f]{1,4}(?:::?[0-9a-f]{1,4}){1,7}|(?=[a-f]*\d)[0-9a-f]{7,64})(?![^\W_])"
)
"""SIDs, UUIDs, IPv6 addresses and hashes: their letters are no words."""


class PersonRecognizer:
    """Find names of people.

    Args:
        weights: weights of evidence; by default those that the pack ships.
        known: what is known of words; by default what the pack ships.
    """

    kind: Kind = "person"

    def __init__(self, weights: Judge | None = None, known: Lexicon | None = None) -> None:
        self._weights = weights
        self._known = known

    def find(self, text: Text) -> list[Finding]:
        """Answer with the people named in `text`."""
        if not any(token.script for token in text.tokens):
            return []
        words = words_of(text, self._known or lexicon())
        weights = self._weights or judge()
        identifiers = [match.span() for match in _IDENTIFIER.finditer(text.norm)]
        found: list[Finding] = []
        taken = identifiers
        for is_whole, read in ((True, words), (False, bare(words))):
            for begin, end, rule, confidence in _judged(tagger().tag(read), weights, is_whole=is_whole):
                if any(a < end and begin < b for a, b in taken):
                    continue
                tier: Tier = "stop" if confidence >= STOP else "advise"
                found.append(Finding(self.kind, tier, rule, *text.span(begin, end), round(confidence, 3)))
                taken = [*taken, (begin, end)]
        return found


def _judged(tagged: Tagged, weights: Judge, *, is_whole: bool) -> Iterator[tuple[int, int, str, float]]:
    """Yield the people in words: first character, one past the last, rule, confidence.

    What is found once words around it are left out must be made of names that lists have, and only advises.
    """
    for first, last, rule in candidates(tagged):
        if not is_whole and not all(is_name(word) for word, _ in tagged[first : last + 1]):
            continue
        confidence = weights.confidence(evidence_of(tagged, first, last, rule))
        confidence = max(confidence, at_least(tagged, first, last, rule))
        if confidence >= _least([word for word, _ in tagged[first : last + 1]], rule):
            yield (
                tagged[first][0].start,
                tagged[last][0].end,
                rule,
                confidence if is_whole else min(confidence, MOST_HIDDEN),
            )


def _least(words: Sequence[Word], rule: str) -> float:
    if rule in _LETTERS:
        return ADVISE_ON_LETTERS
    return ADVISE if any(is_only_name(word) for word in words) else ADVISE_ON_STRANGERS


def candidates(tagged: Tagged) -> Iterator[tuple[int, int, str]]:
    """Yield what may be a person: first word, last word, rule."""
    stretches = list(_stretches([p for _, p in tagged]))
    marked = {i for first, last in stretches for i in range(first, last + 1)}
    stretches += [(i, i) for i in range(len(tagged)) if i not in marked and is_owner(tagged, i)]
    stretches += [
        (i, i + 1)
        for i in range(len(tagged) - 1)
        if not (i in marked and i + 1 in marked) and is_listed_pair(tagged, i)
    ]
    for first, last in stretches:
        if _are_letters(tagged, first, last):
            if last + 1 == len(tagged) or code(tagged[last + 1][0]) not in "SB":
                continue  # letters alone name no one
            last += 1  # "M K Thistlewood": the letters outweighed the surname
        words = [word for word, _ in tagged[first : last + 1]]
        rule = rule_of(
            words,
            tagged[first - 1][0] if first else None,
            tagged[last + 1][0] if last + 1 < len(tagged) else None,
        )
        if rule == "person-single-name":
            continue
        yield first, last, rule


def _are_letters(tagged: Tagged, first: int, last: int) -> bool:
    return all(len(word.folded) == 1 and word.script == "latin" for word, _ in tagged[first : last + 1])


def _stretches(probabilities: Sequence[float]) -> Iterator[tuple[int, int]]:
    """Yield the runs of marked words (first, last), without outer words that are much less certain than the best."""
    i = 0
    while i < len(probabilities):
        if probabilities[i] < MARKED:
            i += 1
            continue
        first = i
        while i < len(probabilities) and probabilities[i] >= MARKED:
            i += 1
        last = i - 1
        least = TRIM * max(probabilities[first:i])
        while probabilities[first] < least:
            first += 1
        while probabilities[last] < least:
            last -= 1
        yield first, last


_LETTERS = frozenset({"person-user-name", "person-initials"})
_UNCASED = frozenset({"han", "hiragana", "katakana", "hangul"})


def rule_of(words: Sequence[Word], before: Word | None, after: Word | None) -> str:
    """Name the evidence: what makes the words a person's."""
    if words[0].role == "title" or (before is not None and before.role == "title"):
        return "person-title"
    if after is not None and after.folded in BEHIND:
        return "person-honorific"
    if words[-1].role == "suffix" or (
        after is not None and after.role == "suffix" and (not after.folded.isascii() or after.gap == "_")
    ):
        return "person-honorific"
    if len(words) > 1 and any(len(w.folded) == 1 and w.shape == "Initial" for w in words):
        return "person-initials"
    if after is not None and is_possessive(after):
        return "person-possessive"
    if len(words) > 1:
        return "person-name"
    [word] = words
    if word.inner in {"Gs", "Gn", "Gi", "Si"}:
        return "person-inflected"
    if before is not None and (
        before.role in {"cue", "before", "stop", "particle"} or (before.gap == "^" and before.role)
    ):
        return "person-context"
    if after is not None and (after.folded in FROM or (after.folded == IN and code(word) in "GB")):
        return "person-context"
    if word.script in _UNCASED:
        return "person-name"
    if word.inner:
        return "person-user-name"
    return "person-single-name"
