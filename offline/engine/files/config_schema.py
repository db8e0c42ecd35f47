"""What Pulumi.yaml says about configuration: its `config:` block, entry by entry.

An entry without a namespace (or with the project's own) declares a setting: type, default, secret. One of another
namespace gives a value. Values of stacks are checked here; reading them is `stack_config.py`'s business.
Source: https://www.pulumi.com/docs/iac/concepts/projects/project-file/#config-options
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from offline.engine.errors import ProjectError, UnsupportedError

__all__ = ["ConfigEntry", "config_key", "parse_schema"]

_TYPES = ("string", "integer", "boolean", "array", "object")
_FIELDS = ("type", "description", "items", "default", "value", "secret")
_INTEGER = re.compile(r"[-+]?[0-9]+")


@dataclass(frozen=True, slots=True)
class ConfigEntry:
    """One entry of `config:`; what a stack file does not set comes from `fallback`."""

    key: str
    """`namespace:name`."""
    label: str
    """The key as Pulumi.yaml writes it."""
    type: str = ""
    """Full type as errors name it, such as `array<string>`; empty if nothing is declared."""
    items: Mapping[str, Any] | None = None
    fallback: Any = None
    """`default` or `value`; None if the stack must set it."""
    required: bool = False
    secret: bool = False

    def accepts(self, value: Any) -> bool:
        """Tell whether a value, as the stack file holds it, is of the declared type."""
        return not self.type or _matches(self.type.partition("<")[0], self.items, value)


def config_key(text: str, project: str, where: str) -> str:
    """Bring a key to the form `namespace:name`; without a namespace it is the project's.

    Raises:
        ProjectError: if the key has an empty part or too many of them.
    """
    parts = text.split(":")
    if len(parts) == 3 and parts[1] == "config":
        del parts[1]
    if len(parts) == 1:
        parts.insert(0, project)
    if len(parts) != 2 or not all(parts):
        raise ProjectError(
            f"{where}: a configuration key is malformed", hint="write it as <namespace>:<name>, or <name>"
        )
    return ":".join(parts)


def parse_schema(raw: Any, project: str, where: str) -> tuple[ConfigEntry, ...]:
    """Read the `config:` block of a project file; `where` names that file in errors.

    Raises:
        ProjectError: if an entry contradicts itself or has an unknown field or type.
    """
    if not isinstance(raw, Mapping):
        raise ProjectError(f"{where}: config must be a map")
    return tuple(_entry(label, value, project, where) for label, value in sorted(raw.items()))


def _entry(label: str, raw: Any, project: str, where: str) -> ConfigEntry:
    where = f"{where}: config.{label}"
    if "." in label or "[" in label:
        raise UnsupportedError(f"a path as configuration key ({where})")
    key = config_key(label, project, where)
    own = key.startswith(f"{project}:")
    if not isinstance(raw, Mapping):
        # The short form: a default for the project's own key, a value for another namespace's.
        raw = {"default" if own else "value": raw}
    for name in raw:
        if name not in _FIELDS:
            raise ProjectError(f"{where}: unknown field {name}", hint=f"known are {', '.join(_FIELDS)}")
    type_, items = raw.get("type"), raw.get("items")
    default, value = raw.get("default"), raw.get("value")
    if default is not None and value is not None:
        raise ProjectError(f"{where}: default and value exclude each other")
    if not own:
        if type_ is not None or default is not None or value is None:
            raise ProjectError(
                f"{where}: a key of another namespace takes value alone",
                hint="drop type and default, give value",
            )
        return ConfigEntry(key=key, label=label, fallback=value)
    full_type = _full_type(type_, items, where) if type_ is not None else ""
    entry = ConfigEntry(
        key=key,
        label=label,
        type=full_type,
        items=items,
        fallback=value if default is None else default,
        required=default is None and value is None,
        secret=raw.get("secret") is True,
    )
    if default is not None and not entry.accepts(default):
        raise ProjectError(f"{where}: the default is not of type {full_type}")
    return entry


def _full_type(type_: Any, items: Any, where: str) -> str:
    if type_ not in _TYPES:
        raise ProjectError(f"{where}: unknown type", hint=f"known are {', '.join(_TYPES)}")
    if type_ != "array":
        return str(type_)
    if not isinstance(items, Mapping) or "type" not in items:
        raise ProjectError(f"{where}: an array needs items with a type")
    return f"array<{_full_type(items['type'], items.get('items'), where)}>"


def _matches(type_: str, items: Mapping[str, Any] | None, value: Any) -> bool:
    match type_:
        case "string":
            return isinstance(value, str)
        case "integer":
            if isinstance(value, str):
                return _INTEGER.fullmatch(value) is not None
            return not isinstance(value, bool) and (
                isinstance(value, int) or (isinstance(value, float) and value.is_integer())
            )
        case "boolean":
            return isinstance(value, bool) or value in ("true", "false")
        case "object":
            return isinstance(value, Mapping)
        case _:
            return (
                isinstance(value, list)
                and items is not None
                and all(_matches(items["type"], items.get("items"), part) for part in value)
            )
