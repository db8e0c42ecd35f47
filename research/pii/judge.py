# mypy: ignore-errors
# ruff: noqa: S311 (seeded randomness)
"""Fit the judge: what the tagger marks in composed, wild and hand-labelled names, against what is meant by them.

Hand-labelled rows are seen twice, once as they are and once without the set phrases and brands that were written with
them in view, so that the weights don't rely on knowing them.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from policy.pii.persons.judge import evidence_of
from policy.pii.persons.recognizer import candidates

from .samples import Composer
from .tagger import words_of
from .wild import compose

if TYPE_CHECKING:
    from pathlib import Path

PERSONS, HARD = 0.06, 0.10
"""Shares, in the mix that confidence is calibrated for, of names of persons and of names chosen to look like them."""


def instances(text, spans, lexicon, model, unseen, tagger, rng, known=True):
    """Yield (evidence, is a person) of each candidate of a text; `spans` may be a bool for the whole text."""
    words = words_of(text, lexicon, model, unseen, rng) if known else words_of(text, lexicon, model, {}, None)
    tagged = tagger.tag(words)
    for first, last, rule in candidates(tagged):
        if isinstance(spans, bool):
            is_person = spans
        else:
            begin, end = tagged[first][0].start, tagged[last][0].end
            is_person = any(a < end and begin < b for a, b in spans)
        yield evidence_of(tagged, first, last, rule), is_person


class Fitter:
    """Collects evidence, fits weights."""

    def __init__(self) -> None:
        self.rows: list[tuple[dict, bool, float, int]] = []

    def add(self, found, weight: float, group: int = -1) -> None:
        """Add candidates of one name, all with a weight; `group` tells row and lexicon, for folds."""
        self.rows += [(evidence, label, weight, group) for evidence, label in found]

    def fit(self, rows, c: float = 0.3, least: int = 3):
        """Fit weights to some rows."""
        counts = Counter(name for evidence, *_ in rows for name in evidence)
        names = sorted(name for name, count in counts.items() if count >= least)
        index = {name: i for i, name in enumerate(names)}
        x = self.matrix(rows, index)
        y = np.array([label for _, label, *_ in rows])
        w = np.array([weight for *_, weight, _ in rows])
        model = LogisticRegression(C=c, max_iter=3000, tol=1e-4).fit(x, y, sample_weight=w / w.mean())
        return index, model

    @staticmethod
    def matrix(rows, index):
        """Lay evidence out as a matrix."""
        indptr, indices, data = [0], [], []
        for evidence, *_ in rows:
            for name, value in evidence.items():
                if name in index:
                    indices.append(index[name])
                    data.append(value)
            indptr.append(len(indices))
        return csr_matrix((data, indices, indptr), shape=(len(rows), len(index)))


def collect(
    corpus, known, unseen, lexicons, model, tagger, rows, wild_count=24_000, composed=24_000
) -> Fitter:
    """Collect evidence from composed, wild and hand-labelled names.

    Args:
        corpus: words and names.
        known: the lexicon that the composer looks words up in.
        unseen: n-gram scores by models that have not seen the word.
        lexicons: the lexicon that is shipped, and one without brands written by hand.
        model: n-gram model.
        tagger: the trained tagger.
        rows: hand-labelled names.
        wild_count: number of wild names.
        composed: number of composed names, half of them with a person.
    """
    rng = random.Random(17)
    fitter = Fitter()
    composer = Composer(corpus, known, seed=23)
    negatives = [row for row in rows if not row.kinds]
    persons = [row for row in rows if "person" in row.kinds]
    easy = 1 - PERSONS - HARD
    for _ in range(wild_count):
        _, text = compose(corpus.wild, composer.rng)
        fitter.add(instances(text, [], lexicons[0], model, unseen, tagger, rng), easy / wild_count)
    for i in range(composed):
        if i % 2:
            sample, mass = composer.positive(), PERSONS
        else:
            sample, mass = composer.special(), HARD
        found = instances(sample.text, sample.spans, lexicons[0], model, unseen, tagger, rng)
        fitter.add(found, mass * 0.4 / (composed / 2))
    for group, row in enumerate(rows):
        mass = PERSONS / len(persons) if "person" in row.kinds else HARD / len(negatives)
        if row.kinds and "person" not in row.kinds:
            continue
        for variant, lexicon in enumerate(lexicons):
            found = instances(
                row.text, "person" in row.kinds, lexicon, model, unseen, tagger, rng, known=False
            )
            fitter.add(found, mass * 0.6 / len(lexicons), group * len(lexicons) + variant)
    return fitter


def write_judge(index, model, sources, path: Path) -> None:
    """Write the weights."""
    weights = {name: round(float(model.coef_[0][i]), 3) for name, i in index.items()}
    document = {
        "about": "Weights of the judge of persons; see policy/pii/persons/judge.py. Made by research/pii; do not edit.",
        "sources": sources,
        "bias": round(float(model.intercept_[0]), 3),
        "weights": {name: weight for name, weight in weights.items() if abs(weight) >= 0.01},
    }
    path.write_text(json.dumps(document, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
