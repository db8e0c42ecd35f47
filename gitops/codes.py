"""What an error is: by the code in front of the provider's texts, and by the engines' own words for `protect`.

A provider's error begins with its code, `[TC3001] cannot …`, whichever engine prints it, and no value within a text can
look like one (`providers/errors.py`, docs/errors.md; a test holds both sides together). So only what a message begins
with counts, and the engines' words only where there is no code.
"""

from __future__ import annotations

import re

__all__ = ["ALREADY_TOLD", "CREDENTIALS", "TAKEN", "code_of", "is_guard", "protection"]

CREDENTIALS = "TC1002"
"""The API does not take the credentials."""
ALREADY_TOLD = "TC1004"
"""Another error of the run tells what keeps it from its work."""
TAKEN = "TC5001"
"""The name is there already."""
GUARDS = "TC3"
"""What the codes begin with of what would lose data."""

_CODE = re.compile(r"\[(TC[0-9]{4})\] ")
_CHECK = re.compile(r"[^\n]* has a problem: \[(TC4[0-9]{3})\] ")
"""A check of inputs that failed; the Pulumi CLI puts the resource in front."""
_PROTECTED = re.compile(
    r"""
    unable\ to\ replace\ resource\ ".+as\ it\ is\ currently\ marked\ for\ protection   # the Pulumi CLI
    | resource\ ".+"\ cannot\ be\ deleted\s+because\ it\ is\ protected
    | resource\ .+\ is\ protected\ and\ cannot\ be\ (replaced|deleted)                 # the embedded engine
    | resource\ .+\ is\ to\ be\ deleted\ and\ created\ again,\ but\ is\ protected
    """,
    re.VERBOSE | re.DOTALL,
)


def code_of(message: str) -> str:
    """Return the code of an engine's message, freed of class and traceback; empty if it is none of the provider's."""
    found = _CODE.match(message) or _CHECK.match(message)
    return found[1] if found else ""


def is_guard(message: str) -> bool:
    """Tell whether a message is a refusal that protects what exists."""
    code = code_of(message)
    return code.startswith(GUARDS) if code else bool(protection(message))


def protection(message: str) -> str:
    """Return the part of an engine's message that says what `protect` refuses; empty for any other message."""
    found = _PROTECTED.match(message)
    return found[0] if found else ""
