"""Each service lies in its own account, and the second account's token in no file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pulumi_twilio_conversations.testing import Stack, TwilioEmulator

PROJECT = Path(__file__).resolve().parents[1]
EU = "AC" + "2" * 32


def test_each_account_has_its_service(stack: Callable[..., Stack], twilio_emulator: TwilioEmulator):
    """The emulator keeps accounts apart, as Twilio does."""
    made = stack(PROJECT, config={"accounts:euSid": EU}, secrets={"accounts:euToken": "sesame"})

    made.up()

    accounts = {service["friendly_name"]: service["account_sid"] for service in twilio_emulator.services()}
    home = twilio_emulator.environment["TWILIO_ACCOUNT_SID"]
    assert accounts == {"acme-support": home, "acme-support-eu": EU}
    assert made.outputs()["accounts"] == {"home": home, "eu": EU}
    kept = (path for path in made.folder.parent.joinpath("state").rglob("*") if path.is_file())
    assert not [path for path in kept if b"sesame" in path.read_bytes()]
