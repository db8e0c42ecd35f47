"""From the words of a text to what the tagger weighs: lexicon masks, n-gram bins, shapes, neighbours.

Used alike when names are judged and when the tagger is trained; it decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from ..lexicon import LONGEST_UNSPACED, NO_MASK, Lexicon
from ..normalise import script
from .cases import CYRILLIC, GREEK, LATIN, inflected
from .user_names import user_name

if TYPE_CHECKING:
    from ..normalise import Shape, Text, Token

UNSPACED = frozenset({"han", "hiragana", "katakana", "hangul", "thai", "lao", "khmer", "myanmar"})
"""Scripts that put no blanks between words, or glue titles to names."""

LONGEST_PHRASE = 4
_ALPHABETIC = frozenset({"thai", "lao", "khmer", "myanmar"})
_SHORTEST_ALPHABETIC = 4
_SHORTEST_HALF = 3
_MIN_JOINED = 6
_MIN_GENITIVE = 5
_MIN_SURNAME = 5
_MIDDLE = frozenset({"van", "thi"})
"""What stands between a Vietnamese surname and the given name: tranvanquyet."""
_MIN_MIDDLE = 6


@dataclass(frozen=True, slots=True)
class Word:
    """One word as the tagger sees it.

    Attributes:
        folded: lower case, no diacritics.
        start: position in the normalised text.
        end: one past its last character.
        shape: how it is written.
        script: script of its letters.
        gap: kind of the gap before it, one character.
        mask: levels in the lexicon's classes.
        bin: n-gram bin, "" for numbers and single letters.
        role: role in service names, "" for none.
        inner: what its parts are: `is` (jnovak), `ss` (novakj) and their like, `gs` (petranovak), `gt` (with a
            little-known surname), `gv` (with one that is a word), `Gs`, `Gn` (a given name's genitive: sabines, eevan),
            `Gi` and `Si` (a given name or surname in another case), `s2` (two characters, the first a surname)…
    """

    folded: str
    start: int
    end: int
    shape: Shape
    script: str
    gap: str
    mask: str
    bin: str
    role: str
    inner: str


Tagged: TypeAlias = list[tuple[Word, float]]
"""Words, each with the probability that it is part of a person's name."""


def gap_kind(gap: str) -> str:
    """Name what parts two words: nothing, a blank, a slug's sign, a comma, a full stop, an apostrophe, an ampersand."""
    if not gap:
        return "0"
    for sign in ",'&/@(|:+":
        if sign in gap:
            return sign
    if "." in gap:
        return "." if gap.startswith(".") and len(gap) > 1 else "_"
    return " " if gap.isspace() else "-" if " " in gap else "_"


def pieces(text: Text, lexicon: Lexicon) -> list[tuple[Token, str, int, int]]:
    """Cut the text into words: (token, folded, start, end); scripts without blanks are cut by the longest match."""
    found: list[tuple[Token, str, int, int]] = []
    for token in text.tokens:
        if token.script in UNSPACED and len(token.folded) == token.end - token.start:
            found.extend(
                (token, token.folded[a:b], token.start + a, token.start + b)
                for a, b in _longest_matches(token.folded, lexicon)
            )
        else:
            found.append((token, token.folded, token.start, token.end))
    return found


def _longest_matches(run: str, lexicon: Lexicon) -> list[tuple[int, int]]:
    cuts: list[tuple[int, int]] = []
    shortest = _SHORTEST_ALPHABETIC if script(run[0]) in _ALPHABETIC else 2
    loose = -1
    i = 0
    while i < len(run):
        size = next(
            (
                n
                for n in range(min(LONGEST_UNSPACED, len(run) - i), shortest - 1, -1)
                if lexicon.knows(run[i : i + n])
            ),
            1 if _stands_alone(run[i], lexicon, loose=i - loose if loose >= 0 else 0) else 0,
        )
        if size == 0:
            loose = i if loose < 0 else loose
            i += 1
            continue
        if loose >= 0:
            cuts.append((loose, i))
            loose = -1
        cuts.append((i, i + size))
        i += size
    if loose >= 0:
        cuts.append((loose, len(run)))
    return cuts


def with_phrases(words: list[Word], lexicon: Lexicon) -> list[Word]:
    """Give the words of a set phrase ("Wells Fargo", "San José del Cabo") the role `phrase`."""
    i = 0
    while i < len(words) - 1:
        size = next(
            (
                n
                for n in range(min(LONGEST_PHRASE, len(words) - i), 1, -1)
                if _is_phrase(words[i : i + n], lexicon)
            ),
            1,
        )
        if size > 1:
            words[i : i + size] = [replace(word, role="phrase") for word in words[i : i + size]]
        i += size
    return words


def _is_phrase(words: Sequence[Word], lexicon: Lexicon) -> bool:
    return words[0].bin != "" and lexicon.mask(" ".join(word.folded for word in words)) is not NO_MASK


def _stands_alone(char: str, lexicon: Lexicon, loose: int) -> bool:
    """Tell whether one character is a word: an honorific at the start of a match, a particle after a name."""
    role = lexicon.roles.get(char, "")
    return bool(role) and (loose == 0 or (loose > 0 and role == "stop"))


def inner_of(folded: str, alphabet: str, mask: str, lexicon: Lexicon, level_of: Callable[[str], str]) -> str:
    """Tell whether an unknown word is made of name parts; `level_of` answers with a word's n-gram bin."""
    if alphabet in UNSPACED:
        first, second = lexicon.mask(folded[:1]), lexicon.mask(folded[:2])
        if len(folded) > 1 and (first[1] != "0" or (len(folded) > 2 and second[1] != "0")):
            return f"s{min(len(folded), 5)}"
        return f"n{min(len(folded), 5)}"
    if alphabet in {"cyrillic", "greek"} and mask[:4] == "0000":
        return inflected(folded, CYRILLIC if alphabet == "cyrillic" else GREEK, lexicon)
    if alphabet != "latin" or mask[2] != "0" or mask[3] == "2" or mask[0] != "0" or mask[1] == "2":
        return ""
    if len(folded) >= _MIN_GENITIVE and folded[-1] in "sn":
        stem = lexicon.mask(folded[:-1])
        if stem[0] == "2" and stem[2] != "2":
            return f"G{folded[-1]}"
    made = user_name(folded, lexicon, level_of)
    if made and (mask[1] == "0" or made[1] in "sv"):
        return made
    if mask[1] == "0" and len(folded) >= _MIN_JOINED:
        for cut in range(_SHORTEST_HALF, len(folded) - _SHORTEST_HALF + 1):
            first, second = lexicon.mask(folded[:cut]), lexicon.mask(folded[cut:])
            if (first[0] == "2" and second[1] == "2" and second[2] != "2") or (
                first[1] == "2" and second[0] == "2" and first[2] != "2"
            ):
                return "gs"
            if len(folded) - cut >= _MIN_SURNAME and first[0] == "2" and first[2] != "2":
                made = "gv" if second[1:3] == "22" else "gt" if second[:3] == "010" else made
            if first[1] == "2" and folded[cut : cut + 3] in _MIDDLE and len(folded) - cut >= _MIN_MIDDLE:
                return "gs"
        if made in {"gt", "gv"}:
            return made
    return inflected(folded, LATIN, lexicon) if mask == NO_MASK else ""


def features(words: Sequence[Word], i: int) -> list[str]:
    """List the features of the word at `i`; strings, so that the weights are a plain dictionary."""
    word = words[i]
    before = words[i - 1] if i else _EDGE
    after = words[i + 1] if i + 1 < len(words) else _EDGE
    before2 = words[i - 2] if i > 1 else _EDGE
    after2 = words[i + 2] if i + 2 < len(words) else _EDGE
    m, q, r, s = word.mask, word.bin, word.role, word.shape
    bm, am, br, ar = before.mask, after.mask, before.role, after.role
    names, others = _split(m)
    bn, an = _coarse(before), _coarse(after)
    n = _coarse(word)
    gap, agap = word.gap, after.gap
    size = str(min(len(word.folded), 9))
    return [
        "m" + m,
        "q" + q,
        f"mq{m}{q}",
        f"N{names}{q}",
        f"O{others}{q}",
        f"s{s}",
        f"ms{m}{s}",
        f"qs{q}{s}",
        f"l{size}{q}",
        f"r{r}",
        f"x{word.inner}",
        f"xq{word.inner}{q}{word.script}",
        f"c{word.script}{q}",
        f"cm{word.script}{m}",
        f"w{word.folded}" if r else "w",
        f"br{br}",
        f"ar{ar}",
        f"bm{bm}",
        f"am{am}",
        f"bw{before.folded}" if br else "bw",
        f"aw{after.folded}" if ar else "aw",
        f"bn{bn}{n}",
        f"an{n}{an}",
        f"ban{bn}{n}{an}",
        f"bn2{_coarse(before2)}{bn}{n}",
        f"an2{n}{an}{_coarse(after2)}",
        f"bmm{bm}{m}",
        f"amm{m}{am}",
        f"brm{br}{m}",
        f"arm{m}{ar}",
        f"brn{br}{n}{an}",
        f"arn{bn}{n}{ar}",
        f"g{gap}{n}",
        f"ag{n}{agap}",
        f"gg{gap}{bn}{n}{s}",
        f"agg{n}{agap}{an}{s}",
        f"ss{before.shape}{s}{after.shape}",
        f"sn{before.shape}{bn}{s}{n}",
        f"sa{s}{n}{after.shape}{an}",
        f"k{min(len(words), 5)}{min(3, i)}{n}",
        f"k{min(len(words), 5)}{bn}{n}{an}",
    ]


def _split(mask: str) -> tuple[str, str]:
    return mask[:2], mask[2:]


def _coarse(word: Word) -> str:
    """Sum a word up in a few letters: its role, or its name evidence against its other senses."""
    if word is _EDGE:
        return "^"
    if word.role in _STRUCTURAL:
        return word.role[0:3]
    if word.shape == "digits":
        return "#"
    if len(word.folded) == 1 and word.script == "latin":
        return "i"
    name = "2" if "2" in word.mask[:2] else "1" if word.mask[:2] != "00" else "0"
    other = "2" if "2" in word.mask[2:4] or word.role else "1" if word.mask[2:] != "000" else "0"
    if name == "0" and other == "0":
        return f"u{word.bin}" if not word.inner else f"x{word.inner}"
    return f"{name}{other}"


_STRUCTURAL = frozenset(
    {
        "trade",
        "title",
        "particle",
        "institution",
        "company",
        "suffix",
        "cue",
        "env",
        "saint",
        "month",
        "street",
        "contact",
        "business",
    }
)
_EDGE = Word("", 0, 0, "other", "", "^", NO_MASK, "", "", "")
