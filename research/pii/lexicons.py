# mypy: ignore-errors

"""Make the lexicon and the n-gram model from the corpus. Development only."""

from __future__ import annotations

import gzip
from array import array
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from policy.pii.lexicon import NO_MASK, Lexicon, write_keys
from policy.pii.ngrams import BUCKETS, NgramModel, buckets
from policy.pii.normalise import fold

from .corpus import SOURCES, Corpus, all_names
from .large import LARGE

if TYPE_CHECKING:
    from pathlib import Path

FOLDS = 3
_ROLE_ORDER = (
    "title",
    "suffix",
    "particle",
    "saint",
    "company",
    "institution",
    "street",
    "month",
    "cue",
    "contact",
    "stop",
    "business",
)
_GROUP_ROLES = {
    "env": "env",
    "ops": "ops",
    "owner": "owner",
    "cue_before": "before",
    "head": "head",
    "adjective": "adjective",
    "tech": "tech",
    "code": "code",
    "department": "head",
    "state": "state",
}


def words_of(text: str) -> list[str]:
    """Split a phrase into folded words, as the run time does but for marks of Indic scripts."""
    from policy.pii.normalise import read

    return [t.folded for t in read(text).tokens if t.shape != "digits"]


def family(culture: str) -> str:
    """Name the culture behind a source's label, so that three sources of one language count once."""
    return (
        culture.removeprefix("js-").removeprefix("mimesis-").removeprefix("own-").split("-")[0].split("_")[0]
    )


@dataclass(frozen=True)
class Words:
    """A lexicon that still knows its words."""

    masks: dict[str, str]
    roles: dict[str, str]
    trade: frozenset[str] = frozenset()

    def mask(self, word: str) -> str:
        """Answer with the mask of a folded word."""
        return self.masks.get(word, NO_MASK)


def make_lexicon(corpus: Corpus) -> Words:
    """Give every word its mask and its role."""
    level: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
    seen: dict[tuple[str, int], set[str]] = defaultdict(set)
    few: set[str] = set()
    structural = {
        fold(w) for role in ("particle", "title", "saint") for w in corpus.roles[role] if w.isascii()
    }
    for label, culture, name in all_names(corpus):
        index = 0 if label == "G" else 1
        parts = words_of(name)
        for word in parts:
            if (len(word) < 2 and ord(word[0]) < 0x2E80) or word in structural:
                continue
            level[word][index] = max(level[word][index], 1)
            if culture in LARGE:
                continue
            few.add(word)
            latin = ord(word[0]) < 0x370
            seen[word, index].add(
                family(culture) if latin else culture
            )  # other alphabets: several sources, not cultures
            if culture.startswith("own-") or (word[0] > "\u2e80" and len(word) < 3):
                level[word][index] = 2
    for (word, index), cultures in seen.items():
        if len(cultures) >= (3 if ord(word[0]) < 0x370 else 2) or (
            "census" in cultures and index == 0 and len(cultures) >= 2
        ):
            level[word][index] = 2
    for name, rank in corpus.census.items():
        if rank <= 5000:
            level[name][1] = 2
    names = set(level)
    for words, value in ((corpus.rare, 1), (corpus.common, 2)):
        for phrase in words:
            for word in words_of(phrase):
                if len(word) > 1 and (value == 2 or word in names or not word.isascii()):
                    level[word][2] = max(level[word][2], value)
    english = set(corpus.common)
    for found in corpus.interface.values():
        for phrase, count in found.items():
            for word in words_of(phrase):
                if len(word) > 1 and word not in english and (count > 1 or word in names):
                    level[word][2] = max(level[word][2], 2 if count > 4 and level[word][0] < 2 else 1)
    for language_words in corpus.foreign.values():
        for phrase in language_words:
            for word in words_of(phrase):
                level[word][2] = 2
    for place, value in corpus.places.items():
        parts = words_of(place)
        for word in parts:
            if (
                len(word) > 1
                and word not in structural
                and (place in corpus.cities or value == 2 or word in names or not word.isascii())
            ):
                level[word][3] = max(level[word][3], value if len(parts) == 1 else 1)
    for brand in corpus.brands:
        parts = words_of(brand)
        for word in parts:
            if len(word) > 1 and (len(parts) == 1 or word not in names):
                level[word][4] = 1
        if len(parts) > 1:
            level[" ".join(parts[:4])][4] = 1
    for source in ("package", "brand", "language", "coined"):
        for name in corpus.wild.get(source, ()):
            parts = words_of(name)
            if len(parts) == 1 and len(parts[0]) > 2:
                if parts[0] not in few or (source == "brand" and level[parts[0]][0] < 2):
                    level[parts[0]][4] = 1
            elif source == "brand" and 1 < len(parts) <= 4 and len(parts[0]) > 1:
                level[" ".join(parts)][4] = 1
    for place in corpus.places:
        parts = words_of(place)
        if (
            1 < len(parts) <= 4
            and (place in corpus.cities or corpus.places[place] == 2)
            and not all("2" in map_(level, w)[:2] for w in parts)
        ):
            level[" ".join(parts)][3] = 1
    for group in ("tech", "code"):
        for word in corpus.groups[group]:
            level[fold(word)][4] = 1
    roles: dict[str, str] = {}
    for group in (
        "state",
        "adjective",
        "tech",
        "code",
        "department",
        "head",
        "cue_before",
        "owner",
        "ops",
        "env",
    ):
        for word in corpus.groups[group]:
            for part in words_of(word):
                roles[part] = _GROUP_ROLES[group]
    for role in reversed(_ROLE_ORDER):
        for word in corpus.roles[role]:
            for part in words_of(word) if role != "particle" else [fold(word).strip("'")]:
                roles[part] = role
    trade = frozenset(part for word in corpus.trade for part in words_of(word) if len(part) > 1)
    return Words(
        {w: "".join(map(str, m)) for w, m in level.items() if any(m)}, roles, trade - _NOT_TRADE_ALONE
    )


_NOT_TRADE_ALONE = frozenset(
    {"in", "on", "to", "up", "off", "hand", "care", "call", "center", "light", "de", "d", "attente"}
)
"""Parts of words of the trade (`sign-in`, `hand-off`) that say something by themselves."""


def map_(level: dict[str, list[int]], word: str) -> str:
    """Write a word's levels as a mask."""
    return "".join(map(str, level[word])) if word in level else NO_MASK


def write_lexicon(words: Words, path: Path) -> Lexicon:
    """Write the lexicon with its provenance; answer with it."""
    lexicon = Lexicon.of(words.masks, words.roles, words.trade)
    by_role: dict[str, list[str]] = defaultdict(list)
    for word, role in words.roles.items():
        by_role[role].append(word)
    lines = [
        "# What is known of words; see policy/pii/lexicon.py for the form. Made by research/pii; do not edit.",
        "# Sources:",
    ]
    lines += [f"#   {s}" for s in SOURCES]
    lines += [
        " ".join(lexicon.labels),
        *(f"{role}\t{' '.join(sorted(found))}" for role, found in sorted(by_role.items())),
        f"trade\t{' '.join(sorted(words.trade))}",
        str(len(lexicon.keys)),
    ]
    body = ("\n".join(lines) + "\n").encode() + write_keys(lexicon.keys) + lexicon.values
    path.write_bytes(gzip.compress(body, 9, mtime=0))
    return lexicon


def ngram_data(corpus: Corpus, lexicon: Words, seed: int = 7) -> tuple[list[str], np.ndarray, np.ndarray]:
    """List words, whether they are names, and their weights: every culture counts alike, within bounds."""
    rng = np.random.default_rng(seed)
    weights: dict[str, float] = defaultdict(float)
    for names in (corpus.given, corpus.surname):
        for culture, entries in names.items():
            words = {w for n in entries for w in words_of(n) if len(w) > 1 and w not in lexicon.roles}
            share = 2000 if culture in LARGE else 400
            for word in words:
                weights[word] += min(1.0, share / max(len(words), 60)) * (
                    1.5 if culture.startswith("own") else 1.0
                )
    positive = {w: min(v, 3.0) for w, v in weights.items() if lexicon.mask(w)[2] != "2"}
    negative: dict[str, float] = {}
    for found in corpus.interface.values():
        for phrase, count in found.items():
            for word in words_of(phrase):
                if len(word) > 1:
                    negative[word] = max(negative.get(word, 0), 0.2 if count == 1 else 0.4)
    for words, weight in ((corpus.rare, 0.35), (corpus.common, 1.0)):
        for phrase in words:
            for word in words_of(phrase):
                if len(word) > 1:
                    negative[word] = weight
    for place, value in corpus.places.items():
        for word in words_of(place):
            if len(word) > 1:
                negative.setdefault(word, 0.5 if value == 2 else 0.2)
    wild = [
        name for source in ("package", "brand", "language", "coined") for name in corpus.wild.get(source, ())
    ]
    for brand in [*corpus.brands, *corpus.groups["tech"], *corpus.groups["code"], *wild]:
        for word in words_of(brand):
            if len(word) > 1:
                negative[word] = max(negative.get(word, 0), 0.6)
    items = [(w, 1, v) for w, v in positive.items()] + [
        (w, 0, v)
        for w, v in negative.items()
        if lexicon.mask(w)[:2] == "00" or (lexicon.mask(w)[2] == "2" and "2" not in lexicon.mask(w)[:2])
    ]
    items.sort()
    order = rng.permutation(len(items))
    items = [items[i] for i in order]
    y = np.array([i[1] for i in items])
    w = np.array([i[2] for i in items])
    w[y == 1] *= w[y == 0].sum() / w[y == 1].sum()
    return [i[0] for i in items], y, w


def _matrix(words: list[str]) -> csr_matrix:
    indptr, indices, data = [0], [], []
    for word in words:
        grams = buckets(word)
        indices += grams
        data += [1 / max(1.0, len(grams) ** 0.5)] * len(grams)
        indptr.append(len(indices))
    return csr_matrix((data, indices, indptr), shape=(len(words), BUCKETS))


def fit_ngrams(
    words: list[str], y: np.ndarray, w: np.ndarray, c: float = 6.0
) -> tuple[NgramModel, dict[str, float]]:
    """Fit a model on each part of the words but one; ship their mean, and score each word by the one that missed it."""
    x = _matrix(words)
    unseen: dict[str, float] = {}
    folds = np.arange(len(words)) % FOLDS
    coefficients, intercepts = [], []
    for fold_index in range(FOLDS):
        train = folds != fold_index
        model = LogisticRegression(C=c, solver="liblinear", tol=2e-3).fit(
            x[train], y[train], sample_weight=w[train]
        )
        coefficients.append(model.coef_[0])
        intercepts.append(model.intercept_[0])
        scores = model.decision_function(x[~train])
        unseen.update(
            {
                words[i]: s
                for i, s in zip(np.flatnonzero(~train), scores, strict=True)
                if words[i] not in unseen
            }
        )
    mean = np.mean(coefficients, axis=0)
    scale = float(np.quantile(np.abs(mean), 0.9995)) / 127
    quantised = np.clip(np.round(mean / scale), -127, 127).astype(np.int8)
    return NgramModel(array("b", quantised.tobytes()), scale, float(np.mean(intercepts))), unseen


def write_ngrams(model: NgramModel, path: Path) -> None:
    """Write the weights with their provenance."""
    header = "# Weights of hashed character n-grams; see policy/pii/ngrams.py. Made by research/pii; do not edit.\n"
    sources = "".join(f"#   {s}\n" for s in SOURCES)
    body = (
        header.encode()
        + sources.encode()
        + f"{model.scale!r} {model.bias!r}\n".encode()
        + model.weights.tobytes()
    )
    path.write_bytes(gzip.compress(body, 9, mtime=0))


def pruned(lexicon: Words, unseen: dict[str, float], sure: float = 0.7) -> Words:
    """Drop little attested words that are no names and that the n-gram model judges well without having seen them."""

    def is_needed(word: str, mask: str) -> bool:
        if "2" in mask or mask[4] != "0" or " " in word or "\u2e80" < word[0] < "\uff00":
            return True
        return mask[:2] != "00" or unseen.get(word, 0.0) > -sure

    return Words({w: m for w, m in lexicon.masks.items() if is_needed(w, m)}, lexicon.roles, lexicon.trade)
