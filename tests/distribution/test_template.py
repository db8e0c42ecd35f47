"""`pulumi new ADDRESS` makes a project of this repository."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.workspace import Workspace


@pytest.mark.real_engine
@pytest.mark.timeout(600)
def test_new_project_of_another_name_works_on_both_engines(tmp_path: Path):
    """The CLI writes the name, and tags, into Pulumi.yaml; everything else is a clone's."""
    ours = tmp_path / "ours"
    template = tmp_path / "template"
    for folder in (ours, template):
        folder.mkdir()
    made = Workspace(template, "pulumi")
    (template / ".venv").unlink()
    subprocess.run(
        ["pulumi", "new", str(template), "--generate-only", "--yes", "--name", "acme-talks"],
        cwd=ours,
        env=made.environment(PULUMI_BACKEND_URL=f"file://{tmp_path}", PULUMI_CONFIG_PASSPHRASE="x"),
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    (ours / ".venv").symlink_to(Path(__file__).resolve().parents[2] / ".venv")
    made.root = ours

    made.make("up")
    names = made.names()
    made.engine = "embedded"
    made.make("preview", "--expect-no-changes")
    made.make("destroy")
    left = made.names()
    made.close()

    assert 3 == len(names)
    assert [] == left
    assert "name: acme-talks\n" in (ours / "Pulumi.yaml").read_text(encoding="utf-8")
    assert ["acme-talks"] == [path.name for path in (ours / ".emulator/state/.pulumi/stacks").iterdir()]
