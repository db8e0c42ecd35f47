"""What the tests of the distribution share."""

from __future__ import annotations

import os

import pytest

from tests.support.package import Package


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The wheel, built from this checkout and installed; don't change it."""
    folder = tmp_path_factory.getbasetemp()
    return Package(folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder)
