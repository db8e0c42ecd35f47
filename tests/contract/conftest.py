"""Accounts to hold the API's contract against: the emulator's always, Twilio's with `-m live`."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator

import pytest

from providers._api.config import read_settings
from providers._api.entity import Thing
from providers._api.transport import Transport
from providers.errors import NotFoundError
from tests.support.client import Client
from tests.support.emulator import Emulator

LIVE = pytest.param("twilio", marks=pytest.mark.live)


class Account:
    """An account in which a test makes services, all of which `clear` deletes.

    Args:
        client: Speaks to the API.
    """

    def __init__(self, client: Client) -> None:
        self.client = client
        self.transport = client.transport
        self._made: list[str] = []

    def service(self, friendly_name: str | None = None) -> Thing:
        """Create a service, by default under a name that nobody else has."""
        made = self.client.create_service(friendly_name or f"contract-test-{uuid.uuid4().hex}")
        self._made.append(made.sid)
        return made

    def clear(self) -> None:
        """Delete what was made here, and nothing else."""
        for sid in self._made:
            with contextlib.suppress(NotFoundError):
                self.client.delete_service(sid)


@pytest.fixture(params=["emulator", LIVE])
def account(request: pytest.FixtureRequest) -> Iterator[Account]:
    """An account at the emulator, or at Twilio as TWILIO_* say; without credentials the latter fails."""
    if request.param == "emulator":
        emulator: Emulator = request.getfixturevalue("emulator")
        environment = {
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TWILIO_AUTH_TOKEN": "any",
            "TWILIO_BASE_URL": emulator.url,
        }
    else:
        environment = dict(os.environ)
    made = Account(Client(Transport(read_settings({}, environment))))
    try:
        yield made
    finally:
        made.clear()
