"""Weigh what the tagger has marked: how certain it is that a person is named.

The tagger looks at words; this looks at the whole name that was marked: which senses its words have, what makes it a
person's (a title, a possessive, "sandbox of"), and what else stands there. The answer is a calibrated probability: of
names judged at 0.9, nine in ten name a person, in a mix where persons are a few percent. Made by `research/pii`.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ..lexicon import DATA
from .trade import ROLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from .features import Word

_SURE = 0.9995
_GROUPS = {
    "latin": "l",
    "cyrillic": "c",
    "greek": "c",
    "han": "h",
    "hiragana": "h",
    "katakana": "h",
    "hangul": "k",
}
_CLOSED = frozenset({"institution", "company", "business", "street", "saint", "month"})


@dataclass(frozen=True, slots=True)
class Judge:
    """Weights of evidence.

    Attributes:
        weights: log odds by evidence.
        bias: log odds without any.
    """

    weights: Mapping[str, float]
    bias: float

    def confidence(self, evidence: Mapping[str, float]) -> float:
        """Answer with the probability that a person is named."""
        score = self.bias + sum(self.weights.get(name, 0.0) * value for name, value in evidence.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


def read_judge(path: Path) -> Judge:
    """Read a weights file."""
    document = json.loads(path.read_text(encoding="utf-8"))
    return Judge(document["weights"], document["bias"])


@cache
def judge() -> Judge:
    """Answer with the judge that the pack ships, read once."""
    return read_judge(DATA / "judge.json")


def evidence_of(tagged: Sequence[tuple[Word, float]], first: int, last: int, rule: str) -> dict[str, float]:
    """List what speaks for and against a person in the words `first` to `last`, found by `rule`."""
    words = [word for word, _ in tagged[first : last + 1]]
    logits = [_logit(p) for _, p in tagged[first : last + 1]]
    codes = [code(word) for word in words]
    pattern = "".join(sorted(codes[:4], key=_order) if len(codes) > 2 else codes[:4])
    others = [word for word, _ in (*tagged[:first], *tagged[last + 1 :]) if word.role != ROLE]
    group = _GROUPS.get(words[0].script or words[-1].script, "o")
    shape = words[-1].shape
    found = {
        "max": max(logits),
        "min": min(logits),
        f"max {rule}": max(logits),
        f"rule {rule}": 1.0,
        f"rule {rule} {group}": 1.0,
        f"group {group}": 1.0,
        f"words {min(len(words), 4)} {group}": 1.0,
        f"pattern {pattern}": 1.0,
        f"rule {rule} {pattern}": 1.0,
        f"shape {shape} {min(len(words), 2)}": 1.0,
        f"others {min(len(others), 3)}": 1.0,
        f"others {min(len(others), 3)} {rule}": 1.0,
        f"ends {codes[0]}{codes[-1]} {rule} {group}": 1.0,
        f"ends {codes[0]}{codes[-1]} {shape}": 1.0,
        f"ends {codes[0]}{codes[-1]} {min(len(others), 1)}": 1.0,
    }
    if len(words) > 1:
        full = full_name(words)
        found[f"full {full} {min(len(others), 1)}"] = 1.0
        found[f"full {full} {shape} {rule}"] = 1.0
    for index in {0, len(words) - 1}:
        word = words[index]
        place = "single" if len(words) == 1 else "first" if index == 0 else "last"
        found[f"{place} {word.mask}"] = 1.0
        found[f"{place} {word.bin}"] = 1.0
        if word.inner:
            found[f"inner {word.inner} {word.bin}"] = 1.0
            found[f"inner {word.inner} {place}"] = 1.0
    for other in others:
        role = other.role if other.role in _CLOSED else "word" if other.mask[2] == "2" else ""
        if role:
            found[f"beside {role}"] = 1.0
    if first > 0:
        found[f"before {tagged[first - 1][0].role}"] = 1.0
    if last + 1 < len(tagged):
        found[f"after {tagged[last + 1][0].role}"] = 1.0
    return found


def full_name(words: Sequence[Word]) -> str:
    """Sum up how well the best given name and the best surname beside it are known, and whether they say more.

    Two digits, the levels; then `+` for a given name that is no everyday word, place or brand.
    """
    given, i = max((word.mask[0], -i) for i, word in enumerate(words))
    surname = max((word.mask[1] for j, word in enumerate(words) if j != -i), default="0")
    _, _, everyday, place, brand = tuple(words[-i].mask)
    return f"{given}{surname}" + ("+" if everyday < "2" and place < "2" and brand == "0" else "")


def code(word: Word) -> str:
    """Sum up what is known of a word in a letter.

    T title, i initial, G given name alone, g given name and something else, S and s the same for surnames, B and b for
    both, w word, p place, c brand, u unknown, x made of name parts.
    """
    if word.role == "title":
        return "T"
    if len(word.folded) == 1 and word.script == "latin":
        return "i"
    given, surname, everyday, place, brand = tuple(word.mask)
    is_other = everyday == "2" or place == "2" or brand != "0" or bool(word.role)
    if place == "1" and "2" not in (given, surname):
        is_other = True
    if given != "0" and surname != "0":
        return "b" if is_other else "B"
    if given != "0":
        return "g" if is_other else "G"
    if surname != "0":
        return "s" if is_other else "S"
    if word.inner:
        return "x"
    if everyday != "0":
        return "w"
    return "p" if place != "0" else "c" if brand != "0" else "u"


def _order(letter: str) -> str:
    return letter.swapcase()


def _logit(p: float) -> float:
    p = min(_SURE, max(1 - _SURE, p))
    return math.log(p / (1 - p))
