"""Postal addresses in the order and words of some thirty countries; a street or a city alone is none.

An address is a street with a house number, a numbered unit in a named building, a named house on a street, or a post
office box. The grammars stand in `_address_forms`; here they are run and doubtful hits are weighed. House numbers and
order per country follow the postal unions' member pages
(https://www.upu.int/en/postal-solutions/programmes-services/addressing-solutions).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..base import Finding, Kind
from ..lexicon import lexicon
from ..normalise import fold
from . import _likely_addresses
from ._address_forms import FORMS, NO_STREET_NAMES, WEAK_STREETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..normalise import Text

LIKELY = 0.4
"""Confidence in what may be an address."""

_HAS_CLUE = re.compile(
    r"\d|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty)\s|the\s[^,]{1,40},|cottage|house|rectory|vicarage|farm|manor|lodge|grange|heol|ffordd|番|号"
    r"|,\s(?:[^\W\d_]{1,24}\s){1,2}(?:lane|road|street|rd|st|hill|green|close|drive|avenue|terrace|row|way),"
)
_EVERYDAY_ENDINGS = ("ring", "gate", "tie", "wall", "kamp", "hof", "markt", "bakken", "stien")
"""Endings of streets that many everyday words have too: engineering, delegate."""
_GERUND = re.compile("[aeiou]ring$")
"""English, as "monitoring": a German noun before `ring` ends in a consonant."""
_REGION = re.compile(
    r"(?<![^\W_])(?:af|ap|ca|cn|eu|il|me|mx|sa|us)-(?:north|south|east|west|central)(?:east|west)?-\d(?![^\W_])"
)
"""A cloud's region, such as eu-west-1: its number is no house number."""
_YEAR = re.compile(r"(?:19|20)\d\d$")
_WORDS = re.compile(r"[^\W\d_]+")


class AddressRecognizer:
    """Find postal addresses."""

    kind: Kind = "address"

    def find(self, text: Text) -> list[Finding]:
        """Answer with the postal addresses in `text`."""
        plain = "".join(
            f if len(f := fold(c)) == 1 else c.lower() if len(c.lower()) == 1 else c for c in text.norm
        )
        plain = _REGION.sub(lambda match: "x" * len(match.group()), plain)
        if not _HAS_CLUE.search(plain):
            return []
        found = self._search(text, plain, text.norm, None)
        if not found and " " not in text.norm:
            spaced, origins = _spaced(text)
            found = self._search(
                text, "".join(f if len(f := fold(c)) == 1 else c for c in spaced), spaced, origins
            )
        return found or list(self._likely(text, plain))

    def _likely(self, text: Text, plain: str) -> Iterator[Finding]:
        """Yield what may be an address; a name without a capital anywhere writes no address by a number alone."""
        for rule, pattern in _likely_addresses.FORMS:
            if (match := pattern.search(plain)) is None:
                continue
            written = text.norm[match.start() : match.end()]
            words = _WORDS.findall(plain[match.start() : match.end()])
            if rule != "address-likely-lane" and any(word in NO_STREET_NAMES for word in words):
                continue
            if rule in {"address-likely-number", "address-likely-lane"} and not all(
                w[0].isupper() for w in _WORDS.findall(written) if len(w) > 3
            ):
                continue
            yield Finding(self.kind, "advise", rule, *text.span(match.start(), match.end()), LIKELY)

    def _search(self, text: Text, plain: str, cased: str, origins: list[int] | None) -> list[Finding]:
        found: list[Finding] = []
        for rule, pattern, confidence in FORMS:
            for match in pattern.finditer(plain):
                if not _is_plausible(match, cased):
                    continue
                start, last = match.start(), match.end() - 1
                if origins is not None:
                    start, last = origins[start], origins[last]
                raw_start, raw_end = text.span(start, last + 1)
                found.append(Finding(self.kind, "stop", rule, raw_start, raw_end, confidence))
        return found


def _is_plausible(match: re.Match[str], cased: str) -> bool:
    """Weigh a hit whose street word is an everyday word: "42 Wallaby Way", but "2 way street", "2024 food drive"."""
    groups = match.groupdict()
    if compound := groups.get("compound"):
        is_word = compound.endswith(_EVERYDAY_ENDINGS) and lexicon().mask(compound)[2] != "0"
        return not (is_word or _GERUND.search(compound))
    if groups.get("accented"):
        return not cased[match.start("accented") : match.end("accented")].isascii()
    names = groups.get("name")
    if names is None:
        return True
    words = _WORDS.findall(names)
    if any(word in NO_STREET_NAMES for word in words):
        return False
    if groups.get("city"):
        # No word tells a street here: its name and the city must be written as names.
        return cased[match.start("name")].isupper() and cased[match.start("city")].isupper()
    if groups.get("street") not in WEAK_STREETS:
        return True
    number = groups.get("number") or ""
    start, end = match.span("name")
    written = cased[start:end]
    if _YEAR.match(number):
        return False
    if number.isalpha() and not (written[:1].isupper() and cased[match.start()].isupper()):
        return False
    if any(c.isupper() for c in cased):
        return all(word[0].isupper() for word in _WORDS.findall(written) if len(word) > 2)
    return len(number) >= 2


def _spaced(text: Text) -> tuple[str, list[int]]:
    """Write the words of a camelCase or slug name with blanks between, each character with its place in `norm`."""
    chars: list[str] = []
    origins: list[int] = []
    for token in text.tokens:
        chars.append(" ")
        origins.append(token.start)
        chars.extend(token.text)
        origins.extend(range(token.start, token.end))
    return "".join(chars), origins
