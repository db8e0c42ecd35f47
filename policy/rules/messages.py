"""The text of a violation: resource, property, kind, rule and position, never the personal data itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..pii import Finding, detect

if TYPE_CHECKING:
    from .resources import Value


def mask(text: str) -> str:
    """Put an asterisk in the place of every character but blanks."""
    return "".join(" " if c.isspace() else "*" for c in text)


def is_personal(text: str) -> bool:
    """Tell whether the stopping tier finds personal data in a user's own text, such as a logical name."""
    return any(finding.tier == "stop" for finding in detect(text))


def safe(text: str) -> str:
    """Give a user's own text, masked where it is personal."""
    return mask(text) if is_personal(text) else text


def shown(resource_name: str) -> str:
    """Quote a logical name, masked where it is personal."""
    return f'"{safe(resource_name)}"'


def shown_path(value: Value) -> str:
    """Write where a value stands, each key masked where it is personal."""
    return ".".join(safe(key) for key in value.keys)


def describe(resource_name: str, value: Value, text: str, finding: Finding) -> str:
    """Say where `finding` lies in an input without repeating it; positions count from 1."""
    return (
        f"{shown_path(value)} of {shown(resource_name)} holds personal data: {finding.kind} (rule {finding.rule}, "
        f"characters {finding.start + 1} to {finding.end} of {len(text)}): {mask(text[finding.start : finding.end])}"
    )
