"""Fixtures of the emulator's own tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.emulator.api import Api
from tests.support.emulator import Emulator


@pytest.fixture
def api(emulator: Emulator) -> Iterator[Api]:
    """A client of the shared emulator."""
    client = Api(emulator)
    yield client
    client.session.close()
