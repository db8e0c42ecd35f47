"""Pulumi.<stack>.yaml, read: a stack's configuration, decrypted.

A value is plain YAML; a secret stands as `secure: <ciphertext>`, at the top or anywhere inside a map or list. Programs
get text only: objects arrive as JSON. Changing the file is `stack_file.py`'s business.
Source: https://www.pulumi.com/docs/iac/concepts/config/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from offline.engine.errors import ProjectError, UnsupportedError
from offline.engine.files.json_text import dump_json, format_number
from offline.engine.files.yaml_reader import read_yaml

__all__ = [
    "ConfigValue",
    "Decrypt",
    "StackFile",
    "config_key",
    "contains_secure",
    "format_config",
    "is_secure",
    "load_stack_file",
    "reveal_config",
]

ConfigValue: TypeAlias = Any
"""Plain JSON data; a map with the single key `secure` and a text is a secret."""
Decrypt: TypeAlias = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StackFile:
    """A stack's file as it stands; empty if there is none yet."""

    path: Path
    salt_state: str = ""
    """`encryptionsalt`; empty if the stack has no passphrase yet."""
    config: Mapping[str, ConfigValue] = field(default_factory=dict)
    """By `namespace:key`, ciphertext closed."""

    @property
    def secret_keys(self) -> frozenset[str]:
        """The keys whose values are or hold secrets."""
        return frozenset(key for key, value in self.config.items() if contains_secure(value))

    def resolve(self, decrypt: Decrypt) -> dict[str, str]:
        """Return the configuration as a program gets it, by `namespace:key`, decrypted; objects as JSON text."""
        return {
            key: format_config(reveal_config(value, decrypt)) for key, value in sorted(self.config.items())
        }


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


def load_stack_file(path: Path, project: str) -> StackFile:
    """Read a stack file; one that does not exist is empty.

    Raises:
        ProjectError: if it is wrong; names file and key.
        UnsupportedError: if it needs environments or another secrets provider than a passphrase.
    """
    raw = read_yaml(path) if path.exists() else None
    if raw is None:
        return StackFile(path=path)
    if not isinstance(raw, Mapping):
        raise ProjectError(f"{path}: not a map of settings")
    if raw.get("environment"):
        raise UnsupportedError(f"environment in {path}")
    if raw.get("encryptedkey") or raw.get("secretsprovider") not in (None, "", "default", "passphrase"):
        raise UnsupportedError(f"the secrets provider in {path}, which is not passphrase,")
    salt_state = raw.get("encryptionsalt") or ""
    config = raw.get("config") or {}
    if not isinstance(salt_state, str):
        raise ProjectError(f"{path}: encryptionsalt must be text")
    if not isinstance(config, Mapping):
        raise ProjectError(f"{path}: config must be a map")
    entries: dict[str, ConfigValue] = {}
    for number, (label, value) in enumerate(config.items(), start=1):
        # A key that is none may be a value in the wrong place.
        key = config_key(label, project, f"{path}: config, key number {number}")
        if key in entries:
            raise ProjectError(f"{path}: config.{label} is there twice, with and without its namespace")
        entries[key] = "" if value is None else value
    return StackFile(path=path, salt_state=salt_state, config=entries)


def is_secure(value: ConfigValue) -> bool:
    """Tell whether a value is itself a secret."""
    return isinstance(value, Mapping) and value.keys() == {"secure"} and isinstance(value["secure"], str)


def contains_secure(value: ConfigValue) -> bool:
    """Tell whether a value is or holds a secret."""
    if is_secure(value):
        return True
    if isinstance(value, Mapping):
        return any(contains_secure(part) for part in value.values())
    return isinstance(value, list) and any(contains_secure(part) for part in value)


def reveal_config(value: ConfigValue, decrypt: Decrypt) -> ConfigValue:
    """Return the value with each secret in it decrypted."""
    if is_secure(value):
        return decrypt(value["secure"])
    if isinstance(value, Mapping):
        return {key: reveal_config(part, decrypt) for key, part in value.items()}
    if isinstance(value, list):
        return [reveal_config(part, decrypt) for part in value]
    return value


def format_config(value: ConfigValue) -> str:
    """Write a revealed value as programs get it: text as it is, all else as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return format_number(value)
    return dump_json(value)
