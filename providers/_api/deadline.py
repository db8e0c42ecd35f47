"""A bound on a whole answer: requests' own time-outs bound the wait for each part of it only.

A server that sends a byte now and then would hold a request for ever. Here one thread watches the answers that are
under way and cuts the connection of each that is not whole in time; reading it then ends like any broken connection.
Not bounded: looking a name up and shaking hands, which have the connect time-out for each of their steps.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection

__all__ = ["Answer", "answer_within", "mount"]


class Answer:
    """An answer that is under way.

    Args:
        ends: when it must be whole, by the monotonic clock.
    """

    def __init__(self, ends: float) -> None:
        self.ends = ends
        self.expired = False
        self.socket: Any = None

    def cut(self) -> None:
        """End it, whoever is reading."""
        self.expired = True
        # The plain method, for that of a TLS socket would take the reader's state away.
        with contextlib.suppress(OSError, TypeError):
            socket.socket.shutdown(self.socket, socket.SHUT_RDWR)


class _Watch:
    """The thread that ends answers; started with the first one."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._answers: set[Answer] = set()
        self._thread: threading.Thread | None = None

    def add(self, answer: Answer) -> None:
        with self._changed:
            self._answers.add(answer)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="answers", daemon=True)
                self._thread.start()
            if answer.ends <= min(each.ends for each in self._answers):
                self._changed.notify()

    def remove(self, answer: Answer) -> None:
        with self._changed:
            self._answers.discard(answer)

    def _run(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                late = [each for each in self._answers if each.ends <= now]
                for each in late:
                    self._answers.discard(each)
                    each.cut()
                ends = min((each.ends for each in self._answers), default=None)
                self._changed.wait(None if ends is None else max(0.0, ends - now))


_watch = _Watch()
_of_thread = threading.local()


@contextlib.contextmanager
def answer_within(seconds: float) -> Iterator[Answer]:
    """Bound the answer of the one request that this thread sends inside the block."""
    answer = Answer(time.monotonic() + seconds)
    _of_thread.answer = answer
    _watch.add(answer)
    try:
        yield answer
    finally:
        _watch.remove(answer)
        _of_thread.answer = None


class _Watched(HTTPConnection):
    """A connection that tells the thread's answer which socket it comes through."""

    def getresponse(self) -> Any:
        answer: Answer | None = getattr(_of_thread, "answer", None)
        if answer is not None:
            answer.socket = self.sock
            if answer.expired:
                answer.cut()
        return super().getresponse()


class _WatchedTLS(_Watched, HTTPSConnection):
    """The same over TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Watched


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedTLS


class _Adapter(HTTPAdapter):
    """What a session sends through, so that `answer_within` holds for its answers; a SOCKS proxy has its own way."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the connections of the session."""
        super().init_poolmanager(*args, **kwargs)
        _use_watched(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> ProxyManager:
        """Make the connections through a proxy."""
        manager: ProxyManager = super().proxy_manager_for(proxy, **kwargs)
        if not proxy.lower().startswith("socks"):
            _use_watched(manager)
        return manager


def _use_watched(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _TLSPool}


def mount(session: requests.Session) -> None:
    """Let a session send through connections that are watched."""
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter())
