"""Values kept otherwise than sent, on order: an API may tidy texts up, and publishes nothing on it.

trim        outer white space goes
collapse    runs of white space become one blank, outer ones go
nfc, nfkc   Unicode's composed forms
lower, upper
slash       a slash is added at the end
drop_last   a list loses its last item, a text its last character, where there are several
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from offline.emulator.kinds import Json

__all__ = ["WAYS", "altered"]

WAYS: Mapping[str, Callable[[Any], Any]] = {
    "trim": str.strip,
    "collapse": lambda text: " ".join(text.split()),
    "nfc": lambda text: unicodedata.normalize("NFC", text),
    "nfkc": lambda text: unicodedata.normalize("NFKC", text),
    "lower": str.lower,
    "upper": str.upper,
    "slash": lambda text: f"{text}/",
    "drop_last": lambda value: value[:-1] or value,
}


def altered(fields: Mapping[str, Json], ways: Mapping[str, str]) -> dict[str, Json]:
    """Alter the fields that a way is ordered for, where they hold texts or lists."""
    return {
        name: WAYS[ways[name]](value) if name in ways and isinstance(value, str | list) else value
        for name, value in fields.items()
    }
