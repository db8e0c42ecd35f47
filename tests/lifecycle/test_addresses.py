"""Addresses of a stack file, from declaration to deletion, and with the services that they lead to."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.workspace import Workspace

pytestmark = pytest.mark.timeout(300)

KEY, NUMBER = "conversation-services:addresses", "+15550100"
LINE: dict[str, Any] = {
    "type": "sms",
    "address": NUMBER,
    "friendlyName": "acme-hotline-dev",
    "autoCreation": {"enabled": True, "type": "default", "service": "support"},
}


def declare(workspace: Workspace, **addresses: dict[str, Any]) -> None:
    """Declare these addresses, and no others."""
    workspace.edit_config(lambda config: config.update({KEY: addresses}))


def leads(workspace: Workspace) -> dict[str, str]:
    """Tell where each address of the account leads, by address."""
    found = workspace.addresses()
    return {each["address"]: each["auto_creation"]["conversation_service_sid"] for each in found}


def test_rename_of_a_service_leads_its_address_to_the_new_one_in_one_run(workspace: Workspace):
    """The preview does not refuse because of an address that this very run leads away; then all goes."""
    declare(workspace, hotline=LINE)
    workspace.make("up")
    old = workspace.outputs()["support"]["sid"]
    assert {NUMBER: old} == leads(workspace)
    workspace.edit(lambda services: services["support"].update(friendlyName="acme-helpdesk-dev"))

    workspace.make("preview")
    renamed = workspace.make("up")

    new = workspace.outputs()["support"]["sid"]
    assert old != new
    assert {NUMBER: new} == leads(workspace)
    assert "acme-support-dev" not in workspace.names()
    assert NUMBER not in renamed.stdout + renamed.stderr
    workspace.make("preview", "--expect-no-changes")
    workspace.make("refresh", "--expect-no-changes")


def test_address_is_led_elsewhere_and_deleted_with_the_service_it_led_to(workspace: Workspace):
    """In place; and a service goes in the run that deletes the address."""
    declare(workspace, hotline=LINE)
    workspace.make("up")
    elsewhere = {**LINE, "autoCreation": {"enabled": True, "service": "appointments"}}
    declare(workspace, hotline=elsewhere)
    workspace.make("up")
    assert {NUMBER: workspace.outputs()["appointments"]["sid"]} == leads(workspace)

    declare(workspace)
    workspace.edit(lambda services: services.pop("appointments"))
    workspace.make("up")

    assert {} == leads(workspace)
    assert ["acme-delivery-updates-dev", "acme-support-dev"] == workspace.names()


def test_display_and_the_address_s_own_entry_do_not_show_it(workspace: Workspace):
    """A number may be a person's."""
    declare(workspace, hotline=LINE)

    shown = [workspace.make("preview", "--diff"), workspace.make("up", "--diff"), workspace.make("outputs")]
    refreshed = workspace.make("refresh", "--diff")
    [state] = (workspace.root / ".emulator/state/.pulumi/stacks").rglob("dev.json")
    resources = json.loads(state.read_text())["checkpoint"]["latest"]["resources"]
    [entry] = [each for each in resources if each["type"].endswith(":AddressConfiguration")]
    replaced = {**LINE, "address": "+15550199"}
    declare(workspace, hotline=replaced)
    shown += [refreshed, workspace.make("preview", "--diff"), workspace.make("destroy")]

    assert all("+15550" not in each.stdout + each.stderr for each in shown)
    assert "+15550" not in json.dumps(entry)
    assert {} == leads(workspace)


def test_encrypted_address_reaches_twilio_and_no_state_history_or_display(workspace: Workspace):
    """In plain text the engine keeps it with the rest of the configuration: who minds that encrypts it."""
    declare(workspace, hotline={key: value for key, value in LINE.items() if key != "address"})
    passphrase = "correct horse"
    workspace.encrypt(f"{KEY}.hotline.address", NUMBER, PULUMI_CONFIG_PASSPHRASE=passphrase)

    made = workspace.make("up", "--diff", PULUMI_CONFIG_PASSPHRASE=passphrase)
    same = workspace.make("refresh", "--diff", PULUMI_CONFIG_PASSPHRASE=passphrase)

    assert [NUMBER] == list(leads(workspace))
    assert [] == workspace.kept(NUMBER)
    assert all(NUMBER not in each.stdout + each.stderr for each in (made, same))


def test_rename_is_refused_while_somebody_else_s_address_leads_to_the_service(workspace: Workspace):
    """Only what this stack manages is led away by its run."""
    workspace.make("up")
    sid = workspace.outputs()["support"]["sid"]
    theirs = workspace.add_address("+15550177", sid)
    workspace.edit(lambda services: services["support"].update(friendlyName="acme-helpdesk-dev"))

    refused = workspace.make("preview", code=2)

    said = refused.stdout + refused.stderr
    assert f"messages are led to it by address configurations ({theirs})" in said
    assert "+15550177" not in said
