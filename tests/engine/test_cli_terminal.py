"""On a terminal: what is waited for, the question and its answers, colour."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time

import pytest

from tests.engine.commands import Project

SECONDS = 60


class Terminal:
    """The embedded engine on a terminal of 80 columns and 24 lines."""

    def __init__(self, project: Project, *arguments: str, **environment: str) -> None:
        self._leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "offline.engine", *arguments],
            cwd=project.root,
            env={**project.environment, "TERM": "xterm-256color", **environment},
            stdin=follower,
            stdout=follower,
            stderr=follower,
            start_new_session=True,
        )
        os.close(follower)
        self.text = ""

    def wait_for(self, text: str, count: int = 1) -> None:
        """Read until a text has been shown a number of times."""
        deadline = time.monotonic() + SECONDS
        while self.text.count(text) < count:
            assert time.monotonic() < deadline, f"{text!r} was not shown:\n{self.text}"
            self._read(0.1)

    def type(self, text: str) -> None:
        """Type a line."""
        os.write(self._leader, f"{text}\n".encode())

    def close(self) -> int:
        """Read to the end and return the exit code."""
        while self._read(SECONDS):
            pass
        os.close(self._leader)
        return self._process.wait(timeout=SECONDS)

    @property
    def plain(self) -> str:
        """What stayed, without escape codes."""
        stayed = re.sub(r"\x1b\[\?7l.*?\x1b\[\?7h", "", self.text)
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", stayed).replace("\r", "")

    def _read(self, seconds: float) -> bool:
        if not select.select([self._leader], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self._leader, 65536)
        except OSError:
            return False
        self.text += data.decode(errors="replace")
        return bool(data)


QUESTION = "Do you want to perform this update? [yes/no/details] (no): "


def test_up_on_a_terminal_asks_shows_details_and_performs(stack: Project) -> None:
    """Preview, question, details, question, update: as with the CLI."""
    terminal = Terminal(stack, "up", "-c", "count=1")
    terminal.wait_for(QUESTION)
    terminal.type("maybe")
    terminal.wait_for("please answer yes, no or details")
    terminal.type("d")
    terminal.wait_for(QUESTION, count=3)
    terminal.type("yes")

    code = terminal.close()

    assert code == 0
    assert '    + name: "n0"\n' in terminal.plain
    assert re.search(r"^ \+  test:Thing thing-0 created \(\d\.\ds\)$", terminal.plain, re.MULTILINE)
    assert "\x1b[?7l\x1b[2m    … " in terminal.text
    assert "\x1b[32m" in terminal.text
    assert stack.names() == ["default", "small-dev", "thing-0"]


@pytest.mark.parametrize("answer", ["no", "", "\x04"], ids=["no", "empty", "end-of-input"])
def test_up_declined_changes_nothing(stack: Project, answer: str) -> None:
    """Whoever does not say yes means no."""
    before = stack.state_file.read_bytes()
    terminal = Terminal(stack, "up", "-c", "count=1", NO_COLOR="1")
    terminal.wait_for(QUESTION)
    terminal.type(answer)

    code = terminal.close()

    assert code == 1
    assert re.search(
        r"error: (confirmation declined, not proceeding with the update|cancelled)", terminal.plain
    )
    assert "\x1b[32m" not in terminal.text
    assert stack.state_file.read_bytes() == before
    assert list(stack.locks.iterdir()) == []


def test_locks_are_removed_once_a_person_says_yes(stack: Project) -> None:
    """A run that is alive would go on without its lock: nothing is taken for a yes but a yes."""
    stack.locks.mkdir(parents=True)
    lock = stack.locks / "x.json"
    lock.write_text("{}", encoding="utf-8")
    declined = Terminal(stack, "cancel")
    declined.wait_for("Go on? [y/N]: ")
    declined.type("")
    first = declined.close()
    held = lock.exists()
    confirmed = Terminal(stack, "cancel")
    confirmed.wait_for("Go on? [y/N]: ")
    confirmed.type("y")

    assert (1, True, 0) == (first, held, confirmed.close())
    assert not lock.exists()


def test_passphrase_is_asked_for_and_not_shown(project: Project) -> None:
    """On a terminal nobody needs to set a variable; what is typed stays unseen."""
    project.environment.pop("PULUMI_CONFIG_PASSPHRASE")
    made = Terminal(project, "stack", "init", "dev")
    made.wait_for("Passphrase to protect the stack's secrets with: ")
    made.type("open sesame")
    made.wait_for("The same passphrase again: ")
    made.type("open sesame")
    first = made.close()
    used = Terminal(project, "config", "set", "--secret", "token", "hush", "--stack", "dev")
    used.wait_for("Passphrase of the stack's secrets: ")
    used.type("open sesame")

    assert (first, used.close()) == (0, 0)
    assert "sesame" not in made.text + used.text
    assert (
        "hush"
        in project.engine("config", "-s", "dev", "--show-secrets", PULUMI_CONFIG_PASSPHRASE="open sesame").out
    )


@pytest.mark.parametrize("environment", [{"CI": "true"}, {"TERM": "dumb"}], ids=["ci", "dumb-terminal"])
def test_terminal_without_a_person_gets_plain_lines(stack: Project, environment: dict[str, str]) -> None:
    """Nothing moves and nothing is asked in CI or on a dumb terminal."""
    terminal = Terminal(stack, "up", **environment)

    code = terminal.close()

    assert code == 2
    assert terminal.plain.startswith("error: nobody can be asked to confirm this")
