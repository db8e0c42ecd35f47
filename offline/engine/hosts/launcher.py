"""Starts a program, a provider or a policy pack in a process of its own that dies with the engine.

Run by path, as `python -P -u launcher.py <module or file> [argument ...]`, by the project's interpreter: it may
not import anything of this package. Its standard input is a pipe whose other end the engine holds open; when the engine
ends, however that happens, the pipe closes and this process goes too. The first line that comes by it is JSON:

    {"environment": {name: text}, "sockets": folder of the run's sockets or "", "listen": socket to serve or ""}

The environment comes that way because Linux takes no variable above 128 KiB when a process starts, and shows them to
whoever may read /proc. What a provider or a pack serves, it serves on that socket instead of a port on loopback, which
every user of the machine can reach: the SDK leaves no choice, so the first server that it makes is bound there.
"""

from __future__ import annotations

import contextlib
import json
import os
import runpy
import signal
import sys
import threading
from pathlib import Path
from typing import Any

__all__: list[str] = []


def _die_with(lifeline: int, sockets: str) -> None:
    os.read(lifeline, 1)
    # The engine had no time to remove its sockets.
    if sockets:
        with contextlib.suppress(OSError):
            for path in Path(sockets).iterdir():
                if path.is_socket():
                    path.unlink(missing_ok=True)
            Path(sockets).rmdir()
    os.kill(os.getpid(), signal.SIGKILL)


def _listen_on(path: str) -> None:
    """Bind the first server that this process makes with gRPC to a socket, wherever it asks to be bound."""
    import grpc

    make, name = grpc.server, "add_insecure_port"

    def server(*arguments: Any, **settings: Any) -> Any:
        grpc.server = make
        made = make(*arguments, **settings)
        bind = getattr(made, name)

        def add_insecure_port(address: str) -> int:  # noqa: ARG001 - the SDK's own choice, and its name for it
            setattr(made, name, bind)
            mask = os.umask(0o177)
            try:
                return int(bind(f"unix:{path}"))
            finally:
                os.umask(mask)

        setattr(made, name, add_insecure_port)
        return made

    grpc.server = server


def _main() -> None:
    line = sys.stdin.buffer.readline()
    if not line:
        os._exit(1)  # the engine is gone already
    settings: dict[str, Any] = json.loads(line)
    os.environ.update(settings["environment"])
    lifeline = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    threading.Thread(target=_die_with, args=(lifeline, settings["sockets"]), daemon=True).start()
    # What follows is what `python -m module` and `python file` would find.
    sys.path.insert(0, str(Path.cwd()))
    target = sys.argv[1]
    sys.argv = sys.argv[1:]
    if settings["listen"]:
        with contextlib.suppress(ImportError):  # what is started now will say what is missing
            _listen_on(settings["listen"])
    if target.endswith(".py"):
        runpy.run_path(target, run_name="__main__")
    else:
        runpy.run_module(target, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _main()
