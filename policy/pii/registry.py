"""All recognisers side by side: one call from a text to its findings.

Where findings overlap, what stops goes before what advises, and then the more certain kind keeps the place: the person
inside an e-mail address is part of the address. What overlaps within a kind is one finding.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from .contacts.addresses import AddressRecognizer
from .contacts.emails import EmailRecognizer
from .contacts.phones import DEFAULT_REGIONS, PhoneRecognizer
from .normalise import read
from .persons.recognizer import PersonRecognizer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .base import Finding, Recognizer

WINDOW = 1024
"""Characters that are looked at together; names end at 256, message templates at 512."""
OVERLAP = 160
"""Characters of a window that the next one looks at again, so that nothing is cut in two."""

_GAP = " ,.;:-\u2013\u2014|/(<"
"""What parts a person from the contact behind it."""
_BREAK = re.compile("[-\u2013\u2014:;(/|]")
"""What ends an address."""
_CUES = frozenset({"person-title", "person-honorific", "person-initials"})
"""Rules whose persons stay persons behind an address."""
_PRECEDENCE = {"email": 0, "phone": 1, "address": 2, "person": 3}


class Detector:
    """A set of recognisers.

    Args:
        regions: ISO 3166 codes of the regions whose national phone numbers are recognised.
    """

    def __init__(self, regions: tuple[str, ...] = DEFAULT_REGIONS) -> None:
        self._recognizers: tuple[Recognizer, ...] = (
            EmailRecognizer(),
            PhoneRecognizer(regions),
            AddressRecognizer(),
            PersonRecognizer(),
        )

    def detect(self, raw: str) -> list[Finding]:
        """Answer with the findings in `raw`, in the order of their positions; positions count from 0 in `raw`."""
        kept = _without_overlaps(
            (
                replace(finding, start=offset + finding.start, end=offset + finding.end)
                for offset, part in _windows(raw)
                for finding in self._find(part)
            ),
            raw,
        )
        return [finding for finding in kept if not _ends_an_address(finding, kept, raw)]

    def _find(self, raw: str) -> Iterator[Finding]:
        text = read(raw)
        return (finding for recognizer in self._recognizers for finding in recognizer.find(text))


@lru_cache(maxsize=16)
def _detector(regions: tuple[str, ...]) -> Detector:
    return Detector(regions)


def detect(raw: str, regions: tuple[str, ...] = DEFAULT_REGIONS) -> list[Finding]:
    """Answer with the findings in `raw`; see `Detector.detect`."""
    return _detector(regions).detect(raw)


def _windows(raw: str) -> Iterator[tuple[int, str]]:
    """Yield (offset, part) of a text, parts that lap over and cut no word where there is a blank."""
    start = 0
    while len(raw) - start > WINDOW:
        end = start + WINDOW
        blank = raw.rfind(" ", end - OVERLAP // 2, end)
        yield start, raw[start : blank if blank >= 0 else end]
        least = start + WINDOW - OVERLAP
        blank = raw.find(" ", least, least + OVERLAP // 2)
        start = blank + 1 if blank >= 0 else least
    yield start, raw[start:]


def _ends_an_address(finding: Finding, found: list[Finding], raw: str) -> bool:
    """Tell the floor and the town behind an address from a person: "Calle del Olmo 27, 3º izq., 28012 Madrid"."""
    if finding.kind != "person" or finding.rule in _CUES:
        return False
    gaps = (
        raw[each.end : finding.start]
        for each in found
        if each.kind == "address" and each.end <= finding.start
    )
    return any(gap.startswith(",") and not _BREAK.search(gap) for gap in gaps)


def _without_overlaps(findings: Iterable[Finding], raw: str) -> list[Finding]:
    def rank(finding: Finding) -> tuple[bool, int, float, int, int]:
        return (
            finding.tier != "stop",
            _PRECEDENCE[finding.kind],
            -finding.confidence,
            finding.start - finding.end,
            finding.start,
        )

    kept: list[Finding] = []
    for finding in sorted(findings, key=rank):
        over = [other for other in kept if finding.start < other.end and other.start < finding.end]
        if not over:
            kept.append(finding)
        elif finding.kind == "person" and finding.start < (start := min(other.start for other in over)):
            # "Heike Sauerbrey, Gartenweg 9": the street is not the person's. Beside an e-mail one word is no name.
            before = raw[finding.start : start].rstrip(_GAP)
            if len(before.split()) > (0 if all(other.kind == "address" for other in over) else 1):
                kept.append(replace(finding, end=finding.start + len(before)))
    return sorted(kept, key=lambda finding: finding.start)
