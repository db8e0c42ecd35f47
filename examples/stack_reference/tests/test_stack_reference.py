"""The number leads to the other project's service; only the Pulumi CLI looks into another stack."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pulumi_twilio_conversations.testing import Stack, TwilioEmulator

PROJECT = Path(__file__).resolve().parents[1]


def test_number_leads_to_the_service_of_the_other_project(
    stack: Callable[..., Stack], twilio_emulator: TwilioEmulator
):
    """Both states lie at one backend."""
    desk = stack(PROJECT / "desk")
    desk.up()
    made = stack(
        PROJECT,
        config={"desk:stack": "organization/example-desk/test"},
        secrets={"desk:number": "+15550100"},
        environment={"PULUMI_BACKEND_URL": desk.environment["PULUMI_BACKEND_URL"]},
    )

    if made.engine == "embedded":
        assert "StackReference" in made.up(code=1).text
        return
    made.up()
    made.preview("--expect-no-changes")

    assert twilio_emulator.counts()["POST /v1/Configuration/Addresses"] == 1
    assert desk.outputs()["sid"] == twilio_emulator.services()[0]["sid"]
