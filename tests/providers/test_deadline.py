"""A server that answers a byte at a time: each answer has a time to be whole in."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from providers._api.config import Settings
from providers._api.deadline import answer_within
from providers._api.transport import Transport
from providers.errors import TooLateError
from tests.support.client import Client
from tests.support.emulator import Emulator

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
BEGINNINGS = {
    "status line": b"",
    "headers": HEAD,
    "body of a known length": HEAD + b"Content-Length: 100000\r\n\r\n",
    "body in chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\nffff\r\n",
    "body until the end": HEAD + b"Connection: close\r\n\r\n",
}


@pytest.fixture
def trickle() -> Iterator[Callable[[bytes], str]]:
    """Serve answers that begin with some bytes and go on, one byte at a time, without end."""
    ended = threading.Event()
    sockets: list[socket.socket] = []

    def answer(connection: socket.socket, beginning: bytes) -> None:
        with contextlib.suppress(OSError), connection:
            connection.recv(65536)
            connection.sendall(beginning)
            while not ended.wait(0.02):
                connection.sendall(b" ")

    def serve(listener: socket.socket, beginning: bytes) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection = listener.accept()[0]
                threading.Thread(target=answer, args=(connection, beginning), daemon=True).start()

    def start(beginning: bytes) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        sockets.append(listener)
        threading.Thread(target=serve, args=(listener, beginning), daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    ended.set()
    for each in sockets:
        each.close()


@pytest.mark.parametrize("beginning", BEGINNINGS.values(), ids=BEGINNINGS.keys())
def test_answer_that_trickles_is_lost(
    trickle: Callable[[bytes], str], settings: Callable[..., Settings], beginning: bytes
):
    """Each byte comes in time, the answer never: it may be done, and may yet be."""
    impatient = settings(trickle(beginning), readTimeoutSeconds="0.3", retryCeilingSeconds="0")

    with pytest.raises(TooLateError, match="no whole answer came within the read time-out"):
        Client(Transport(impatient)).create_service("support")


def test_answer_in_time_is_left_alone(emulator: Emulator, settings: Callable[..., Settings]):
    """A connection serves many answers, each with its own time."""
    client = Client(Transport(settings(emulator.url, readTimeoutSeconds="30")))

    sids = [client.create_service(f"s{number}").sid for number in range(5)]

    assert sids == [each.sid for each in client.list_services()]


def test_block_that_is_left_is_watched_no_longer():
    """An answer that came must not be cut afterwards, in the middle of another one's."""
    with answer_within(0.05) as first, answer_within(60) as second:
        pass

    with answer_within(0.1) as third:
        waited = threading.Event()
        while not third.expired:
            waited.wait(0.01)

    assert [False, False, True] == [each.expired for each in (first, second, third)]
