"""A small YAML file, read within limits: maps, lists and text, nothing else.

Every scalar is text, whatever YAML takes it for. Aliases are refused: a few lines of them can stand for millions of
values. What is wrong is told by line and column, never by what stands there.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import yaml

__all__ = ["MAX_BYTES", "MAX_DEPTH", "YamlError", "parse_yaml", "read_text", "read_yaml"]

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 16
"""Of maps and lists within one another; an allow-list needs 4."""

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_TAGS = (None, "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map")


class YamlError(ValueError):
    """The file can't be read, is no YAML, or passes a limit; the text says so, and where."""


def read_yaml(path: Path) -> Any:
    """Read a file of one document; None if it is empty.

    Raises:
        YamlError: if it can't be read, is no YAML, or passes a limit.
    """
    return parse_yaml(read_text(path))


def parse_yaml(text: str) -> Any:
    """Read a text of one document; None if it is empty.

    Raises:
        YamlError: if it is no YAML, or passes a limit.
    """
    try:
        _check(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - makes text only
    except yaml.MarkedYAMLError as error:
        raise YamlError(f"no valid YAML: see {_place(error.problem_mark or error.context_mark)}") from None
    except yaml.YAMLError:
        raise YamlError("no valid YAML: it holds a control character") from None


def read_text(path: Path) -> str:
    """Read a file.

    Raises:
        YamlError: if it can't be read, is too large or not UTF-8.
    """
    try:
        # Without O_NONBLOCK, opening a pipe would wait for who writes into it.
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:  # noqa: PTH123
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise YamlError("no regular file")
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise YamlError(str(error.strerror)) from None
    if len(data) > MAX_BYTES:
        raise YamlError(f"more than {MAX_BYTES:,} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise YamlError("not UTF-8") from None


def _check(text: str) -> None:
    """Walk through the parser's events, which hold nothing but the next few of them."""
    keys: list[set[str] | None] = []
    awaited: list[bool] = []
    """Per open map or list: the keys so far, None for a list; whether the next event is a key."""
    for event in yaml.parse(text, Loader=_Loader):
        is_key = bool(awaited) and awaited[-1]
        match event:
            case yaml.AliasEvent():
                raise YamlError(f"holds an alias (*), see {_place(event.start_mark)}: write its value out")
            case yaml.ScalarEvent() | yaml.CollectionStartEvent() if event.tag not in _TAGS:
                raise YamlError(f"holds a tag (!), see {_place(event.start_mark)}: write plain text")
            case yaml.ScalarEvent() if is_key:
                seen = keys[-1]
                if seen is None or event.value in seen:
                    raise YamlError(f"holds a key twice, see {_place(event.start_mark)}")
                seen.add(event.value)
            case yaml.CollectionStartEvent():
                if is_key:
                    raise YamlError(f"holds a key that is no text, see {_place(event.start_mark)}")
                if len(keys) == MAX_DEPTH:
                    raise YamlError(
                        f"more than {MAX_DEPTH} maps and lists within one another, see {_place(event.start_mark)}"
                    )
                is_map = isinstance(event, yaml.MappingStartEvent)
                keys.append(set() if is_map else None)
                awaited.append(is_map)
                continue
            case yaml.CollectionEndEvent():
                keys.pop()
                awaited.pop()
            case yaml.ScalarEvent():
                pass
            case _:
                continue
        if keys and keys[-1] is not None:
            awaited[-1] = not awaited[-1]


def _place(mark: Any) -> str:
    return f"line {mark.line + 1}, column {mark.column + 1}" if mark else "there"
