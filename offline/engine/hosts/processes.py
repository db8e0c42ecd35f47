"""Child processes: start, where they listen, death, end.

A child gets a process group of its own, so that ctrl-C reaches the engine alone and operations in flight can end. It
lives no longer than the engine (`launcher.py`), and each of its streams is read to the end, line by line. Neither its
command line nor the environment that it starts with says more than which module runs.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, TypeAlias

from offline.engine.errors import PluginError

__all__ = ["Child", "OnLine"]

OnLine: TypeAlias = Callable[[Literal["info", "info#err"], str], None]
"""Told each line that a child writes, with the severity that its stream stands for."""

START_SECONDS = 60.0
"""How long a child may take to print its port."""
END_SECONDS = 2.0
"""How long a child may take to end after SIGTERM."""
OUTPUT_SECONDS = 1.0
"""How long to wait for the last output of a child that has ended."""

_LAUNCHER = Path(__file__).with_name("launcher.py")


class Child:
    """One running child process."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, on_line: OnLine) -> None:
        self.name = name
        self._process = process
        self._on_line = on_line
        self._first_line: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._last_errors: deque[str] = deque(maxlen=20)
        assert process.stdout is not None  # noqa: S101 - asked for just above
        assert process.stderr is not None  # noqa: S101
        self._readers = [
            asyncio.create_task(self._read(process.stdout, self._said)),
            asyncio.create_task(self._read(process.stderr, self._complained)),
        ]
        self._listen: Path | None = None
        self._prints_port = False

    @classmethod
    async def start(
        cls,
        name: str,
        arguments: list[str],
        *,
        python: str,
        folder: Path,
        environment: Mapping[str, str],
        on_line: OnLine,
        prints_port: bool = True,
        listen: Path | None = None,
        sockets: Path | None = None,
    ) -> Child:
        """Start a module or a file of Python; return once it has its settings.

        Args:
            name: What messages call it.
            arguments: Module or file, then its own arguments.
            python: The interpreter.
            folder: Its working directory.
            environment: Added to the engine's own; of any size.
            on_line: Told what it writes, but for its port.
            prints_port: Whether its first line is the port it listens on.
            listen: The socket that it shall serve instead of a port.
            sockets: The folder of the run's sockets, which it removes should the engine be killed.

        Raises:
            PluginError: if the interpreter cannot be run, or takes longer than `START_SECONDS` to begin.
        """
        try:
            process = await asyncio.create_subprocess_exec(
                python,
                "-P",
                "-u",
                str(_LAUNCHER),
                *arguments,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                cwd=folder,
                start_new_session=True,
            )
        except OSError as error:
            raise PluginError(
                f"cannot start {name}: {error.strerror}: {error.filename or python}",
                hint="check the interpreter that Pulumi.yaml names under runtime.options",
            ) from error
        child = cls(name, process, on_line)
        child._prints_port, child._listen = prints_port, listen
        settings = {
            "environment": dict(environment),
            "sockets": str(sockets or ""),
            "listen": str(listen or ""),
        }
        try:
            await child._tell(json.dumps(settings).encode() + b"\n")
        except BaseException:
            await child.end()
            raise
        return child

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def is_exposed(self) -> bool:
        """Tell whether it was to serve a socket and serves a port, as a future SDK might; known once it listens."""
        return self._listen is not None and not self._listen.is_socket()

    async def address(self) -> str:
        """Wait until it listens; return where, as gRPC writes it.

        Raises:
            PluginError: if it ends, or prints something else, or takes longer than `START_SECONDS`.
        """
        try:
            async with asyncio.timeout(START_SECONDS):
                line = await asyncio.shield(self._first_line)
        except TimeoutError:
            raise PluginError(f"{self.name} did not start within {START_SECONDS:.0f} seconds") from None
        if line.isdecimal():
            if self._listen is not None and not self.is_exposed:
                return f"unix:{self._listen}"
            return f"127.0.0.1:{line}"
        if line:
            raise PluginError(f"{self.name} did not print the port it listens on, but something else first")
        raise PluginError(await self.how_it_ended())

    async def ended(self) -> int:
        """Wait for its end and for the last of its output; return its exit code, negative for a signal."""
        code = await self._process.wait()
        # A process that it started, and that outlives it, may hold its streams open.
        await asyncio.wait(self._readers, timeout=OUTPUT_SECONDS)
        return code

    async def dead(self, seconds: float) -> bool:
        """Tell whether it ends within that time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.ended()
        return self._process.returncode is not None

    async def how_it_ended(self) -> str:
        """Return one message on how it ended, with the last of what it wrote to its error stream."""
        code = await self.ended()
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        return "\n".join([f"{self.name} (process {self.pid}) {how}", *self._last_errors])

    async def end(self) -> None:
        """End it: SIGTERM, then SIGKILL; no error if it is gone already."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        if not await self.dead(END_SECONDS):
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)

    async def _tell(self, settings: bytes) -> None:
        stdin = self._process.stdin
        assert stdin is not None  # noqa: S101 - asked for at its start
        stdin.write(settings)
        try:
            async with asyncio.timeout(START_SECONDS):
                await stdin.drain()
        except TimeoutError:
            raise PluginError(f"{self.name} did not start within {START_SECONDS:.0f} seconds") from None
        except OSError:
            pass  # it has ended already; whoever waits for it learns how

    def _said(self, line: str) -> None:
        if self._prints_port and not self._first_line.done():
            self._first_line.set_result(line.strip())
        else:
            self._on_line("info", line)

    def _complained(self, line: str) -> None:
        self._last_errors.append(line)
        self._on_line("info#err", line)

    async def _read(self, stream: asyncio.StreamReader, tell: Callable[[str], None]) -> None:
        """Tell each line; `StreamReader.readline` would fail on one longer than its buffer."""
        rest = b""
        while chunk := await stream.read(65536):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                tell(line.decode(errors="replace"))
        if rest:
            tell(rest.decode(errors="replace"))
        if tell == self._said and not self._first_line.done():
            self._first_line.set_result("")
