"""A package index on loopback, of wheels that a test makes up."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

__all__ = ["Index", "wheel"]


def wheel(
    name: str, version: str, *, modules: dict[str, str], scripts: dict[str, str] | None = None
) -> bytes:
    """Make a wheel of modules and scripts, each by its file name; the same bytes each time."""
    info = f"{name}-{version}.dist-info"
    files = {
        **modules,
        **{f"{name}-{version}.data/scripts/{each}": text for each, text in (scripts or {}).items()},
    }
    files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    files[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/RECORD"] = "".join(f"{each},,\n" for each in [*files, f"{info}/RECORD"])
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path, text in files.items():
            entry = zipfile.ZipInfo(path)
            entry.external_attr = (0o100755 if "/scripts/" in path else 0o100644) << 16
            archive.writestr(entry, text)
    return made.getvalue()


class Index:
    """Serves wheels as an index does, and holds answers back where it is told to."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/simple"
        self.wheels: dict[str, bytes] = {}
        """By file name: `thing-1.0-py3-none-any.whl`."""
        self.asked = threading.Event()
        """Set at the first request."""
        self.open = threading.Event()
        """While it is not set, no request is answered."""
        self.open.set()

    def add(self, name: str, version: str, content: bytes) -> str:
        """Serve a wheel; give the line that pins it."""
        self.wheels[f"{name}-{version}-py3-none-any.whl"] = content
        return f"{name}=={version} \\\n    --hash=sha256:{hashlib.sha256(content).hexdigest()}\n"

    def answer(self, path: str) -> tuple[bytes, str] | None:
        """Give an answer's body and type; None for what there is not."""
        self.asked.set()
        self.open.wait()
        *_, last = filter(None, path.split("/"))
        if last in self.wheels:
            return self.wheels[last], "application/octet-stream"
        names = [each for each in self.wheels if each.startswith(f"{last}-")]
        links = "".join(f'<a href="/files/{each}">{each}</a>\n' for each in names)
        return (f"<!DOCTYPE html><html><body>{links}</body></html>".encode(), "text/html") if names else None

    @classmethod
    @contextmanager
    def serving(cls) -> Iterator[Index]:
        """Run one."""

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def do_GET(self) -> None:
                # Who was interrupted does not wait for the answer.
                with suppress(ConnectionError):
                    self._answer(index.answer(self.path))

            def do_HEAD(self) -> None:
                self.do_GET()

            def _answer(self, found: tuple[bytes, str] | None) -> None:
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", found[1] if found else "text/plain")
                self.send_header("Content-Length", str(len(found[0]) if found else 0))
                self.end_headers()
                self.wfile.write(found[0] if found and self.command == "GET" else b"")

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        index = cls(server.server_port)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield index
        finally:
            index.open.set()
            server.shutdown()
            thread.join()
            server.server_close()
