"""Names of people: what the tagger marks, weighed by what is known of it and by what makes it a person's.

What stops is nearly certain, what advises is worth a look. A word that no list has is never a person by itself, and a
first name alone only with what makes it one: a title, a possessive, "sandbox of". The thresholds are set by the
figures in docs/policy.md.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .base import Finding, Kind, Tier
from .judge import code, evidence_of, full_name, judge
from .tagger import tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .features import Word
    from .normalise import Text

STOP = 0.93
"""Confidence from which a person stops an update."""
ADVISE, ADVISE_ON_LETTERS = 0.1, 0.2
"""Confidence from which a name is worth a second look; initials and user names need more: products have them too."""
OWNER = 0.95
"""Confidence in a first name that a possessive or "sandbox of" makes a person's, where nothing else is said."""
FULL_NAME = 0.3
"""Confidence, at least, in a first name that is nothing else and a surname where nothing else is said: Megan Fox."""
MARKED = 0.15
"""Probability from which the tagger's word is looked at."""
TRIM = 0.4
"""Share of the best word's probability below which a name's outer words are left out."""

_IDENTIFIER = re.compile(
    r"(?i)(?<![^\W_])(?:[a-z]{2}[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[a-f:]*\d)[0-9a-f]{1,4}(?:::?[0-9a-f]{1,4}){1,7}|(?=[a-f]*\d)[0-9a-f]{7,64})(?![^\W_])"
)
"""SIDs, UUIDs, IPv6 addresses and hashes: their letters are no words."""

Tagged = list[tuple["Word", float]]


class PersonRecognizer:
    """Find names of people."""

    kind: Kind = "person"

    def find(self, text: Text) -> list[Finding]:
        """Answer with the people named in `text`."""
        if not any(token.script for token in text.tokens):
            return []
        tagged = tag(text)
        identifiers = [match.span() for match in _IDENTIFIER.finditer(text.norm)]
        found: list[Finding] = []
        for first, last, rule in candidates(tagged):
            begin, end = tagged[first][0].start, tagged[last][0].end
            if any(a < end and begin < b for a, b in identifiers):
                continue
            confidence = judge().confidence(evidence_of(tagged, first, last, rule))
            if first == last and _is_all_owner(tagged, first):
                confidence = max(confidence, OWNER)
            if len(tagged) == last - first + 1 == 2 and full_name([w for w, _ in tagged]) == "22+":
                confidence = max(confidence, FULL_NAME)
            if confidence < (ADVISE_ON_LETTERS if rule in _LETTERS else ADVISE):
                continue
            tier: Tier = "stop" if confidence >= STOP else "advise"
            found.append(Finding(self.kind, tier, rule, *text.span(begin, end), round(confidence, 3)))
        return found


def candidates(tagged: Tagged) -> Iterator[tuple[int, int, str]]:
    """Yield what may be a person: first word, last word, rule."""
    stretches = list(_stretches([p for _, p in tagged]))
    marked = {i for first, last in stretches for i in range(first, last + 1)}
    stretches += [(i, i) for i in range(len(tagged)) if i not in marked and _is_owner(tagged, i)]
    for first, last in stretches:
        words = [word for word, _ in tagged[first : last + 1]]
        if all(len(word.folded) == 1 and word.script == "latin" for word in words):
            continue  # letters alone name no one
        rule = rule_of(
            words,
            tagged[first - 1][0] if first else None,
            tagged[last + 1][0] if last + 1 < len(tagged) else None,
        )
        if rule == "person-single-name":
            continue
        yield first, last, rule


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


def _is_owner(tagged: Tagged, i: int) -> bool:
    """Tell whether a well-known first name stands where an owner stands, however else the word may be meant."""
    if tagged[i][0].mask[0] != "2":
        return False
    after = tagged[i + 1][0] if i + 1 < len(tagged) else None
    if after is not None and ((after.folded == "s" and after.gap == "'") or after.folded in _FROM | _BEHIND):
        return True
    return i == 1 and tagged[0][0].folded in _OF and len(tagged) == 2


def _is_all_owner(tagged: Tagged, i: int) -> bool:
    """Tell whether a well-known first name in an owner's place is all that a name holds beside words of the trade."""
    word = tagged[i][0]
    if len(tagged) != 2 or word.role == "phrase" or word.mask[3] == "2" or not _is_owner(tagged, i):
        return False
    return tagged[1 - i][0].folded not in _FROM | _BEHIND or code(word) in "GB"


_FROM = frozenset({"from", "von", "aus"})
_LETTERS = frozenset({"person-user-name", "person-initials"})
_BEHIND = frozenset({"ji", "san", "sama", "bhai", "hanim", "bey", "nim", "ssi"})
"""Honorifics that stand behind a name, some of which are titles before others."""
_OF = frozenset({"of", "von", "de", "di", "da", "do", "van"})
_UNCASED = frozenset({"han", "hiragana", "katakana", "hangul"})


def rule_of(words: Sequence[Word], before: Word | None, after: Word | None) -> str:
    """Name the evidence: what makes the words a person's."""
    if words[0].role == "title" or (before is not None and before.role == "title"):
        return "person-title"
    if after is not None and after.folded in _BEHIND:
        return "person-honorific"
    if words[-1].role == "suffix" or (
        after is not None and after.role == "suffix" and (not after.folded.isascii() or after.gap == "_")
    ):
        return "person-honorific"
    if len(words) > 1 and any(len(w.folded) == 1 and w.shape == "Initial" for w in words):
        return "person-initials"
    if after is not None and after.folded == "s" and after.gap == "'":
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
    if after is not None and after.folded in _FROM:
        return "person-context"
    if word.script in _UNCASED:
        return "person-name"
    if word.inner:
        return "person-user-name"
    return "person-single-name"
