"""What a machine without git can do, and what it is told about the rest."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from tests.support.workspace import Workspace


@pytest.mark.parametrize("workspace", ["embedded"], indirect=True)
def test_only_what_asks_git_for_changes_needs_it(workspace: Workspace, tmp_path: Path):
    """A downloaded archive of the project is no clone, and a container need not have git."""
    path = tmp_path / "bin"
    path.mkdir()
    (path / "make").symlink_to(shutil.which("make") or "")
    (path / "python3").symlink_to(Path(sys.executable).resolve())

    reported = workspace.make("preview-report", "--json", code=2, PATH=str(path))
    listed = workspace.make("changed-stacks", code=2, PATH=str(path))

    report = json.loads(reported.stdout)
    assert ("", {"code": 7, "name": "changes"}) == (report["commit"], report["exit"])
    assert (
        "error: git is not on PATH, and the files that a change touches are told by it\n"
        "hint: install git, or take all stacks: changed-stacks --all\n"
    ) in listed.stderr
    assert "Traceback" not in reported.stderr + listed.stderr
