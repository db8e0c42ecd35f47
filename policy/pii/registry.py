"""All recognisers side by side: one call from a text to its findings.

Where findings overlap, the more certain kind keeps the place: the person inside an e-mail address is part of the
address. What overlaps within a kind is one finding.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from .addresses import AddressRecognizer
from .emails import EmailRecognizer
from .normalise import read
from .persons import PersonRecognizer
from .phones import DEFAULT_REGIONS, PhoneRecognizer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .base import Finding, Recognizer

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
        text = read(raw)
        return _without_overlaps(
            finding for recognizer in self._recognizers for finding in recognizer.find(text)
        )


@lru_cache(maxsize=16)
def _detector(regions: tuple[str, ...]) -> Detector:
    return Detector(regions)


def detect(raw: str, regions: tuple[str, ...] = DEFAULT_REGIONS) -> list[Finding]:
    """Answer with the findings in `raw`; see `Detector.detect`."""
    return _detector(regions).detect(raw)


def _without_overlaps(findings: Iterable[Finding]) -> list[Finding]:
    def rank(finding: Finding) -> tuple[int, float, int, int]:
        return _PRECEDENCE[finding.kind], -finding.confidence, finding.start - finding.end, finding.start

    kept: list[Finding] = []
    for finding in sorted(findings, key=rank):
        if not any(finding.start < other.end and other.start < finding.end for other in kept):
            kept.append(finding)
    return sorted(kept, key=lambda finding: finding.start)
