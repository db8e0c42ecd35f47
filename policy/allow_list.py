"""The reviewed exceptions to `no-personal-data`: exact names with reason, owner and last day.

The file is YAML; `allow-list.yaml` beside this module shows its form. An entry counts for the whole name only, compared
after normalisation, through the last day it names; afterwards it is reported and no longer counts.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from .pii.normalise import read
from .yaml_text import YamlError, read_yaml

DEFAULT_PATH = Path(__file__).resolve().parent / "allow-list.yaml"

_REQUIRED = ("name", "reason", "owner", "expires")
_OPTIONAL = ("stacks",)


class AllowListError(ValueError):
    """The file can't be used; the text names the entry and what to do. Not worth a retry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One reviewed name.

    Attributes:
        position: place in the file, counted from 1; messages use it, for the name itself may be personal data.
        key: the name as compared.
        reason: why it is no personal data.
        owner: who answers for it.
        expires: last day it counts.
        stacks: patterns of the stacks it is meant for; empty for all.
    """

    position: int
    key: str
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

    def entry_for(self, name: str, stack: str, today: dt.date) -> Entry | None:
        """Find the entry for `name`; one that still counts wins over an expired one."""
        key = comparable(name)
        matching = [e for e in self.entries if e.key == key and e.is_for(stack)]
        return min(matching, key=lambda e: e.is_expired(today), default=None)


def comparable(name: str) -> str:
    """Bring a name into the form in which names are compared: its words, folded, one blank between."""
    return " ".join(token.folded for token in read(name).tokens)


def load(path: Path = DEFAULT_PATH) -> AllowList:
    """Read an allow-list.

    Raises:
        AllowListError: if the file is missing, is no YAML, or an entry is incomplete.
    """
    try:
        document = read_yaml(path)
    except YamlError as error:
        raise AllowListError(f"cannot read the allow-list {path.name}: {error}") from None
    if (
        not isinstance(document, dict)
        or set(document) != {"allow"}
        or not isinstance(document["allow"], list)
    ):
        raise AllowListError(f'the allow-list {path.name} must hold one key "allow" with a list of entries')
    return AllowList(tuple(_entry(path.name, i, item) for i, item in enumerate(document["allow"], start=1)))


def _entry(file: str, position: int, item: Any) -> Entry:
    where = f"the allow-list {file}, entry {position}"
    if not isinstance(item, dict):
        raise AllowListError(f"{where}: must be a map with {', '.join(_REQUIRED)}")
    missing = [key for key in _REQUIRED if not item.get(key)]
    unknown = [str(key) for key in item if key not in _REQUIRED + _OPTIONAL]
    if missing or unknown:
        problems = [f"lacks {', '.join(missing)}"] if missing else []
        problems += [f"has unknown keys: {', '.join(unknown)}"] if unknown else []
        raise AllowListError(f"{where}: {' and '.join(problems)}")
    expires = _date(item["expires"])
    if expires is None:
        raise AllowListError(f"{where}: expires must be a date such as 2027-06-30")
    stacks = item.get("stacks", [])
    if not isinstance(stacks, list) or not all(isinstance(stack, str) for stack in stacks):
        raise AllowListError(f"{where}: stacks must be a list of patterns such as [prod]")
    key = comparable(str(item["name"]))
    if not key:
        raise AllowListError(f"{where}: name must hold a letter or a digit")
    return Entry(position, key, str(item["reason"]), str(item["owner"]), expires, tuple(stacks))


def _date(value: object) -> dt.date | None:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", value, re.ASCII):
        with contextlib.suppress(ValueError):
            return dt.date(*map(int, value.split("-")))
    return None
