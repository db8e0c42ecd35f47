"""The whole program, against an emulator of Twilio's API."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pulumi_twilio_conversations.testing import Stack, TwilioEmulator


def test_conversations_begin_with_the_agents_role(
    stack: Callable[..., Stack], twilio_emulator: TwilioEmulator
):
    """Each desk is wired to its own role; all go at the end."""
    made = stack(Path(__file__).resolve().parents[1])

    made.up()
    services = {service["friendly_name"]: service for service in twilio_emulator.services()}
    made.destroy()

    assert sorted(services) == ["acme-orders-desk", "acme-returns-desk"]
    for service in services.values():
        agents = [role["sid"] for role in service["roles"] if role["friendly_name"] == "agent"]
        assert [service["configuration"]["default_conversation_creator_role_sid"]] == agents
    assert twilio_emulator.services() == []
