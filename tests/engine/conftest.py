"""Fixtures of the engine's tests."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.engine.commands import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A small project without a stack."""
    return Project(tmp_path)


@pytest.fixture
def stack(project: Project) -> Project:
    """The same with a stack `dev`, made by the embedded engine and selected."""
    project.engine("stack", "init", "dev")
    return project


@pytest.fixture
def pulumi_cli() -> None:
    """The Pulumi CLI is at hand."""
    if not shutil.which("pulumi"):
        pytest.skip("no pulumi on PATH: make pulumi installs it")
