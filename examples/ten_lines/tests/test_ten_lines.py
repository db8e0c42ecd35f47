"""The whole stack, against an emulator of Twilio's API."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pulumi_twilio_conversations.testing import Stack, TwilioEmulator

PROJECT = Path(__file__).resolve().parents[1]


def test_service_has_its_role(stack: Callable[..., Stack], twilio_emulator: TwilioEmulator):
    """What is declared is there, and a second look changes nothing."""
    made = stack(PROJECT)

    made.up()
    made.preview("--expect-no-changes")

    (service,) = twilio_emulator.services()
    assert made.outputs() == {"sid": service["sid"]}
    assert "agent" in [role["friendly_name"] for role in service["roles"]]


def test_lost_answer_makes_no_second_service(stack: Callable[..., Stack], twilio_emulator: TwilioEmulator):
    """The connection breaks once the service has been made: the provider looks before it asks again."""
    twilio_emulator.fault("POST /v1/Services", "reset_after")

    stack(PROJECT).up()

    assert len(twilio_emulator.services()) == 1
    assert twilio_emulator.counts()["POST /v1/Services"] == 1
