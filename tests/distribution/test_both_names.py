"""A state goes from a clone to the package and back, whichever made it, with no edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.emulator import EmulatorControl
from tests.support.package import Checkout, Package, Project
from tests.support.workspace import ENGINES

EVERYTHING = """\
from pulumi_twilio_conversations import (
    AddressConfiguration,
    ConversationService,
    Role,
    ServiceConfiguration,
    ServiceNotification,
    ServiceWebhook,
)

support = ConversationService("support", friendly_name="acme-support")
agent = Role(
    "agent",
    service_sid=support.id,
    friendly_name="agent",
    type="conversation",
    permissions=["sendMessage"],
)
ServiceConfiguration("support", service_sid=support.id, default_conversation_role_sid=agent.id)
ServiceWebhook("support", service_sid=support.id, post_webhook_url="https://hooks.acme.example/events")
ServiceNotification("support", service_sid=support.id, log_enabled=True)
AddressConfiguration(
    "line",
    type="sms",
    address="+15005550006",
    auto_creation={"enabled": True, "conversation_service_sid": support.id, "type": "default"},
)
"""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("maker", ["clone", "package"])
def test_state_is_served_by_either(
    tmp_path: Path, package: Package, emulator: EmulatorControl, engine: str, maker: str
):
    """A move would otherwise be an edit of every state, or services that nobody can delete."""
    clone = Project(tmp_path / "clone", Checkout(), engine, emulator.url, EVERYTHING)
    installed = Project(tmp_path / "installed", package, engine, emulator.url, EVERYTHING)
    # A user's own folder of that name, which the package must do without.
    (installed.folder / "providers").mkdir()
    (installed.folder / "providers" / "__init__.py").touch()
    first, second = (clone, installed) if maker == "clone" else (installed, clone)

    first.run("stack", "init")
    first.run("up", "--yes", "--skip-preview")
    made = emulator.state()
    emulator.clear_requests()
    for other in (second, first):
        other.run("preview", "--expect-no-changes")
        other.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    second.run("up", "--yes", "--skip-preview", "--expect-no-changes")
    asked = [each["method"] for each in emulator.requests()]
    same = emulator.state() == made
    second.write("__main__.py", "")
    second.run("up", "--yes", "--skip-preview")

    assert {"GET"} == {*asked}
    assert same
    assert [] == emulator.services()
