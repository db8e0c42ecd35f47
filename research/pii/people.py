# mypy: ignore-errors
# ruff: noqa: S311, RUF001, E501 (development only: seeded randomness, long tables)
"""Compose people's names in the forms of their cultures, and write names as service names are written. Development only."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policy.pii.normalise import script as script_name

from .writing import SLAVIC, Part, Sample, ascii_of, genitive, joined, of_language, slavic, title_case

if TYPE_CHECKING:
    from corpus import Corpus
    from lexicons import Words

LATIN = re.compile(r"^[A-Za-zÀ-ɏḀ-ỿ' -]+$")


@dataclass
class Culture:
    """A pool of names that go together."""

    label: str
    given: list[str]
    surname: list[str]
    language: str
    script: str


def script_of(names: list[str]) -> str:
    """Name the script of most names."""
    counts: dict[str, int] = {}
    for name in names[:200]:
        if name:
            counts[script_name(name[0])] = counts.get(script_name(name[0]), 0) + 1
    return max(counts, key=counts.__getitem__, default="latin")


class People:
    """Makes people's names; deterministic for a seed."""

    def __init__(self, corpus: Corpus, lexicon: Words, seed: int = 11) -> None:
        self.rng = random.Random(seed)
        self.lexicon = lexicon
        self.groups = corpus.groups
        self.roles = corpus.roles
        self.foreign = corpus.foreign
        self.interface = {
            language: sorted(words) for language, words in corpus.interface.items() if len(words) > 100
        }
        self.brands = corpus.brands
        self.wild = corpus.wild
        self.cultures = self._cultures(corpus)
        self.common = sorted(w for w in corpus.common if len(w) > 2)
        self.plain_common = [w for w in self.common if lexicon.mask(w)[1] != "2"]
        self.rare_latin = sorted(w for w in corpus.rare if len(w) > 2 and LATIN.match(w))
        by_script: dict[str, list[str]] = {}
        for place in corpus.places:
            by_script.setdefault(script_of([place]), []).append(place)
        self.places = {s: sorted(p) for s, p in by_script.items()}
        self.known_places = sorted(p for p, v in corpus.places.items() if v == 2 and LATIN.match(p))
        words_by_script: dict[str, list[str]] = {}
        for word in corpus.rare:
            s = script_of([word])
            if s != "latin":
                words_by_script.setdefault(s, []).append(word)
        self.words_by_script = {s: sorted(w) for s, w in words_by_script.items()}
        self.ambiguous = sorted(
            w
            for w, m in lexicon.masks.items()
            if " " not in w
            and m[:2] != "00"
            and (m[2] == "2" or m[3] == "2" or m[4] == "1" or (m[3] == "1" and "2" not in m[:2]))
            and w.isascii()
            and len(w) > 2
        )
        self.streets = sorted(s for s in corpus.streets if LATIN.match(s))
        masks = lexicon.masks
        self.plain_given = sorted(
            {
                n
                for names in corpus.given.values()
                for n in names
                if masks.get(n.lower(), "")[:3] in {"200", "210"}
            }
        )
        self.first_names = sorted(w for w, m in masks.items() if w.isascii() and m[0] == "2" and " " not in w)
        self.wordy_surnames = sorted(
            w
            for w, m in masks.items()
            if w.isascii() and len(w) > 2 and " " not in w and m[1] == "2" and m[2] == "2"
        )

    def _cultures(self, corpus: Corpus) -> list[Culture]:
        made = []
        for label in sorted(set(corpus.given) | set(corpus.surname)):
            given, surname = corpus.given.get(label, []), corpus.surname.get(label, [])
            if len(given) < 5 or len(surname) < 5:
                continue
            base = label.removeprefix("js-").removeprefix("mimesis-").removeprefix("own-")
            language = base.split("_")[0].split("-")[0]
            made.append(Culture(label, given, surname, language, script_of(given)))
        return made

    def pick(self, items: list[str]) -> str:
        """Pick one."""
        return self.rng.choice(items)

    def chance(self, p: float) -> bool:
        """Toss a coin."""
        return self.rng.random() < p

    def person(self, culture: Culture) -> tuple[list[Part], bool]:
        """Compose a person's name: parts, and whether it needs a cue to be known as one."""
        r, rng = self.pick, self.rng
        g, s = r(culture.given), r(culture.surname)
        if culture.label != "census" and self.chance(0.05) and culture.script == "latin":
            s = r(self.rng.choice(self.cultures_of("latin")).surname)  # mixed families
        if (
            culture.script == "cyrillic"
            and culture.language in {"ru", "uk", "bg", "sr", "mk"}
            and self.chance(0.35)
        ):
            g, s = genitive(g), genitive(s)
        if culture.script == "latin" and culture.language in SLAVIC and self.chance(0.3):
            g, s = slavic(g), slavic(s)
        if culture.language in {"lt", "lv", "el"} and self.chance(0.3):
            g, s = of_language(g, culture.language), of_language(s, culture.language)
        elif culture.language in {"tr", "az", "eu"} and self.chance(0.15):
            s = of_language(s, culture.language)
        elif culture.language == "ro" and self.chance(0.2):
            g = of_language(g, culture.language)
        if culture.script in {"han", "hangul"} or (culture.script in {"hiragana", "katakana"}):
            return self._cjk(culture, g, s)
        if culture.script == "thai":
            x = rng.random()
            if x < 0.3:
                return [(self.pick(["คุณ", "นาย", "นางสาว", "นาง", "ดร."]), False), (g, True)] + (
                    [(" " + s, True)] if self.chance(0.6) else []
                ), False
            return [(g + " " + s, True)], False
        if culture.script == "latin" and culture.language in {"ko", "zh", "yue"} and self.chance(0.3):
            short = [n for n in culture.given if len(n) < 6] or culture.given
            g = f"{r(short)}-{r(short).lower() if self.chance(0.6) else r(short)}"
        east = culture.language in {"zh", "ko", "ja", "hu", "vi", "yue", "km"}
        if culture.script == "latin" and self.chance(0.06):
            return [(f"{self.pick(self.plain_given)} {self.pick(self.wordy_surnames).title()}", True)], False
        if culture.language in {
            "en",
            "in",
            "hi",
            "ur",
            "bn",
            "sw",
            "ha",
            "yo",
            "ig",
            "ng",
            "ar",
        } and self.chance(0.1):
            return [(f"{g} {r(culture.given)}", True)], False
        x = rng.random()
        if x < 0.42:
            name = f"{s} {g}" if (east and self.chance(0.6)) or self.chance(0.08) else f"{g} {s}"
            return [(name, True)], False
        if x < 0.48:
            return [(f"{s}, {g}", True)], False
        if x < 0.54:
            m = r(culture.given)
            return [(f"{g} {m} {s}" if self.chance(0.6) else f"{g}-{m} {s}", True)], False
        if x < 0.60:
            return [(f"{g} {s}{self.pick(['-', ' '])}{r(culture.surname)}", True)], False
        if x < 0.66:
            return [(f"{g} {r(culture.given)[0]}. {s}", True)], False
        if x < 0.74:
            dot = self.pick([". ", ".", " ", ". "])
            two = (
                f"{g[0]}{dot}{r(culture.given)[0]}{dot}{s}"
                if self.chance(0.55)
                else f"{g[0]}{dot if '.' in dot else '. '}{s}"
            )
            return [(two, True)], False
        if x < 0.77:
            return [(f"{g} {s[0]}{self.pick(['.', ''])}", True)], False
        if x < 0.81 and culture.script == "latin":
            particle = self.pick(
                {
                    "de": ["von", "zu"],
                    "nl": ["van", "van der", "de"],
                    "es": ["de", "de la", "del"],
                    "pt": ["da", "dos", "de"],
                    "it": ["di", "De", "della"],
                    "fr": ["de", "Le", "du"],
                    "ar": ["al", "bin", "ibn", "bint", "Al", "El", "Abu"],
                    "ms": ["bin", "binti"],
                    "id": ["bin"],
                    "he": ["Ben", "Bar"],
                }.get(culture.language, ["de", "van", "al", "bin", "Mc", "O'"])
            )
            glue = (
                ""
                if particle.endswith(("'", "Mc"))
                else "-"
                if particle.lower() in {"al", "el"} and self.chance(0.5)
                else " "
            )
            return [(f"{g} {particle}{glue}{s}", True)], False
        if x < 0.93:
            title = self._title(culture)
            rest = self.pick(
                [
                    s,
                    f"{g} {s}",
                    s,
                    g
                    if culture.language in {"ar", "tr", "id", "in", "vi", "th", "sw", "yo", "ha", "pt", "es"}
                    else s,
                ]
            )
            return [(title + " ", True), (rest, True)], False
        return [(g, True)], True

    def _title(self, culture: Culture) -> str:
        titles = [t for t in self.roles["title"] if script_name(t[0]) == culture.script]
        if not titles:
            return ""
        if culture.script != "latin":
            return self.pick(titles)
        title = (
            self.pick(["Mr", "Mrs", "Ms", "Dr", "Prof"])
            if self.chance(0.5)
            else self.pick(titles).capitalize()
        )
        return title + (
            "."
            if title in {"Mr", "Mrs", "Ms", "Dr", "Prof", "Sr", "Sra", "Sig", "Rev", "Sgt", "Capt"}
            and self.chance(0.7)
            else ""
        )

    def _cjk(self, culture: Culture, g: str, s: str) -> tuple[list[Part], bool]:
        if culture.script == "han" and culture.language in {"zh", "yue"} and self.chance(0.6):
            g = (
                g
                if self.chance(0.4)
                else "".join(
                    self.pick([self.pick(culture.given)[-1], self.pick(culture.given)[0]])
                    for _ in range(self.pick([1, 2, 2]))
                )
            )
        name = s + (" " if self.chance(0.08) else "") + g
        x = self.rng.random()
        suffixes = {
            "han": ["先生", "女士", "老师", "医生", "小姐", "总", "经理"],
            "hangul": ["님", "씨", " 님", "과장", " 과장님", " 선생님"],
        }.get(culture.script, [])
        if culture.language == "ja":
            suffixes = ["さん", "様", "先生", "氏", "くん", "部長"]
        if x < 0.2 and suffixes:
            return [(self.pick([s, name, name]), True), (self.pick(suffixes), False)], False
        if x < 0.24:
            return [(g if len(g) > 1 else name, True)], len(g) > 1
        return [(name, True)], False

    def filler(self, *names: str) -> str:
        """Pick a word of one of the groups."""
        return self.pick(self.groups[self.pick(list(names))])

    def _contact(self) -> str:
        """Compose what is written behind a person to reach them: an address, an e-mail, a number."""
        number = self.rng.randint(1, 299)
        street = self.pick(self.streets) if self.streets and self.chance(0.5) else ""
        word = self.pick([w for w in self.roles["street"] if LATIN.match(w)])
        street = (
            street
            or self.pick(
                [f"{self.pick(self.common)}{word}", f"{self.pick(self.known_places)} {word}"]
            ).title()
        )
        mail = f"{self.filler('department', 'head')}@{self.pick(['example.com', 'example.org', 'mail.example.net'])}"
        return self.pick(
            [
                f", {street} {number}",
                f", {number} {street}",
                f" - {number} {street}",
                f" <{mail}>",
                f": {mail}",
                f" ({mail})",
                f", tel. 555 01{number % 90 + 10}",
            ]
        )

    def cultures_of(self, script: str) -> list[Culture]:
        """List the cultures of a script."""
        return [c for c in self.cultures if c.script == script]

    def style(self, parts: list[Part]) -> Sample:
        """Write parts in one of the ways in which service names are written; blanks part words until here."""
        latin = all(LATIN.match(re.sub(r"[\d.,&()/:#+_]", "", t)) or not t.strip() for t, _ in parts)
        x = self.rng.random() if latin else 0.0
        if latin and self.chance(0.45):
            parts = [(ascii_of(t), p) for t, p in parts]
        if x < 0.5:
            out = parts
            y = self.rng.random()
            if latin and y < 0.12:
                out = [(t.upper(), p) for t, p in parts]
            elif latin and y < 0.3:
                out = [(t.lower(), p) for t, p in parts]
            elif latin and y < 0.55:
                out = [(title_case(t), p) for t, p in parts]
            return joined(out)
        sep = self.pick(["-", "_", "-", "_", ".", ""])
        glued: list[Part] = []
        for t, p in parts:
            words = re.findall(r"[^\s.,&()/:#+_-]+", t)
            for word in words:
                cleaned = word if "'" not in word or p is False or self.chance(0.3) else word.replace("'", "")
                cleaned = (
                    cleaned[:1].upper() + cleaned[1:].lower()
                    if sep == ""
                    else cleaned
                    if self.chance(0.0)
                    else cleaned.lower()
                )
                glued.append((cleaned, p))
        if sep and self.chance(0.15):
            glued = [(w.capitalize(), p) for w, p in glued]
        out = []
        for i, (w, p) in enumerate(glued):
            if i and sep:
                out.append((sep, p and glued[i - 1][1]))
            out.append((w, p))
        return joined(out)

    def pick_culture(self, script: str | None = None) -> Culture:
        """Pick a culture; languages with many sources don't weigh more, other alphabets make up a fifth."""
        if script is None:
            script = "latin" if self.chance(0.76) else None
        pool = [c for c in self.cultures if (c.script == script if script else c.script != "latin")]
        language = self.pick(sorted({c.language for c in pool}))
        return self.rng.choice([c for c in pool if c.language == language])
