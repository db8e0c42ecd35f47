"""Names of people by cues that leave little doubt: titles and honorifics.

Words that look like a title but name a brand, a place or a system ("Dr. Pepper", "St. Jude", "DR failover") are told
apart by what follows. Names without a cue are weighed by the name model (`names`).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from .base import Finding, Kind

if TYPE_CHECKING:
    from .normalise import Text, Token

_TITLES = frozenset(("mr", "mrs", "ms", "miss", "mister", "dr", "prof", "professor"))


class PersonRecognizer:
    """Find names of people."""

    kind: Kind = "person"

    def find(self, text: Text) -> list[Finding]:
        """Answer with the people named in `text`."""
        found: list[Finding] = []
        tokens = text.tokens
        for title, word in pairwise(tokens):
            if title.folded in _TITLES and title.shape != "UPPER" and _may_be_name(word):
                start, end = text.span(title.start, word.end)
                found.append(Finding(self.kind, "cue", "person-title", start, end, 0.95))
        return found


def _may_be_name(token: Token) -> bool:
    return token.shape in {"Title", "other", "Mixed"} and len(token.text) > 1
