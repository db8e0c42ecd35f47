"""A mutating proxy between provider and emulator: a real HTTP server on loopback, which rules make lie.

Without a rule a request passes as it is. A rule takes some requests of a route and decides, in Python, whether the
work is done, when, and what the answer looks like. What it can do to one request stands in `exchange`, ready-made
lies in `acts`.
"""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.chaos.exchange import Asked, Exchange

__all__ = ["Act", "Logged", "Proxy", "Rule"]

Act = Callable[[Exchange], None]
LATE_SECONDS = 30


@dataclass
class Rule:
    """What shall happen to some requests.

    Args:
        route: "METHOD /path" with `{}` for each SID; either part may be `*`.
        act: gets the exchange; if it sends nothing, the request passes.
        times: how many requests it takes; None for all.
        skip: how many it lets pass before.
        when: further condition.
    """

    route: str
    act: Act
    times: int | None = 1
    skip: int = 0
    when: Callable[[Asked], bool] = lambda _asked: True
    taken: int = 0

    def wants(self, asked: Asked) -> bool:
        """Tell whether this request is one of the rule's, and count it."""
        method, _, path = self.route.partition(" ")
        if method not in ("*", asked.method) or path not in ("*", asked.template) or not self.when(asked):
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.times is not None and self.taken >= self.times:
            return False
        self.taken += 1
        return True


@dataclass(frozen=True)
class Logged:
    """A request that came, in order of arrival."""

    asked: Asked
    seconds: float
    """Monotonic clock."""


@dataclass
class _Work:
    threads: list[threading.Thread] = field(default_factory=list)


class Proxy:
    """A proxy on a free port of loopback.

    Args:
        upstream: URL of the emulator.
    """

    def __init__(self, upstream: str) -> None:
        self.upstream = upstream
        self.rules: list[Rule] = []
        self.log: list[Logged] = []
        self.calmed = threading.Event()
        """Set while no lie may go on: what trickles or waits ends then."""
        self._lock = threading.Lock()
        self._late = _Work()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 120

            def setup(self) -> None:
                super().setup()
                # Or each answer waits for the acknowledgement of its head.
                self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

            def _any(self) -> None:
                outer._serve(self)

            do_GET = do_POST = do_DELETE = do_PUT = do_HEAD = do_CONNECT = _any  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        class Server(ThreadingHTTPServer):
            request_queue_size = 256

            def handle_error(self, request: object, client_address: object) -> None:
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        self.netloc = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.netloc}"

    def rule(
        self,
        route: str,
        act: Act,
        *,
        times: int | None = 1,
        skip: int = 0,
        when: Callable[[Asked], bool] | None = None,
    ) -> Rule:
        """Add a rule; the first that wants a request gets it."""
        made = Rule(route, act, times, skip, when or (lambda _asked: True))
        with self._lock:
            self.calmed.clear()
            self.rules.append(made)
        return made

    def calm(self) -> None:
        """Drop all rules, end what trickles, and wait for late work."""
        with self._lock:
            self.rules.clear()
            late, self._late = self._late, _Work()
        self.calmed.set()
        for each in late.threads:
            each.join(LATE_SECONDS)

    def reset(self) -> None:
        """Calm, and forget what came."""
        self.calm()
        with self._lock:
            self.log.clear()

    def counts(self) -> Counter[str]:
        """Count the requests by route."""
        with self._lock:
            return Counter(each.asked.route for each in self.log)

    def mark(self) -> int:
        """Give a place in the log, for `since`."""
        with self._lock:
            return len(self.log)

    def since(self, mark: int) -> list[Asked]:
        """Give the requests that came after a mark."""
        with self._lock:
            return [each.asked for each in self.log[mark:]]

    def later(self, seconds: float, work: Callable[[], object]) -> None:
        """Do something in a while, whatever becomes of the request; `calm` waits for it."""

        def run() -> None:
            time.sleep(seconds)
            work()

        thread = threading.Thread(target=run, daemon=True)
        with self._lock:
            self._late.threads.append(thread)
        thread.start()

    def close(self) -> None:
        """Stop."""
        self.calm()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        path, _, query = handler.path.partition("?")
        asked = Asked(handler.command, path, query, dict(handler.headers.items()), body)
        with self._lock:
            self.log.append(Logged(asked, time.monotonic()))
            rule = next((each for each in self.rules if each.wants(asked)), None)
        exchange = Exchange(self.upstream, self.netloc, asked, handler, self.calmed, self.later)
        if rule is not None:
            rule.act(exchange)
        if not exchange.answered:
            exchange.send(exchange.forward())
