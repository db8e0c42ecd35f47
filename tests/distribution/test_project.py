"""A project in an empty folder, which has nothing but the package."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.emulator import EmulatorControl
from tests.support.package import Package, Project
from tests.support.workspace import ENGINES


@pytest.fixture(params=ENGINES)
def project(
    request: pytest.FixtureRequest, tmp_path: Path, package: Package, emulator: EmulatorControl
) -> Project:
    """A ten-line program, run by one of the engines, with its stack."""
    made = Project(tmp_path / "small", package, request.param, emulator.url)
    made.run("stack", "init")
    return made


def test_ten_lines_make_a_service_and_take_it_away(project: Project, emulator: EmulatorControl):
    """The promise of the package's page; a second look changes nothing."""
    project.run("up", "--yes", "--skip-preview")
    made = [service["friendly_name"] for service in emulator.services()]
    project.run("preview", "--expect-no-changes")
    project.run("destroy", "--yes", "--skip-preview")

    assert ["acme-support"] == made
    assert [] == emulator.services()
