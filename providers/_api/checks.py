"""What inputs must be: each check tells what is wrong with a value ("must be …"), or None if it is right.

Pure functions of known values. No text repeats a value: a wrong one may be a name or a credential; where an item of
a list is wrong, its place is told. A reason that begins with a place ("[1] …", ".enabled …") goes on from the name.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

__all__ = [
    "Check",
    "KnownItems",
    "OneOf",
    "did_you_mean",
    "flag",
    "is_loopback",
    "is_sid",
    "same_url",
    "sid_of",
    "text",
    "web_url",
]

Check = Callable[[object], str | None]


def flag(value: object) -> str | None:
    """Demand true or false."""
    return None if isinstance(value, bool) else "must be true or false"


def text(least: int, most: int | None = None) -> Check:
    """Demand a text of so many characters."""
    size = (
        f"{least} to {most} characters" if most else f"at least {least} character{'s' if least > 1 else ''}"
    )

    def check(value: object) -> str | None:
        fits = isinstance(value, str) and least <= len(value) and (most is None or len(value) <= most)
        return None if fits else f"must be text of {size}"

    return check


def sid_of(prefix: str, what: str) -> Check:
    """Demand the SID of a thing, e.g. "a service"."""
    rule = f"must be the SID of {what}: {prefix} and 32 hexadecimal digits"

    def check(value: object) -> str | None:
        return None if is_sid(prefix, value) else rule

    return check


def is_sid(prefix: str, value: object) -> bool:
    """Tell whether a value is a SID that begins so."""
    return isinstance(value, str) and re.fullmatch(f"{prefix}[0-9a-fA-F]{{32}}", value) is not None


@dataclass(frozen=True)
class OneOf:
    """Demand one of a few words."""

    choices: tuple[str, ...]

    def __call__(self, value: object) -> str | None:
        """Tell what is wrong with a value."""
        return None if value in self.choices else f"must be one of {', '.join(self.choices)}"


@dataclass(frozen=True)
class KnownItems:
    """Demand a list of at least one word, each of them known and named once.

    Args:
        choices: the words.
        what: what a word is, e.g. "event".
        where: the page that lists them.
    """

    choices: tuple[str, ...]
    what: str
    where: str

    def __call__(self, value: object) -> str | None:
        """Tell what is wrong with a value."""
        if not isinstance(value, list) or not value:
            return f"must be a list of at least one {self.what}"
        for place, item in enumerate(value):
            if not isinstance(item, str) or item not in self.choices:
                suggested = did_you_mean(item, self.choices) or f": see {self.where}"
                return f"[{place}] must be a known {self.what}{suggested}"
            if item in value[:place]:
                return f"[{place}] must not name the same {self.what} again"
        return None


def web_url(value: object) -> str | None:
    """Demand an absolute URL of https, or of http to loopback, without user and password."""
    try:
        parts = urlsplit(value if isinstance(value, str) else "")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not isinstance(value, str) or not host or port == 0 or not re.fullmatch(r"[!-~]+", value):
        return "must be an absolute URL, percent-encoded, such as https://example.com/hook"
    if "@" in parts.netloc:
        return "must be without user and password: they would stand in the state; check X-Twilio-Signature instead"
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)):
        return None
    return "must begin with https:// (http:// to loopback only): messages would travel in clear text"


def same_url(url: str) -> str:
    """Give the form that URLs of one meaning share: case of scheme and host, the scheme's own port, no path or "/".

    https://www.rfc-editor.org/rfc/rfc3986#section-6.2
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    host = parts.netloc.lower() if "@" not in parts.netloc else parts.netloc
    if (parts.scheme, port) in (("https", 443), ("http", 80)):
        host = host.removesuffix(f":{port}")
    return parts._replace(netloc=host, path=parts.path or "/").geturl() if host else url


def did_you_mean(given: object, known: Collection[str]) -> str:
    """Suggest the nearest known word: "; did you mean onMessageAdded?", "" if none is near."""
    by_lower = {each.lower(): each for each in known}
    words = difflib.get_close_matches(str(given).lower().replace("_", ""), by_lower, n=1, cutoff=0.6)
    return f"; did you mean {by_lower[words[0]]}?" if words else ""


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine: what is sent there needs no encryption."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
