"""The lexicon: what is known of a word, from `data/lexicon.bin.gz`; no judgement of a text.

A word has a level, 0 to 2, in each of four classes: given name, surname, everyday word, place; and may be a brand or
code name. 2 means well attested. Set phrases of two to four words stand beside the words. All are kept as 32-bit
fingerprints in order, in the file by what each adds to the one before it, so that some 500,000 of them take two bytes
each and are at hand in less than a tenth of a second; a word that is not in the lexicon is taken for one that is in 1
of 8,000 cases. The file's first lines tell where its words come from and under which licences; `research/pii` makes it.
"""

from __future__ import annotations

import gzip
import sys
from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path
from zlib import crc32

DATA = Path(__file__).resolve().parent / "data"

NO_MASK = "00000"
"""The mask of a word that is not in the lexicon."""

LONGEST_UNSPACED = 8
"""Characters of the longest word that is looked for in a script without blanks."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Masks by fingerprint, and roles by folded word.

    Attributes:
        keys: fingerprints in order.
        values: for each, the index of its mask.
        labels: the masks: five digits, the levels as given name, surname, word, place and brand.
        roles: what a word of a service name is: `head` (desk), `env` (uat), `owner`, `cue`, `title`, ….
        trade: words that stand around a name and say nothing of whose it is: environments, channels, products, teams.
    """

    keys: array[int]
    values: bytes
    labels: tuple[str, ...]
    roles: Mapping[str, str]
    trade: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, masks: Mapping[str, str], roles: Mapping[str, str], trade: frozenset[str] = frozenset()
    ) -> Lexicon:
        """Build a lexicon from masks by word."""
        labels = tuple(sorted(set(masks.values())))
        index = {label: i for i, label in enumerate(labels)}
        pairs = sorted({_fingerprint(word): index[mask] for word, mask in masks.items()}.items())
        return cls(
            array("I", [key for key, _ in pairs]),
            bytes(value for _, value in pairs),
            labels,
            dict(roles),
            trade,
        )

    def mask(self, word: str) -> str:
        """Answer with the mask of a folded word."""
        key = _fingerprint(word)
        i = bisect_left(self.keys, key)
        return self.labels[self.values[i]] if i < len(self.keys) and self.keys[i] == key else NO_MASK

    def knows(self, word: str) -> bool:
        """Tell whether a folded word has a mask or a role, or is one of the trade."""
        return word in self.roles or word in self.trade or self.mask(word) is not NO_MASK


def _fingerprint(word: str) -> int:
    return crc32(word.encode("utf-8", "surrogatepass"))


def read_lexicon(path: Path) -> Lexicon:
    """Read a lexicon file: comments, a line of masks, lines `role<TAB>word word …`, a count, the bytes.

    The words of the trade stand among the roles, under `trade`. The bytes are the steps between fingerprints, first the
    lowest byte of each, then the next, and after them the index of each mask.
    """
    with gzip.open(path, "rb") as file:
        lines = iter(file.readline, b"")
        line = next(line for line in lines if not line.startswith(b"#"))
        labels = tuple(line.decode().split())
        roles: dict[str, str] = {}
        trade: frozenset[str] = frozenset()
        for line in lines:
            role, tab, words = line.decode().rstrip("\n").partition("\t")
            if not tab:
                count = int(role)
                break
            if role == "trade":
                trade = frozenset(words.split(" "))
            else:
                roles.update(dict.fromkeys(words.split(" "), role))
        keys = array("I", accumulate(_steps(file.read(4 * count), count)))
        return Lexicon(keys, file.read(count), labels, roles, trade)


def write_keys(keys: Sequence[int]) -> bytes:
    """Write fingerprints in order by the steps between them, as `read_lexicon` reads them."""
    steps = [key - before for before, key in pairwise([0, *keys])]
    return b"".join(bytes(step >> shift & 0xFF for step in steps) for shift in (0, 8, 16, 24))


def _steps(planes: bytes, count: int) -> array[int]:
    mixed = bytearray(4 * count)
    for i in range(4):
        mixed[i if sys.byteorder == "little" else 3 - i :: 4] = planes[i * count : (i + 1) * count]
    steps = array("I")
    steps.frombytes(mixed)
    return steps


@cache
def lexicon() -> Lexicon:
    """Answer with the lexicon that the pack ships, read once."""
    return read_lexicon(DATA / "lexicon.bin.gz")
