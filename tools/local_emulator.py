"""The emulator of this clone: one process, one fixed address, one state file, found again by every command.

Everything lies in `.emulator/`: `port`, `services.db` and `emulator.log`. Whose the emulator is is told by that
database, which one process holds: a clone that was moved while its emulator ran finds it by this.
Usage: `python -m tools.local_emulator start|stop`.
"""

from __future__ import annotations

import fcntl
import http.client
import itertools
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.file_lock import command_of, holder
from tools.place import EMULATOR, ROOT

__all__ = ["ACCOUNT_SID", "FOLDER", "start", "stop"]

FOLDER = ROOT / ".emulator"
STATE = FOLDER / "services.db"
ACCOUNT_SID = "AC" + "0" * 31 + "1"
"""The account that the clone's own commands use; the emulator keeps others apart from it."""

_PORTS = range(20000, 30000)
_DEADLINE_SECONDS = 20.0
_POLL_SECONDS = 0.05


def start() -> str:
    """Start this clone's emulator unless it runs, and return its URL.

    Raises:
        SystemExit: If it does not answer in time, or another program holds its database; the text names the log, or
            the process.
    """
    with _lock():
        port = _port()
        pid = _pid(port)
        if pid is not None and not STATE.exists():
            if not _has_moved(pid):
                # Somebody removed the folder under a running emulator: what it still holds was meant to go.
                _end(pid, port)
            pid = None
        if pid is None:
            if (left := _left_behind()) is not None:
                # It answers with the old place's name and would write there; the data is in the file.
                _end(left, port)
            port = _usable(port)
            _launch(port)
        return f"http://127.0.0.1:{port}"


def stop() -> bool:
    """Stop this clone's emulator and wait for its end; tell whether one ran."""
    with _lock():
        port = _port()
        pid = _pid(port) or _left_behind()
        if pid is None:
            return False
        _end(pid, port)
        return True


@contextmanager
def _lock() -> Iterator[None]:
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _port() -> int:
    """Return the port written down, or this clone's first choice, which its path decides."""
    try:
        return int((FOLDER / "port").read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return _PORTS[zlib.crc32(str(ROOT).encode()) % len(_PORTS)]


def _usable(port: int) -> int:
    """Return the port, or the next free one where another program has taken it, and write it down."""
    for candidate in itertools.chain(range(port, _PORTS.stop), range(_PORTS.start, port)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                continue
        (FOLDER / "port").write_text(str(candidate), encoding="ascii")
        return candidate
    raise SystemExit("error: no free port between 20000 and 29999 for the emulator")


def _left_behind() -> int | None:
    """Return the emulator that holds this clone's database, though it does not answer as this clone's.

    Raises:
        SystemExit: If another program holds it.
    """
    pid = holder(STATE)
    if pid is None:
        return None
    command = command_of(pid) if pid > 0 else ""
    if re.search(r"-m ([a-z_]+\.)?emulator ", f"{command} "):
        return pid
    who = f"process {pid} ({command or 'unknown command'})" if pid > 0 else "a process of another machine"
    raise SystemExit(
        f"error: {STATE.relative_to(ROOT)} is held by {who}, which is no emulator\n"
        "hint: end that process, and run the command again"
    )


def _has_moved(pid: int) -> bool:
    """Tell whether an emulator holds a database that was moved away from here, as far as the system tells it."""
    try:
        held = [link.readlink() for link in Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:
        return False
    return any(path.name == STATE.name and path.exists() for path in held)


def _end(pid: int, port: int) -> None:
    os.kill(pid, signal.SIGTERM)
    _wait_until(
        lambda: holder(STATE) != pid and _answering(port)[0] != pid,
        f"the emulator (process {pid}) does not stop",
    )


def _launch(port: int) -> None:
    command = [sys.executable, "-m", EMULATOR, "--port", str(port), "--state", str(STATE)]
    log_path = FOLDER / "emulator.log"
    with log_path.open("ab") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    problem = f"the emulator does not start; its log: {log_path.relative_to(ROOT)}"
    _wait_until(lambda: _pid(port) is not None, problem, process)


def _pid(port: int) -> int | None:
    """Return the process of this clone's emulator if it answers on that port."""
    pid, state = _answering(port)
    # Where a clone has moved away, and another has come to its place, the answer is the moved one's.
    return pid if state == STATE and holder(STATE) in (pid, None) else None


def _answering(port: int) -> tuple[int | None, Path | None]:
    """Return process and database of the emulator that answers on a port, whosever it is."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/_emulator/info")
        info = json.load(connection.getresponse())
        return int(str(info["pid"])), Path(info["state"])
    except (OSError, ValueError, KeyError, TypeError, http.client.HTTPException):
        return None, None
    finally:
        connection.close()


def _wait_until(
    condition: Callable[[], bool], problem: str, process: subprocess.Popen[bytes] | None = None
) -> None:
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while not condition():
        if time.monotonic() > deadline or (process is not None and process.poll() is not None):
            raise SystemExit(f"error: {problem}")
        time.sleep(_POLL_SECONDS)


def main(arguments: list[str]) -> None:
    """Start or stop, and say what happened."""
    match arguments:
        case ["start"]:
            print(f"emulator listening on {start()}")
        case ["stop"]:
            print("emulator stopped" if stop() else "no emulator of this clone is running")
        case _:
            raise SystemExit(f"usage: python -m {__package__}.local_emulator start|stop")


if __name__ == "__main__":
    main(sys.argv[1:])
