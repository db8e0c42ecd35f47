"""Run facts: the file that tells a provider what an engine does not."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from providers._resource.facts import (
    VARIABLE,
    Facts,
    PendingCreate,
    parse_time,
    read_facts,
)

SINCE = datetime(2026, 11, 26, 12, tzinfo=UTC)
ROLE = {
    "type": "pulumi-python:dynamic/twilio:Role",
    "friendly_name": "agent",
    "service_sid": "IS1",
    "role_type": "service",
    "since": "2026-11-26T12:00:00Z",
}
READ = PendingCreate("pulumi-python:dynamic/twilio:Role", "agent", "IS1", "service", SINCE)


def read(folder: Path, content: object) -> Facts:
    """Read a file of facts."""
    path = folder / "facts.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_facts({VARIABLE: str(path)})


def test_facts_are_read_whole(tmp_path: Path):
    """Holders and pending creates; what a service has not may be null or left out."""
    service = {"type": "t", "friendly_name": "support", "since": ROLE["since"], "service_sid": None}

    facts = read(tmp_path, {"version": 1, "held": {"IS1": "support"}, "pending": [ROLE, service], "more": 1})

    assert facts == Facts({"IS1": "support"}, (READ, PendingCreate("t", "support", None, None, SINCE)))


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", "1", "[" * 100_000, {"held": {}}, {"version": 2}, {"version": "1"}]
)
def test_facts_that_are_none_tell_nothing(tmp_path: Path, content: object):
    """Today's behaviour is what is left then."""
    assert Facts() == read(tmp_path, content)


def test_facts_without_a_file_or_variable_tell_nothing(tmp_path: Path):
    """Whoever starts an engine by hand has none."""
    assert Facts() == read_facts({}) == read_facts({VARIABLE: ""})
    assert (
        Facts() == read_facts({VARIABLE: str(tmp_path / "missing")}) == read_facts({VARIABLE: str(tmp_path)})
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"type": None},
        {"friendly_name": 7},
        {"service_sid": 7},
        {"role_type": []},
        {"since": None},
        {"since": "soon"},
    ],
    ids=str,
)
def test_facts_that_are_odd_are_left_out_one_by_one(tmp_path: Path, changes: dict[str, Any]):
    """The others hold."""
    facts = read(
        tmp_path,
        {"version": 1, "held": {"IS1": "a", "IS2": 7}, "pending": [ROLE | changes, ROLE, "odd", None]},
    )

    assert facts == Facts({"IS1": "a"}, (READ,))


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-11-26T12:00:00Z", SINCE),
        ("2026-11-26T12:00:00", SINCE),
        ("2026-11-26T13:00:00+01:00", SINCE.astimezone(timezone(timedelta(hours=1)))),
        ("2026-11-26T12:00:00.000000001Z", SINCE),
        ("", None),
        (None, None),
        (7, None),
        ("yesterday", None),
    ],
)
def test_time_table(text: object, time: datetime | None):
    """As the API and both engines write it; without a zone it is UTC."""
    assert time == parse_time(text)
