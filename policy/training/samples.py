# mypy: ignore-errors
# ruff: noqa: S311, RUF001 (development only: seeded randomness, other packages, long tables)
"""Compose labelled service names for the tagger: people in many forms, and names that hold no person. Development only.

Real lists go in, whole names come out: the tagger must see people among the words that service names are made of. What
is composed here is never used to measure; `policy/evaluation` is written by hand.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policy.pii.normalise import fold

if TYPE_CHECKING:
    from corpus import Corpus
    from lexicons import Words

Part = tuple[str, bool]
"""A piece of text and whether it is part of a person's name."""

LATIN = re.compile(r"^[A-Za-zÀ-ɏḀ-ỿ' -]+$")


@dataclass
class Sample:
    """A text and the spans of people in it."""

    text: str
    spans: list[tuple[int, int]]


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
    from policy.pii.normalise import script

    counts: dict[str, int] = {}
    for name in names[:200]:
        if name:
            counts[script(name[0])] = counts.get(script(name[0]), 0) + 1
    return max(counts, key=counts.__getitem__, default="latin")


class Composer:
    """Makes samples; deterministic for a seed."""

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
        self.cultures = self._cultures(corpus)
        self.common = sorted(w for w in corpus.common if len(w) > 2)
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
            and (m[2] == "2" or m[3] != "0" or m[4] == "1")
            and w.isascii()
            and len(w) > 2
        )
        self.streets = sorted(s for s in corpus.streets if LATIN.match(s))

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

    # --- people

    def person(self, culture: Culture) -> tuple[list[Part], bool]:
        """Compose a person's name: parts, and whether it needs a cue to be known as one."""
        r, rng = self.pick, self.rng
        g, s = r(culture.given), r(culture.surname)
        if culture.label != "census" and self.chance(0.05) and culture.script == "latin":
            s = r(self.rng.choice(self.cultures_of("latin")).surname)  # mixed families
        if culture.script == "cyrillic" and culture.language in {"ru", "uk", "bg"} and self.chance(0.2):
            g, s = _genitive(g), _genitive(s)
        if culture.script in {"han", "hangul"} or (culture.script in {"hiragana", "katakana"}):
            return self._cjk(culture, g, s)
        if culture.script == "thai":
            x = rng.random()
            if x < 0.3:
                return [(self.pick(["คุณ", "นาย", "นางสาว", "นาง", "ดร."]), False), (g, True)] + (
                    [(" " + s, True)] if self.chance(0.6) else []
                ), False
            return [(g + " " + s, True)], False
        east = culture.language in {"zh", "ko", "ja", "hu", "vi", "yue", "km"}
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
        from policy.pii.normalise import script as script_name

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
                    self.pick([n for n in [self.pick(culture.given)[-1], self.pick(culture.given)[0]]])
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

    def cultures_of(self, script: str) -> list[Culture]:
        """List the cultures of a script."""
        return [c for c in self.cultures if c.script == script]

    # --- surroundings

    def filler(self, *names: str) -> str:
        """Pick a word of one of the groups."""
        return self.pick(self.groups[self.pick(list(names))])

    def foreign_words(self, language: str, script: str, n: int) -> list[str] | None:
        """Pick service words of a language, else of its script."""
        pool = self.foreign.get(language) or self.interface.get(language) or self.words_by_script.get(script)
        if language in self.interface and self.chance(0.3):
            pool = self.interface[language]
        return [self.pick(pool) for _ in range(n)] if pool else None

    def style(self, parts: list[Part]) -> Sample:
        """Write parts in one of the ways in which service names are written; blanks part words until here."""
        latin = all(LATIN.match(re.sub(r"[\d.,&()/:#+_]", "", t)) or not t.strip() for t, _ in parts)
        x = self.rng.random() if latin else 0.0
        if latin and self.chance(0.45):
            parts = [(_ascii(t), p) for t, p in parts]
        if x < 0.5:
            out = parts
            y = self.rng.random()
            if latin and y < 0.12:
                out = [(t.upper(), p) for t, p in parts]
            elif latin and y < 0.3:
                out = [(t.lower(), p) for t, p in parts]
            elif latin and y < 0.55:
                out = [(_title_case(t), p) for t, p in parts]
            return _joined(out)
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
        return _joined(out)

    def positive(self) -> Sample:
        """Compose a name that holds a person."""
        culture = self.pick_culture()
        if culture.script == "latin" and self.chance(0.16):
            return self._username(culture)
        parts, needs_cue = self.person(culture)
        latin = culture.script == "latin"
        if latin and self.chance(0.10):
            parts = parts[:-1] + [(parts[-1][0], True), (self.pick(["'s", "'s", "’s", "s"]), False)]
            before, after = [], [(" " + self.filler("owner"), False)]
            return self.style(before + parts + after)
        before: list[Part] = []
        after: list[Part] = []
        if needs_cue and latin:
            x = self.rng.random()
            if x < 0.3:
                parts.append((self.pick(["'s", "’s"]), False))
                after = [(" " + self.filler("owner"), False)]
            elif x < 0.6:
                before = [(self.filler("cue_before") + self.pick([" ", ": ", " - "]), False)]
            else:
                if (
                    self.lexicon.mask(fold(parts[0][0]))[2:] not in {"000"}
                    or self.lexicon.mask(fold(parts[0][0]))[0] != "2"
                ):
                    return self.positive()
                after = [(" " + self.filler("owner", "env"), False)]
            return self.style(before + parts + after)
        x = self.rng.random()
        if not latin or (culture.language in self.foreign and self.chance(0.35)):
            words = self.foreign_words(culture.language, culture.script, 2)
            glue = (
                "" if culture.script in {"han", "hiragana", "katakana", "thai"} and self.chance(0.75) else " "
            )
            if words and x < 0.55:
                if self.chance(0.6):
                    after = [(glue + words[0], False)] + (
                        [(glue + words[1], False)] if self.chance(0.15) else []
                    )
                else:
                    before = [(words[0] + glue, False)]
            elif x < 0.62:
                after = [(self.pick([" ", "-", "_"]) + self.filler("env", "owner"), False)]
            return self.style(before + parts + after) if latin else _joined(before + parts + after)
        if x < 0.34:
            pass
        elif x < 0.60:
            after = [(" " + self.filler("owner", "owner", "head", "env"), False)]
            if self.chance(0.25):
                after.append((" " + self.filler("env", "head"), False))
        elif x < 0.72:
            before = [(self.filler("cue_before") + self.pick([" ", ": ", " - ", " "]), False)]
        elif x < 0.80:
            before = [(self.filler("owner", "head") + self.pick([" ", ": ", " - ", " of ", " for "]), False)]
        elif x < 0.86:
            after = [(" " + self.filler("env"), False)]
        elif x < 0.92:
            before = [(self.filler("head", "ops", "code", "env") + self.pick([" ", "-"]), False)]
            after = [(" " + self.filler("env", "owner"), False)] if self.chance(0.5) else []
        elif x < 0.96:
            after = [(self.pick([" (", " - ", ", ", " / "]) + self.pick(self.known_places), False)]
        else:
            second, _ = self.person(self.pick_culture("latin"))
            after = [(self.pick([" & ", " and ", " + ", "/"]), False), *second]
        if after and self.chance(0.12):
            after.append((self.pick([" 2", " 01", " 2025", "7", " v2", " 3"]), False))
        return self.style(before + parts + after)

    def pick_culture(self, script: str | None = None) -> Culture:
        """Pick a culture; languages with many sources don't weigh more, other alphabets make up a fifth."""
        if script is None:
            script = "latin" if self.chance(0.76) else None
        pool = [c for c in self.cultures if (c.script == script if script else c.script != "latin")]
        language = self.pick(sorted({c.language for c in pool}))
        return self.rng.choice([c for c in pool if c.language == language])

    def _username(self, culture: Culture) -> Sample:
        g = re.sub(r"[^a-z]", "", _ascii(self.pick(culture.given)).lower()) or "x"
        s = re.sub(r"[^a-z]", "", _ascii(self.pick(culture.surname)).lower()) or "y"
        if len(s) < 3:
            return self.positive()
        sep = self.pick(["", ".", "_", "-"])
        form = self.rng.random()
        if form < 0.4:
            name = g[0] + (sep if self.chance(0.4) else "") + s
        elif form < 0.75:
            name = g + sep + s if sep or (len(g) > 3 and len(s) > 3) else g + "." + s
        elif form < 0.9:
            name = s + (sep or "_") + g
        else:
            name = s + (sep or "_") + g[0]
        if self.chance(0.2):
            name += self.pick(["1", "2", "88", "_2", "01"])
        parts: list[Part] = [(name, True)]
        glue = self.pick(["-", "_", " ", "."])
        if self.chance(0.75):
            parts.append((glue + self.filler("env", "owner", "env"), False))
        if self.chance(0.12):
            parts.insert(0, (self.filler("ops", "env", "code", "head") + glue, False))
        return _joined(parts)

    # --- no people

    def _trade(self) -> list[str]:
        """Compose a shop or product that bears a name, or a street."""
        culture = self.pick_culture("latin")
        name = self.pick(culture.surname) if self.chance(0.55) else self.pick(culture.given)
        business = self.pick(self.roles["business"])
        x = self.rng.random()
        if x < 0.3:
            return [
                name + self.pick(["'s", "’s", "s'", ""]) + " ",
                business,
                " " + self.filler("head") if self.chance(0.4) else "",
            ]
        if x < 0.55:
            return [name + " ", self.pick(self.common) + " ", self.filler("head")]
        if x < 0.7:
            return [
                name + " ",
                self.filler("head", "code", "tech"),
                " " + self.filler("head", "env") if self.chance(0.4) else "",
            ]
        if x < 0.85 and self.streets:
            return [self.pick(self.streets), " " + self.filler("head") if self.chance(0.6) else ""]
        street = self.pick([s for s in self.roles["street"] if LATIN.match(s)])
        who = self.pick([name, name, f"{self.pick(culture.given)} {name}"])
        return [
            self.pick([f"{street} {who}", f"{who} {street}"]),
            " " + self.filler("head") if self.chance(0.5) else "",
        ]

    def negative(self) -> Sample:
        """Compose a name that holds no person."""
        x = self.rng.random()
        f, r = self.filler, self.pick
        if x < 0.04:
            parts = self._trade()
        elif x < 0.14:
            parts = [
                f("adjective") + " " if self.chance(0.5) else "",
                f("head") + " ",
                f("head") if self.chance(0.6) else f("env"),
            ]
        elif x < 0.30:
            place = r(self.known_places) if self.chance(0.35) else r(self.places["latin"])
            parts = [
                place + " ",
                f("head", "head", "institution_") if False else f("head"),
                " " + f("env") if self.chance(0.2) else "",
            ]
            if self.chance(0.15):
                parts = [f("head") + " ", place]
        elif x < 0.37:
            parts = (
                [r(self.brands) + " ", f("head"), " " + f("env") if self.chance(0.2) else ""]
                if self.chance(0.7)
                else [r(self.brands)]
            )
        elif x < 0.46:
            parts = [
                f("code", "tech", "ops") + " ",
                f("code", "tech", "head", "ops", "env") + " ",
                f("env") if self.chance(0.6) else "",
            ]
        elif x < 0.55:
            parts = [w + " " for w in self.rng.sample(self.common, self.rng.randint(1, 3))] + (
                [f("head")] if self.chance(0.5) else []
            )
        elif x < 0.58:
            parts = [w + " " for w in self.rng.sample(self.rare_latin, self.rng.randint(1, 2))] + [f("head")]
        elif x < 0.60:
            word, other = r(self.ambiguous), r(self.ambiguous)
            while self.lexicon.mask(word)[2] != "2" and self.lexicon.mask(word)[3] != "2":
                word = r(self.ambiguous)
            while self.lexicon.mask(other)[2] != "2" or self.lexicon.mask(other)[0] == "2":
                other = r(self.ambiguous)
            parts = [word + " ", other + " ", f("head") if self.chance(0.6) else ""]
        elif x < 0.69:
            word = r(self.ambiguous)
            word = word.title() if self.chance(0.6) else word
            if self.chance(0.6):
                parts = [
                    word + " ",
                    r(self.common) + " " if self.chance(0.4) else "",
                    f("head"),
                    " " + f("env") if self.chance(0.15) else "",
                ]
            else:
                parts = [
                    word + " ",
                    r(self.common) if self.chance(0.5) else self.pick(self.roles["institution"]),
                    " " + f("head") if self.chance(0.5) else "",
                ]
        elif x < 0.75:
            language = r(sorted(self.foreign.keys() | self.interface.keys()))
            pool = self.foreign.get(language, [])
            pool = self.interface.get(language, pool) if not pool or self.chance(0.5) else pool
            words = [r(pool) for _ in range(self.rng.randint(1, 3))]
            if self.chance(0.4):
                words = [w.capitalize() for w in words]
            from policy.pii.normalise import script as script_name

            glue = (
                ""
                if script_name(words[0][0]) in {"han", "hiragana", "katakana", "thai"} and self.chance(0.8)
                else " "
            )
            if self.chance(0.3):
                pool = self.places.get(script_name(words[0][0]), self.known_places)
                words.insert(self.pick([0, len(words)]), r(pool))  # type: ignore[arg-type]
            parts = [w + glue for w in words]
        elif x < 0.84:
            script = r([s for s in sorted(self.words_by_script) if len(self.words_by_script[s]) > 40 and s])
            pool = self.words_by_script[script] + self.places.get(script, [])[:3000]
            glue = "" if script in {"han", "hiragana", "katakana", "thai"} and self.chance(0.7) else " "
            parts = [r(pool) + glue for _ in range(self.rng.randint(1, 3))]
            if self.chance(0.3):
                parts.append(" " + f("env"))
        elif x < 0.88:
            culture = self.pick_culture("latin")
            s, s2, g = r(culture.surname), r(culture.surname), r(culture.given)
            company = r([c for c in self.roles["company"] if c.isascii()]).title()
            parts = [
                self.pick(
                    [
                        f"{s} & {s2}",
                        f"{s} {company}",
                        f"{s} & {company}",
                        f"{s} {s2} {company}",
                        f"{s}, {s2} & {r(culture.surname)} LLP",
                        f"{g} {s} {company}",
                    ]
                )
            ]
            if self.chance(0.4):
                parts.append(" " + f("head"))
        elif x < 0.92:
            culture = self.pick_culture("latin")
            s, g = r(culture.surname), r(culture.given)
            institution = r([c for c in self.roles["institution"] if c.isascii()]).title()
            parts = [
                self.pick(
                    [
                        f"{g} {s} {institution}",
                        f"{s} {institution}",
                        f"{s} {institution}",
                        f"{institution} {s}",
                    ]
                )
            ]
            if self.chance(0.4):
                parts.append(" " + f("head"))
        elif x < 0.95:
            saints = [t for t in self.roles["saint"] if t.isascii()]
            parts = [
                r(saints).title() + " ",
                r(self.rng.choice(self.cultures_of("latin")).given) + " ",
                f("head") if self.chance(0.6) else r(self.roles["institution"]).title(),
            ]
        elif x < 0.97:
            parts = [
                f("env") + " ",
                f("head") + " ",
                r(["001", "2024-11-03", "v1.2.3", "#4821", "INC004551", "us-east-1", "24/7", "10.2.3.4"]),
            ]
        else:
            parts = [
                self.pick(self.roles["month"]).title() + " ",
                f("head", "adjective") + " ",
                f("head") if self.chance(0.5) else "",
            ]
        made: list[Part] = [(p, False) for p in parts if p.strip()]
        if not made:
            return self.negative()
        made[-1] = (made[-1][0].rstrip(), False)
        return self.style(made)


def _genitive(name: str) -> str:
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


def _ascii(text: str) -> str:
    import unicodedata

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


def _title_case(text: str) -> str:
    return re.sub(r"[^\W\d_]+(?:['’][^\W\d_]+)*", lambda m: m.group()[0].upper() + m.group()[1:], text)


def _joined(parts: list[Part]) -> Sample:
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
