"""Writes files so that a reader, or a crash, sees the old content or the new one and nothing between.

And so that nobody but their owner may read them, where they hold a state or what was said in a run: whatever the
umask, and also where they, or their folders, were there before with a wider mode.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import TextIO

__all__ = ["make_private_folder", "open_private", "write_atomically"]


def write_atomically(path: Path, content: bytes, *, durable: bool = True, private: bool = False) -> None:
    """Replace a file's content; its folder must exist.

    The temporary file lies beside the target under one name, which a later write takes over should this one be
    killed. A durable write waits until the disk has it, so that a power cut loses nothing. A private file becomes
    readable for its owner alone; any other keeps its mode, and a new one gets what the umask leaves.

    Raises:
        OSError: if it cannot be written; the old content stands.
    """
    path = path.resolve()  # a link stays a link
    temporary = path.with_name(f".{path.name}.tmp")
    mode = 0o600 if private else _mode(path)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            if durable:
                os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    if durable:
        _sync_folder(path.parent)


def make_private_folder(folder: Path, levels: int) -> None:
    """Make a folder that only its owner may enter, and so many folders in all, those above it, too.

    Raises:
        OSError: if one cannot be made. One whose mode cannot be changed, since another user owns it, stays as it is.
    """
    for each in [*reversed(folder.parents[: levels - 1]), folder]:
        each.mkdir(parents=True, exist_ok=True)
        if stat.S_IMODE(each.stat().st_mode) != 0o700:
            with contextlib.suppress(OSError):
                each.chmod(0o700)


def open_private(path: Path) -> TextIO:
    """Open a text file to write it anew, line by line, readable for its owner alone.

    Raises:
        OSError: if it cannot be written.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    # It may also be a pipe or a terminal, whose mode is no concern of ours.
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.fchmod(descriptor, 0o600)
    return os.fdopen(descriptor, "w", encoding="utf-8", buffering=1)


def _mode(path: Path) -> int:
    """Return the mode that a file has, or would get."""
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
