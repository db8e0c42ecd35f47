"""What an entry of the allow-list must be before it is written: one that can be reviewed, and that allows little."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import TYPE_CHECKING

from ..pii.normalise import read
from .allow_list import day, parts_of
from .judging import accounts_for
from .words import is_of_the_trade

if TYPE_CHECKING:
    from .allow_list import AllowList, Entry

LONGEST_NAME = 256
LONGEST_LINE = 1000

_LOOK_ALIKE = frozenset({"latin", "cyrillic", "greek", "armenian", "cherokee", "coptic"})
_STAR_IN_WORD = re.compile(r"[^\W_]\*|\*[^\W_]")


class RefusedError(ValueError):
    """The entry is not written; the text says why, what to do, and holds no name."""


def checked_name(name: str) -> str:
    """Check the words of an entry.

    Raises:
        RefusedError: if they would allow every name or none, or look like what they are not.
    """
    name = checked_line(name, "name")
    if len(name) > LONGEST_NAME:
        raise RefusedError(f"name must have at most {LONGEST_NAME} characters")
    if _STAR_IN_WORD.search(name):
        raise RefusedError("name: a star stands for whole words\nhint: put a blank or - on both sides of it")
    parts = parts_of(name)
    if not parts:
        raise RefusedError(
            "name would allow every name: it must hold a word"
            if "*" in name
            else "name must hold a letter or a digit"
        )
    if any(len(part) == 1 and part.isascii() for part in parts):
        raise RefusedError("name: one letter or digit is in too many names\nhint: give the whole word")
    tokens = read(name).tokens
    for token, after in pairwise(tokens):
        if after.gap == "" and token.script != after.script and {token.script, after.script} <= _LOOK_ALIKE:
            raise RefusedError("name: a word mixes letters of two alphabets that look alike")
    words = [token.folded for token in tokens if not token.folded.isdigit()]
    if words and all(is_of_the_trade(word) for word in words):
        raise RefusedError("name: these are words of the trade, which no policy stops: no entry is needed")
    return name


def checked_line(text: str, key: str) -> str:
    """Check that a text is one line that can be read.

    Raises:
        RefusedError: if it is empty, too long, or holds what can't be seen.
    """
    text = text.strip()
    if not text:
        raise RefusedError(f"{key} is missing\nhint: NAME, REASON, OWNER and UNTIL are all needed")
    if len(text) > LONGEST_LINE:
        raise RefusedError(f"{key} must have at most {LONGEST_LINE} characters")
    if any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in text):
        raise RefusedError(f"{key} must be one line, without characters that can't be seen")
    return text


def checked_day(text: str, today: dt.date) -> str:
    """Check the last day of an entry.

    Raises:
        RefusedError: if it is no day such as 2027-06-30, or has passed.
    """
    found = day(checked_line(text, "until"))
    if found is None:
        raise RefusedError("until must be a day such as 2027-06-30")
    if found < today:
        raise RefusedError(f"until must not have passed: today is {today}")
    return found.isoformat()


def refuse_known(current: AllowList, name: str, stacks: tuple[str, ...], today: dt.date) -> None:
    """Refuse an entry that another one makes needless.

    Raises:
        RefusedError: if one of these words, or one that allows them, is there for these stacks.
    """
    for entry in current.entries:
        if not _counts_wherever(entry, stacks):
            continue
        if entry.parts == parts_of(name) and entry.is_expired(today):
            raise RefusedError(
                f"entry {entry.position} is for this name and expired on {entry.expires}\n"
                "hint: change its last day instead"
            )
        if not entry.is_expired(today) and accounts_for(entry.parts, name):
            raise RefusedError(f"entry {entry.position} allows it already, until {entry.expires}")


def _counts_wherever(entry: Entry, stacks: tuple[str, ...]) -> bool:
    """Tell whether an entry counts in all the stacks that `stacks` names; with none named, in all there are."""
    if not entry.stacks:
        return True
    return bool(stacks) and all(any(fnmatchcase(s, pattern) for pattern in entry.stacks) for s in stacks)
