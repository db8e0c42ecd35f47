"""Digests of what a report must not show, so that a plan can be held against the reviewed one in that, too.

HMAC-SHA-256 under a salt that only the repository's pipelines know: whoever reads a report can guess no value, however
short, and two equal values in different places look different. Digests stand in a report's JSON, never in its Markdown.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gitops.exits import GitopsError
from gitops.values import holds_secret, is_secret

__all__ = ["SALT", "Digests", "Salt", "read_salt"]

SALT = "GITOPS_DIGEST_SALT"
"""Environment variable of the salt."""
FEWEST_CHARACTERS = 32


@dataclass(frozen=True, slots=True)
class Salt:
    """The secret that digests are made with."""

    _key: bytes = field(repr=False)

    @property
    def which(self) -> str:
        """Tell it from other salts, and tell nothing else of it."""
        return self._made("which salt")[:16]

    def digest(self, urn: str, path: str, value: object) -> str:
        """Return the digest of a value, as hexadecimal digits.

        Args:
            urn: The resource, which names its stack too.
            path: Which of its inputs, by dotted name; "" for its logical name.
            value: What JSON can hold.
        """
        return self._made([urn, path, _plain(value)])

    def _made(self, told: object) -> str:
        text = json.dumps(told, sort_keys=True, separators=(",", ":"))
        return hmac.new(self._key, text.encode("ascii"), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Digests:
    """Gives the digests of one run.

    Args:
        salt: None if there is none: then nothing has a digest.
        declared: Gives what is declared for an input that is secret, by URN and dotted name: an event log does not tell
            it. None if that is not known.
    """

    salt: Salt | None
    declared: Callable[[str, str], object]

    def __call__(self, urn: str, path: str, value: object) -> str:
        """Return the digest of a value that an event log has; empty if none can be told."""
        if self.salt is None:
            return ""
        plain = self.declared(urn, path) if is_secret(value) else value
        return "" if plain is None or holds_secret(plain) else self.salt.digest(urn, path, plain)


def read_salt(environment: Mapping[str, str]) -> Salt | None:
    """Return the salt that is set; None if there is none.

    Raises:
        GitopsError: If it is so short that what it protects could be guessed together with it.
    """
    text = environment.get(SALT, "").strip()
    if not text:
        return None
    if len(text) < FEWEST_CHARACTERS:
        raise GitopsError(
            f"{SALT} has {len(text)} characters, and must have {FEWEST_CHARACTERS} at least",
            hint="make one with: openssl rand -hex 32",
        )
    return Salt(text.encode("utf-8"))


def _plain(value: object) -> object:
    """Write numbers alike, however an engine writes them."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case list():
            return [_plain(each) for each in value]
        case Mapping():
            return {str(key): _plain(each) for key, each in value.items()}
        case _:
            return value
