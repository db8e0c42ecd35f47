# ruff: noqa: RUF001 (the look-alikes are what this module is about)
"""Bring a name into one form: NFKC, plain digits and quotes, words split at camelCase and slugs.

Every normalised character knows where it came from, so that findings point into the text as it was given. Nothing is
detected here. Unicode facts: https://www.unicode.org/reports/tr15/ (NFKC) and
https://www.unicode.org/reports/tr24/ (scripts; here approximated by the first word of the character's name).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, TypeAlias

Shape: TypeAlias = Literal["Title", "UPPER", "lower", "Initial", "Mixed", "digits", "other"]
"""How a word is written; `other` for scripts without capitals."""

_PLAIN = str.maketrans({
    "‘": "'", "’": "'", "ʼ": "'", "ʻ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"',
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
    "•": "·", "‧": "·", "・": "·", "、": ",", "，": ",", "。": ".",
})  # fmt: skip

_FOLDED = str.maketrans({
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h",
    "ŋ": "n", "ə": "e", "ɓ": "b", "ɗ": "d", "ƙ": "k",
    "ς": "σ", "أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه",
})  # fmt: skip

_VOICING = "\u3099\u309a"  # of kana: another letter, no accent
_GAELIC = frozenset({"Mc", "Mac"})


@lru_cache(maxsize=4096)
def script(char: str) -> str:
    """Name the script of a letter ("latin", "han", …), or "" for what is no letter."""
    if not char.isalpha() and unicodedata.category(char)[0] != "M":
        return ""
    if char.isascii():
        return "latin"
    name = unicodedata.name(char, "")
    first = name.partition(" ")[0].lower()
    if first in {"cjk", "ideographic"}:
        return "han"
    if first == "combining":
        return ""
    return first.removesuffix("-hiragana")


def fold(text: str) -> str:
    """Lower the case and drop diacritics, as the name model's words are folded.

    Marks are dropped after letters of alphabets where they only accent (Latin, Greek, Cyrillic, Arabic, Hebrew);
    the vowel signs of Indic and South-East Asian scripts stay, for they are letters.
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", text.lower())
    kept = "".join(
        c for c in decomposed if not unicodedata.combining(c) or 0x900 <= ord(c) < 0x2000 or c in _VOICING
    )
    return unicodedata.normalize("NFC", kept).translate(_FOLDED)


@dataclass(frozen=True, slots=True)
class Token:
    """One word or number of a text.

    Attributes:
        text: as written, after NFKC.
        folded: lower case, no diacritics.
        start: position in `Text.norm`.
        end: one past its last character in `Text.norm`.
        shape: how it is written.
        script: script of its first letter, "" for a number.
        gap: the characters between it and the word before, "" at a camelCase boundary.
    """

    text: str
    folded: str
    start: int
    end: int
    shape: Shape
    script: str
    gap: str


@dataclass(frozen=True, slots=True)
class Text:
    """A text, its normalised form, the way back, and its words."""

    raw: str
    norm: str
    origins: tuple[tuple[int, int], ...] = field(repr=False)
    tokens: tuple[Token, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Turn a non-empty span of `norm` into the span of `raw` that it came from."""
        return self.origins[start][0], self.origins[end - 1][1]


def read(raw: str) -> Text:
    """Normalise `raw` and split it into words."""
    norm, origins = _normalise(raw)
    return Text(raw=raw, norm=norm, origins=origins, tokens=tuple(_tokens(norm)))


def _normalise(raw: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    if raw.isascii() and raw.isprintable():
        plain = raw.replace("`", "'")
        return plain, tuple((i, i + 1) for i in range(len(raw)))
    chars: list[str] = []
    origins: list[tuple[int, int]] = []
    start = 0
    while start < len(raw):
        end = start + 1
        while end < len(raw) and unicodedata.combining(raw[end]) and end - start < 8:
            end += 1
        for char in unicodedata.normalize("NFKC", raw[start:end]).translate(_PLAIN):
            category = unicodedata.category(char)
            if category == "Cf":  # zero-width joiners and direction marks hide words from rules
                continue
            if category == "Nd":
                char = str(unicodedata.decimal(char))
            chars.append(" " if category[0] in "ZC" else char)
            origins.append((start, end))
        start = end
    return "".join(chars), tuple(origins)


def _tokens(norm: str) -> list[Token]:
    found: list[Token] = []
    last_end = 0
    for start, end in _pieces(norm):
        piece = norm[start:end]
        found.append(
            Token(
                text=piece,
                folded=fold(piece).replace("'", ""),
                start=start,
                end=end,
                shape=_shape(piece),
                script=script(piece[0]),
                gap=norm[last_end:start],
            )
        )
        last_end = end
    return found


def _pieces(norm: str) -> list[tuple[int, int]]:
    """Cut at everything that is neither letter nor digit, at camelCase, and where letters meet digits or a script."""
    pieces: list[tuple[int, int]] = []
    start = -1
    for i, char in enumerate(norm):
        if not (char.isalnum() or (start >= 0 and unicodedata.category(char)[0] == "M")):
            if start >= 0 and char == "'" and _joins(norm, start, i):
                continue
            if start >= 0:
                pieces.append((start, i))
            start = -1
            continue
        if start < 0:
            start = i
        elif _cuts(norm, start, i):
            pieces.append((start, i))
            start = i
    if start >= 0:
        pieces.append((start, len(norm)))
    return pieces


def _joins(norm: str, start: int, i: int) -> bool:
    """Tell the apostrophe of O'Brien and Ma'ruf from that of a possessive."""
    run = 0
    while run < 3 and i + 1 + run < len(norm) and norm[i + 1 + run].isalpha():
        run += 1
    return run == 3 and norm[i - 1].isalpha() and "'" not in norm[start:i]


def _cuts(norm: str, start: int, i: int) -> bool:
    before, char = norm[i - 1], norm[i]
    if before == "'":
        return False
    if before.isdigit() != char.isdigit():
        return True
    if char.isupper():
        if before.islower():
            return norm[start:i] not in _GAELIC
        return i + 1 < len(norm) and norm[i + 1].islower() and before.isupper()
    if char.isascii() and before.isascii():
        return False
    now, then = script(char), script(before)
    return bool(now and then) and now != then and {now, then} != {"hiragana", "han"}


def _shape(piece: str) -> Shape:
    if piece.isdigit():
        return "digits"
    if not any(c.isupper() or c.islower() for c in piece):
        return "other"
    if piece.isupper():
        return "Initial" if len(piece) == 1 else "UPPER"
    if piece.islower():
        return "lower"
    return "Title" if piece[0].isupper() and piece[1:].islower() else "Mixed"
