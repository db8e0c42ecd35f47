"""What is left of a detector's findings once reviewed words are taken out: allow-list, and a grammar's listed values.

A finding is excused if reviewed words and words of the trade (`prod`, `desk`, `eu`, a number) account for all of it.
So `netflix` allows `netflix-prod`, and neither `netflix-jsmith` nor, where a team has reviewed `maria`, `maria-lopez`:
a word that may be part of a person's name stays found. What is left of the name is judged once more on its own.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from ..pii import KINDS, Finding, detect
from ..pii.normalise import fold, read
from ..pii.persons.features import UNSPACED
from .words import is_name, is_of_the_trade, makes_a_person

if TYPE_CHECKING:
    from ..pii.normalise import Text
    from .allow_list import Entry

STOPPING = tuple(f"{kind}/stop" for kind in KINDS)
"""The findings that stop an update with the default settings, as kind/tier."""
ADVISING = tuple(f"{kind}/advise" for kind in KINDS)
"""The findings that are only advised of with the default settings."""

LONGEST_KEPT = 512
"""Characters of the longest text whose findings are kept for the next policy that asks."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found in one text, and what became of it.

    Attributes:
        findings: what no reviewed word accounts for, in the order of positions.
        used: positions of the entries that account for a finding.
        expired: the expired entry that would account for a finding, if any.
    """

    findings: tuple[Finding, ...] = ()
    used: frozenset[int] = frozenset()
    expired: Entry | None = None


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a team has reviewed.

    Attributes:
        entries: the entries of the allow-list that are meant for the stack.
        today: the day on which they must count.
    """

    entries: Sequence[Entry] = ()
    today: dt.date = field(default_factory=lambda: dt.datetime.now(tz=dt.UTC).date())


@lru_cache(maxsize=1024)
def _kept(text: str, regions: tuple[str, ...]) -> tuple[Finding, ...]:
    return tuple(detect(text, regions))


def _detect(text: str, regions: tuple[str, ...]) -> tuple[Finding, ...]:
    return _kept(text, regions) if len(text) <= LONGEST_KEPT else tuple(detect(text, regions))


def stops(finding: Finding) -> bool:
    """Tell whether a finding stops an update with the default settings."""
    return f"{finding.kind}/{finding.tier}" in STOPPING


def judge(raw: str, regions: tuple[str, ...], reviewed: Reviewed, listed: Sequence[Span] = ()) -> Judgement:
    """Judge a text.

    Args:
        raw: the text.
        regions: whose national phone numbers count.
        reviewed: entries of the allow-list.
        listed: stretches of `raw` that a grammar's listed values account for; they excuse persons only.
    """
    found = _detect(raw, regions)
    if not found or not (reviewed.entries or listed):
        return Judgement(found)
    text = _Words(raw)
    spots = {entry: spans for entry in reviewed.entries if (spans := list(text.spots(entry.parts)))}
    live = [s for entry, spans in spots.items() if not entry.is_expired(reviewed.today) for s in spans]
    left, excused = text.without(found, live, listed)
    if excused:
        rest = _detect(_blanked(raw, [*live, *listed]), regions)
        left += [
            f for f in rest if f.kind == "person" and not any(_overlap(_span(f), _span(g)) for g in left)
        ]
    used = {
        entry.position
        for entry, spans in spots.items()
        if not entry.is_expired(reviewed.today)
        and any(_overlap(span, _span(f)) for span in spans for f in excused)
    }
    expired = (
        entry
        for entry, spans in spots.items()
        if entry.is_expired(reviewed.today) and text.without(left, [*live, *spans], listed)[1]
    )
    return Judgement(tuple(sorted(left, key=_span)), frozenset(used), next(expired, None))


def accounts_for(parts: Sequence[str], name: str) -> bool:
    """Tell whether an entry's parts and words of the trade make up a whole name."""
    words = _Words(name)
    return words.is_made_of(list(words.spots(parts)))


class _Words:
    """A text's words with their places in it, and which of its characters reviewed words cover."""

    def __init__(self, raw: str) -> None:
        self.text = read(raw)
        self._spans = [self.text.span(token.start, token.end) for token in self.text.tokens]
        self._starts = [start for start, _ in self._spans]
        self._joined = "".join(token.folded for token in self.text.tokens)
        self._borders = _borders(self.text)

    def spots(self, parts: Sequence[str]) -> Iterator[Span]:
        """Yield where an entry's parts stand, one behind the other, each at the borders of words."""
        starts, ends = self._borders
        at = 0
        while True:
            spans: list[Span] = []
            for part in parts:
                found = _next(self._joined, part, at, starts, ends)
                if found < 0:
                    return
                at = found + len(part)
                spans.append(self.text.span(starts[found], ends[at]))
            yield from spans

    def without(
        self, found: Sequence[Finding], live: Sequence[Span], listed: Sequence[Span]
    ) -> tuple[list[Finding], list[Finding]]:
        """Part findings into those that stay and those that reviewed words account for."""
        left: list[Finding] = []
        excused: list[Finding] = []
        covered = {"person": self._covered([*live, *listed]), "other": self._covered(live)}
        for finding in found:
            marks = covered["person" if finding.kind == "person" else "other"]
            (excused if self._is_accounted_for(finding, marks) else left).append(finding)
        return left, excused

    def is_made_of(self, spans: Sequence[Span]) -> bool:
        """Tell whether `spans` and words of the trade make up the whole text."""
        covered = self._covered(spans)
        rest = (piece for i in range(len(self._spans)) for piece in self._uncovered(i, covered))
        return bool(spans) and all(is_of_the_trade(piece) for piece in rest)

    def _covered(self, spans: Sequence[Span]) -> bytearray:
        marks = bytearray(len(self.text.raw))
        for start, end in spans:
            marks[start:end] = b"\1" * (end - start)
        return marks

    def _is_accounted_for(self, finding: Finding, covered: bytearray) -> bool:
        if not any(covered[finding.start : finding.end]):
            return False
        first = max(0, bisect_right(self._starts, finding.start) - 1)
        last = bisect_left(self._starts, finding.end) - 1
        first += self._spans[first][1] <= finding.start
        rest = [piece for i in range(first, last + 1) for piece in self._uncovered(i, covered)]
        if finding.kind != "person":
            return not rest
        strict = any(
            is_name(self.text.tokens[i].folded)
            for i in range(first, last + 1)
            if any(covered[slice(*self._spans[i])])
        )
        beside = [
            self.text.tokens[i].folded
            for i in (first - 1, last + 1)
            if 0 <= i < len(self._spans) and list(self._uncovered(i, covered)) and not self._is_version(i)
        ]
        return all(
            is_of_the_trade(piece) or (not strict and len(piece) == 1 and piece.isascii()) for piece in rest
        ) and not any(makes_a_person(word, beside_a_name=strict) for word in beside)

    def _is_version(self, i: int) -> bool:
        """Tell the letter of `v2` from an initial."""
        tokens = self.text.tokens
        return (
            tokens[i].folded == "v"
            and i + 1 < len(tokens)
            and tokens[i + 1].gap == ""
            and tokens[i + 1].shape == "digits"
        )

    def _uncovered(self, i: int, covered: bytearray) -> Iterator[str]:
        """Yield the stretches of a word that nothing covers, folded; the whole word if nothing touches it."""
        token = self.text.tokens[i]
        piece = ""
        for at in range(token.start, token.end):
            start, end = self.text.span(at, at + 1)
            if all(covered[start:end]):
                if piece:
                    yield fold(piece)
                piece = ""
            elif self.text.norm[at] != "'":
                piece += self.text.norm[at]
        if piece:
            yield fold(piece)


def _next(joined: str, part: str, at: int, starts: dict[int, int], ends: dict[int, int]) -> int:
    found = joined.find(part, at)
    while found >= 0 and not (found in starts and found + len(part) in ends):
        found = joined.find(part, found + 1)
    return found


def _borders(text: Text) -> tuple[dict[int, int], dict[int, int]]:
    """Map positions in the run-together words, where one may begin or end, to positions in the text.

    A script without blanks has them everywhere.
    """
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    at = 0
    for token in text.tokens:
        size = len(token.folded)
        starts[at], ends[at + size] = token.start, token.end
        if token.script in UNSPACED and size == token.end - token.start:
            for i in range(1, size):
                starts[at + i] = ends[at + i] = token.start + i
        at += size
    return starts, ends


def _blanked(raw: str, spans: Sequence[Span]) -> str:
    chars = list(raw)
    for start, end in spans:
        chars[start:end] = " " * (end - start)
    return "".join(chars)


def _span(finding: Finding) -> Span:
    return finding.start, finding.end


def _overlap(first: Span, second: Span) -> bool:
    return first[0] < second[1] and second[0] < first[1]
