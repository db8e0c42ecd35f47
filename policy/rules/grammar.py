"""A team's grammar of names: `<product>-<purpose>-<stack>`, with lists of the values that a part may have."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_PART = re.compile(r"<([^<>]*)>")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_DEFAULT_PART = "[a-z][a-z0-9]*"
_SEPARATOR = re.compile("[^A-Za-z0-9]")

STACK = "stack"
"""The part that is the stack's own name."""


class GrammarError(ValueError):
    """The grammar can't be used; the text says why, and what to do. Not worth a retry."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """A grammar for one stack.

    Attributes:
        text: as configured.
        pattern: what a name must match.
        listed: names of the pattern's groups that hold a listed value.
    """

    text: str
    pattern: re.Pattern[str]
    listed: frozenset[str]

    def matches(self, name: str) -> bool:
        """Tell whether a name follows the grammar."""
        return self.pattern.fullmatch(name) is not None

    def listed_in(self, name: str) -> tuple[tuple[int, int], ...]:
        """Tell which stretches of a name are values that the team has listed; none if it does not follow."""
        match = self.pattern.fullmatch(name)
        return tuple(match.span(group) for group in sorted(self.listed)) if match else ()


def read_grammar(text: str, values: Mapping[str, Sequence[str]], stack: str) -> Grammar:
    """Read a grammar.

    Args:
        text: parts in angle brackets, anything else as it stands.
        values: the values allowed for a part; a part without any is a lower-case word.
        stack: the value of the part `<stack>`.

    Raises:
        GrammarError: if a part is malformed, two free parts touch, or `values` names no part.
    """
    pieces: list[str] = []
    names: list[str] = []
    listed: set[str] = set()
    last = 0
    free = ""
    for match in _PART.finditer(text):
        between, part = text[last : match.start()], match.group(1)
        if not _NAME.fullmatch(part):
            raise GrammarError("each part must be a letter, then letters, digits or _, in angle brackets")
        pieces.append(re.escape(_plain(between)))
        allowed = [stack] if part == STACK else list(values.get(part, ()))
        if any(not value for value in allowed):
            raise GrammarError(f"values: {part} must list texts that are not empty")
        if _SEPARATOR.search(between):
            free = ""
        if allowed:
            group = f"p{len(names)}"
            listed.add(group)
            longest_first = sorted(allowed, key=len, reverse=True)
            pieces.append(f"(?P<{group}>{'|'.join(map(re.escape, longest_first))})")
        else:
            if free:
                raise GrammarError(
                    f"<{free}> and <{part}> have no listed values: put a sign such as - between them"
                )
            pieces.append(_DEFAULT_PART)
            free = part
        names.append(part)
        last = match.end()
    pieces.append(re.escape(_plain(text[last:])))
    if strange := sorted(set(values) - set(names)):
        raise GrammarError(f"values: {', '.join(strange)}: no part of the grammar has that name")
    return Grammar(text, re.compile("".join(pieces)), frozenset(listed))


def _plain(text: str) -> str:
    if "<" in text or ">" in text:
        raise GrammarError("each part must stand between < and >")
    return text
