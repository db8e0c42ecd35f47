"""Clones of the project, one per test and engine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.workspace import Workspace

ENGINES = [
    pytest.param("embedded", id="embedded"),
    pytest.param("pulumi", id="pulumi", marks=pytest.mark.real_engine),
]


@pytest.fixture(params=ENGINES)
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workspace]:
    """A clone that runs one of the engines; its emulator is stopped afterwards."""
    if request.param == "pulumi" and not shutil.which("pulumi"):
        pytest.skip("no pulumi on PATH: make pulumi installs it")
    made = Workspace(tmp_path, request.param)
    yield made
    made.close()
