"""Drift stays visible until it is mended or declared, whoever looks at it and in whatever order."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from tests.gitops.test_engines import gitops
from tests.support.workspace import Workspace
from tools.local_emulator import ACCOUNT_SID

SECONDS = 120


def api(workspace: Workspace, method: str, path: str, **data: str) -> dict[str, Any]:
    """Do something behind the back of the stack, as somebody in the Console would."""
    answer = requests.request(
        method,
        f"{workspace.emulator.url}/v1/{path}",
        data=data,
        auth=(ACCOUNT_SID, "emulator"),
        timeout=SECONDS,
    )
    answer.raise_for_status()
    found: dict[str, Any] = answer.json() if answer.content else {}
    return found


def sids(workspace: Workspace) -> dict[str, str]:
    """Return the SID of each service, and of each of its roles, by name: `acme-support-dev/agent`."""
    found = {}
    for service in workspace.emulator.state()["services"]:
        found[service["friendly_name"]] = service["sid"]
        found |= {
            f"{service['friendly_name']}/{each['friendly_name']}": each["sid"] for each in service["roles"]
        }
    return found


def drift(
    workspace: Workspace, stack: str = "dev"
) -> tuple[int, list[tuple[str, str, str, tuple[str, ...]]]]:
    """Return exit code and drift: kind, type, logical name and inputs of each."""
    done = gitops(workspace, "drift-report", "--stack", stack, "--json")
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)["drift"]
    return done.returncode, [
        (each["kind"], each["type"].rpartition(":")[2], each["name"], (*each["properties"],))
        for each in found
    ]


@pytest.mark.timeout(1200)
def test_drift_is_reported_whole_after_every_command_until_it_is_mended(workspace: Workspace):
    """A refresh, or a deployment that stops, used to take it into the state, where the watch saw it no more."""
    workspace.edit(
        lambda services: services["support"]["roles"].update(
            guest={"type": "conversation", "permissions": ["sendMessage"]}
        )
    )
    workspace.make("up", EMULATOR="1")
    before = sids(workspace)
    support, appointments = before["acme-support-dev"], before["acme-appointments-dev"]
    calm = drift(workspace)

    api(
        workspace,
        "POST",
        f"Services/{support}/Configuration/Webhooks",
        PostWebhookUrl="https://foreign.example/x",
    )
    api(
        workspace,
        "POST",
        f"Services/{support}/Roles/{before['acme-support-dev/agent']}",
        Permission="sendMessage",
    )
    api(workspace, "DELETE", f"Services/{support}/Roles/{before['acme-support-dev/guest']}")
    api(workspace, "POST", f"Services/{appointments}/Configuration", ReachabilityEnabled="true")
    workspace.emulator.rename(appointments, "Jane Roe's")
    workspace.emulator.delete_service(before["acme-delivery-updates-dev"])

    expected = [
        ("changed", "ConversationService", "appointments", ("friendly_name",)),
        ("gone", "ConversationService", "delivery-updates", ()),
        ("changed", "Role", "support/agent", ("permissions",)),
        ("gone", "Role", "support/guest", ()),
        ("changed", "ServiceConfiguration", "appointments", ("reachability_enabled",)),
        ("gone", "ServiceNotification", "delivery-updates", ()),
        ("gone", "ServiceWebhook", "delivery-updates", ()),
        ("changed", "ServiceWebhook", "support", ("post_webhook_url",)),
    ]
    found = {"at first": drift(workspace)}
    stopped = gitops(workspace, "deploy", "--stack", "dev", "--reviewed", "nothing.json")
    found["after a deployment that stopped"] = drift(workspace)
    workspace.make("preview", EMULATOR="1")
    gitops(workspace, "preview-report", "--stack", "dev")
    found["after previews"] = drift(workspace)
    workspace.make("refresh", EMULATOR="1")
    found["after a refresh"] = drift(workspace)
    again = gitops(workspace, "deploy", "--stack", "dev", "--reviewed", "nothing.json")
    found["after a refresh and a deployment that stopped"] = drift(workspace)
    workspace.make("up", EMULATOR="1")
    mended = drift(workspace)

    assert (0, []) == calm
    assert (7, 7) == (stopped.returncode, again.returncode)
    assert dict.fromkeys(found, (7, expected)) == found
    assert (0, []) == mended


@pytest.mark.timeout(600)
def test_drift_of_a_protected_service_that_is_in_use_is_drift(workspace: Workspace):
    """Neither guard nor protection may hide what else has changed: nothing is going to be replaced."""
    workspace.make("up", "--yes --skip-preview", stack="prod", EMULATOR="1")
    support = sids(workspace)["acme-support-prod"]
    workspace.emulator.add_conversations(support, 1)
    workspace.emulator.rename(support, "Jane Roe's")
    api(workspace, "POST", f"Services/{support}/Configuration", ReachabilityEnabled="false")
    workspace.make("refresh", "--yes", stack="prod", EMULATOR="1")

    done = gitops(workspace, "drift-report", "--stack", "prod")

    assert 7 == done.returncode, done.stdout + done.stderr
    assert f"- ConversationService `support` {support}: differs in `friendly_name`\n" in done.stdout
    assert f"- ServiceConfiguration `support` {support}: differs in `reachability_enabled`\n" in done.stdout
    assert "Jane" not in done.stdout + done.stderr


@pytest.mark.timeout(600)
def test_what_is_declared_and_not_deployed_yet_is_no_drift(workspace: Workspace):
    """The watch would open an issue for each change that waits for its approval."""
    workspace.make("up", EMULATOR="1")

    def change(services: dict[str, Any]) -> None:
        services["returns"] = {"friendlyName": "acme-returns-dev"}
        del services["delivery-updates"]

    workspace.edit(change)
    done = gitops(workspace, "drift-report", "--stack", "dev")

    assert 0 == done.returncode, done.stdout + done.stderr
    assert "### dev: no drift" in done.stdout
    assert "**Not deployed yet**" in done.stdout
    assert "create ConversationService `returns`" in done.stdout


@pytest.mark.timeout(600)
def test_drift_of_a_secret_is_told_and_what_the_api_computes_is_none(workspace: Workspace):
    """An event log shows no secret, so that two of them look alike; a date of change is nobody's declaration."""
    path = workspace.root / "stacks" / "Pulumi.dev.yaml"
    path.write_text(
        "config:\n"
        "  conversation-services:services:\n"
        "    support: {friendlyName: acme-support-dev}\n"
        "  conversation-services:secrets:\n"
        "    support: {webhook: {postWebhookUrl: 'https://hooks.acme.example/?token=1'}}\n",
        encoding="utf-8",
    )
    workspace.make("up", EMULATOR="1")
    support = sids(workspace)["acme-support-dev"]
    webhooks = f"Services/{support}/Configuration/Webhooks"

    api(workspace, "POST", webhooks, Method="GET")
    dated = drift(workspace)
    api(workspace, "POST", webhooks, PostWebhookUrl="https://foreign.example/")
    first = drift(workspace)
    workspace.make("refresh", EMULATOR="1")
    second = drift(workspace)

    assert (0, []) == dated
    secret = ("changed", "ServiceWebhook", "support", ("post_webhook_url",))
    assert [(7, [secret])] * 2 == [first, second]
