"""How much a word looks like a person's name, from its letters: a logistic model of hashed character n-grams.

It knows words that no lexicon has: names of cultures it was trained on have letters in common. The weights lie in
`data/ngrams.bin.gz`, one signed byte per bucket; `research/pii` makes it.
"""

from __future__ import annotations

import gzip
import math
from array import array
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from zlib import crc32

from .lexicon import DATA

if TYPE_CHECKING:
    from pathlib import Path

BUCKETS = 1 << 18
SHORTEST, LONGEST = 2, 5
MAX_WORD = 24
BINS = (-4.0, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 4.0)


def buckets(word: str, count: int = BUCKETS) -> list[int]:
    """List the buckets of a folded word's n-grams, each once; `count` is a power of two."""
    marked = f"^{word[:MAX_WORD]}$".encode("utf-16-be")
    width = 2
    grams = {
        crc32(marked[i : i + n * width]) & (count - 1)
        for n in range(SHORTEST, LONGEST + 1)
        for i in range(0, len(marked) - n * width + 1, width)
    }
    grams.add(crc32(marked) & (count - 1))
    return sorted(grams)


@dataclass(frozen=True, slots=True)
class NgramModel:
    """Weights by bucket.

    Attributes:
        weights: one signed byte a bucket.
        scale: what one unit of a weight is worth, in log odds.
        bias: log odds of a word without n-grams.
    """

    weights: array[int]
    scale: float
    bias: float

    def score(self, word: str) -> float:
        """Answer with the log odds that a folded word is part of a person's name."""
        grams = buckets(word, len(self.weights))
        total: int = sum(map(self.weights.__getitem__, grams))
        return self.bias + self.scale * total / max(1.0, math.sqrt(len(grams)))


def level(score: float) -> str:
    """Name the bin of a score: "0" (no name at all) to "8"."""
    return str(sum(score > limit for limit in BINS))


def read_ngrams(path: Path) -> NgramModel:
    """Read a weights file: a line with scale and bias, then the bytes."""
    with gzip.open(path, "rb") as file:
        while (line := file.readline()).startswith(b"#"):
            pass
        scale, bias = map(float, line.split())
        return NgramModel(array("b", file.read()), scale, bias)


@cache
def ngrams() -> NgramModel:
    """Answer with the model that the pack ships, read once."""
    return read_ngrams(DATA / "ngrams.bin.gz")


@lru_cache(maxsize=4096)
def shipped_level(word: str) -> str:
    """Answer with the bin of a folded word in the shipped model."""
    return level(ngrams().score(word))
