"""Reads YAML as the Pulumi CLI does: YAML 1.2 with a few old habits (octal `0777`, dates), strings otherwise.

PyYAML parses (quickly, in C); what a plain scalar means is decided here, for PyYAML follows YAML 1.1, where `yes`
and `1:30` are no strings. Nothing is written here: `stack_file.py` edits files and keeps their comments.
Source: https://github.com/go-yaml/yaml/blob/v3/resolve.go
"""

from __future__ import annotations

import datetime as dt
import math
import re
from pathlib import Path
from typing import Any

import yaml

from engine.errors import ProjectError

__all__ = ["read_yaml"]

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


def read_yaml(path: Path) -> Any:
    """Read one YAML document into plain dicts, lists and scalars; None if it is empty.

    Raises:
        ProjectError: if the file cannot be read or is not YAML; names file and line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise ProjectError(f"cannot read {path}: {reason}") from None
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506  a safe loader, see below
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise ProjectError(f"{where}: not valid YAML: {error.problem}") from None
    except yaml.YAMLError:
        raise ProjectError(f"{path}: not valid YAML: it holds control characters") from None


def _plain(text: str) -> Any:
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in "+-.0123456789":
        return text
    bare = text.replace("_", "")
    if _INTEGER.fullmatch(bare):
        number = _integer(bare)
        # Go keeps 64 bits; what is larger becomes a float there.
        return number if -(2**63) <= number < 2**64 else float(number)
    if _FLOAT.fullmatch(bare):
        return float(bare)
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


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """PyYAML's safe loader with `_plain` instead of YAML 1.1's rules."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  PyYAML's own attribute
    yaml_constructors = {  # noqa: RUF012
        key: value
        for key, value in yaml.SafeLoader.yaml_constructors.items()
        if key in {"tag:yaml.org,2002:map", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:str", None}
    }


def _construct_plain(loader: Any, node: yaml.ScalarNode) -> Any:
    return _plain(loader.construct_scalar(node))


def _construct_map(loader: Any, node: yaml.MappingNode) -> Any:
    seen: set[str] = set()
    for key_node, _ in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(None, None, "a key is not a scalar", key_node.start_mark)
        if key_node.value in seen:
            raise yaml.constructor.ConstructorError(None, None, "a key stands twice", key_node.start_mark)
        seen.add(key_node.value)
    loader.flatten_mapping(node)
    return {
        _key(loader.construct_object(key)): loader.construct_object(value, True) for key, value in node.value
    }


def _key(key: Any) -> str:
    if isinstance(key, bool):
        return "true" if key else "false"
    return "" if key is None else str(key)


_Loader.add_implicit_resolver("tag:yaml.org,2002:merge", re.compile(r"<<"), ["<"])
_Loader.add_implicit_resolver("!plain", re.compile(r""), None)
_Loader.add_constructor("!plain", _construct_plain)
_Loader.add_constructor("tag:yaml.org,2002:map", _construct_map)
