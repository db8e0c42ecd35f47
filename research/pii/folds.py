# mypy: ignore-errors
# ruff: noqa: T201 (a table for the terminal)
"""Set the thresholds without flattery: judge each fifth of the development set by weights made without that fifth.

    .cache/research/venv/bin/python -m research.pii.folds .cache/research

reads what `make pii-data` has left in the folder, and prints precision and recall for persons by confidence, once as
the detector is and once without the set phrases and brands that were listed by hand, and what of wild names is found.
"""

from __future__ import annotations

import argparse
import pickle
import random
from pathlib import Path

from policy.pii.lexicon import DATA, Lexicon, read_lexicon
from policy.pii.normalise import read
from policy.pii.persons.judge import Judge
from policy.pii.persons.recognizer import PersonRecognizer

from .judge import Fitter
from .rows import FOLDER, read_rows
from .wild import ENVIRONMENTS, read_apart, wild

FOLDS = 5
LEVELS = (0.05, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.5, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97)
VARIANTS = 2
"""Groups of evidence a row has: judged with all brands, and without those listed by hand."""


def certainty(recognizer: PersonRecognizer, text: str) -> float:
    """Answer with the highest confidence in a person."""
    return max((f.confidence for f in recognizer.find(read(text))), default=0.0)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--errors", action="store_true", help="list the rows that go wrong at 0.1")
    parser.add_argument("--wild", type=int, default=4000, metavar="N", help="wild names to compose")
    options = parser.parse_args()
    evidence = pickle.loads((options.folder / "evidence.pickle").read_bytes())  # noqa: S301
    *_, plain, _ = pickle.loads((options.folder / "words.pickle").read_bytes())  # noqa: S301
    lexicons = (
        read_lexicon(DATA / "lexicon.bin.gz"),
        Lexicon.of(plain.masks, plain.roles, plain.trade),
    )
    rows = read_rows(FOLDER / "development.jsonl")
    folds = list(range(len(rows)))
    found = [[0.0] * len(rows) for _ in lexicons]
    judges = []
    for fold in range(FOLDS):
        kept = [row for row in evidence if row[3] < 0 or (row[3] // VARIANTS) % FOLDS != fold]
        index, model = Fitter().fit(kept)
        weights = Judge(
            {name: float(model.coef_[0][i]) for name, i in index.items()}, float(model.intercept_[0])
        )
        judges.append(weights)
        for variant, known in enumerate(lexicons):
            recognizer = PersonRecognizer(weights, known)
            for i in folds[fold::FOLDS]:
                found[variant][i] = certainty(recognizer, rows[i].text)
    persons = [i for i, row in enumerate(rows) if "person" in row.kinds]
    others = [i for i, row in enumerate(rows) if not row.kinds]
    names = [text for _, text in wild(options.wild)]
    rng = random.Random(1)  # noqa: S311
    apart = read_apart()
    pairs = [
        f"{rng.choice(apart)}-{rng.choice(apart)}-{rng.choice(ENVIRONMENTS)}" for _ in range(options.wild)
    ]
    recognizer = PersonRecognizer(judges[0])
    beside = [[certainty(recognizer, text) for text in texts] for texts in (names, pairs)]
    print("confidence  precision  without brands  recall  wild   <word>-<word>-<environment>")
    for level in LEVELS:
        recall = sum(found[0][i] >= level for i in persons) / len(persons)
        precisions = []
        for variant in found:
            hits = sum(variant[i] >= level for i in persons)
            alarms = sum(variant[i] >= level for i in others)
            precisions.append(hits / (hits + alarms))
        shares = [sum(c >= level for c in each) / len(each) for each in beside]
        print(
            f"{level:.2f}        {precisions[0]:.3f}      {precisions[1]:.3f}           {recall:.3f}   "
            f"{shares[0]:.2%}  {shares[1]:.2%}"
        )
    if options.errors:
        for i in persons:
            if found[0][i] < 0.1:
                print("missed", rows[i].region, rows[i].text)
        for i in others:
            if found[0][i] >= 0.93:
                print(f"stopped {found[0][i]:.2f}", rows[i].region, rows[i].text)


if __name__ == "__main__":
    main()
