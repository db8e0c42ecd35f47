"""Names of stacks: what may be one.

A name becomes part of paths and an argument of engines, so it is checked before it is either.
"""

from __future__ import annotations

import re

__all__ = ["RULE", "check_stack_name", "is_stack_name"]

RULE = "a stack's name is 1 to 100 letters, digits, hyphens, underscores or dots, and begins with none of - and ."
"""Pulumi's rule, but for the beginning: `-x` would be read as a flag, and `.x` be a hidden file."""

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_SHOWN_CHARACTERS = 60


def is_stack_name(name: object) -> bool:
    """Tell whether something can be the name of a stack."""
    return isinstance(name, str) and _NAME.fullmatch(name) is not None


def check_stack_name(name: str, source: str = "") -> str:
    """Return a stack's name.

    Args:
        name: What should be one.
        source: Where it stands, for the message: `STACK`, `--from`, a file.

    Raises:
        SystemExit: If it is none; the text says where and why.
    """
    if is_stack_name(name):
        return name
    where = f"{source}: " if source else ""
    raise SystemExit(f"error: {where}{_shown(name)} is no name of a stack\nhint: {RULE}")


def _shown(name: str) -> str:
    """Return what was given in one line, without control characters, and not all of a long text."""
    return repr(name if len(name) <= _SHOWN_CHARACTERS else f"{name[:_SHOWN_CHARACTERS]}…")
