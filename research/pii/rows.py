"""The labelled names: what a row holds, and where the sets lie."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from policy.pii import Kind

FOLDER = Path(__file__).resolve().parent / "evaluation"


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled name.

    Attributes:
        text: the name.
        kinds: kinds of personal data that it holds; empty for a hard negative.
        region: culture or script.
    """

    text: str
    kinds: frozenset[Kind]
    region: str


def read_rows(path: Path) -> list[Row]:
    """Read a set: one JSON object a line with text, kinds and region."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            data = json.loads(line)
            rows.append(Row(data["text"], frozenset(data["kinds"]), data["region"]))
    return rows
