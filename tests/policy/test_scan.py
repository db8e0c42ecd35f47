"""`python -m policy.scan`, as a process, on lines and on an account."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from policy.account import AccountError, base_url, credentials, wait_seconds
from policy.pii import Finding, Kind, Tier
from policy.scan import Outcome
from tests.support.emulator import Emulator

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT = "AC" + "0" * 32
TOKEN = "f" * 32
NOTHING = '{"kinds": [], "advised": [], "findings": []}'


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


TOLD = {
    "nothing": ([], [], []),
    "stops": ([("email", "stop")], ["email"], []),
    "advises": ([("person", "advise")], [], ["person"]),
    "both": ([("phone", "stop"), ("person", "advise")], ["phone"], ["person"]),
    "one_kind_in_both": ([("person", "stop"), ("person", "advise")], ["person"], []),
}


@pytest.mark.parametrize(("found", "kinds", "advised"), TOLD.values(), ids=TOLD.keys())
def test_what_stops_and_what_only_advises_are_told_apart(
    found: list[tuple[Kind, Tier]], kinds: list[str], advised: list[str]
) -> None:
    """Both can be measured; a kind that stops is not advised of as well."""
    findings = tuple(Finding(kind, tier, "rule", 0, 1, 0.5) for kind, tier in found)

    answer = Outcome("", findings, 1).as_json()

    assert (kinds, advised) == (answer["kinds"], answer["advised"])


HINT = 'hint: write one object a line: {"text": "…"}\n'
BAD_LINES = {
    "no_text": (b'{"txt": "b"}', 'error: line 2 has no string "text"\n' + HINT),
    "number": (b'{"text": 3}', 'error: line 2 has no string "text"\n' + HINT),
    "no_json": (b"Jane Roe", "error: line 2 is no JSON\n" + HINT),
    "blank": (b"", "error: line 2 is no JSON\n" + HINT),
    "nested": (b"[" * 100_000, "error: line 2 is no JSON\n" + HINT),
    "not_utf_8": (b'{"text": "\xff"}', "error: line 2 is not UTF-8\n"),
    "endless": (b'{"text": "' + b"a" * 2_000_000, "error: line 2 is longer than 1024 KiB\n"),
}


@pytest.mark.parametrize(("line", "expected"), BAD_LINES.values(), ids=BAD_LINES.keys())
def test_bad_line_is_one_error_once_what_came_before_is_answered(
    tmp_path: Path, line: bytes, expected: str
) -> None:
    """The exit code tells half an output from a whole one; the error doesn't repeat the line."""
    path = tmp_path / "names.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"text": "Lima hub"}\n' + line + b'\n{"text": "Lima hub"}\n')

    done = scan(str(path))

    assert (2, NOTHING + "\n", expected) == (done.returncode, done.stdout, done.stderr)


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start the command and leave its input open."""
    process = subprocess.Popen(
        [sys.executable, "-m", "policy.scan", *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ask(process: subprocess.Popen[str], text: str) -> str:
    """Write one line to a running command and wait for its answer."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(as_lines(text))
    return process.stdout.readline()


def test_each_line_is_answered_before_the_next_one_is_written() -> None:
    """A pipe of a million names starts to answer at once, and none of them is kept."""
    with running() as process:
        answers = [
            json.loads(ask(process, text))["kinds"] for text in ("Lima hub", "desk jo.doe@example.com")
        ]

    assert [[], ["email"]] == answers


def test_fifo_is_read_as_it_is_written(tmp_path: Path) -> None:
    """A file's name may stand for another command's output."""
    fifo = tmp_path / "names"
    os.mkfifo(fifo)
    with running(str(fifo)) as process, fifo.open("w") as names:
        assert process.stdout is not None
        names.write(as_lines("Lima hub"))
        names.flush()

        assert NOTHING + "\n" == process.stdout.readline()


def test_reader_that_has_seen_enough_is_no_error() -> None:
    """`python -m policy.scan | head -1` ends quietly, with the exit code of a closed pipe."""
    with running() as process:
        ask(process, "Lima hub")
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.close()
        process.stdin.write(as_lines("Lima hub"))
        process.stdin.close()
        code = process.wait(timeout=60)

        assert process.stderr is not None
        assert (141, "") == (code, process.stderr.read())
        process.stdin = process.stdout = None


def test_interrupt_ends_quietly() -> None:
    """Ctrl-C is what a person does who has seen enough: no traceback, and the shell's code for it."""
    with running() as process:
        ask(process, "Lima hub")
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=60)

        assert process.stderr is not None
        assert (-signal.SIGINT, "") == (code, process.stderr.read())


def test_check_fails_on_findings(tmp_path: Path) -> None:
    """A pipeline wants an exit code; a file is read as standard input is."""
    path = tmp_path / "names.jsonl"
    path.write_text(as_lines("Lima hub", "221B Baker Street"))

    done = scan(str(path), "--check", "--table")

    assert 1 == done.returncode
    assert "address-number-street" in done.stdout
    assert "2 names, 1 with personal data, 0 that may hold some" in done.stdout


def test_allowed_name_has_no_findings(tmp_path: Path) -> None:
    """The reviewed file counts here as it does in the pack."""
    path = tmp_path / "allow.yaml"
    path.write_text(
        "allow:\n  - {name: 221B Baker Street, reason: a museum, owner: tests, expires: 2999-01-01}\n"
    )

    done = scan("--allow-list", str(path), lines=as_lines("221b baker street museum"))

    assert NOTHING == done.stdout.strip()


@pytest.mark.parametrize(("stack", "kinds"), [("prod", []), ("dev", ["address"]), ("", ["address"])])
def test_entry_for_a_stack_counts_for_that_stack(tmp_path: Path, stack: str, kinds: list[str]) -> None:
    """Who adopts an account into a stack asks for its own entries, too."""
    path = tmp_path / "allow.yaml"
    entry = "name: 221B Baker Street, reason: a museum, owner: tests, expires: 2999-01-01, stacks: [prod]"
    path.write_text(f"allow:\n  - {{{entry}}}\n")

    done = scan("--allow-list", str(path), "--stack", stack, lines=as_lines("221b baker street museum"))

    assert kinds == json.loads(done.stdout)["kinds"]


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
