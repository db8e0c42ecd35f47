"""Where the project lies that is worked on, and by which names its helpers are started.

Either this is a clone, and the project is the folder above this one; or it was installed as a package, and the project
is that of the nearest `Pulumi.yaml` in the working folder or above it, else the working folder itself.
"""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["EMULATOR", "ENGINE", "INSTALLED", "PACK", "POLICY", "PROJECT", "ROOT"]

_PACKAGE = __name__.rpartition(".")[0].rpartition(".")[0]
"""The package that this one is a part of: none in a clone."""

INSTALLED = bool(_PACKAGE)
"""Whether this was installed as a package."""

ENGINE = f"{_PACKAGE}.engine" if INSTALLED else "offline.engine"
"""What `python -m` starts the embedded engine by."""

EMULATOR = f"{_PACKAGE}.emulator" if INSTALLED else "offline.emulator"
"""What `python -m` starts the emulator by."""

POLICY = f"{_PACKAGE}.policy" if INSTALLED else "policy"
"""The package whose modules `scan` and `allow` are commands."""

PACK = str(Path(__file__).resolve().parents[1] / "policy") if INSTALLED else "policy"
"""Folder of the policy pack, as an engine is given it."""


def _root() -> Path:
    if not INSTALLED:
        return Path(__file__).resolve().parent.parent
    here = Path.cwd()
    return next((each for each in (here, *here.parents) if (each / "Pulumi.yaml").is_file()), here)


ROOT = _root()
"""Folder of the project: the one with Pulumi.yaml, `stacks/` and `state/`."""


def _project() -> str:
    # What else the file may say, and whether it is right, is the engines' business.
    try:
        text = (ROOT / "Pulumi.yaml").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return "conversation-services"
    found = re.search(r"""^name:[ \t]*(["']?)([\w.-]+)\1[ \t]*(?:#.*)?$""", text, re.MULTILINE)
    return found[2] if found else "conversation-services"


PROJECT = _project()
"""Name of the project, by which engines file its states."""
