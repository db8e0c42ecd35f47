"""Where the project lies that is worked on, and by which names its helpers are started.

Either this is a clone, and the project is the folder above this one; or it was installed as a package, and the project
is that of the nearest `Pulumi.yaml` in the working folder or above it, else the working folder itself.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["EMULATOR", "ENGINE", "INSTALLED", "POLICY", "ROOT"]

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


def _root() -> Path:
    if not INSTALLED:
        return Path(__file__).resolve().parent.parent
    here = Path.cwd()
    return next((each for each in (here, *here.parents) if (each / "Pulumi.yaml").is_file()), here)


ROOT = _root()
"""Folder of the project: the one with Pulumi.yaml, `stacks/` and `state/`."""
