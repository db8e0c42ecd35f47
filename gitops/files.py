"""Files that a command was told to write: folders are made, and what cannot be written is one clear error."""

from __future__ import annotations

from pathlib import Path

from gitops.exits import GitopsError

__all__ = ["append", "write"]


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


def _put(path: Path, text: str, mode: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open(mode, encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise GitopsError(f"cannot write {path}: {error.strerror}") from None
