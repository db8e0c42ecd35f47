"""Fixtures of the pipelines' tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gitops.github_stand_in import GitHubStandIn
from tests.support.workspace import ENGINES, Workspace


@pytest.fixture(params=ENGINES)
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workspace]:
    """A clone that runs one of the engines; its emulator is stopped afterwards."""
    root = tmp_path / "clone"
    root.mkdir()
    made = Workspace(root, request.param)
    made.git("branch", "-M", "main")
    yield made
    made.close()


@pytest.fixture
def github() -> Iterator[GitHubStandIn]:
    """A stand-in of GitHub's API; empty at first."""
    made = GitHubStandIn()
    yield made
    made.stop()
