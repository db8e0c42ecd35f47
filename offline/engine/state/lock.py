"""Keeps two runs off one stack, with the Pulumi CLI's own lock files: each engine honours the other's.

A lock is `locks/organization/<project>/<stack>/<uuid>.json` with pid, user, host and time of its holder. Whoever
wants the stack writes one and gives way if another is there. A lock outlives a killed run; one whose process is
gone from this host is taken away by the next run. Ours are `flock`ed and say so: of them the kernel knows, where
a number of a process may long be another's.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import getpass
import json
import os
import socket
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from offline.engine.errors import LockError
from offline.engine.files.atomic_file import make_private_folder

__all__ = ["LockHolder", "cancel_locks", "hold_lock", "list_locks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LockHolder:
    """Who holds a stack, as the lock file says."""

    path: Path
    pid: int = 0
    username: str = "?"
    hostname: str = "?"
    timestamp: str = "?"
    flocked: bool = False
    """Whether its process holds the file by `flock` as long as it lives."""

    def __str__(self) -> str:
        return f"{self.username}@{self.hostname} (pid {self.pid}) since {self.timestamp[:19]}"


def list_locks(folder: Path) -> list[LockHolder]:
    """Return who holds locks in a stack's lock folder."""
    return [_read(path) for path in sorted(folder.glob("*.json"))]


@contextlib.contextmanager
def hold_lock(folder: Path) -> Iterator[tuple[LockHolder, ...]]:
    """Hold a stack; yields the locks of dead runs that were taken away for it.

    Raises:
        LockError: if another run holds it; names its holder.
    """
    abandoned = tuple(holder for holder in list_locks(folder) if _take_away(holder))
    _refuse(list_locks(folder))
    try:
        path, descriptor = _write(folder)
    except OSError as error:
        raise LockError(f"cannot write a lock in {folder}: {error.strerror}") from None
    try:
        # Both of two that come at once see each other here, and both give way, as the CLI does.
        _refuse([holder for holder in list_locks(folder) if holder.path != path])
        yield abandoned
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def cancel_locks(folder: Path) -> int:
    """Remove all locks of a stack, whoever holds them, and tell how many there were."""
    holders = list_locks(folder)
    for holder in holders:
        _remove(holder)
    return len(holders)


def _refuse(holders: list[LockHolder]) -> None:
    if not holders:
        return
    first = holders[0]
    more = f" and {len(holders) - 1} more" if len(holders) > 1 else ""
    raise LockError(
        f"the stack is locked by {first}{more}",
        hint="wait until that run has ended; if it is dead, remove its lock with `cancel`",
    )


def _write(folder: Path) -> tuple[Path, int]:
    make_private_folder(folder, levels=4)
    name = f"{uuid.uuid4()}.json"
    # Made outside of the folder, so that nobody ever reads half a lock.
    temporary = folder.parent / f".{name}.tmp"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        flocked = _flock(descriptor)  # some network file systems have none
        os.write(descriptor, json.dumps(_content() | {"flocked": flocked}).encode())
        temporary.rename(folder / name)
    except OSError:
        temporary.unlink(missing_ok=True)
        os.close(descriptor)
        raise
    return folder / name, descriptor


def _content() -> dict[str, Any]:
    try:
        username = getpass.getuser()
    except (KeyError, OSError):
        username = str(os.getuid())
    return {
        "pid": os.getpid(),
        "username": username,
        "hostname": socket.gethostname(),
        "timestamp": dt.datetime.now(dt.UTC).isoformat().replace("+00:00", "Z"),
    }


def _read(path: Path) -> LockHolder:
    try:
        content = json.loads(path.read_bytes())
        return LockHolder(
            path=path,
            pid=int(content["pid"]),
            username=str(content["username"]),
            hostname=str(content["hostname"]),
            timestamp=str(content["timestamp"]),
            flocked=content.get("flocked") is True,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return LockHolder(path=path)


def _take_away(holder: LockHolder) -> bool:
    """Remove a lock whose process was one of this host and is gone; tell whether it was."""
    if holder.hostname != socket.gethostname() or not (holder.flocked or _is_gone(holder.pid)):
        return False
    try:
        descriptor = os.open(holder.path, os.O_RDONLY)
    except OSError:
        return False
    try:
        # Held also by a process that this one cannot see, such as one in another container of the same name.
        if holder.flocked and not _flock(descriptor):
            return False
    finally:
        os.close(descriptor)
    _remove(holder)
    return True


def _flock(descriptor: int) -> bool:
    """Take hold of an open file; False if another process has it, or the file system has no such thing."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _remove(holder: LockHolder) -> None:
    holder.path.unlink(missing_ok=True)
    holder.path.with_name(f"{holder.path.name}.attrs").unlink(missing_ok=True)


def _is_gone(pid: int) -> bool:
    """Tell whether a process has ended, by its number alone: all that a lock of the Pulumi CLI gives."""
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except OSError as error:
        return isinstance(error, ProcessLookupError)
    return False
