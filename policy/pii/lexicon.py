"""The lexicon: what is known of a word, from `data/lexicon.txt.gz`; no judgement of a text.

A word has a level, 0 to 2, in each of four classes: given name, surname, everyday word, place; and may be a brand or code
name. 2 means well attested. The file's first lines tell where its words come from and under which licences;
`policy/training` makes it.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"

CLASSES = "GSWPB"
"""Given name, surname, word, place, brand: the order in a mask."""

NO_MASK = "00000"
"""The mask of a word that is not in the lexicon."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Masks and roles by folded word.

    Attributes:
        masks: five digits a word, its level in each of `CLASSES`.
        roles: what a word of a service name is: `head` (desk), `env` (uat), `owner`, `cue`, `title`, ….
        longest: characters of the longest word in a script that is written without blanks.
    """

    masks: dict[str, str]
    roles: dict[str, str]
    longest: int = 8

    def mask(self, word: str) -> str:
        """Answer with the mask of a folded word."""
        return self.masks.get(word, NO_MASK)


def read_lexicon(path: Path) -> Lexicon:
    """Read a lexicon file: `mask<TAB>word word …` and `role<TAB>word word …` lines after the comments."""
    masks: dict[str, str] = {}
    roles: dict[str, str] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("#"):
                continue
            label, _, words = line.rstrip("\n").partition("\t")
            if label.isdigit():
                masks.update(dict.fromkeys(words.split(" "), label))
            else:
                roles.update(dict.fromkeys(words.split(" "), label))
    return Lexicon(masks, roles)


@cache
def lexicon() -> Lexicon:
    """Answer with the lexicon that the pack ships, read once."""
    return read_lexicon(DATA / "lexicon.txt.gz")
