"""`python -m policy.scan`, as a process, on lines and on an account."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from policy.account import AccountError, base_url, credentials, wait_seconds
from tests.support.emulator import Emulator

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT = "AC" + "0" * 32
TOKEN = "f" * 32


def scan(*arguments: str, lines: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command from the project's root."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("TWILIO_")}
    return subprocess.run(
        [sys.executable, "-m", "policy.scan", *arguments],
        cwd=ROOT,
        input=lines,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def as_lines(*texts: str) -> str:
    """Write names as the command reads them."""
    return "".join(json.dumps({"text": text}) + "\n" for text in texts)


def test_lines_are_answered_in_order() -> None:
    """One answer a line, in the same order, and never the text itself."""
    done = scan(lines=as_lines("Lima hub", "desk jo.doe@example.com", "call 0161 496 0123"))

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert (0, "") == (done.returncode, done.stderr)
    assert [[], ["email"], ["phone"]] == [answer["kinds"] for answer in answers]
    assert [
        {"kind": "email", "tier": "stop", "rule": "email-plain", "start": 5, "end": 23, "confidence": 1.0}
    ] == answers[1]["findings"]
    assert "doe" not in done.stdout


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param('{"text": "a"}\n{"txt": "b"}\n', 'error: line 2 has no string "text"\n', id="no_text"),
        pytest.param('{"text": 3}\n', 'error: line 1 has no string "text"\n', id="number"),
        pytest.param("Jane Roe\n", "error: line 1 is no JSON\n", id="no_json"),
    ],
)
def test_bad_line_is_one_error_and_nothing_is_written(lines: str, expected: str) -> None:
    """Half an output would be taken for a whole one; the error doesn't repeat the line."""
    done = scan(lines=lines)

    assert (2, "") == (done.returncode, done.stdout)
    assert done.stderr == expected + 'hint: write one object a line: {"text": "…"}\n'


def test_check_fails_on_findings(tmp_path: Path) -> None:
    """A pipeline wants an exit code; a file is read as standard input is."""
    path = tmp_path / "names.jsonl"
    path.write_text(as_lines("Lima hub", "221B Baker Street"))

    done = scan(str(path), "--check", "--table")

    assert 1 == done.returncode
    assert "address-number-street" in done.stdout
    assert "2 names, 1 with personal data" in done.stdout


def test_allowed_name_has_no_findings(tmp_path: Path) -> None:
    """The reviewed file counts here as it does in the pack."""
    path = tmp_path / "allow.yaml"
    path.write_text(
        "allow:\n  - {name: 221B Baker Street, reason: a museum, owner: tests, expires: 2999-01-01}\n"
    )

    done = scan("--allow-list", str(path), lines=as_lines("221b baker street"))

    assert {"kinds": [], "findings": []} == json.loads(done.stdout)


def test_account_is_scanned(emulator: Emulator) -> None:
    """All services of the account are read, over as many pages as there are."""
    names = [f"orders-{number}" for number in range(101)] + ["desk jo.doe@example.com"]
    for name in names:
        answer = requests.post(
            f"{emulator.url}/v1/Services", {"FriendlyName": name}, auth=(ACCOUNT, TOKEN), timeout=10
        )
        answer.raise_for_status()

    done = scan(
        "--account", TWILIO_ACCOUNT_SID=ACCOUNT, TWILIO_AUTH_TOKEN=TOKEN, TWILIO_BASE_URL=emulator.url
    )

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(names) == len(answers)
    assert [["email"]] == [answer["kinds"] for answer in answers if answer["kinds"]]
    assert all(answer["sid"].startswith("IS") for answer in answers)


def test_account_without_credentials_is_one_error() -> None:
    """The error names both ways to set them."""
    done = scan("--account")

    expected = (
        "error: no credentials are set\n"
        "hint: set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET\n"
    )
    assert (2, "", expected) == (done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        pytest.param({}, "https://conversations.twilio.com", id="default"),
        pytest.param({"TWILIO_REGION": "ie1"}, "https://conversations.ie1.twilio.com", id="region"),
        pytest.param({"TWILIO_EDGE": "dublin"}, "https://conversations.dublin.us1.twilio.com", id="edge"),
        pytest.param({"TWILIO_BASE_URL": "http://127.0.0.1:9/"}, "http://127.0.0.1:9", id="loopback"),
    ],
)
def test_base_url_is_built(environment: dict[str, str], expected: str) -> None:
    """Regions and edges are written as Twilio does."""
    assert expected == base_url(environment)


@pytest.mark.parametrize(
    "url", ["http://example.com", "http://localhost.example.com", "ftp://example.com", "example.com"]
)
def test_credentials_never_travel_in_clear_text(url: str) -> None:
    """Plain http is for loopback only."""
    with pytest.raises(AccountError, match="must begin with https://"):
        base_url({"TWILIO_BASE_URL": url})


def test_malformed_account_is_named() -> None:
    """The error names the variable, not its value."""
    with pytest.raises(AccountError) as error:
        credentials({"TWILIO_ACCOUNT_SID": "jo", "TWILIO_AUTH_TOKEN": "x"})

    assert "TWILIO_ACCOUNT_SID must be AC and 32 hexadecimal digits" == str(error.value)


@pytest.mark.parametrize(
    ("attempt", "retry_after", "expected"),
    [(1, None, 0.5), (3, None, 2.0), (9, None, 30.0), (1, "7", 7.0), (1, "900", 30.0), (2, "soon", 1.0)],
)
def test_wait_is_bounded(attempt: int, retry_after: str | None, expected: float) -> None:
    """What the API asks for is honoured, within bounds."""
    assert expected == wait_seconds(attempt, retry_after)
