"""The reviewed exceptions to `no-personal-data`: words that name no person, with reason, owner and last day.

The file is YAML; `allow-list.yaml` in the pack's folder shows its form, `python -m policy.allow` writes an entry. An
entry is for its words, one behind the other, wherever they stand in a name; what stands beside them is judged as ever
(`judging.py`). It counts through the last day it names; afterwards it is reported and no longer counts.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from ..pii.normalise import read
from .yaml_text import YamlError, parse_yaml, read_text

DEFAULT_PATH = Path(__file__).resolve().parent.parent / "allow-list.yaml"

REQUIRED = ("name", "reason", "owner", "expires")
OPTIONAL = ("stacks",)

_STAR = re.compile(r"(?<![^\W_])\*+(?![^\W_])")
"""A star between words, not within one."""


class AllowListError(ValueError):
    """The file can't be used; the text names the entry and what to do. Not worth a retry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One reviewed word, or some in a row.

    Attributes:
        position: place in the file, counted from 1; messages use it, for the name itself may be personal data.
        parts: the words as compared, run together; a star in the entry parts them.
        reason: why they are no personal data.
        owner: who answers for it.
        expires: last day it counts.
        stacks: patterns of the stacks it is meant for; empty for all.
    """

    position: int
    parts: tuple[str, ...]
    reason: str
    owner: str
    expires: dt.date
    stacks: tuple[str, ...] = ()

    def is_expired(self, today: dt.date) -> bool:
        """Tell whether its last day has passed."""
        return today > self.expires

    def is_for(self, stack: str) -> bool:
        """Tell whether it is meant for `stack`."""
        return not self.stacks or any(fnmatchcase(stack, pattern) for pattern in self.stacks)


@dataclass(frozen=True, slots=True)
class AllowList:
    """The entries of one file."""

    entries: tuple[Entry, ...] = ()

    def for_stack(self, stack: str) -> tuple[Entry, ...]:
        """List the entries that are meant for `stack`."""
        return tuple(entry for entry in self.entries if entry.is_for(stack))


def parts_of(name: str) -> tuple[str, ...]:
    """Bring an entry's name into the form in which it is compared: its words, folded and run together.

    `GitHub` and `github` are one, and so are `Baker McKenzie` and `baker-mckenzie`: accents, case and what stands
    between the words do not count. A star stands for any words, and parts what is run together.
    """
    runs = ("".join(token.folded for token in read(piece).tokens) for piece in _STAR.split(name))
    return tuple(run for run in runs if run)


def load(path: Path = DEFAULT_PATH) -> AllowList:
    """Read an allow-list.

    Raises:
        AllowListError: if the file is missing, is no YAML, or an entry is incomplete.
    """
    try:
        text = read_text(path)
    except YamlError as error:
        raise AllowListError(f"cannot read the allow-list {path.name}: {error}") from None
    return loads(text, path.name)


def loads(text: str, file: str) -> AllowList:
    """Read an allow-list from its text; `file` is its name in messages.

    Raises:
        AllowListError: as for `load`.
    """
    try:
        document = parse_yaml(text)
    except YamlError as error:
        raise AllowListError(f"cannot read the allow-list {file}: {error}") from None
    if (
        not isinstance(document, dict)
        or set(document) != {"allow"}
        or not isinstance(document["allow"], list)
    ):
        raise AllowListError(f'the allow-list {file} must hold one key "allow" with a list of entries')
    return AllowList(tuple(_entry(file, i, item) for i, item in enumerate(document["allow"], start=1)))


def day(text: str) -> dt.date | None:
    """Read a day such as 2027-06-30; None if it is none."""
    try:
        return dt.date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None


def _entry(file: str, position: int, item: Any) -> Entry:
    where = f"the allow-list {file}, entry {position}"
    if not isinstance(item, dict):
        raise AllowListError(f"{where}: must be a map with {', '.join(REQUIRED)}")
    missing = [key for key in REQUIRED if not item.get(key)]
    unknown = [str(key) for key in item if key not in REQUIRED + OPTIONAL]
    if missing or unknown:
        problems = [f"lacks {', '.join(missing)}"] if missing else []
        problems += [f"has unknown keys: {', '.join(unknown)}"] if unknown else []
        raise AllowListError(f"{where}: {' and '.join(problems)}")
    if odd := [key for key in REQUIRED if not isinstance(item[key], str)]:
        raise AllowListError(f"{where}: {', '.join(odd)} must be text")
    expires = day(item["expires"])
    if expires is None:
        raise AllowListError(f"{where}: expires must be a date such as 2027-06-30")
    stacks = item.get("stacks", [])
    if not isinstance(stacks, list) or not all(isinstance(stack, str) for stack in stacks):
        raise AllowListError(f"{where}: stacks must be a list of patterns such as [prod]")
    parts = parts_of(item["name"])
    if not parts:
        raise AllowListError(f"{where}: name must hold a letter or a digit")
    return Entry(position, parts, item["reason"], item["owner"], expires, tuple(stacks))
