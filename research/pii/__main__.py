# mypy: ignore-errors
# ruff: noqa: S311, S301 (development only: seeded randomness, a cache of its own making)
"""Make the data files of the name model: `python -m research.pii FOLDER`, which `make pii-data` calls.

Steps: words (lexicon and n-grams), tagger, judge. `--from STEP` goes on from what an earlier run has left in FOLDER.
"""

from __future__ import annotations

import argparse
import pickle
import random
import time
from dataclasses import replace
from pathlib import Path

from policy.pii.lexicon import DATA, Lexicon, read_lexicon
from policy.pii.ngrams import read_ngrams
from policy.pii.persons.tagger import read_tagger

from .corpus import SOURCES, aside, gather
from .judge import collect, write_judge
from .lexicons import fit_ngrams, make_lexicon, ngram_data, pruned, write_lexicon, write_ngrams
from .rows import FOLDER, read_rows
from .samples import Composer
from .tagger import train
from .wild import write_pools

SAMPLES = 160_000
STEPS = ("words", "tagger", "judge")


def make_words(folder: Path) -> tuple:
    """Make lexicon and n-gram model; answer with what the next steps need."""
    corpus = gather(folder)
    write_pools(aside(folder))
    known = make_lexicon(corpus)
    words, labels, weights = ngram_data(corpus, known)
    model, unseen = fit_ngrams(words, labels, weights)
    write_ngrams(model, DATA / "ngrams.bin.gz")
    known = pruned(known, unseen)
    write_lexicon(known, DATA / "lexicon.bin.gz")
    plain = pruned(make_lexicon(replace(corpus, brands=[])), unseen)
    made = (corpus, known, plain, unseen)
    (folder / "words.pickle").write_bytes(pickle.dumps(made))
    return made


def main() -> None:
    """Run the steps."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--from", dest="step", choices=STEPS, default="words")
    options = parser.parse_args()
    started = time.monotonic()
    if options.step == "words":
        made = make_words(options.folder)
    else:
        made = pickle.loads((options.folder / "words.pickle").read_bytes())
    corpus, known, plain, unseen = made
    lexicon, model = read_lexicon(DATA / "lexicon.bin.gz"), read_ngrams(DATA / "ngrams.bin.gz")
    if options.step != "judge":
        composer = Composer(corpus, known)
        samples = [composer.positive() if i % 2 else composer.negative() for i in range(SAMPLES)]
        random.Random(3).shuffle(samples)
        train(samples, lexicon, model, unseen, DATA / "tagger.json.gz")
    tagger = read_tagger(DATA / "tagger.json.gz")
    rows = read_rows(FOLDER / "development.jsonl")
    lexicons = (lexicon, Lexicon.of(plain.masks, plain.roles, plain.trade))
    fitter = collect(corpus, known, unseen, lexicons, model, tagger, rows)
    (options.folder / "evidence.pickle").write_bytes(pickle.dumps(fitter.rows))
    write_judge(*fitter.fit(fitter.rows), SOURCES, DATA / "judge.json")
    print(f"made {len(lexicon.keys)} words and the models in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
