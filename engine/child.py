"""Starts a program, a provider or a policy pack in a process of its own that dies with the engine.

Run by path, as `python -P -u child.py <module or file> [argument ...]`, by the project's interpreter: it may
not import anything of this package. Its standard input is a pipe whose other end the engine holds open; when the engine
ends, however that happens, the pipe closes and this process goes too.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
from pathlib import Path

__all__: list[str] = []


def _die_with(lifeline: int) -> None:
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGKILL)


def _main() -> None:
    lifeline = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    threading.Thread(target=_die_with, args=(lifeline,), daemon=True).start()
    # What follows is what `python -m module` and `python file` would find.
    sys.path.insert(0, str(Path.cwd()))
    target = sys.argv[1]
    sys.argv = sys.argv[1:]
    if target.endswith(".py"):
        runpy.run_path(target, run_name="__main__")
    else:
        runpy.run_module(target, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _main()
