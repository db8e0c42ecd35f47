"""Fixtures of the engine's tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from offline.engine.commands.cli import main
from offline.engine.state.crypto import new_salt_state
from offline.engine.state.state_file import VERSION
from tests.engine.commands import PASSPHRASE, Done, Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A small project without a stack."""
    return Project(tmp_path)


@pytest.fixture(scope="session")
def salt_state() -> str:
    """A salt state for the projects' passphrase; deriving its key is slow, so there is one for all."""
    return new_salt_state(PASSPHRASE)


def make_stack(project: Project, salt_state: str) -> Project:
    """Give a project an empty stack `dev`, without running anything."""
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
def stack(project: Project, salt_state: str) -> Project:
    """The same with an empty stack `dev`, selected."""
    return make_stack(project, salt_state)


@pytest.fixture(scope="session")
def made_state(tmp_path_factory: pytest.TempPathFactory, salt_state: str) -> bytes:
    """The state that an `up` of one thing leaves; there is one for all, for it takes a second."""
    project = make_stack(Project(tmp_path_factory.mktemp("made")), salt_state)
    project.engine("up", "--skip-preview", "-c", "count=1")
    return project.state_file.read_bytes()


@pytest.fixture
def made(stack: Project, made_state: bytes) -> Project:
    """A stack `dev` with one thing in it, and `count: 1` in its file."""
    stack.state_file.write_bytes(made_state)
    stack.write("Pulumi.dev.yaml", stack.read("Pulumi.dev.yaml") + "config:\n  small:count: '1'\n")
    return stack


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
