"""The shape of a stack file, as far as an engine reads it: checked before one does.

The Pulumi CLI repeats what it cannot take, the value of `config` or a whole key; a token that slipped into the wrong
line would stand in a log. So every command refuses such a file first, and names places only.
What the values mean is the business of program, provider and policy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeGuard

__all__ = ["NOT_SHOWN", "holds_sealed", "is_sealed", "is_sealed_setting", "shape_problems", "shown_key"]

NOT_SHOWN = "[key not shown]"
"""Stands for a key that may be no key at all."""
TEXTS = ("encryptionsalt", "encryptedkey", "secretsprovider")
"""Keys beside `config` that hold text."""

_KEY = re.compile(r"[A-Za-z0-9_.-]+(:config)?(:[A-Za-z0-9_.-]+)?")
"""`namespace:name`, `namespace:config:name` or `name`; of the characters Pulumi takes any but these are nobody's."""
_WORD = re.compile(r"[A-Za-z][A-Za-z_-]{0,29}")
_SEALED = re.compile(r"v\d+:[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+")
"""What a passphrase has encrypted."""


def shown_key(key: object, known: Iterable[str] = ()) -> str:
    """Return a key as an error may show it: one that is known or only letters; a token has digits and signs."""
    text = str(key)
    return text if text in known or _WORD.fullmatch(text) else NOT_SHOWN


def shape_problems(document: Any) -> Iterator[str]:
    """Tell what an engine could not take, each text beginning with the key where it has one.

    Args:
        document: The stack file's plain data.
    """
    if not isinstance(document, dict):
        yield "must be a map with the key config"
        return
    for key in TEXTS:
        if not isinstance(document.get(key), str | None):
            yield f"{key}: must be text"
    if any(":" in str(key) for key in document):
        yield "a key of the configuration stands beside config: indent it below config"
    config = document.get("config")
    if config is None:
        return
    if not isinstance(config, dict):
        yield "config: must be a map"
        return
    for number, key in enumerate(config, start=1):
        if not _KEY.fullmatch(key):
            yield f"config: key number {number} is none: write <namespace>:<name>"
            continue
        # Only a passphrase's secrets are known to look like this.
        own = isinstance(document.get("encryptionsalt"), str) and not document.get("secretsprovider")
        name = _shown(key)
        yield from (f"{name}{place}: {reason}" for place, reason in _secure_problems(config[key], own, ""))


def _shown(key: str) -> str:
    return ":".join(shown_key(part) for part in key.split(":"))


def is_sealed(value: object) -> TypeGuard[Mapping[str, str]]:
    """Tell whether a value is encrypted; a map of a service called `secure` is not."""
    return isinstance(value, Mapping) and value.keys() == {"secure"} and isinstance(value["secure"], str)


def holds_sealed(value: object) -> bool:
    """Tell whether a value is encrypted, or anything in it."""
    if is_sealed(value):
        return True
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return any(map(holds_sealed, parts))


def is_sealed_setting(value: object) -> bool:
    """Tell whether a setting is encrypted, or a list in which anything is: who may not read it sets it whole."""
    return is_sealed(value) or (isinstance(value, list) and holds_sealed(value))


def _secure_problems(value: object, sealed_by_passphrase: bool, place: str) -> Iterator[tuple[str, str]]:
    """Yield what is marked as encrypted and is not."""
    if isinstance(value, Mapping):
        if value.keys() == {"secure"}:
            cipher = value["secure"]
            if not isinstance(cipher, str) or (sealed_by_passphrase and not _SEALED.fullmatch(cipher)):
                yield place, "secure: holds no ciphertext, set it with: pulumi config set --secret"
            return
        for key, each in value.items():
            yield from _secure_problems(each, sealed_by_passphrase, f"{place}.{shown_key(key)}")
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _secure_problems(each, sealed_by_passphrase, f"{place}[{index}]")
