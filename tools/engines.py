"""Which engine runs: the Pulumi CLI where it is at hand and recent enough, else the embedded one.

`ENGINE=pulumi` and `ENGINE=embedded` decide; without it the choice is told in one line when it is the embedded one.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.place import ENGINE, INSTALLED, ROOT

__all__ = ["CLI_FOLDER", "EMBEDDED", "MINIMUM", "Engine", "choose_engine", "engine_words"]

CLI_FOLDER = ROOT / ".pulumi-cli"
MINIMUM = (3, 250, 0)
"""The oldest CLI that is taken; the tests run on 3.259 and newer."""

VERSION_SECONDS = 60
"""The longest that a CLI may take to tell its version."""
EMBEDDED = (sys.executable, "-m", ENGINE)

_INSTALL = "install it (https://www.pulumi.com/docs/iac/download-install/) or run: make pulumi"


@dataclass(frozen=True, slots=True)
class Engine:
    """A command that understands the CLI's arguments, and a note for the user where the choice needs one."""

    command: tuple[str, ...]
    note: str = ""

    @property
    def is_embedded(self) -> bool:
        """Tell whether it is this project's own."""
        return self.command == EMBEDDED


def choose_engine(environment: Mapping[str, str]) -> Engine:
    """Choose the engine by `ENGINE` and by what is on PATH, or under the clone after `make pulumi`.

    Raises:
        SystemExit: If `ENGINE` asks for a CLI that is missing or too old, or has no known value.
    """
    wanted = environment.get("ENGINE", "")
    if wanted not in ("", "pulumi", "embedded"):
        raise SystemExit("error: ENGINE must be pulumi or embedded")
    if wanted == "embedded":
        return Engine(EMBEDDED)

    path = shutil.which("pulumi", path=f"{CLI_FOLDER / 'bin'}{os.pathsep}{environment.get('PATH', '')}")
    version = _version(path) if path else None
    if path and version and version >= MINIMUM:
        return Engine((path,))
    oldest = ".".join(map(str, MINIMUM))
    reason = f"pulumi on PATH is older than {oldest}" if version else "no pulumi on PATH"
    if wanted == "pulumi":
        raise SystemExit(f"error: {reason}\nhint: {_INSTALL}")
    return Engine(EMBEDDED, f"{reason}: the embedded engine runs (make pulumi installs the Pulumi CLI)")


def engine_words(environment: Mapping[str, str]) -> str:
    """Return how a command of the engine begins in a shell in this clone: `pulumi`, for texts that show one."""
    try:
        engine = choose_engine(environment)
    except SystemExit:
        return "pulumi"
    if engine.is_embedded:
        return f"{'python' if INSTALLED else '.venv/bin/python'} -m {ENGINE}"
    path = Path(engine.command[0])
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else "pulumi"


def _version(path: str) -> tuple[int, ...] | None:
    """Return the version of a CLI; None if what it tells is none."""
    try:
        done = subprocess.run(
            [path, "version"], check=False, capture_output=True, text=True, timeout=VERSION_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise SystemExit(
            f"error: {path} does not tell its version within {VERSION_SECONDS} s\n"
            "hint: mend it, or take ENGINE=embedded"
        ) from None
    found = re.search(r"v?(\d+)\.(\d+)\.(\d+)", done.stdout)
    return tuple(map(int, found.groups())) if found and done.returncode == 0 else None
