"""One request at the proxy, and all that can be done with it: its work, and every way to answer or not to."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode

__all__ = ["Answer", "Asked", "Exchange"]

_SID = re.compile(r"/[A-Z]{2}[0-9a-fA-F]{32}(?=/|$)")
UPSTREAM_SECONDS = 30
_HOP_BY_HOP = {"connection", "transfer-encoding", "content-length", "keep-alive", "server", "date"}


@dataclass(frozen=True)
class Asked:
    """A request."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    @property
    def template(self) -> str:
        """The path with {} for each SID."""
        return _SID.sub("/{}", self.path)

    @property
    def route(self) -> str:
        """Method and template."""
        return f"{self.method} {self.template}"

    @property
    def form(self) -> dict[str, list[str]]:
        """What a POST sends."""
        return parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)

    def with_form(self, change: Callable[[str, str], str]) -> Asked:
        """Give the request with each value of its form changed: `change(name, value)`."""
        pairs = parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True)
        body = urlencode([(name, change(name, value)) for name, value in pairs]).encode()
        return replace(self, body=body)

    def with_query(self, **changes: str) -> Asked:
        """Give the request with other parameters in its query."""
        given = dict(parse_qsl(self.query, keep_blank_values=True))
        return replace(self, query=urlencode({**given, **changes}))


@dataclass(frozen=True)
class Answer:
    """An answer, whole."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})

    @classmethod
    def of(cls, value: object, status: int = 200, **headers: str) -> Answer:
        """Make an answer of JSON."""
        names = {name.replace("_", "-"): text for name, text in headers.items()}
        return cls(status, json.dumps(value).encode(), {"Content-Type": "application/json"} | names)

    @classmethod
    def error(cls, status: int, code: int | None = None, message: str = "spoilt", **headers: str) -> Answer:
        """Make an error in Twilio's shape."""
        body: dict[str, Any] = {"message": message, "status": status, "more_info": "https://www.twilio.com"}
        return cls.of(body if code is None else {"code": code, **body}, status, **headers)

    @classmethod
    def html(cls, status: int, text: str = "<html><body><h1>Not Found</h1></body></html>") -> Answer:
        """Make a page of some web server."""
        return cls(status, text.encode(), {"Content-Type": "text/html"})

    @property
    def json(self) -> Any:
        """The body, parsed; None if it is no JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def with_json(self, value: object) -> Answer:
        """Give the answer with another body."""
        return replace(self, body=json.dumps(value).encode())

    def with_headers(self, **headers: str) -> Answer:
        """Give the answer with more headers (`Retry_After`)."""
        return replace(self, headers=self.headers | {k.replace("_", "-"): v for k, v in headers.items()})


class Exchange:
    """A request being answered; made by the proxy."""

    def __init__(
        self,
        upstream: str,
        netloc: str,
        asked: Asked,
        handler: BaseHTTPRequestHandler,
        calmed: threading.Event,
        later: Callable[[float, Callable[[], object]], None],
    ) -> None:
        self.asked = asked
        self.netloc = netloc
        self.answered = False
        self.calmed = calmed
        self._upstream = upstream
        self._handler = handler
        self._later = later
        self._answer: Answer | None = None

    def forward(self, asked: Asked | None = None) -> Answer:
        """Let the emulator do the work, once, and give its answer; `asked` changes what it is asked."""
        if self._answer is None:
            self._answer = self._ask(asked or self.asked)
        return self._answer

    def ask_again(self, asked: Asked | None = None) -> Answer:
        """Let the emulator do the work once more."""
        return self._ask(asked or self.asked)

    def forward_later(self, seconds: float) -> None:
        """Let the emulator do the work in a while."""
        self._later(seconds, self.forward)

    def send(self, answer: Answer) -> None:
        """Answer."""
        self._head(answer)
        self._write(b"" if self.asked.method == "HEAD" else answer.body)

    def drop(self) -> None:
        """Reset the connection in place of an answer."""
        self.answered = True
        sock = self._handler.connection
        # Without lingering, closing sends RST.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._handler.close_connection = True
        sock.close()

    def cut(self, answer: Answer, share: float) -> None:
        """Send a share of the answer, head and body counted together, then close."""
        raw = self.raw_of(answer)
        self.raw(raw[: int(len(raw) * share)])

    def raw(self, data: bytes) -> None:
        """Send bytes as they are, then close."""
        self.answered = True
        self._handler.close_connection = True
        self._write(data)

    def trickle(self, answer: Answer, seconds: float, *, after: int = 0, for_ever: bool = False) -> None:
        """Send `after` bytes at once and then one byte every so many seconds, until calmed.

        Args:
            answer: what to send.
            seconds: between two bytes.
            after: bytes that go at once, head and body counted together.
            for_ever: never come to the end: announce a longer body, filled with blanks.
        """
        self.answered = True
        self._handler.close_connection = True
        raw = self.raw_of(answer, 10_000_000 if for_ever else None)
        self._write(raw[:after])
        position = after
        while not self.calmed.wait(seconds):
            if position >= len(raw) and not for_ever:
                return
            if not self._write(raw[position : position + 1] or b" "):
                return
            position += 1

    def raw_of(self, answer: Answer, length: int | None = None) -> bytes:
        """Give an answer as it goes over the wire."""
        lines = [f"HTTP/1.1 {answer.status} Chaos"]
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
        lines += [f"Content-Length: {len(answer.body) if length is None else length}", "", ""]
        return "\r\n".join(lines).encode("latin-1", "replace") + answer.body

    def zipped(self, answer: Answer) -> Answer:
        """Compress an answer."""
        return replace(
            answer, body=gzip.compress(answer.body), headers=answer.headers | {"Content-Encoding": "gzip"}
        )

    def _head(self, answer: Answer) -> None:
        self.answered = True
        handler = self._handler
        try:
            handler.send_response(answer.status)
            for name, value in answer.headers.items():
                if name.lower() not in _HOP_BY_HOP:
                    handler.send_header(name, value)
            if answer.status != 204:
                handler.send_header("Content-Length", str(len(answer.body)))
            handler.end_headers()
        except (OSError, ValueError):
            handler.close_connection = True

    def _write(self, data: bytes) -> bool:
        try:
            self._handler.wfile.write(data)
            self._handler.wfile.flush()
        except (OSError, ValueError):
            self._handler.close_connection = True
            return False
        return True

    def _ask(self, asked: Asked) -> Answer:
        connection = http.client.HTTPConnection(
            self._upstream.removeprefix("http://"), timeout=UPSTREAM_SECONDS
        )
        headers = {k: v for k, v in asked.headers.items() if k.lower() not in _HOP_BY_HOP}
        try:
            connection.putrequest(
                asked.method, asked.path + (f"?{asked.query}" if asked.query else ""), True, True
            )
            for name, value in {**headers, "Host": self.netloc, "Accept-Encoding": "identity"}.items():
                connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(asked.body)))
            connection.endheaders(asked.body or None)
            response = connection.getresponse()
            kept = {k: v for k, v in response.getheaders() if k.lower() not in _HOP_BY_HOP}
            return Answer(response.status, response.read(), kept)
        finally:
            connection.close()
