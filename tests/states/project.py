"""The projects whose states are kept here, laid out in a clone."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.support.workspace import Workspace

PROJECTS = ("plain", "everything")
PASSPHRASE = "a passphrase for tests"

_FOLDER = Path(__file__).with_name("projects")


def lay_out(workspace: Workspace, project: str) -> None:
    """Give a clone a project's files, and its emulator the passphrase; of "everything" secrets need it from outside."""
    root = workspace.root
    if (_FOLDER / project / "__main__.py").exists():
        (root / "__main__.py").rename(root / "declared.py")
    shutil.copytree(_FOLDER / project, root, dirs_exist_ok=True)
    (root / ".emulator").mkdir(mode=0o700)
    (root / ".emulator" / "passphrase").write_text(PASSPHRASE, encoding="ascii")
