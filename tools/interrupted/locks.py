"""Who holds a stack, as the lock files of a file backend say; both engines write the same."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.stack_files import PROJECT

__all__ = ["Lock", "locks_of"]


@dataclass(frozen=True, slots=True)
class Lock:
    """Who holds a stack, as a lock file of either engine says."""

    pid: int
    username: str
    hostname: str
    timestamp: str

    def __str__(self) -> str:
        return f"{self.username}@{self.hostname} (pid {self.pid}) since {self.timestamp[:19]}"

    @property
    def is_dead(self) -> bool:
        """Tell whether its process was one of this host and is gone."""
        if self.hostname != socket.gethostname() or self.pid <= 0:
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False


def locks_of(folder: Path | None, stack: str) -> Iterator[Lock]:
    """Read the locks of a stack, in both engines' form.

    Args:
        folder: `.pulumi` of a file backend; None for any other one, of which nothing is known.
        stack: The stack's name.
    """
    paths = (folder / "locks" / "organization" / PROJECT / stack).glob("*.json") if folder else ()
    for path in sorted(paths):
        try:
            held = json.loads(path.read_bytes())
            yield Lock(int(held["pid"]), str(held["username"]), str(held["hostname"]), str(held["timestamp"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
