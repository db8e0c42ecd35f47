"""States of earlier versions go on: what they deployed is refreshed, updated and destroyed by the code of today."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.states.project import PASSPHRASE, PROJECTS, lay_out
from tests.support.workspace import Workspace

MADE = Path(__file__).with_name("made")
LEFT = {"plain": [], "everything": ["acme-by-hand"]}
"""Services that are there after all was destroyed: what was only read is nobody's to delete."""


def put_back(workspace: Workspace, project: str, made: Path) -> Path:
    """Give a clone a project, its state and what the emulator held; return the state's file."""
    lay_out(workspace, project)
    shutil.copy(made / "Pulumi.dev.yaml", workspace.root / "stacks" / "Pulumi.dev.yaml")
    workspace.make("emulator")
    workspace.make("emulator-stop")
    folder = workspace.root / ".emulator"
    port = (folder / "port").read_text(encoding="ascii")
    (folder / "services.db").unlink()
    with closing(sqlite3.connect(folder / "services.db")) as database:
        database.executescript((made / "emulator.sql").read_text(encoding="utf-8"))
    state = folder / "state/.pulumi/stacks/conversation-services/dev.json"
    state.parent.mkdir(parents=True)
    text = (made / "state.json").read_text(encoding="utf-8")
    state.write_text(text.replace("127.0.0.1:PORT/", f"127.0.0.1:{port}/"), encoding="utf-8")
    workspace.make("emulator")
    return state


@pytest.mark.timeout(300)
@pytest.mark.parametrize("project", PROJECTS)
@pytest.mark.parametrize("made", sorted(MADE.iterdir()), ids=lambda folder: f"made-by-{folder.name}")
def test_state_of_an_earlier_version_is_refreshed_updated_and_destroyed(
    workspace: Workspace, made: Path, project: str
):
    """Nothing is seen as changed, nothing is made anew, and nothing is left behind."""
    state = put_back(workspace, project, made / project)
    before = workspace.names()

    for command in ("refresh", "up"):
        workspace.make(command, "--expect-no-changes", PULUMI_CONFIG_PASSPHRASE=PASSPHRASE)
    after = workspace.names()
    kept = state.read_text(encoding="utf-8")
    workspace.make("destroy", PULUMI_CONFIG_PASSPHRASE=PASSPHRASE)

    assert before == after
    assert "sesame" not in kept
    assert LEFT[project] == workspace.names()
