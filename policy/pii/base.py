"""What a recogniser takes and answers: the contract of the detector library, and no detection.

A recogniser looks at one `Text` and answers with `Finding`s. A finding carries positions, never the text itself, so
that it may be logged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .normalise import Text

Kind: TypeAlias = Literal["person", "email", "phone", "address"]
"""What sort of personal data a finding is."""

Tier: TypeAlias = Literal["stop", "advise"]
"""What a finding is good for.

`stop`: nearly certain; stops an update.
`advise`: worth a look by a person, and too doubtful to stop anything.
"""

KINDS: tuple[Kind, ...] = ("person", "email", "phone", "address")
TIERS: tuple[Tier, ...] = ("stop", "advise")


@dataclass(frozen=True, slots=True)
class Finding:
    """One stretch of personal data in a text.

    Attributes:
        kind: sort of personal data.
        tier: what it is good for.
        rule: kebab-case name of the rule that found it: the sort of evidence.
        start: first character, counted from 0 in the text as given.
        end: one past the last character.
        confidence: 0 to 1; for persons a probability in a mix of names in which they are a few percent, else comparable
            within a kind.
    """

    kind: Kind
    tier: Tier
    rule: str
    start: int
    end: int
    confidence: float


class Recognizer(Protocol):
    """One detector: constants, then `find`, then private helpers."""

    @property
    def kind(self) -> Kind:
        """Kind of every finding it makes."""

    def find(self, text: Text) -> Sequence[Finding]:
        """Answer with the findings in `text`; never raises, linear in the text's length."""
