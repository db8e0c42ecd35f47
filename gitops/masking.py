"""What a report must not show: values that a policy objects to, names found at Twilio, values that an error repeats."""

from __future__ import annotations

import re

__all__ = ["HIDDEN", "MASKED", "objected_name", "sanitised"]

MASKED = "[masked: a policy objects]"
HIDDEN = "[not shown]"

_ECHO = re.compile(r"(property \S+ value) \{.*?\}( has a problem)", re.DOTALL)
"""Pulumi's text about a failed check repeats the value, which may be a person's name."""
_BEFORE = re.compile(
    r"^(?:error: )?(?:Preview failed: )?(?:(?:[A-Za-z_][\w.]*\.)?\w*(?:Error|Exception|Exit): )?(?=\S)"
)
"""What may stand before a text: the Pulumi CLI's word on what failed in a preview, and the class of an exception."""


def sanitised(text: str) -> str:
    """Return a message without traceback and without the values that it repeats, in one line and its hint."""
    lines = [line.rstrip() for line in _ECHO.sub(r"\1 {…}\2", text).strip().splitlines()]
    if lines and lines[0].startswith("Traceback"):
        last = max(index for index, line in enumerate(lines) if line.startswith((" ", "Traceback")))
        lines = lines[last + 1 :] or ["a traceback without a message"]
    lines = [line.strip() for line in lines if line.strip()]
    if lines:
        lines[0] = _BEFORE.sub("", lines[0])
    return "\n".join(lines)


def objected_name(name: str, message: str) -> str:
    """Return a logical name as a policy's message shows it: masked where the name itself holds personal data."""
    masked = re.sub(r"\S", "*", name)
    return masked if name not in message and f'"{masked}"' in message else name
