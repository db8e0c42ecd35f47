# mypy: ignore-errors
"""Read words of user interfaces from message catalogues, in some ninety languages. Development only.

They are what a name model lacks most: everyday words of languages other than English, in their own script.
"""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import polib

PACKAGES = ("django", "oscar", "wagtail", "cms", "allauth", "sphinx")


def words_of_catalogues() -> dict[str, dict[str, int]]:
    """List lower-case words by language, with how often they occur."""
    found: dict[str, dict[str, int]] = {}
    for package in PACKAGES:
        for path in Path(str(files(package))).rglob("*.po"):
            language = path.parts[path.parts.index("LC_MESSAGES") - 1].split("_")[0].split("-")[0]
            if language == "en":
                continue
            words = found.setdefault(language, {})
            for entry in polib.pofile(str(path)):
                text = re.sub(r"%\(\w+\)\w|\{[^}]*\}|<[^>]*>|&\w+;|%\w", " ", entry.msgstr)
                for word in re.findall(r"[^\W\d_]+(?:[\u0900-\u1fff][^\W\d_]*)*", text):
                    if 2 < len(word) < 20 or (len(word) > 1 and ord(word[0]) > 0x2E80 and len(word) < 7):
                        words[word.lower()] = words.get(word.lower(), 0) + 1
    return found
