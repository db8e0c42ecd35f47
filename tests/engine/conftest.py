"""Fixtures of the engine's tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from engine.cli import main
from engine.crypto import new_salt_state
from engine.state_file import VERSION
from tests.engine.commands import PASSPHRASE, Done, Project

# Machines are busy, and how long an example takes is no claim of any test here.
settings.register_profile("engine", deadline=None)
settings.load_profile("engine")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A small project without a stack."""
    return Project(tmp_path)


@pytest.fixture(scope="session")
def salt_state() -> str:
    """A salt state for the projects' passphrase; deriving its key is slow, so there is one for all."""
    return new_salt_state(PASSPHRASE)


@pytest.fixture
def stack(project: Project, salt_state: str) -> Project:
    """The same with an empty stack `dev`, selected."""
    project.write("Pulumi.dev.yaml", f"encryptionsalt: {salt_state}\n")
    project.state_file.parent.mkdir(parents=True)
    project.state_file.write_text(
        f'{{"version":{VERSION},"checkpoint":{{"stack":"organization/small/dev","latest":{{}}}}}}',
        encoding="utf-8",
    )
    (project.state / ".pulumi" / "meta.yaml").write_text("version: 1\n", encoding="utf-8")
    project.environment["PULUMI_STACK"] = "dev"
    return project


@pytest.fixture
def call(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Done]]:
    """Run the embedded engine within this process: for commands that start no other."""

    def run(*arguments: str, code: int | None = 0, **environment: str) -> Done:
        monkeypatch.chdir(project.root)
        for name in os.environ:
            if name.startswith("PULUMI_"):
                monkeypatch.delenv(name)
        for name, value in {**project.environment, **environment}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("sys.stdin", nothing)
        found = main(arguments)
        out, err = capsys.readouterr()
        assert code is None or found == code, f"exit code {found}\n{out}\n{err}"
        return Done(found, out, err)

    with Path(os.devnull).open(encoding="utf-8") as nothing:
        yield run


@pytest.fixture
def pulumi_cli() -> None:
    """The Pulumi CLI is at hand."""
    if not shutil.which("pulumi"):
        pytest.skip("no pulumi on PATH: make pulumi installs it")
