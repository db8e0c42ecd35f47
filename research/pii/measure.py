"""Count what the detector finds: in labelled names by kind and tier, and in wild names by form. No tables here."""

from __future__ import annotations

import itertools
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from policy.pii import Finding, detect
from policy.pii.normalise import script

from .rows import Row
from .wild import ENVIRONMENTS, read_apart, wild

TIERS = ("stop", "any")
"""What stops an update, and what stops or advises."""


@dataclass(slots=True)
class Tally:
    """Counts of rows: found and wanted, found and not wanted, wanted and not found."""

    hits: int = 0
    false_alarms: int = 0
    misses: int = 0

    @property
    def precision(self) -> float:
        """Share of what was found that was wanted; 1 if nothing was found."""
        return self.hits / (self.hits + self.false_alarms) if self.hits + self.false_alarms else 1.0

    @property
    def recall(self) -> float:
        """Share of what was wanted that was found; 1 if nothing was wanted."""
        return self.hits / (self.hits + self.misses) if self.hits + self.misses else 1.0

    @property
    def wanted(self) -> int:
        """Number of rows that hold the kind."""
        return self.hits + self.misses

    def count(self, *, found: bool, wanted: bool) -> None:
        """Count one row."""
        self.hits += found and wanted
        self.false_alarms += found and not wanted
        self.misses += wanted and not found


@dataclass(slots=True)
class Figures:
    """Counts of one tier.

    Attributes:
        by_kind: counts per kind.
        latin: counts of people in names in Latin letters.
        other_scripts: counts of people in other names.
        by_region: counts per region, all kinds together.
        negatives_flagged: names that hold nothing and in which something was found.
        errors: rows that went wrong, with the kinds found.
    """

    by_kind: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    latin: Tally = field(default_factory=Tally)
    other_scripts: Tally = field(default_factory=Tally)
    by_region: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    negatives_flagged: int = 0
    errors: list[tuple[Row, frozenset[str]]] = field(default_factory=list)

    @property
    def total(self) -> Tally:
        """Counts of all kinds together."""
        tallies = self.by_kind.values()
        return Tally(
            sum(t.hits for t in tallies), sum(t.false_alarms for t in tallies), sum(t.misses for t in tallies)
        )

    def add(self, row: Row, found: frozenset[str]) -> None:
        """Count one row."""
        self.negatives_flagged += bool(found) and not row.kinds
        for kind in found | row.kinds:
            tallies = [self.by_kind[kind], self.by_region[row.region]]
            if kind == "person":
                tallies.append(self.latin if is_latin(row.text) else self.other_scripts)
            for tally in tallies:
                tally.count(found=kind in found, wanted=kind in row.kinds)
        if found != row.kinds:
            self.errors.append((row, found))


@dataclass(slots=True)
class Result:
    """Figures of one set.

    Attributes:
        rows: number of names.
        negatives: number of names that hold nothing.
        tiers: figures by tier.
        confidences: for each row, the highest confidence in a person, and whether one is meant.
        seconds: processor time of each name: other processes must not count.
    """

    rows: int = 0
    negatives: int = 0
    tiers: dict[str, Figures] = field(default_factory=lambda: {tier: Figures() for tier in TIERS})
    confidences: list[tuple[float, bool]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def is_latin(text: str) -> bool:
    """Tell whether most letters of a text are Latin ones."""
    scripts = [script(char) for char in text if char.isalpha()]
    return sum(name == "latin" for name in scripts) * 2 >= len(scripts)


def evaluate(rows: Iterable[Row]) -> Result:
    """Run the detector over `rows` and count."""
    result = Result()
    for row in rows:
        started = time.process_time()
        findings = detect(row.text)
        result.seconds.append(time.process_time() - started)
        result.rows += 1
        result.negatives += not row.kinds
        for tier in TIERS:
            result.tiers[tier].add(row, frozenset(f.kind for f in findings if tier in (f.tier, "any")))
        result.confidences.append((_certainty(findings), "person" in row.kinds))
    return result


def _certainty(findings: Sequence[Finding]) -> float:
    return max((f.confidence for f in findings if f.kind == "person"), default=0.0)


@dataclass(slots=True)
class Rates:
    """Names of one form: how many there are, are stopped, and are stopped or advised on.

    Attributes:
        confidences: for each name, the highest confidence in a person.
    """

    names: int = 0
    stopped: int = 0
    flagged: int = 0
    confidences: list[float] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Count one name."""
        findings = detect(text)
        self.names += 1
        self.stopped += any(f.tier == "stop" for f in findings)
        self.flagged += bool(findings)
        self.confidences.append(_certainty(findings))


def measure_wild(count: int) -> dict[str, Rates]:
    """Measure wild names from the words that are kept aside, by form."""
    rates: dict[str, Rates] = defaultdict(Rates)
    for form, text in wild(count):
        rates[form].add(text)
    return dict(sorted(rates.items()))


def measure_apart(count: int) -> dict[str, Rates]:
    """Measure names made of the words of the list that is used for nothing else, in the commonest forms."""
    words = read_apart()[:count]
    rng = random.Random(1)  # noqa: S311
    rates: dict[str, Rates] = defaultdict(Rates)
    for word in words:
        environment = rng.choice(ENVIRONMENTS)
        rates["<word>"].add(word)
        rates["<word>-<environment>"].add(f"{word}-{environment}")
        rates["<word><digit>"].add(f"{word}{rng.randint(1, 99)}")
        rates["<word>-<word>-<environment>"].add(f"{word}-{rng.choice(words)}-{environment}")
    return dict(rates)


def summed(rates: Iterable[Rates]) -> Rates:
    """Add up the rates of several forms."""
    added = Rates()
    for each in rates:
        added.names += each.names
        added.stopped += each.stopped
        added.flagged += each.flagged
        added.confidences += each.confidences
    return added


def precision_at(share: float, recall: float, false_rate: float) -> float:
    """Answer with the precision where persons are `share` of the names and the others are as wild ones."""
    hits, alarms = share * recall, (1 - share) * false_rate
    return hits / (hits + alarms) if hits + alarms else 1.0


def calibration(
    persons: Sequence[float], others: Sequence[float], share: float, edges: Sequence[float]
) -> list[tuple[float, float, float, float]]:
    """Compare confidence with truth where persons are `share` of the names.

    Answers with a row for each bin that is not empty: lower edge, upper edge, mean confidence, share of persons.
    """
    weighted = [(c, share / len(persons), True) for c in persons]
    weighted += [(c, (1 - share) / len(others), False) for c in others]
    rows = []
    for low, high in itertools.pairwise(edges):
        inside = [(c, w, is_person) for c, w, is_person in weighted if low <= c < high]
        mass = sum(w for _, w, _ in inside)
        if mass:
            mean = sum(c * w for c, w, _ in inside) / mass
            rows.append((low, high, mean, sum(w for _, w, is_person in inside if is_person) / mass))
    return rows
