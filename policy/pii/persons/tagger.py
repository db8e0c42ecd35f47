"""Mark the words of a text that name a person: a linear-chain model over the features of its words.

Two labels, person or not; the answer is each word's marginal probability, by the forward-backward method, so that a
threshold can be set. Made by `research/pii`; measured by `make eval-pii`.
"""

from __future__ import annotations

import gzip
import json
import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ..lexicon import DATA, Lexicon
from ..ngrams import shipped_level
from .features import Word, features, gap_kind, inner_of, pieces, with_phrases
from .trade import ROLE, core

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..normalise import Text
    from .features import Tagged


@dataclass(frozen=True, slots=True)
class Tagger:
    """Weights of features for the label "person", and of transitions between labels.

    Attributes:
        weights: log odds by feature.
        stay_out: weight of two words outside, one after the other.
        enter: weight of a person beginning.
        leave: weight of a person ending.
        stay_in: weight of a person going on.
    """

    weights: dict[str, float]
    stay_out: float
    enter: float
    leave: float
    stay_in: float

    def tag(self, words: Sequence[Word]) -> Tagged:
        """Answer with words and their probabilities: 0 for what stands for words of the trade."""
        return [
            (word, 0.0 if word.role == ROLE else p)
            for word, p in zip(words, self.probabilities(words), strict=True)
        ]

    def probabilities(self, words: Sequence[Word]) -> list[float]:
        """Answer with the probability of each word to be part of a person's name."""
        if not words:
            return []
        weight = self.weights.get
        scores = [sum(weight(f, 0.0) for f in features(words, i)) for i in range(len(words))]
        forward = [(0.0, scores[0])]
        for score in scores[1:]:
            out, inside = forward[-1]
            forward.append(
                (
                    _add(out + self.stay_out, inside + self.leave),
                    score + _add(out + self.enter, inside + self.stay_in),
                )
            )
        backward = [(0.0, 0.0)]
        for score in reversed(scores[1:]):
            out, inside = backward[-1]
            backward.append(
                (
                    _add(self.stay_out + out, self.enter + score + inside),
                    _add(self.leave + out, self.stay_in + score + inside),
                )
            )
        backward.reverse()
        return [_logistic(f[1] + b[1] - f[0] - b[0]) for f, b in zip(forward, backward, strict=True)]


def words_of(text: Text, known: Lexicon) -> list[Word]:
    """Build the words that the tagger looks at: those of the trade are taken off."""
    made: list[Word] = []
    last = 0
    for token, folded, start, end in pieces(text, known):
        mask = known.mask(folded)
        is_word = len(folded) > 1 and token.shape != "digits"
        made.append(
            Word(
                folded=folded,
                start=start,
                end=end,
                shape=token.shape,
                script=token.script,
                gap=gap_kind(text.norm[last:start]) if start else "^",
                mask=mask,
                bin=shipped_level(folded) if is_word else "",
                role=known.roles.get(folded, ""),
                inner=inner_of(folded, token.script, mask, known, shipped_level) if is_word else "",
            )
        )
        last = end
    return with_phrases(core(made, known), known)


def read_tagger(path: Path) -> Tagger:
    """Read a weights file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        document = json.load(file)
    t = document["transitions"]
    return Tagger(document["weights"], t.get("OO", 0.0), t.get("OP", 0.0), t.get("PO", 0.0), t.get("PP", 0.0))


@cache
def tagger() -> Tagger:
    """Answer with the tagger that the pack ships, read once."""
    return read_tagger(DATA / "tagger.json.gz")


def _add(a: float, b: float) -> float:
    high, low = (a, b) if a > b else (b, a)
    return high + math.log1p(math.exp(low - high))


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
