"""The process: its first line, its end, its state file, what keeps it from starting."""

from __future__ import annotations

import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.emulator.api import ACCOUNT_SID, Api
from tests.support.emulator import ROOT, Emulator
from tests.support.waiting import wait_until

# Promised is one second; the rest is room for a busy machine.


def run(*arguments: str) -> tuple[int, str, str]:
    """Run an emulator that ends by itself; give exit code, stdout, stderr."""
    done = subprocess.run(
        [sys.executable, "-m", "offline.emulator", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=20,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_stop_by_signal_ends_idle_emulator_in_silence(new_emulator, with_signal):
    """Exit code 0, nothing on stderr; a connection kept alive does not hold it up."""
    emulator: Emulator = new_emulator()
    Api(emulator).get("/v1/Services")

    code = emulator.stop(with_signal)

    assert (0, "") == (code, emulator.stderr_text())
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", emulator.port))


@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_stop_by_signal_does_not_wait_for_requests_in_flight(new_emulator, with_signal):
    """A minute of latency is not sat out; the client sees a broken connection."""
    emulator: Emulator = new_emulator()
    emulator.latency(60)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(Api(emulator).get, "/v1/Services")
        wait_until(lambda: emulator.counts() == {"GET /v1/Services": 1})

        code = emulator.stop(with_signal)

    assert (0, "") == (code, emulator.stderr_text())
    assert isinstance(waiting.exception(), requests.ConnectionError)


def test_development_mode_finds_nothing_to_warn_of(tmp_path):
    """No coroutine left unawaited, no handle unclosed, nothing deprecated, with every kind of request made."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-X",
            "dev",
            "-W",
            "error",
            "-m",
            "offline.emulator",
            "--state",
            str(tmp_path / "state.db"),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    url = process.stdout.readline().split()[-1]
    auth = (ACCOUNT_SID, "any")
    created = requests.post(f"{url}/v1/Services", data={"FriendlyName": "x"}, auth=auth, timeout=10).json()
    for kind in ("reset_before", "reset_after", "truncate"):
        order = {"route": "GET /v1/Services/{Sid}", "kind": kind}
        requests.post(f"{url}/_emulator/faults", json=order, timeout=10)
        with pytest.raises(requests.RequestException):
            requests.get(created["url"], auth=auth, timeout=10)
    requests.get(f"{url}/v1/Services?PageSize=0", auth=auth, timeout=10)
    requests.delete(created["url"], auth=auth, timeout=10)

    process.terminate()
    _, stderr = process.communicate(timeout=60)

    # asyncio also warns of a step that took 0.1 s: that says how busy the machine is.
    warned = [
        line for line in stderr.splitlines() if not re.fullmatch(r"Executing <.*> took [0-9.]+ seconds", line)
    ]
    assert (0, []) == (process.returncode, warned)


def test_state_survives_kill_whatever_was_answered(new_emulator, tmp_path):
    """SIGKILL in the middle of four clients' writes: each answered service, deletion and account is there again."""
    emulator: Emulator = new_emulator(state=tmp_path / "state.db")
    emulator.account(ACCOUNT_SID, auth_token="secret", max_services=10_000)
    answered: list[list[str]] = [[] for _ in range(4)]
    enough = threading.Event()

    def write(sids: list[str]) -> None:
        client = Api(emulator, ACCOUNT_SID, "secret")
        try:
            while True:
                sids.append(client.create_service()["sid"])
                if len(sids) == 25:
                    enough.set()
        except requests.RequestException:
            return

    threads = [threading.Thread(target=write, args=[sids]) for sids in answered]
    for thread in threads:
        thread.start()
    assert enough.wait(20)
    emulator.kill()
    for thread in threads:
        thread.join()

    emulator.restart()

    stored = {service["sid"] for service in emulator.services()}
    all_answered = {sid for sids in answered for sid in sids}
    assert set() == all_answered - stored
    # What was in flight may have been done unanswered: at most one request of each client.
    assert len(stored - all_answered) <= 4
    assert 401 == Api(emulator, ACCOUNT_SID, "wrong").get("/v1/Services").status_code


def test_state_survives_kill_deletes_and_changes_too(new_emulator, tmp_path):
    """Not only inserts: a second life shows the same state, and goes on with it in order."""
    emulator: Emulator = new_emulator(state=tmp_path / "state.db")
    client = Api(emulator)
    services = [client.create_service(f"s{number}") for number in range(3)]
    emulator.add_conversations(services[2]["sid"], 2)
    client.delete(services[0]["url"])
    emulator.rename(services[1]["sid"], "renamed")
    client.post(services[1]["links"]["roles"], FriendlyName="r", Type="service", Permission="editAnyMessage")
    client.post(services[1]["links"]["configuration"], ReachabilityEnabled="true")
    client.post(services[1]["links"]["configuration"] + "/Notifications", LogEnabled="true")
    client.post(services[1]["links"]["configuration"] + "/Webhooks", Filters=["onMessageAdded"])
    before = emulator.state()["services"]
    emulator.kill()

    emulator.restart()
    added = client.create_service("after")

    assert [*before, emulator.state()["services"][-1]] == emulator.state()["services"]
    assert {**added, "conversations": []} == emulator.services()[-1]
    assert str(tmp_path / "state.db") == emulator.info()["state"]


def test_state_file_of_an_older_version_gains_roles_and_settings_once(new_emulator, tmp_path):
    """Services from before there were any get what a new one comes with, and keep their conversations."""
    path = tmp_path / "state.db"
    emulator: Emulator = new_emulator(state=path)
    client = Api(emulator)
    old = [client.create_service(f"s{number}") for number in range(2)]
    emulator.add_conversations(old[0]["sid"], 2)
    before = emulator.services()
    emulator.stop()
    with sqlite3.connect(path) as database:
        database.execute("DELETE FROM resources WHERE kind NOT IN ('service', 'conversation')")
    database.close()

    emulator.restart()
    opened = emulator.state()
    emulator.stop()
    emulator.restart()

    client.create_service("new")
    states = [shape_of(service) for service in emulator.state()["services"]]
    assert before == emulator.services()[:2]
    assert opened["services"] == emulator.state()["services"][:2]
    assert [states[2]] * 3 == states


def shape_of(service: dict[str, Any]) -> dict[str, Any]:
    """Tell what a service comes with, without what differs between any two."""
    names = {role["sid"]: role["friendly_name"] for role in service["roles"]}
    own = ("chat_service_sid", "url", "links")
    return {
        "roles": [(role["friendly_name"], role["type"], role["permissions"]) for role in service["roles"]],
        **{
            single: {
                key: names.get(str(value), value) for key, value in service[single].items() if key not in own
            }
            for single in ("configuration", "notifications", "webhooks")
        },
    }


def test_state_in_memory_ends_with_the_process(new_emulator):
    """Without --state nothing is kept."""
    emulator: Emulator = new_emulator()
    Api(emulator).create_service()
    emulator.stop()

    emulator.restart()

    assert [] == emulator.services()


def test_state_file_holds_no_secret_and_is_its_owners_only(new_emulator, tmp_path):
    """Tokens and key secrets are kept as digests; nobody else may read the names."""
    emulator: Emulator = new_emulator(state=tmp_path / "state.db")
    emulator.account(ACCOUNT_SID, auth_token="token-in-clear", api_keys={"SK1": "secret-in-clear"})
    Api(emulator, ACCOUNT_SID, "token-in-clear").create_service()
    emulator.stop()

    files = list(tmp_path.iterdir())
    assert [tmp_path / "state.db"] == files
    assert b"-in-clear" not in files[0].read_bytes()
    assert 0o600 == stat.S_IMODE(files[0].stat().st_mode)


def test_second_process_on_a_state_file_is_refused(new_emulator, tmp_path):
    """One error, exit code 1; the first goes on unharmed."""
    path = tmp_path / "state.db"
    emulator: Emulator = new_emulator(state=path)

    outcome = run("--state", str(path))

    text = (
        f"error: cannot use state file {path}: another process has it open\n"
        "hint: stop the other emulator or name another file with --state\n"
    )
    assert (1, "", text) == outcome
    assert Api(emulator).create_service()["sid"] == emulator.services()[0]["sid"]


def test_of_several_started_at_once_on_a_state_file_one_wins(tmp_path):
    """A race has one winner, not none."""
    path = tmp_path / "state.db"
    started: list[Emulator] = []
    refused: list[str] = []

    def start() -> None:
        try:
            started.append(Emulator(path))
        except RuntimeError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for emulator in started:
        emulator.stop()
    assert (1, 2) == (len(started), len(refused))
    assert all("another process has it open" in text for text in refused)


def no_folder(folder: Path) -> Path:
    return folder / "absent" / "state.db"


def no_database(folder: Path) -> Path:
    path = folder / "notes.txt"
    path.write_text("not a database " * 100)
    return path


def another_database(folder: Path) -> Path:
    path = folder / "other.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE other (x)")
    database.close()
    return path


def later_version(folder: Path) -> Path:
    path = folder / "later.db"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    return path


WRITABLE = "hint: name a writable file with --state\n"
VERSION = (
    "made by something else or by another version\nhint: delete the file or name another one with --state\n"
)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        pytest.param(no_folder, f"unable to open database file\n{WRITABLE}", id="folder absent"),
        pytest.param(lambda folder: folder, f"unable to open database file\n{WRITABLE}", id="a folder"),
        pytest.param(no_database, f"file is not a database\n{WRITABLE}", id="not a database"),
        pytest.param(another_database, VERSION, id="another database"),
        pytest.param(later_version, VERSION, id="a later version"),
    ],
)
def test_state_file_that_can_not_be_used_is_one_error(tmp_path, make: Callable[[Path], Path], reason):
    """Exit code 1, reason and remedy, and a file that is someone else's is left as it was."""
    path = make(tmp_path)
    before = path.read_bytes() if path.is_file() else None

    outcome = run("--state", str(path))

    assert (1, "", f"error: cannot use state file {path}: {reason}") == outcome
    assert before == (path.read_bytes() if path.is_file() else None)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "example.com"])  # noqa: S104
def test_host_off_loopback_is_refused(host):
    """It never listens to the network, and looks no name up."""
    outcome = run("--host", host)

    text = f"error: cannot listen on {host}: not a loopback address\nhint: use 127.0.0.1 or ::1\n"
    assert (1, "", text) == outcome


def test_port_in_use_is_one_error(emulator):
    """The port is named; the reason is the system's."""
    code, stdout, stderr = run("--port", str(emulator.port))

    assert (1, "") == (code, stdout)
    reason, hint = stderr.splitlines()
    assert reason.startswith(f"error: cannot listen on 127.0.0.1 port {emulator.port}: ")
    assert "hint: name another port, or none for a free one" == hint


def test_port_out_of_range_is_one_error():
    """No traceback for a number that is no port."""
    code, stdout, stderr = run("--port", "65536")

    assert (1, "") == (code, stdout)
    assert stderr.startswith("error: cannot listen on 127.0.0.1 port 65536: ")


def test_wrong_command_line_is_exit_code_2():
    """Usage errors are argparse's own."""
    code, stdout, stderr = run("--nonsense")

    assert (2, "") == (code, stdout)
    assert "unrecognized arguments: --nonsense" in stderr


@pytest.mark.skipif(
    not socket.has_ipv6 or not Path("/proc/net/if_inet6").exists(), reason="needs IPv6 on loopback"
)
def test_host_of_ipv6_loopback_is_served():
    """The URL is written with brackets, and so are those in answers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "offline.emulator", "--host", "::1"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    url = process.stdout.readline().split()[-1]

    meta = requests.get(f"{url}/v1/Services", auth=(ACCOUNT_SID, "any"), timeout=10).json()["meta"]

    process.terminate()
    process.communicate(timeout=10)
    assert url.startswith("http://[::1]:")
    assert f"{url}/v1/Services?PageSize=50&Page=0" == meta["url"]
