"""Names and texts of others, so that they stay what they are: words, code, a line of HTML."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable

__all__ = ["code", "escaped", "lines", "listed", "quoted", "thing"]

FEW = 3
"""Up to so many that say the same have a line each."""

_PLAIN = re.compile(r"[(\"'“]?[^\W_]+(?:[-'./][^\W_]+)*[)\"'”]?[.,;:!?…]*")
"""A word in which Markdown, GitHub's own signs included, sees nothing but a word."""
_REFERENCE = re.compile(r"(?i)\bwww\.|\b[0-9a-f]{7,}\b|\b[a-z]+-\d")
"""What GitHub makes a link of all the same: addresses, commits, GH-1 and a repository's own kinds of numbers."""
_NUMBERED = re.compile(r"\A(\d+)([.)])(?!\S)")
_UNSHOWN = ("Cc", "Cf", "Cs")
"""Kinds of characters that are not seen: they control, have no width or turn the direction, or are half of one."""
_SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")


def escaped(text: object) -> str:
    """Return a text in one line, as it stands: words as words, and all that may mean something else as code.

    In code nothing is Markdown, a link or a mention; a backslash does not keep GitHub from making one.
    """
    # At the beginning of a line a number with a dot would begin a list.
    return _NUMBERED.sub(r"\1\\\2", " ".join(map(_word, _one_line(text).split())))


def quoted(text: object) -> str:
    """Return a name or value as code, in which nothing is Markdown and nobody is mentioned."""
    return f"`{_one_line(text).replace('`', chr(39)) or ' '}`"


def code(text: object) -> str:
    """Return a name as code in a line of HTML, where Markdown is not read."""
    return f"<code>{html.escape(_one_line(text)) or ' '}</code>"


def thing(sid: str) -> str:
    """Return a SID plainly; any other id, such as a provider's, as code."""
    return sid if not sid or _SID.fullmatch(sid) else quoted(sid)


def lines(message: str) -> str:
    """Return a message of several lines as one entry of a list."""
    # Two blanks at the end of a line break it: the hint stands on a line of its own.
    return "  \n  ".join(filter(None, map(escaped, message.splitlines())))


def listed(said: Iterable[tuple[str, str]]) -> list[str]:
    """Return entries of a list, each a subject and what is said of it; one entry where many say the same."""
    by_text: dict[str, list[str]] = {}
    for subject, text in said:
        by_text.setdefault(text, []).append(subject)
    entries = []
    for text, subjects in by_text.items():
        if len(subjects) > FEW:
            entries.append(f"{len(subjects)} say the same ({', '.join(subjects)}): {text}")
        else:
            entries += [f"{subject}: {text}" if subject else text for subject in subjects]
    return entries


def _one_line(text: object) -> str:
    line = " ".join(str(text).split())
    return "".join("\ufffd" if unicodedata.category(each) in _UNSHOWN else each for each in line)


def _word(word: str) -> str:
    return word if _PLAIN.fullmatch(word) and not _REFERENCE.search(word) else quoted(word)
