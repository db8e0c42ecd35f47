"""Who holds a lock on a file: asked of the system, so that it is told of a file that was moved as well.

SQLite locks its file in the way of POSIX (`fcntl`), over a range of bytes beside the content.
Source: https://www.sqlite.org/lockingv3.html
"""

from __future__ import annotations

import fcntl
import os
import struct
import subprocess
import sys
from pathlib import Path

__all__ = ["command_of", "holder"]

_LAYOUTS = {"linux": "hhqqi4x", "darwin": "qqihh"}
"""`struct flock` by platform; elsewhere nothing is asked."""
_SHOWN_CHARACTERS = 200


def holder(path: Path) -> int | None:
    """Return the process that holds a lock on a file; None if nobody does, or the system cannot be asked.

    A number that is not positive stands for a process of another machine or container.
    """
    layout = _LAYOUTS.get(sys.platform)
    if layout is None:
        return None
    question: tuple[int, ...] = (fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
    if sys.platform == "darwin":
        question = (0, 0, 0, fcntl.F_WRLCK, os.SEEK_SET)
    try:
        with path.open("rb+") as file:
            answer = struct.unpack(layout, fcntl.fcntl(file, fcntl.F_GETLK, struct.pack(layout, *question)))
    except OSError:
        return None
    kind, pid = (answer[3], answer[2]) if sys.platform == "darwin" else (answer[0], answer[4])
    return None if kind == fcntl.F_UNLCK else int(pid)


def command_of(pid: int) -> str:
    """Return the command line of a process, not all of a long one; empty if it cannot be had."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        text = " ".join(words).strip()
    except OSError:
        try:
            done = subprocess.run(
                ["ps", "-o", "command=", "-p", str(pid)], check=False, capture_output=True, text=True
            )
        except OSError:
            return ""
        text = done.stdout.strip()
    return text[:_SHOWN_CHARACTERS]
