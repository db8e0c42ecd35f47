"""The emulator as the tests use it: a real process, spoken to over its control routes.

Not a fake: nothing of the emulator is imported here.
"""

from __future__ import annotations

import queue
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import testing.emulator

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 20
STOP_SECONDS = 10
GREETING = "emulator listening on "
SETTINGS = ("users", "roles", "configuration", "notifications", "webhooks")

Json = dict[str, Any]


class EmulatorControl(testing.emulator.EmulatorControl):
    """The control routes of an emulator that runs at `url`, whoever started it; all of them, for its own tests."""

    def info(self) -> Json:
        """Tell name, pid, state file and URL."""
        info: Json = self.control("GET", "info")
        return info

    def state(self) -> Json:
        """All that the emulator holds: `{"services": [{…, "conversations": […], "roles": […], …}]}`."""
        state: Json = self.control("GET", "state")
        return state

    def services(self) -> list[Json]:
        """The services of all accounts, in order of creation, each with its conversations; `state` has the rest."""
        return [
            {key: value for key, value in service.items() if key not in SETTINGS}
            for service in self.state()["services"]
        ]

    def in_flight_max(self) -> int:
        """The most API requests that were in flight at once."""
        most: int = self.control("GET", "requests")["in_flight_max"]
        return most

    def clear_requests(self) -> None:
        """Forget the API requests so far."""
        self.forget_requests()

    def faults(self) -> list[Json]:
        """The faults that are left."""
        faults: list[Json] = self.control("GET", "faults")["faults"]
        return faults

    def clear_faults(self) -> None:
        """Drop the faults that are left."""
        self.control("DELETE", "faults")

    def alter(self, **ways: str) -> None:
        """Keep fields otherwise than sent: `alter(friendly_name="trim")`."""
        self.control("PUT", "alterations", ways)

    def delete_service(self, sid: str) -> None:
        """Delete a service out of band."""
        self.control("DELETE", f"services/{sid}")

    def account(
        self,
        sid: str,
        *,
        auth_token: str | None = None,
        api_keys: dict[str, str] | None = None,
        max_services: int | None = None,
    ) -> None:
        """Register an account: its token, keys (SID to secret) and limit of services, each optional."""
        body = {"auth_token": auth_token, "api_keys": api_keys, "max_services": max_services}
        self.control(
            "PUT", f"accounts/{sid}", {key: value for key, value in body.items() if value is not None}
        )


class Emulator(EmulatorControl):
    """A running `python -m offline.emulator`.

    Args:
        state: SQLite file that keeps the state; None for memory.
        port: port to listen on; 0 picks a free one.
    """

    def __init__(self, state: Path | None = None, port: int = 0) -> None:
        self.state_path = state
        super().__init__("")
        self.url = self._start(port)

    def _start(self, port: int) -> str:
        command = [sys.executable, "-m", "offline.emulator", "--port", str(port)]
        if self.state_path is not None:
            command += ["--state", str(self.state_path)]
        self._stderr = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed by stop() and kill()
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=self._stderr, text=True, encoding="utf-8"
        )
        first_line = self._first_line()
        if not first_line.startswith(GREETING):
            self.kill()
            raise RuntimeError(f"the emulator did not start\n{self.stderr_text()}")
        return first_line.removeprefix(GREETING).strip()

    def _first_line(self) -> str:
        lines: queue.Queue[str] = queue.Queue()
        stdout = self.process.stdout
        assert stdout is not None
        threading.Thread(target=lambda: lines.put(stdout.readline()), daemon=True).start()
        try:
            return lines.get(timeout=START_SECONDS)
        except queue.Empty:
            return ""

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.url.rpartition(":")[2])

    def kill(self) -> None:
        """End the process with SIGKILL, as a crash would."""
        self.process.kill()
        self._ended()

    def stop(self, with_signal: int = signal.SIGTERM) -> int:
        """Ask the process to end; give its exit code. A stopped one is left alone."""
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
        return self._ended()

    def restart(self) -> None:
        """Start again on the same port and state file, after `kill` or `stop`."""
        self.url = self._start(self.port)

    def stderr_text(self) -> str:
        """What the process has written to stderr so far; of the last one, after an end."""
        if not self._stderr.closed:
            self._stderr.seek(0)
            self._stderr_text = self._stderr.read()
        return self._stderr_text

    def _ended(self) -> int:
        try:
            code = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self.stderr_text()
            self._stderr.close()
            if self.process.stdout is not None:
                self.process.stdout.close()
            self._session.close()
        return code
