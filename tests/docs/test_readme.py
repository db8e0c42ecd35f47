"""What README.md shows is what its commands print."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.test_site import ROOT
from tests.support.workspace import Workspace

SECONDS = 300
VARYING = {
    r"IS[0-9a-f]{32}": "IS…",
    r"127\.0\.0\.1:\d+": "127.0.0.1:…",
    r"\b\d+\.\ds": "…s",
    r"\(/.*/policy\)": "(policy)",
}
"""What differs from run to run, and place to place."""


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A clone, in a folder whose name has a blank in it."""
    root = tmp_path / "a clone"
    root.mkdir()
    made = Workspace(root, "embedded")
    yield made
    made.close()


def alike(text: str) -> list[str]:
    """Return the lines of an output without what varies."""
    for pattern, sign in VARYING.items():
        text = re.sub(pattern, sign, text)
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def without_an_engine_on_path(environment: dict[str, str]) -> dict[str, str]:
    """Return the environment of a newcomer, who has no Pulumi CLI and has chosen no engine."""
    path = os.pathsep.join(
        folder for folder in environment["PATH"].split(os.pathsep) if not shutil.which("pulumi", path=folder)
    )
    return {name: text for name, text in environment.items() if name != "ENGINE"} | {"PATH": path}


@pytest.mark.timeout(600)
def test_readme_shows_what_its_commands_print(workspace: Workspace):
    """The first thing that anybody compares; `…` stands for lines that are left out."""
    blocks = re.findall(
        r"^```console\n\$ ([^\n]*)\n(.*?)^```",
        (ROOT / "README.md").read_text("utf-8"),
        re.MULTILINE | re.DOTALL,
    )

    for command, shown in blocks:
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=workspace.root,
            env=without_an_engine_on_path(workspace.environment()),
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        printed, expected = alike(done.stderr + done.stdout), alike(shown)

        assert 0 == done.returncode, done.stderr
        assert [] == [line for line in expected if line != "…" and line not in printed], done.stdout
        changes = [line for line in expected if " created (" in line]
        assert sorted(changes) == sorted(line for line in printed if " created (" in line)

    assert ["make up", "make -s outputs"] == [command for command, _ in blocks]
