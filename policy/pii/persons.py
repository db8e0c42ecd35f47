"""Names of people: what the tagger marks, told apart by the cues that lie beside it.

A title, an honorific or initials leave little doubt; otherwise the words alone decide, and what falls short of the
threshold is an advice. The thresholds were set on the development set (see docs/policy.md).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .base import Finding, Kind, Tier
from .lexicon import lexicon
from .tagger import tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .features import Word
    from .normalise import Text

THRESHOLD = 0.6
"""Probability from which a word names a person."""
CUE_THRESHOLD = 0.45
"""The same beside a title or initials."""
HINT_THRESHOLD = 0.3
"""Probability from which a name is worth a second look."""

_IDENTIFIER = re.compile(
    r"(?i)(?<![^\W_])(?:[a-z]{2}[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[a-f:]*\d)[0-9a-f]{1,4}(?:::?[0-9a-f]{1,4}){1,7}|(?=[a-f]*\d)[0-9a-f]{7,64})(?![^\W_])"
)
"""SIDs, UUIDs, IPv6 addresses and hashes: their letters are no words."""


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
        for first, last in _stretches([p for _, p in tagged]):
            words = [word for word, _ in tagged[first : last + 1]]
            if all(
                word.shape == "digits" or (len(word.folded) == 1 and word.script == "latin") for word in words
            ):
                continue  # letters and numbers alone name no one
            if any(a < words[-1].end and words[0].start < b for a, b in identifiers):
                continue
            certainty = max(p for _, p in tagged[first : last + 1])
            rule, is_cue = _rule(
                words,
                tagged[first - 1][0] if first else None,
                tagged[last + 1][0] if last + 1 < len(tagged) else None,
            )
            tier: Tier = "advise"
            alone = all(word.shape == "digits" for word, _ in tagged if word is not words[0])
            if rule == "person-single-name" and alone and not _is_known_name(words[0]):
                certainty = min(certainty, THRESHOLD - 0.001)
            if certainty >= (CUE_THRESHOLD if is_cue else THRESHOLD):
                tier = "stop"
            start, end = text.span(words[0].start, words[-1].end)
            found.append(Finding(self.kind, tier, rule, start, end, round(certainty, 3)))
        return found


def _stretches(probabilities: Sequence[float]) -> list[tuple[int, int]]:
    """List the runs of words (first, last) that are at least a hint."""
    runs: list[tuple[int, int]] = []
    for i, probability in enumerate(probabilities):
        if probability < HINT_THRESHOLD:
            continue
        if runs and runs[-1][1] == i - 1:
            runs[-1] = (runs[-1][0], i)
        else:
            runs.append((i, i))
    return runs


def _is_known_name(word: Word) -> bool:
    """Tell whether the lexicon has a word as a name: alone (`acme-01`), an invented word is none."""
    mask = lexicon().mask(word.folded)
    return word.script != "latin" or mask[0] != "0" or mask[1] != "0"


def _rule(words: Sequence[Word], before: Word | None, after: Word | None) -> tuple[str, bool]:
    """Name the evidence, and tell whether it is a cue."""
    if words[0].role == "title" or (before is not None and before.role == "title"):
        return "person-title", True
    if words[-1].role == "suffix" or (
        after is not None and after.role == "suffix" and not after.folded.isascii()
    ):
        return "person-honorific", True
    if len(words) > 1 and any(len(w.folded) == 1 and w.shape == "Initial" for w in words):
        return "person-initials", True
    if after is not None and after.folded == "s" and after.gap == "'":
        return "person-possessive", False
    if len(words) == 1 and words[0].inner in {"is", "gs"}:
        return "person-user-name", False
    return ("person-name", False) if len(words) > 1 else ("person-single-name", False)
