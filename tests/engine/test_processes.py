"""Child processes: their output, their death, and that they do not outlive the engine."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from offline.engine.errors import PluginError
from offline.engine.hosts.processes import Child
from offline.engine.hosts.sockets import SocketFolder

ROOT = Path(__file__).resolve().parents[2]
WAIT_SECONDS = 20


async def start(
    folder: Path, code: str, lines: list[tuple[str, str]], greeting: str = "hello", **more: Any
) -> Child:
    file = folder / "child_program.py"
    file.write_text(code)
    return await Child.start(
        "the test's child",
        [str(file), "one", "two"],
        python=sys.executable,
        folder=folder,
        environment={"GREETING": greeting},
        on_line=lambda severity, line: lines.append((severity, line)),
        **more,
    )


def test_child_tells_its_port_and_every_line_of_its_output(tmp_path: Path) -> None:
    """The first line is the port and told to nobody; a line may be of any length, and needs no end."""
    code = """
import os, sys
print(4711)
print(os.environ["GREETING"], sys.argv[1:], os.getcwd() == sys.path[0], repr(sys.stdin.read()))
print("x" * 300_000)
print("no end", end="", file=sys.stderr)
"""
    lines: list[tuple[str, str]] = []

    async def run() -> tuple[str, int]:
        child = await start(tmp_path, code, lines)
        try:
            return await child.address(), await child.ended()
        finally:
            await child.end()

    assert ("127.0.0.1:4711", 0) == asyncio.run(run())
    assert [
        ("info", "hello ['one', 'two'] True ''"),
        ("info", "x" * 300_000),
        ("info#err", "no end"),
    ] == sorted(lines)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        pytest.param("raise SystemExit('no luck')", "ended with exit code 1\nno luck", id="exit"),
        pytest.param("import os; os.kill(os.getpid(), 9)", "was killed by signal 9", id="signal"),
        pytest.param(
            "print('hello')", "did not print the port it listens on, but something else first", id="talk"
        ),
    ],
)
def test_child_that_does_not_listen_is_named_with_its_last_words(
    tmp_path: Path, code: str, message: str
) -> None:
    """One error, instead of a wait without end."""

    async def run() -> str:
        child = await start(tmp_path, code, [])
        try:
            with pytest.raises(PluginError) as caught:
                await child.address()
            return str(caught.value)
        finally:
            await child.end()

    said = asyncio.run(run())
    assert said.startswith("the test's child")
    assert said.endswith(message)


def test_missing_interpreter_is_named(tmp_path: Path) -> None:
    """With the place where it is chosen."""

    async def run() -> None:
        await Child.start(
            "the program",
            ["x.py"],
            python=str(tmp_path / "python"),
            folder=tmp_path,
            environment={},
            on_line=lambda *_: None,
        )

    with pytest.raises(PluginError, match=r"cannot start the program: No such file or directory: .*\nhint: "):
        asyncio.run(run())


def test_child_that_ignores_sigterm_is_ended_all_the_same(tmp_path: Path) -> None:
    """After a while."""
    code = """
import signal, threading
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(1)
threading.Event().wait()
"""

    async def run() -> int:
        child = await start(tmp_path, code, [])
        await child.address()
        await child.end()
        return child.pid

    assert not psutil.pid_exists(asyncio.run(run()))


def test_children_die_with_an_engine_that_is_killed(tmp_path: Path) -> None:
    """SIGKILL leaves the engine no time to end them."""
    (tmp_path / "sleeper.py").write_text("print(1)\nimport threading\nthreading.Event().wait()\n")
    engine = """
import asyncio, pathlib, sys
from offline.engine.hosts.processes import Child

async def main():
    child = await Child.start("child", ["sleeper.py"], python=sys.executable, folder=pathlib.Path.cwd(),
                              environment={}, on_line=lambda *_: None)
    await child.address()
    print(child.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""
    with subprocess.Popen(
        [sys.executable, "-c", engine],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        child = psutil.Process(int(process.stdout.readline()))

        process.send_signal(signal.SIGKILL)

        child.wait(WAIT_SECONDS)


@pytest.mark.parametrize(
    ("bind", "pattern", "exposed"),
    [
        pytest.param('add_insecure_port("127.0.0.1:0")', r"unix:/.*/provider-1", False, id="as-the-sdk-does"),
        pytest.param(
            'add_insecure_port(address="localhost:0")', r"unix:/.*/provider-1", False, id="by-keyword"
        ),
        pytest.param(
            'add_secure_port("127.0.0.1:0", grpc.local_server_credentials())',
            r"127\.0\.0\.1:[1-9]\d*",
            True,
            id="as-no-sdk-does-yet",
        ),
    ],
)
def test_child_serves_a_socket_where_that_can_be_had(
    tmp_path: Path, bind: str, pattern: str, exposed: bool
) -> None:
    """What an SDK to come might do instead still works, and is known to be open to others."""
    code = f"""
import threading
from concurrent import futures
import grpc
server = grpc.server(futures.ThreadPoolExecutor(1))
print(server.{bind})
server.start()
threading.Event().wait()
"""
    sockets = SocketFolder()

    async def run() -> tuple[str, bool]:
        listen = sockets.new("provider")
        child = await start(tmp_path, code, [], listen=listen, sockets=sockets.folder)
        try:
            return await child.address(), child.is_exposed
        finally:
            await child.end()
            sockets.close()

    address, found = asyncio.run(run())
    assert re.fullmatch(pattern, address)
    assert exposed is found


def test_child_gets_an_environment_of_any_size(tmp_path: Path) -> None:
    """The system takes no variable above 128 KiB when a process starts; a stack's configuration is one."""
    code = "import os; print(len(os.environ['GREETING']))"
    lines: list[tuple[str, str]] = []

    async def run() -> int:
        child = await start(tmp_path, code, lines, greeting="x" * 1_000_000, prints_port=False)
        try:
            return await child.ended()
        finally:
            await child.end()

    assert (0, [("info", "1000000")]) == (asyncio.run(run()), lines)
