"""The board on this machine: served on loopback, made anew as soon as anything changes that it is made of.

Nobody but this machine reaches it, and a page of another site cannot read it: whoever asks by another name than that of
loopback is refused.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from gitops.console import result, say
from gitops.exits import GitopsError

__all__ = ["serve"]

HOST = "127.0.0.1"
NAMES = (HOST, "localhost")
SECONDS = 1.0
"""Between two looks at what the board is made of."""
NO_STATE = ("locks", "run-times", "backups")
"""Folders of a backend that tell nothing of the board."""


class _Source:
    """Makes the page, and tells what it is made of.

    Args:
        make: Makes it.
        places: Files and folders of which a change changes it; None if that cannot be seen from here.
    """

    def __init__(self, make: Callable[[], str], places: Sequence[Path] | None) -> None:
        self._make = make
        self._places = places
        self._lock = threading.Lock()
        self._made: tuple[str, bytes] | None = None
        self.ended = threading.Event()

    def page(self) -> bytes:
        """Return the page of now."""
        with self._lock:
            mark = self.mark()
            if self._made is None or self._made[0] != mark or self._places is None:
                self._made = mark, self._make().encode()
            return self._made[1]

    @property
    def shown(self) -> str:
        """Return the mark of the page that was made last; "" before the first."""
        return self._made[0] if self._made is not None else ""

    def mark(self) -> str:
        """Return a text that is another one once anything has changed."""
        digest = hashlib.sha256()
        for path in self._files():
            try:
                status = path.stat()
            except OSError:
                continue
            digest.update(f"{path}\0{status.st_mtime_ns}\0{status.st_size}\0{status.st_ino}\n".encode())
        return digest.hexdigest()

    def _files(self) -> Iterator[Path]:
        for place in self._places or ():
            if place.is_file():
                yield place
            for folder, inner, files in os.walk(place):
                inner[:] = sorted(each for each in inner if each not in NO_STATE)
                yield from (Path(folder, each) for each in sorted(files) if _tells(each))


def _tells(name: str) -> bool:
    """Tell a file of which a change may change the board; of a history the records do, not the states it keeps."""
    return name.endswith((".json", ".yaml", ".yml", ".gz")) and ".checkpoint.json" not in name


def serve(make: Callable[[], str], port: int, places: Sequence[Path] | None) -> None:
    """Serve the page until ctrl-C.

    Args:
        make: Makes it.
        port: Of loopback; 0 takes a free one.
        places: Files and folders of which a change changes it; None if that cannot be seen from here.

    Raises:
        GitopsError: If the port is taken.
    """
    source = _Source(make, places)
    handler = type("Handler", (_Handler,), {"source": source})
    try:
        server = ThreadingHTTPServer((HOST, port), handler)
    except OSError as error:
        raise GitopsError(
            f"cannot serve on {HOST}:{port}: {error.strerror}",
            hint="leave --port out, and a free one is taken",
        ) from None
    server.daemon_threads = True
    with server:
        result(f"http://{HOST}:{server.server_address[1]}/")
        say("serving the board; ctrl-C ends it")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            say("ended")
        finally:
            source.ended.set()


class _Handler(BaseHTTPRequestHandler):
    """Answers with the page, or tells as long as somebody listens that it has changed."""

    source: _Source
    server_version = "board"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer."""
        if self.headers.get("Host", "").rpartition(":")[0] not in NAMES:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST, "ask by the address that was printed")
        elif self.path == "/":
            self._answer("text/html; charset=utf-8", self.source.page())
        elif self.path == "/changes":
            self._tell()
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def _answer(self, kind: str, body: bytes) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self._close_to_others()
        self.end_headers()
        self.wfile.write(body)

    def _tell(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self._close_to_others()
        self.end_headers()
        # Whatever has changed since the page was made is news, also if that was before anybody listened.
        known = self.source.shown
        try:
            self.wfile.write(b": listening\n\n")
            while not self.source.ended.wait(SECONDS):
                now = self.source.mark()
                self.wfile.write(b": still\n\n" if now == known else b"event: changed\ndata: now\n\n")
                self.wfile.flush()
                known = now
        except OSError:
            return  # nobody listens any more

    def _close_to_others(self) -> None:
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing of single requests."""
