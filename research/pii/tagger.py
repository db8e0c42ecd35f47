# mypy: ignore-errors
# ruff: noqa: S311 (development only: seeded randomness, other packages, long tables)
"""Train the tagger: a linear-chain model over the words of composed names. Development only."""

from __future__ import annotations

import gzip
import json
import random
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pycrfsuite

from policy.pii.lexicon import NO_MASK
from policy.pii.ngrams import level
from policy.pii.normalise import read
from policy.pii.persons.features import Word, features, gap_kind, inner_of, pieces, with_phrases
from policy.pii.persons.trade import core

from .corpus import SOURCES

if TYPE_CHECKING:
    from policy.pii.lexicon import Lexicon
    from policy.pii.ngrams import NgramModel

    from .writing import Sample

HIDE_NAME, HIDE_OTHER, HIDE_PHRASE = 0.3, 0.25, 0.5
"""How often an unambiguous word is treated as unknown, so that the tagger learns to judge words no list has."""


def words_of(
    text: str, lexicon: Lexicon, model: NgramModel, unseen: dict[str, float], rng: random.Random | None
) -> list[Word]:
    """Build the tagger's words as at run time, with scores by models that have not seen the word."""
    parsed = read(text)

    def level_of(word: str) -> str:
        return level(unseen[word] if word in unseen else model.score(word))

    made = []
    last = 0
    for token, folded, start, end in pieces(parsed, lexicon):
        mask = lexicon.mask(folded)
        role = lexicon.roles.get(folded, "")
        hidden = False
        if rng is not None and not role:
            name, other = mask[:2] != "00", mask[2:] != "000"
            hidden = rng.random() < (
                HIDE_NAME if name and not other else HIDE_OTHER if other and not name else 0
            )
        seen_mask = NO_MASK if hidden else mask
        is_word = len(folded) > 1 and token.shape != "digits"
        score = unseen.get(folded) if folded in unseen else (model.score(folded) if is_word else None)
        inner = inner_of(folded, token.script, seen_mask, lexicon, level_of) if not hidden and is_word else ""
        made.append(
            Word(
                folded,
                start,
                end,
                token.shape,
                token.script,
                gap_kind(parsed.norm[last:start]) if start else "^",
                seen_mask,
                level(score) if is_word and score is not None else "",
                role,
                inner,
            )
        )
        last = end
    left = core(made, lexicon)
    return left if rng is not None and rng.random() < HIDE_PHRASE else with_phrases(left, lexicon)


def train(
    samples: list[Sample],
    lexicon: Lexicon,
    model: NgramModel,
    unseen: dict[str, float],
    path: Path,
    c2: float = 1.5,
    c1: float = 0.6,
    iterations: int = 120,
) -> None:
    """Fit the tagger and write its weights to `path`."""
    rng = random.Random(5)
    trainer = pycrfsuite.Trainer(verbose=False)
    for sample in samples:
        words = words_of(sample.text, lexicon, model, unseen, rng)
        if not words:
            continue
        labels = ["P" if any(a < w.end and w.start < b for a, b in sample.spans) else "O" for w in words]
        trainer.append([features(words, i) for i in range(len(words))], labels)
    trainer.set_params(
        {
            "c1": c1,
            "c2": c2,
            "max_iterations": iterations,
            "feature.possible_transitions": True,
            "feature.minfreq": 8,
        }
    )
    tagger = pycrfsuite.Tagger()
    with tempfile.TemporaryDirectory() as folder:
        trainer.train(f"{folder}/model")
        tagger.open(f"{folder}/model")
    info = tagger.info()
    weights: dict[str, float] = {}
    for (feature, label), weight in info.state_features.items():
        weights[feature] = weights.get(feature, 0.0) + (weight if label == "P" else -weight)
    transitions = {f"{a}{b}": round(w, 3) for (a, b), w in info.transitions.items()}
    kept = {f: round(w, 2) for f, w in sorted(weights.items()) if abs(w) >= 0.04}
    document = {
        "about": "Weights of the person tagger; see policy/pii/persons/tagger.py. Made by research/pii; do not edit.",
        "sources": SOURCES,
        "transitions": transitions,
        "weights": kept,
    }
    path.write_bytes(
        gzip.compress(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(), 9, mtime=0)
    )
