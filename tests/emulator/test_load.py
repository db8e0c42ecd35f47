"""Many at once, and clients that leave in the middle."""

from __future__ import annotations

import base64
import contextlib
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.emulator.api import ACCOUNT_SID, TOKEN, Api
from tests.support.waiting import wait_until

CREDENTIALS = base64.b64encode(f"{ACCOUNT_SID}:{TOKEN}".encode()).decode()
BODY = b"FriendlyName=left"
HEAD = (
    "POST /v1/Services HTTP/1.1\r\n"
    "Host: emulator\r\n"
    f"Authorization: Basic {CREDENTIALS}\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\n"
    f"Content-Length: {len(BODY)}\r\n"
    "\r\n"
).encode()


def test_64_requests_with_latency_are_answered_side_by_side(api):
    """Latency is waited for together, in-flight is counted, and no service is lost or doubled."""
    api.emulator.latency(0.5)

    with ThreadPoolExecutor(64) as pool:
        sids = list(pool.map(lambda number: Api(api.emulator).create_service(f"s{number}")["sid"], range(64)))

    assert 32 <= api.emulator.in_flight_max() <= 64
    assert sorted(sids) == sorted(service["sid"] for service in api.emulator.services())


def test_64_clients_mixing_all_actions_see_their_own_writes(emulator):
    """Each account makes, reads, fills, lists and deletes while 63 others do the same."""

    def live(number: int) -> list[object]:
        client = Api(emulator, f"AC{number:032x}")
        service = client.create_service()
        path = f"/v1/Services/{service['sid']}/Conversations"
        made = [client.post(path, UniqueName=f"c{each}").json()["sid"] for each in range(3)]
        listed = [each["sid"] for each in client.get(path).json()["conversations"]]
        own = client.get("/v1/Services").json()["services"]
        deleted = client.delete(service["url"]).status_code
        return [made == listed, own == [service], deleted, client.get(service["url"]).status_code]

    with ThreadPoolExecutor(64) as pool:
        lives = list(pool.map(live, range(64)))

    assert [[True, True, 204, 404]] * 64 == lives
    assert [] == emulator.services()


def test_in_flight_counts_api_requests_only(api):
    """A control request while an API request waits is not counted."""
    api.emulator.latency(0.3)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(api.get, "/v1/Services")
        wait_until(lambda: api.emulator.counts() == {"GET /v1/Services": 1})
        waiting.result()

    assert 1 == api.emulator.in_flight_max()


@pytest.mark.parametrize(
    ("sent", "services"),
    [
        pytest.param(HEAD + BODY, 1, id="after the whole request"),
        pytest.param(HEAD + BODY[:-1], 0, id="one byte early"),
        pytest.param(HEAD, 0, id="before the body"),
    ],
)
def test_client_that_leaves_does_not_undo_what_was_begun(emulator, sent, services):
    """A whole request is worked on to its end, a partial one never begins."""
    emulator.latency(0.2)

    with socket.create_connection(("127.0.0.1", emulator.port)) as connection:
        connection.sendall(sent)
        wait_until(lambda: emulator.counts() == {"POST /v1/Services": 1})

    wait_until(lambda: emulator.requests()[0]["seconds"] is not None)
    assert services == len(emulator.services())
    assert [201 if services else None] == [entry["status"] for entry in emulator.requests()]


def test_request_in_flight_does_not_reach_over_a_reset(emulator):
    """What one test left hanging neither writes nor counts in the next."""
    emulator.latency(60)
    with socket.create_connection(("127.0.0.1", emulator.port)) as connection:
        connection.sendall(HEAD + BODY)
        wait_until(lambda: emulator.counts() == {"POST /v1/Services": 1})

        emulator.reset()
        Api(emulator).get("/v1/Services")

        assert (1, {"GET /v1/Services": 1}) == (emulator.in_flight_max(), emulator.counts())
        assert [] == emulator.services()


def test_emulator_says_nothing_while_clients_misbehave(new_emulator):
    """Broken requests and broken connections leave no traceback, no warning and no harm behind."""
    emulator = new_emulator()
    for nonsense in (b"nonsense\r\n\r\n", HEAD + b"x", b"\x16\x03\x01\x02\x00", b""):
        with socket.create_connection(("127.0.0.1", emulator.port)) as connection:
            connection.sendall(nonsense)
            connection.shutdown(socket.SHUT_WR)
            with contextlib.suppress(ConnectionResetError):
                connection.recv(1024)

    service = Api(emulator).create_service()

    assert [service["sid"]] == [each["sid"] for each in emulator.services()]
    assert (0, "") == (emulator.stop(), emulator.stderr_text())
