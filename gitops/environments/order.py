"""The order of environments, changed line by line, so that comments and whatever else stands there stay as they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase

from gitops.exits import GitopsError
from plain_yaml import YamlError, load_text

__all__ = ["with_stack", "without_stack"]

NAME = "stacks/order.yaml"


def without_stack(text: str, entries: Sequence[str], stack: str) -> str | None:
    """Return the text of `stacks/order.yaml` without a stack's own entry; None if it has none.

    Args:
        text: As it stands.
        entries: What it says.
        stack: The stack's name.

    Raises:
        GitopsError: If the file is not a list of lines.
    """
    if stack not in entries:
        return None
    lines = text.splitlines(keepends=True)
    kept = [line for line in lines if not _is_entry(line, stack)]
    return _checked("".join(kept), [entry for entry in entries if entry != stack], stack)


def with_stack(text: str, entries: Sequence[str], stack: str, beside: str) -> str | None:
    """Return the text of `stacks/order.yaml` with an entry more; None if an entry covers the stack already.

    It stands behind that of the stack of which it is a copy, or before it if that is the last one: what comes last is
    what all others are a rehearsal of.

    Args:
        text: As it stands.
        entries: What it says.
        stack: The stack's name.
        beside: The stack of which it is a copy.

    Raises:
        GitopsError: If the file is not a list of lines.
    """
    if any(fnmatchcase(stack, entry) for entry in entries):
        return None
    place = next((i for i, entry in enumerate(entries) if fnmatchcase(beside, entry)), len(entries) - 1)
    is_last = place == len(entries) - 1 and place > 0
    lines = text.splitlines(keepends=True)
    at = next((i for i, line in enumerate(lines) if entries and _is_entry(line, entries[place])), None)
    expected = [*entries]
    expected.insert(place if is_last else place + 1, stack)
    if at is not None:
        indent = lines[at][: lines[at].index("-")]
        if not lines[at].endswith("\n"):
            lines[at] += "\n"
        lines.insert(at if is_last else at + 1, f"{indent}- {stack}\n")
    return _checked("".join(lines), expected, stack)


def _is_entry(line: str, entry: str) -> bool:
    return re.fullmatch(rf"\s*-\s+(['\"]?){re.escape(entry)}\1\s*(#.*)?", line.rstrip("\r\n")) is not None


def _checked(text: str, expected: Sequence[str], stack: str) -> str:
    """Return a text that says what is expected.

    Raises:
        GitopsError: If it says something else, as of a list that is written in one line.
    """
    try:
        found = load_text(text) or []
    except YamlError:
        found = None
    if found != [*expected]:
        raise GitopsError(
            f"{NAME}: cannot be changed line by line, and nothing was changed",
            hint=f"write each stack on a line of its own, such as `- {stack}`",
        )
    return text
