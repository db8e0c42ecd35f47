"""A copy of this checkout, as a clone would be: what is under version control, and what is about to be."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from pathlib import Path

__all__ = ["ROOT", "copy_checkout"]

ROOT = Path(__file__).resolve().parents[2]


def copy_checkout(root: Path, *, left_out: tuple[str, ...] = ()) -> None:
    """Copy the files into a folder, with a link to this checkout's `.venv`.

    What is compiled already comes along: commands by the hundred would compile the same modules again.

    Args:
        root: where to.
        left_out: beginnings of paths that are not needed there.
    """
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if name.startswith(left_out) or not (ROOT / name).is_file():
            continue
        copies = [Path(name)]
        if name.endswith(".py"):
            copies.append(Path(importlib.util.cache_from_source(name)))
        for copy in copies:
            if (ROOT / copy).is_file():
                (root / copy).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / copy, root / copy)
    (root / ".venv").symlink_to(ROOT / ".venv")
