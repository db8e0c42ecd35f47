"""What the command line prints where the locale has not all letters: UTF-8, as the Pulumi CLI."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.commands import Project

NAME = "客服 💬 süd"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437"])
def test_outputs_keep_their_letters_whatever_the_locale(tmp_path: Path, encoding: str) -> None:
    """A program's output is data: neither an error nor a question mark may stand in its place."""
    project = Project(tmp_path)
    project.write("__main__.py", f"import pulumi\npulumi.export('name', {NAME!r})\n")
    project.engine("stack", "init", "dev")
    environment = {**project.environment, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}

    def run(*words: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "offline.engine", *words, "--stack", "dev", "--non-interactive"],
            cwd=project.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )

    done = run("up", "--yes", "--skip-preview")
    told = run("stack", "output", "--json")

    assert (0, b"") == (done.returncode, done.stderr)
    assert NAME in done.stdout.decode()
    assert {"name": NAME} == json.loads(told.stdout)
