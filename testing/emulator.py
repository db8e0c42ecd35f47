"""The emulator as a test uses it: a process of its own, spoken to over its control routes."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from typing import Any

import requests

from tools.place import EMULATOR

__all__ = ["ACCOUNT_SID", "EmulatorControl", "EmulatorError", "TwilioEmulator"]

ACCOUNT_SID = "AC" + "0" * 31 + "1"
"""The account that programs under test use; any other one, with any token, is as good, and apart from it."""
START_SECONDS = 30.0
STOP_SECONDS = 10.0

_GREETING = "emulator listening on "


class EmulatorError(Exception):
    """The emulator does not start, or refuses an order; the text is its own."""


class EmulatorControl:
    """What can be seen of an emulator, and ordered from it, by whoever knows where it listens.

    Args:
        url: of the emulator.

    Raises:
        EmulatorError: from each method, if an order is refused.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        # Nothing of the environment (proxies, .netrc) may come between.
        self._session.trust_env = False

    def services(self) -> list[dict[str, Any]]:
        """Return the services of all accounts in order of creation, each with roles, settings and conversations."""
        found: list[dict[str, Any]] = self.control("GET", "state")["services"]
        return found

    def requests(self) -> list[dict[str, Any]]:
        """Return the requests of the API so far, in order: method, path, form and status of each."""
        found: list[dict[str, Any]] = self.control("GET", "requests")["requests"]
        return found

    def counts(self) -> dict[str, int]:
        """Return how many requests came, by route: `POST /v1/Services`."""
        found: dict[str, int] = self.control("GET", "requests")["counts"]
        return found

    def fault(self, route: str, kind: str, **options: object) -> None:
        """Order that the next requests of a route go wrong.

        Args:
            route: such as `POST /v1/Services`.
            kind: `status`, `reset_before`, `reset_after`, `late`, `slow` or `truncate`.
            options: `times`, `skip`, `status`, `retry_after`, `seconds`, as the emulator's README has them.
        """
        self.control("POST", "faults", {"route": route, "kind": kind, **options})

    def latency(self, seconds: float) -> None:
        """Let so many seconds pass before each answer."""
        self.control("PUT", "latency", {"seconds": seconds})

    def limit(self, requests: int) -> None:
        """Refuse what would be more requests in flight than so many, with a 429; 0 refuses none."""
        self.control("PUT", "limit", {"requests": requests})

    def rename(self, sid: str, friendly_name: str) -> dict[str, Any]:
        """Rename a service or role as somebody else would, whatever the API allows; return it."""
        kind = "roles" if sid.startswith("RL") else "services"
        renamed: dict[str, Any] = self.control(
            "POST", f"{kind}/{sid}/rename", {"friendly_name": friendly_name}
        )
        return renamed

    def add_conversations(self, service_sid: str, count: int = 1) -> list[str]:
        """Put conversations into a service; return their SIDs."""
        made: list[str] = self.control("POST", f"services/{service_sid}/conversations", {"count": count})[
            "sids"
        ]
        return made

    def forget_requests(self) -> None:
        """Begin the list of requests anew."""
        self.control("DELETE", "requests")

    def reset(self) -> None:
        """Clear all: data, requests, faults, latency."""
        self.control("POST", "reset")

    def control(self, method: str, path: str, body: object = None) -> Any:
        """Send a control request, as the emulator's README has them; return the JSON of its answer, None without."""
        answer = self._session.request(method, f"{self.url}/_emulator/{path}", json=body, timeout=30)
        if not answer.ok:
            raise EmulatorError(f"{method} /_emulator/{path}: HTTP {answer.status_code}, {answer.text}")
        return answer.json() if answer.content else None


class TwilioEmulator(EmulatorControl):
    """An emulator of Twilio's Conversations API on loopback, kept in memory.

    Raises:
        EmulatorError: if it does not start.
    """

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", EMULATOR],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            super().__init__(self._address())
        except BaseException:
            self.stop()
            raise

    @property
    def environment(self) -> dict[str, str]:
        """What a program finds it by: account, token and address, by Twilio's variables."""
        return {
            "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "TWILIO_AUTH_TOKEN": "emulator",
            "TWILIO_BASE_URL": self.url,
        }

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _address(self) -> str:
        """Wait for the line that says where it listens."""
        said: queue.Queue[str] = queue.Queue()
        stream = self._process.stdout
        assert stream is not None  # noqa: S101 - asked for at its start

        def read() -> None:
            for line in stream:
                said.put(line)
            said.put("")

        threading.Thread(target=read, daemon=True).start()
        lines: list[str] = []
        try:
            while line := said.get(timeout=START_SECONDS):
                if line.startswith(_GREETING):
                    return line.removeprefix(_GREETING).strip()
                lines.append(line)
        except queue.Empty:
            lines.append(f"it has said nothing for {START_SECONDS:.0f} s")
        raise EmulatorError(f"the emulator does not start: {''.join(lines).strip() or 'it ended at once'}")
