# mypy: ignore-errors
# ruff: noqa: E501, RUF001 (long tables, letters of many alphabets)
"""Write composed names: parts joined into a sample, and Slavic names in the genitive."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

Part = tuple[str, bool]
"""A piece of text and whether it is part of a person's name."""


@dataclass
class Sample:
    """A text and the spans of people in it."""

    text: str
    spans: list[tuple[int, int]]


SLAVIC = frozenset({"pl", "cs", "sk", "hr", "sr", "sl", "bs"})


def slavic(name: str) -> str:
    """Put a Slavic name in Latin letters in the genitive, roughly: "upiti za Domagoja Perkovca"."""
    for ending, other in (
        ("ová", "ové"), ("ová", "ove"), ("ski", "skog"), ("ská", "ské"), ("ska", "skiej"), ("ek", "ka"), ("ac", "ca"), ("el", "la"),
        ("ia", "ii"), ("a", "e"), ("ý", "ého"), ("í", "ího"), ("y", "ego"), ("o", "a"),
    ):  # fmt: skip
        if name.endswith(ending):
            return name.removesuffix(ending) + other
    return name + "a" if name[-1:].isalpha() and name[-1] not in "eiuáéíóú" else name


_BALTIC = (
    ("ė", "ės"),
    ("ius", "iaus"),
    ("us", "aus"),
    ("is", "io"),
    ("as", "o"),
    ("a", "os"),
    ("š", "ša"),
    ("s", "a"),
    ("e", "es"),
)


def of_language(name: str, language: str) -> str:
    """Put a Baltic, Turkic, Romanian, Basque or Greek name in the genitive, roughly: "Rūtos", "Ayşe'nin", "Mariei"."""
    if language in {"lt", "lv"}:
        for ending, other in _BALTIC:
            if name.endswith(ending):
                return name.removesuffix(ending) + other
        return name
    if language in {"tr", "az"}:
        return name + ("'nin" if name[-1:].lower() in "aeıioöuü" else "'in")
    if language == "ro":
        return name.removesuffix("a") + "ei" if name.endswith("a") else name
    if language == "eu":
        return name + ("ren" if name[-1:] in "aeiou" else "en")
    for ending, other in (("ος", "ου"), ("ης", "η"), ("ας", "α"), ("ις", "ι"), ("α", "ας"), ("η", "ης")):
        if name.endswith(ending):
            return name.removesuffix(ending) + other
    return name


def genitive(name: str) -> str:
    """Put a Russian name in the genitive, roughly: "чат Ольги Кузнецовой"."""
    for ending, other in (
        ("ова", "овой"),
        ("ева", "евой"),
        ("ина", "иной"),
        ("ая", "ой"),
        ("ский", "ского"),
        ("ий", "ия"),
        ("ей", "ея"),
        ("й", "я"),
        ("ия", "ии"),
        ("я", "и"),
        ("га", "ги"),
        ("ка", "ки"),
        ("ха", "хи"),
        ("а", "ы"),
        ("ь", "я"),
    ):
        if name.endswith(ending):
            return name.removesuffix(ending) + other
    return name + "а" if name[-1:].isalpha() and name[-1] not in "оеуию" else name


def ascii_of(text: str) -> str:
    """Write Latin letters without their marks."""
    flat = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return (
        flat.replace("ø", "o")
        .replace("Ø", "O")
        .replace("ł", "l")
        .replace("Ł", "L")
        .replace("ß", "ss")
        .replace("đ", "d")
        .replace("Đ", "D")
        .replace("ı", "i")
        .replace("æ", "ae")
        .replace("þ", "th")
    )


def title_case(text: str) -> str:
    """Write each word with a capital."""
    return re.sub(r"[^\W\d_]+(?:['’][^\W\d_]+)*", lambda m: m.group()[0].upper() + m.group()[1:], text)


def joined(parts: list[Part]) -> Sample:
    """Join parts and note where the people are."""
    text, spans = "", []
    for piece, is_person in parts:
        if is_person and piece.strip():
            start = len(text) + len(piece) - len(piece.lstrip())
            end = len(text) + len(piece.rstrip())
            if (
                spans
                and text[spans[-1][1] : start].strip(" -_.,") == ""
                and spans[-1][1] <= start
                and spans[-1][1] == len(text.rstrip(" "))
            ):
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
        text += piece
    return Sample(text, spans)
