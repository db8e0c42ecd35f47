# mypy: ignore-errors
# ruff: noqa: RUF001 (typographic signs are what is written)
"""Compose names that hold no person: names of the trade, and names that look as if they held one."""

from __future__ import annotations

from policy.pii.normalise import script as script_name

from .people import LATIN, People
from .wild import compose
from .writing import Part, Sample

SAME_WORDS = {"hiragana": {"han"}, "katakana": {"han", "katakana"}}
"""Scripts whose institutions are written in another one."""


class Others(People):
    """Makes names without a person; deterministic for a seed."""

    def foreign_words(self, language: str, script: str, n: int) -> list[str] | None:
        """Pick service words of a language, else of its script."""
        pool = self.foreign.get(language) or self.interface.get(language) or self.words_by_script.get(script)
        if language in self.interface and self.chance(0.3):
            pool = self.interface[language]
        return [self.pick(pool) for _ in range(n)] if pool else None

    def negative(self) -> Sample:
        """Compose a name that holds no person."""
        if self.chance(0.4):
            _, text = compose(self.wild, self.rng)
            return Sample(text, [])
        return self._alone() if self.chance(0.08) else self.special()

    def special(self) -> Sample:
        """Compose a name without a person that looks as if it held one, or is made of everyday words."""
        x = self.rng.random()
        f, r = self.filler, self.pick
        if x < 0.04:
            parts = self._trade()
        elif x < 0.055:
            state = r(self.groups["state"])
            parts = [
                r(self.known_places) + self.pick([" ", ", "]),
                state.upper(),
                " " + f("head") if self.chance(0.6) else "",
            ]
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
                f("head"),
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
                    r(self.plain_common) + " " if self.chance(0.4) else "",
                    f("head"),
                    " " + f("env") if self.chance(0.15) else "",
                ]
            else:
                parts = [
                    word + " ",
                    r(self.plain_common) if self.chance(0.5) else self.pick(self.roles["institution"]),
                    " " + f("head") if self.chance(0.5) else "",
                ]
        elif x < 0.75:
            language = r(sorted(self.foreign.keys() | self.interface.keys()))
            pool = self.foreign.get(language, [])
            pool = self.interface.get(language, pool) if not pool or self.chance(0.5) else pool
            words = [r(pool) for _ in range(self.rng.randint(1, 3))]
            if self.chance(0.4):
                words = [w.capitalize() for w in words]
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
        elif x < 0.90:
            parts = self._named_after()
        elif x < 0.93:
            culture = self.pick_culture("latin")
            s, g = r(culture.surname), r(culture.given)
            institution = r([c for c in self.roles["institution"] if LATIN.match(c)]).title()
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
            ladies = [
                "Nuestra Señora de",
                "Nuestra Señora del",
                "Nossa Senhora de",
                "Nossa Senhora da",
                "Our Lady of",
                "Notre Dame de",
            ]
            saints = ladies if self.chance(0.2) else [t for t in self.roles["saint"] if t.isascii()]
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
            return self.special()
        made[-1] = (made[-1][0].rstrip(), False)
        return self.style(made)

    def _alone(self) -> Sample:
        """Compose a lone first name or surname, which stands for shops and code names more often than for a person."""
        culture = self.pick_culture()
        name = self.pick(culture.given if self.chance(0.6) else culture.surname)
        after = [(" " + self.filler("head", "env", "owner", "ops"), False)] if self.chance(0.5) else []
        return self.style([(name, False), *after])

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
            return [name + " ", self.pick(self.plain_common) + " ", self.filler("head")]
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

    def _named_after(self) -> list[str]:
        """Compose an institution, a street or a shop that bears a name, in any alphabet."""
        culture = self.pick_culture("latin" if self.chance(0.5) else None)
        own = [
            w
            for w in self.roles["institution"]
            if script_name(w[0]) in SAME_WORDS.get(culture.script, {culture.script})
        ]
        if not own:
            return self._trade()
        institution = self.pick(own)
        name = self.pick([self.pick(culture.surname), self.pick(culture.given)])
        if culture.script in {"han", "hangul", "hiragana", "katakana"}:
            after = self.foreign_words(culture.language, culture.script, 1) if self.chance(0.4) else None
            return [name + institution + (self.pick(["", " "]) if after else ""), *(after or [])]
        if self.chance(0.3):
            name = f"{self.pick(culture.given)} {self.pick(culture.surname)}"
        if self.chance(0.2) and culture.script == "latin":
            name = f"{self.pick([t for t in self.roles['saint'] if t.isascii()])} {self.pick(culture.given)}".title()
        institution = (
            institution.capitalize() if culture.script in {"latin", "cyrillic", "greek"} else institution
        )
        glue = "" if culture.script == "thai" else " "
        named = [institution + glue, name] if self.chance(0.7) else [name + glue, institution]
        after = self.foreign_words(culture.language, culture.script, 1) if self.chance(0.5) else None
        return [*named, *(glue + word for word in after or [])]
