# mypy: ignore-errors
# ruff: noqa: S311 (development only: seeded randomness, other packages, long tables)
"""Make the data files of the name model: `python -m research.pii FAKER_JS_JSON`, which `make pii-data` calls."""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

from policy.pii.lexicon import DATA

from .corpus import gather
from .lexicons import fit_ngrams, make_lexicon, ngram_data, pruned, write_lexicon, write_ngrams
from .samples import Composer
from .tagger import train

SAMPLES = 160_000


def main() -> None:
    """Run all steps."""
    started = time.monotonic()
    corpus = gather(Path(sys.argv[1]))
    known = make_lexicon(corpus)
    words, labels, weights = ngram_data(corpus, known)
    model, unseen = fit_ngrams(words, labels, weights)
    write_ngrams(model, DATA / "ngrams.bin.gz")
    known = pruned(known, unseen)
    lexicon = write_lexicon(known, DATA / "lexicon.bin.gz")
    composer = Composer(corpus, known)
    samples = [composer.positive() if i % 2 else composer.negative() for i in range(SAMPLES)]
    random.Random(3).shuffle(samples)
    train(samples, lexicon, model, unseen, DATA / "tagger.json.gz")
    print(f"made {len(lexicon.keys)} words and the models in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
