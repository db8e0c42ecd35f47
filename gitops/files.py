"""Files that a command was told to write or delete: folders are made, and what cannot be done is one clear error."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from gitops.exits import GitopsError

__all__ = ["append", "delete", "replace_all", "write"]


def write(path: Path, text: str) -> None:
    """Write a file anew, and the folders above it where they are missing.

    Raises:
        GitopsError: If it cannot be written.
    """
    _put(path, text, "w")


def append(path: Path, text: str) -> None:
    """Add to the end of a file, as GitHub's runners want it.

    Raises:
        GitopsError: If it cannot be written.
    """
    _put(path, text, "a")


def delete(path: Path) -> None:
    """Delete a file, and the folder above it if nothing else is there.

    Raises:
        GitopsError: If it cannot be deleted.
    """
    try:
        path.unlink()
        if not any(path.parent.iterdir()):
            path.parent.rmdir()
    except OSError as error:
        raise GitopsError(f"cannot delete {path}: {error.strerror}") from None


def _put(path: Path, text: str, mode: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open(mode, encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise GitopsError(f"cannot write {path}: {error.strerror}") from None


def replace_all(texts: Mapping[Path, tuple[str, str]]) -> None:
    """Write files anew, all of them or none; a reader sees a whole file at any time.

    Args:
        texts: By file its text as it was read ("" if there was none) and what it is to say.

    Raises:
        GitopsError: If one cannot be written; then all stand as they were.
    """
    staged: dict[Path, Path] = {}
    replaced: list[tuple[Path, str]] = []
    targets = {path: Path(os.path.realpath(path)) for path in texts}  # a link stays a link
    path = Path()
    try:
        for path, (_, text) in texts.items():
            staged[path] = _stage(targets[path], text)
        for path, (before, _) in texts.items():
            staged[path].replace(targets[path])
            replaced.append((targets[path], before))
    except OSError as error:
        for real, before in replaced:
            with contextlib.suppress(OSError):
                _stage(real, before).replace(real) if before else real.unlink()
        raise GitopsError(f"cannot write {path}: {error.strerror}; nothing was changed") from None
    finally:
        for temporary in staged.values():
            temporary.unlink(missing_ok=True)


def _stage(path: Path, text: str) -> Path:
    """Write a text beside the file whose place it is to take, with that file's mode.

    Raises:
        OSError: If that cannot be done, or the file may not be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = None
    if path.exists():
        with path.open("r+b"):  # who may replace a file may still not be meant to write it
            mode = stat.S_IMODE(path.stat().st_mode)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            temporary.chmod(mode)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary
