"""Files that a command was told to write or delete: folders are made, and what cannot be done is one clear error."""

from __future__ import annotations

from pathlib import Path

from gitops.exits import GitopsError

__all__ = ["append", "delete", "write"]


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
