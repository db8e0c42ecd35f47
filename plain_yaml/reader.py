"""YAML as the Pulumi CLI reads it, into plain data and within limits: YAML 1.2 with a few old habits (octal, dates).

libyaml tells events (quickly, in C); what they make, and what a plain scalar means, is decided here: PyYAML follows
YAML 1.1, where `yes` and `1:30` are no text. A small file can stand for millions of values (aliases of aliases), or
nest deeper than any reader's stack; here it ends with one problem, which names the place and never what stands there.
Source: https://github.com/go-yaml/yaml/blob/v3/resolve.go
"""

from __future__ import annotations

import datetime as dt
import math
import os
import re
import stat
from pathlib import Path
from typing import Any

import yaml

__all__ = [
    "LOADER",
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_VALUES",
    "YamlError",
    "key_text",
    "load_text",
    "read_text",
]

MAX_BYTES = 4 * 1024 * 1024
"""Of a file, and of its text with each alias (`*name`) counted as what it repeats."""
MAX_DEPTH = 64
"""Of maps and lists within one another; a stack file needs 8."""
MAX_VALUES = 500_000
"""Of a file, keys too, each alias counted as what it repeats; 1,000 complete services have 100,000."""

_CONSTANTS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}
_INTEGER = re.compile(r"[-+]?(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_DATE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:(?:[Tt]|[ \t]+)(\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d{1,9})?(Z|[-+]\d{2}:\d{2})?)?"
)
_BASES = {"x": 16, "o": 8, "b": 2}
_MOST_DIGITS = 4000
"""Python reads no longer number."""
_UNREADABLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_TAGS = {
    yaml.ScalarEvent: (None, "!", "tag:yaml.org,2002:str"),
    yaml.SequenceStartEvent: (None, "!", "tag:yaml.org,2002:seq"),
    yaml.MappingStartEvent: (None, "!", "tag:yaml.org,2002:map"),
}
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""In C where PyYAML was built with libyaml."""


class YamlError(Exception):
    """Raised if a file cannot be read as YAML, or passes a limit; its text repeats nothing of the file.

    `line` and `column` count from 1; both are 0 where the file as a whole is meant.
    """

    def __init__(self, reason: str, line: int = 0, column: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.column = column

    def at(self, file: object) -> str:
        """Say it of a file: `stacks/Pulumi.dev.yaml:3:5: not valid YAML: …`."""
        return f"{file}:{self.line}:{self.column}: {self.reason}" if self.line else f"{file}: {self.reason}"


def read_text(path: Path) -> str:
    """Read a file's text.

    Raises:
        YamlError: if it is no file (a folder, a pipe), too large, or not UTF-8.
    """
    try:
        # Without O_NONBLOCK, opening a pipe would wait for who writes into it.
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:  # noqa: PTH123
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise YamlError("cannot be read: it is no regular file")
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise YamlError(f"cannot be read: {error.strerror}") from None
    if len(data) > MAX_BYTES:
        raise YamlError(f"more than {MAX_BYTES:,} bytes")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise YamlError("not UTF-8 text but UTF-16: save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise YamlError("not UTF-8 text", data.count(b"\n", 0, error.start) + 1, 1) from None


def load_text(text: str) -> Any:
    """Read one YAML document into dicts, lists and scalars; None if it is empty.

    Raises:
        YamlError: if it is no YAML, or passes a limit.
    """
    if found := _UNREADABLE.search(text):
        lines = _LINE_END.split(text[: found.start()])
        raise YamlError("not valid YAML: it holds a control character", len(lines), len(lines[-1]) + 1)
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        # The parser in C has fixed texts; that in Python quotes characters and names of the file.
        said = str(error.problem or error.context or "").partition("'")[0].strip()
        raise _invalid(said or "see there", error.problem_mark or error.context_mark) from None
    except yaml.YAMLError:
        raise YamlError("not valid YAML: it holds a control character") from None
    return builder.document


class _Open:
    """A map or list that has begun: what is in it so far, and how much that is."""

    __slots__ = ("anchor", "data", "height", "key", "merged", "size", "values")

    def __init__(self, data: Any, anchor: str | None) -> None:
        self.data = data
        self.anchor = anchor
        self.key: Any = None
        """Of a map: the key whose value comes next; `_MERGE` for `<<`."""
        self.merged: list[Any] | None = None
        self.values = self.size = self.height = 0


_MERGE = object()


class _Builder:
    """Makes data of events, without recursion; `document` is the result."""

    def __init__(self) -> None:
        self.document: Any = None
        self._documents = 0
        self._open = [_Open([], None)]
        self._anchors: dict[str, tuple[Any, int, int, int] | None] = {}
        """By name: data, the values and bytes it stands for, its height; None while it is open."""

    def take(self, event: Any) -> None:
        """Take the next event."""
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self._scalar(event)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            self._begin(event, {} if kind is yaml.MappingStartEvent else [])
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self._end(event)
        elif kind is yaml.AliasEvent:
            self._alias(event)
        elif kind is yaml.DocumentStartEvent:
            self._documents += 1
            if self._documents > 1:
                raise _invalid("a second document begins", event.start_mark)
        elif kind is yaml.DocumentEndEvent:
            (self.document,) = self._open[0].data

    def _scalar(self, event: Any) -> None:
        text = event.value
        plain = not event.style and event.tag is None
        if event.tag is not None and event.tag not in _TAGS[yaml.ScalarEvent]:
            raise _invalid("a tag that is not known", event.start_mark)
        if self._awaits_key():
            key = key_text(event)
            self._begin_pair(_MERGE if key is None else key, len(text), event)
            return
        if plain and len(text) > _MOST_DIGITS and text[0] in "+-.0123456789":
            raise _problem(
                f"a number of more than {_MOST_DIGITS:,} digits: put it in quotes", event.start_mark
            )
        value = _plain(text) if plain else text
        if event.anchor:
            self._anchors[event.anchor] = (value, 1, len(text), 0)
        self._add(value, 1, len(text), 0, event)

    def _begin(self, event: Any, data: Any) -> None:
        if event.tag not in _TAGS[type(event)]:
            raise _invalid("a tag that is not known", event.start_mark)
        if self._awaits_key():
            raise _invalid("a key is not a scalar", event.start_mark)
        if len(self._open) > MAX_DEPTH:
            raise _too_deep(event.start_mark)
        if event.anchor:
            self._anchors[event.anchor] = None
        self._open.append(_Open(data, event.anchor))

    def _end(self, event: Any) -> None:
        done = self._open.pop()
        if done.merged is not None:
            # Keys of a map's own win over merged ones, and an earlier merged map over a later one.
            merged: dict[str, Any] = {}
            for each in reversed(done.merged):
                merged |= each
            done.data = merged | done.data
        whole = (done.data, done.values + 1, done.size, done.height + 1)
        if done.anchor:
            self._anchors[done.anchor] = whole
        self._add(*whole, event)

    def _alias(self, event: Any) -> None:
        if self._awaits_key():
            raise _invalid("a key is an alias", event.start_mark)
        if event.anchor not in self._anchors:
            raise _invalid("an alias (*) of an anchor (&) that is not above it", event.start_mark)
        repeated = self._anchors[event.anchor]
        if repeated is None:
            raise _invalid("an alias (*) within what it repeats", event.start_mark)
        if len(self._open) - 1 + repeated[3] > MAX_DEPTH:
            raise _too_deep(event.start_mark)
        self._add(*repeated, event)

    def _awaits_key(self) -> bool:
        holder = self._open[-1]
        return type(holder.data) is dict and holder.key is None

    def _begin_pair(self, key: Any, size: int, event: Any) -> None:
        holder = self._open[-1]
        if key in holder.data or (key is _MERGE and holder.merged is not None):
            raise _invalid("a key stands twice", event.start_mark)
        holder.key = key
        self._count(holder, 1, size, 0, event)

    def _add(self, value: Any, values: int, size: int, height: int, event: Any) -> None:
        holder = self._open[-1]
        self._count(holder, values, size, height, event)
        if type(holder.data) is list:
            holder.data.append(value)
        elif holder.key is _MERGE:
            holder.merged = value if type(value) is list else [value]
            if not all(type(each) is dict for each in holder.merged):
                raise _invalid("only maps can be merged (<<)", event.start_mark)
            holder.key = None
        else:
            holder.data[holder.key] = value
            holder.key = None

    def _count(self, holder: _Open, values: int, size: int, height: int, event: Any) -> None:
        holder.values += values
        holder.size += size
        holder.height = max(holder.height, height)
        if holder.values > MAX_VALUES:
            raise _problem(
                f"more than {MAX_VALUES:,} values, each alias counted as what it repeats", event.start_mark
            )
        if holder.size > MAX_BYTES:
            raise _problem(
                f"more than {MAX_BYTES:,} bytes, each alias counted as what it repeats", event.start_mark
            )


def key_text(event: Any) -> str | None:
    """Return the key that a scalar in a key's place stands for; None for `<<`, which merges maps."""
    text: str = event.value
    if event.style or event.tag is not None:
        return text
    if text == "<<":
        return None
    key = _plain(text)
    if isinstance(key, bool):
        return "true" if key else "false"
    return "" if key is None else str(key)


def _plain(text: str) -> Any:
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in "+-.0123456789":
        return text
    bare = text.replace("_", "")
    if _INTEGER.fullmatch(bare):
        number = _integer(bare)
        if -(2**63) <= number < 2**64:
            return number
    if _FLOAT.fullmatch(bare):
        # Go keeps 64 bits: a longer number is a float there, and one beyond a float is text.
        return text if math.isinf(float(bare)) else float(bare)
    return _date(text) or text


def _integer(text: str) -> int:
    sign = -1 if text[0] == "-" else 1
    digits = text.lstrip("+-")
    if len(digits) > 1 and digits[0] == "0":
        base = _BASES.get(digits[1].lower())
        return sign * (int(digits[2:], base) if base else int(digits, 8))
    return sign * int(digits)


def _date(text: str) -> str:
    # Go turns a date into a time and the time into this text.
    match = _DATE.fullmatch(text)
    if match is None:
        return ""
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        clock = dt.datetime(  # noqa: DTZ001  the zone is kept as text
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0)
        )
    except ValueError:
        return ""
    offset = (
        "+0000 UTC" if zone in (None, "Z", "+00:00") else f"{zone.replace(':', '')} {zone.replace(':', '')}"
    )
    return f"{clock:%Y-%m-%d %H:%M:%S}{(fraction or '').rstrip('0').rstrip('.')} {offset}"


def _problem(reason: str, mark: Any) -> YamlError:
    return YamlError(reason, mark.line + 1, mark.column + 1) if mark else YamlError(reason)


def _invalid(reason: str, mark: Any) -> YamlError:
    return _problem(f"not valid YAML: {reason}", mark)


def _too_deep(mark: Any) -> YamlError:
    return _problem(f"more than {MAX_DEPTH} maps and lists within one another", mark)
