# mypy: ignore-errors
# ruff: noqa: RUF001 (typographic signs are what is written)

"""Compose labelled service names for the tagger: people in their surroundings, and names without any. Development only.

Real lists go in, whole names come out: the tagger must see people among the words that service names are made of. What
is composed here is never used to measure; `evaluation/` is written by hand.
"""

from __future__ import annotations

import re

from policy.pii.normalise import fold

from .others import Others
from .people import Culture
from .writing import Part, Sample, ascii_of, joined

GENITIVES = dict.fromkeys(("de", "sv", "da", "no", "nb", "nl", "is"), "s") | {"fi": "n", "eu": "ren"}
"""What a language appends to a name to say whose something is."""


class Composer(Others):
    """Makes samples; deterministic for a seed."""

    def positive(self) -> Sample:
        """Compose a name that holds a person."""
        culture = self.pick_culture()
        if culture.script == "latin" and self.chance(0.16):
            return self._username(culture)
        parts, needs_cue = self.person(culture)
        latin = culture.script == "latin"
        if latin and culture.language in GENITIVES and self.chance(0.25):
            return self._genitive(culture, parts)
        if latin and self.chance(0.04):
            parts = [(self.pick(self.first_names).title(), True)]
        if latin and self.chance(0.10 if len(parts) > 1 or " " in parts[0][0] else 0.6):
            parts.append((self.pick(["'s", "'s", "’s", "s"]), False))
            return self.style([*parts, (" " + self._owned(), False)])
        before: list[Part] = []
        after: list[Part] = []
        if needs_cue and latin:
            x = self.rng.random()
            known = self.lexicon.mask(fold(parts[0][0]))
            if x < 0.35:
                parts.append((self.pick(["'s", "’s"]), False))
                after = [(" " + self._owned(), False)]
            elif x < 0.45 and known[0] == "2" and known[2] != "2":
                after = [(f" {self.pick(['from', 'from', 'in'])} {self.filler('department')}", False)]
            elif x < 0.65:
                before = [(self.filler("cue_before") + self.pick([" ", ": ", " - "]), False)]
            else:
                before = [(self._owned() + self.pick([" of ", " for ", " of "]), False)]
            return self.style(before + parts + after)
        x = self.rng.random()
        if not latin or (culture.language in self.foreign and self.chance(0.35)):
            words = self.foreign_words(culture.language, culture.script, 2)
            glue = (
                "" if culture.script in {"han", "hiragana", "katakana", "thai"} and self.chance(0.75) else " "
            )
            if words and x < 0.55:
                if latin and self.chance(0.3):
                    of = {
                        "pt": ["do", "da", "de"],
                        "es": ["de"],
                        "fr": ["de", "chez"],
                        "it": ["di"],
                        "de": ["von", "für"],
                    }
                    before = [(f"{words[0]} {self.pick(of.get(culture.language, ['-', ':']))} ", False)]
                elif self.chance(0.6):
                    after = [(glue + words[0], False)] + (
                        [(glue + words[1], False)] if self.chance(0.15) else []
                    )
                else:
                    before = [(words[0] + glue, False)]
            elif x < 0.62:
                after = [(self.pick([" ", "-", "_"]) + self.filler("env", "owner"), False)]
            return self.style(before + parts + after) if latin else joined(before + parts + after)
        if x < 0.30:
            pass
        elif x < 0.34:
            after = [(self._contact(), False)]
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
        elif x < 0.93:
            before = [(self.filler("head", "owner", "department", "code").capitalize() + " (", False)]
            after = [(")", False)]
        elif x < 0.96:
            after = [(self.pick([" (", " - ", ", ", " / "]) + self.pick(self.known_places), False)]
        else:
            second, _ = self.person(self.pick_culture("latin"))
            after = [(self.pick([" & ", " and ", " + ", "/"]), False), *second]
        if self.chance(0.12):
            before.insert(0, (self.stranger() + " ", False))
        elif self.chance(0.05):
            after.append((" " + self.stranger(), False))
        if after and self.chance(0.12):
            after.append((self.pick([" 2", " 01", " 2025", "7", " v2", " 3"]), False))
        return self.style(before + parts + after)

    def stranger(self) -> str:
        """Pick what stands beside a name and is none: a customer, a package, a town, a product."""
        return self.pick(
            self.wild[self.pick(["package", "brand", "brand", "coined", "town", "language"])]
        ).lstrip("@")

    def _owned(self) -> str:
        """Compose what belongs to a person: "inbox", "test queue", "Twilio playground"."""
        words = [self.filler("owner", "owner", "head", "department")]
        if self.chance(0.4):
            words.insert(0, self.filler("env", "head", "adjective", "tech", "department"))
        return " ".join(words)

    def _genitive(self, culture: Culture, parts: list[Part]) -> Sample:
        """Compose a genitive without an apostrophe: "Sabines Warteschlange", "Eevan palvelujono"."""
        ending = GENITIVES[culture.language]
        if self.chance(0.6):
            parts = [(self.pick(culture.given), True)]
        name, _ = parts[-1]
        if name[-1:].lower() in "sxzn" or not name[-1:].isalpha():
            return self.positive()
        if ending == "n" and name[-1].lower() not in "aeiouyäö":
            ending = "in"
        parts[-1] = (name + ending, True)
        words = self.foreign_words(culture.language, "latin", 1) or [self.filler("owner")]
        return self.style([*parts, (" " + words[0].capitalize(), False)])

    def _username(self, culture: Culture) -> Sample:
        g = re.sub(r"[^a-z]", "", ascii_of(self.pick(culture.given)).lower()) or "x"
        s = re.sub(r"[^a-z]", "", ascii_of(self.pick(culture.surname)).lower()) or "y"
        if len(s) < 3:
            return self.positive()
        sep = self.pick(["", ".", "_", "-"])
        form = self.rng.random()
        if self.chance(0.1):
            s = self.pick(self.wordy_surnames)
        if form < 0.36:
            name = g[0] + (sep if self.chance(0.3) else "") + s
        elif form < 0.40:
            name = g[0] + self.pick("abcdefghjklmnprstvw") + s
        elif form < 0.48:
            name = s + g[0]
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
        if self.chance(0.4):
            parts.append((glue + self.filler("env", "owner", "env"), False))
        if self.chance(0.08):
            parts = [(text.upper(), is_person) for text, is_person in parts]
        x = self.rng.random()
        if x < 0.12:
            parts.insert(0, (self.filler("ops", "env", "code", "head") + glue, False))
        elif x < 0.24:
            parts.insert(0, (self.stranger().lower() + glue, False))
        return joined(parts)
