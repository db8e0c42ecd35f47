"""Which names the board shows: those to which the policy on personal data has no objection.

A name that it objects to, or advises against, is masked letter by letter, as its own messages do. If the policy cannot
be asked, no name is shown at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from gitops.adoption.objections import Judgement, judged
from gitops.board.model import Finding
from gitops.exits import GitopsError
from gitops.masking import HIDDEN

__all__ = ["ADVISES", "STOPS", "Names", "looked_at"]

STOPS, ADVISES = "no-personal-data", "possible-personal-data"
KINDS = {"person": "a person's name", "email": "an e-mail address", "phone": "a phone number"}
KINDS |= {"address": "a home address"}


class Names:
    """Shows names that were looked at.

    Args:
        asked: The names that the policy was asked about.
        found: What it finds, by name; None if it could not be asked.
        why: Why it could not be asked.
    """

    def __init__(
        self, asked: Iterable[str] = (), found: Mapping[str, Judgement] | None = None, why: str = ""
    ) -> None:
        self._asked = frozenset(asked)
        self._found = found
        self.why = why

    def is_fine(self, text: str) -> bool:
        """Tell whether a text was looked at, and may be shown."""
        return self._found is not None and text in self._asked and text not in self._found

    def shown(self, text: object) -> str:
        """Return a text as it may be shown; one that was not looked at is not."""
        if not isinstance(text, str) or not text:
            return ""
        if self._found is None or text not in self._asked:
            return HIDDEN
        return text if self.is_fine(text) else re.sub(r"\S", "*", text)

    def findings(self, texts: Iterable[tuple[str, object]]) -> tuple[Finding, ...]:
        """Return what the policy finds in texts.

        Args:
            texts: Each with the setting that holds it, for people: `friendlyName`.
        """
        made: list[Finding] = []
        for setting, text in texts:
            judgement = self._found.get(text) if self._found and isinstance(text, str) else None
            for policy, kinds in (
                ((STOPS, judgement.stops), (ADVISES, judgement.advises)) if judgement else ()
            ):
                if kinds:
                    what = " and ".join(KINDS.get(kind, kind) for kind in kinds)
                    verb = "holds" if policy == STOPS else "may hold"
                    made.append(
                        Finding(
                            policy=policy, is_mandatory=policy == STOPS, message=f"{setting} {verb} {what}"
                        )
                    )
        return (*dict.fromkeys(made),)


def looked_at(texts: Iterable[object], stack: str) -> Names:
    """Ask the policy on personal data about every text that may be shown."""
    asked = {text: None for text in texts if isinstance(text, str)}
    try:
        return Names(asked, judged(asked, stack))
    except GitopsError as error:
        return Names(why=f"no name is shown: {error}")
