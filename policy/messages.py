"""The text of a violation: resource, property, kind, rule and position, never the personal data itself."""

from __future__ import annotations

from .pii import Finding, detect


def mask(text: str) -> str:
    """Put an asterisk in the place of every character but blanks."""
    return "".join(" " if c.isspace() else "*" for c in text)


def shown(resource_name: str) -> str:
    """Quote a logical name, masked where the stopping tier finds personal data in it: it is the user's own text."""
    is_personal = any(finding.tier == "stop" for finding in detect(resource_name))
    return f'"{mask(resource_name) if is_personal else resource_name}"'


def describe(resource_name: str, path: str, text: str, finding: Finding) -> str:
    """Say where `finding` lies in the input `path` without repeating it; positions count from 1."""
    return (
        f"{path} of {shown(resource_name)} holds personal data: {finding.kind} (rule {finding.rule}, "
        f"characters {finding.start + 1} to {finding.end} of {len(text)}): {mask(text[finding.start : finding.end])}"
    )
