"""A service's behaviour, as users declare it: `make` in a clone, with everything, and with each kind of change."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
import requests

from tests.support.workspace import Workspace
from tools.local_emulator import ACCOUNT_SID

pytestmark = pytest.mark.timeout(400)

Json = dict[str, Any]

SUPPORT: Json = {
    "friendlyName": "acme-support",
    "roles": {
        "agent": {"type": "conversation", "permissions": ["sendMessage", "addParticipant"]},
        "member": {"type": "service", "permissions": ["joinConversation"]},
    },
    "configuration": {
        "reachabilityEnabled": True,
        "defaultConversationCreatorRole": "agent",
        "defaultConversationRole": "agent",
        "defaultChatServiceRole": "member",
    },
    "webhook": {
        "preWebhookUrl": "https://hooks.example.com/screen",
        "postWebhookUrl": "https://hooks.example.com/events",
        "method": "POST",
        "filters": ["onMessageAdd", "onMessageAdded"],
    },
    "notifications": {
        "logEnabled": True,
        "newMessage": {
            "enabled": True,
            "template": "New message",
            "sound": "chime",
            "badgeCountEnabled": True,
            "withMedia": {"enabled": True, "template": "New file"},
        },
        "addedToConversation": {"enabled": True, "template": "Welcome", "sound": "chime"},
        "removedFromConversation": {"enabled": True, "template": "Bye", "sound": "chime"},
    },
}
BILLING = {**copy.deepcopy(SUPPORT), "friendlyName": "acme-billing"}
RESOURCES = 1 + 2 * (1 + 1 + 2 + 3)  # the stack; per service component, service, roles, settings


def declare(services: Json) -> Any:
    """Return a change of a stack file that declares nothing but these services."""

    def change(declared: Json) -> None:
        declared.clear()
        declared.update(copy.deepcopy(services))

    return change


def call(workspace: Workspace, method: str, path: str, **form: object) -> Json:
    """Use the API as an operator would, behind Pulumi's back."""
    url = f"{workspace.emulator.url}/v1/Services{path}"
    answer = requests.request(method, url, data=form, auth=(ACCOUNT_SID, "emulator"), timeout=30)
    answer.raise_for_status()
    return dict(answer.json()) if answer.content else {}


def held(workspace: Workspace) -> dict[str, Json]:
    """Return what the emulator holds by the services' names, without dates, roles by name."""
    found = {}
    for service in workspace.emulator.state()["services"]:
        roles = {role["friendly_name"]: role for role in service["roles"]}
        found[service["friendly_name"]] = {**service, "roles": roles}
    return found


def settings_of(service: Json) -> Json:
    """Return the settings of a service as a stack file has them, default roles by name."""
    names = {role["sid"]: name for name, role in service["roles"].items()}
    configuration, notifications, webhooks = (
        service[part] for part in ("configuration", "notifications", "webhooks")
    )

    def camel(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {re.sub(r"_(\w)", lambda m: m[1].upper(), key): camel(each) for key, each in value.items()}

    return {
        "friendlyName": service["friendly_name"],
        "roles": {
            name: {"type": role["type"], "permissions": role["permissions"]}
            for name, role in service["roles"].items()
            if name in ("agent", "member", "helper")
        },
        "configuration": {
            "reachabilityEnabled": configuration["reachability_enabled"],
            **{
                f"default{who}Role": names[configuration[f"default_{field}_role_sid"]]
                for who, field in (
                    ("ConversationCreator", "conversation_creator"),
                    ("Conversation", "conversation"),
                    ("ChatService", "chat_service"),
                )
            },
        },
        "webhook": {key: camel(webhooks)[key] for key in SUPPORT["webhook"]},
        "notifications": {key: camel(notifications)[key] for key in SUPPORT["notifications"]},
    }


def test_everything_is_made_changed_mended_and_taken_down(workspace: Workspace):
    """Two services with all of it: twice up, each kind of change, each kind of drift, and down without a trace."""
    workspace.make("emulator")
    older = call(workspace, "POST", "", FriendlyName="acme-older")["sid"]
    call(workspace, "POST", f"/{older}/Configuration", ReachabilityEnabled="true")
    before = workspace.emulator.state()
    declared = {"support": SUPPORT, "billing": BILLING}
    workspace.edit(declare(declared))

    # Made, and then left alone.
    first = workspace.make("up")
    made = held(workspace)
    second = workspace.make("up")
    assert f"{RESOURCES} created" in first.stdout
    assert f"{RESOURCES} unchanged" in second.stdout
    assert [SUPPORT, BILLING] == [settings_of(made[name]) for name in ("acme-support", "acme-billing")]

    # Changed in place, every kind: nothing is replaced, whatever order a set is written in.
    changed = copy.deepcopy(declared)
    support = changed["support"]
    support["roles"]["agent"]["permissions"] = ["removeParticipant", "sendMessage"]
    support["configuration"]["reachabilityEnabled"] = False
    support["webhook"]["filters"] = ["onMessageAdded"]
    support["notifications"]["newMessage"]["withMedia"]["template"] = "New attachment"
    support["forceDestroy"] = True
    changed["billing"]["webhook"]["filters"].reverse()
    workspace.edit(declare(changed))
    preview = workspace.make("preview")
    in_place = workspace.make("up")
    after = held(workspace)
    expected = {key: value for key, value in support.items() if key != "forceDestroy"}
    assert "5 to update" in preview.stdout
    assert "to replace" not in preview.stdout
    assert "5 updated" in in_place.stdout
    assert expected == settings_of(after["acme-support"])
    assert made["acme-billing"] == after["acme-billing"]
    assert [made["acme-support"]["roles"][name]["sid"] for name in ("agent", "member")] == [
        after["acme-support"]["roles"][name]["sid"] for name in ("agent", "member")
    ]

    # Replaced: a role with a new name is made before the default moves and the old one goes.
    support["roles"]["helper"] = support["roles"].pop("agent")
    for key in ("defaultConversationCreatorRole", "defaultConversationRole"):
        support["configuration"][key] = "helper"
    changed["billing"]["roles"]["member"] = {"type": "conversation", "permissions": ["sendMessage"]}
    del changed["billing"]["configuration"]["defaultChatServiceRole"]
    workspace.edit(declare(changed))
    workspace.make("up")
    after = held(workspace)
    assert "agent" not in after["acme-support"]["roles"]
    assert {"helper"} == {
        settings_of(after["acme-support"])["configuration"][f"default{who}Role"]
        for who in ("ConversationCreator", "Conversation")
    }
    assert "conversation" == after["acme-billing"]["roles"]["member"]["type"]
    assert "service user" == settings_of(after["acme-billing"])["configuration"]["defaultChatServiceRole"]

    # Drift, every kind: seen by refresh, mended by up.
    sid, role = after["acme-support"]["sid"], after["acme-support"]["roles"]["helper"]["sid"]
    call(workspace, "POST", f"/{sid}/Roles/{role}", Permission="leaveConversation")
    call(workspace, "POST", f"/{sid}/Configuration", ReachabilityEnabled="true")
    call(workspace, "POST", f"/{sid}/Configuration/Webhooks", PostWebhookUrl="")
    call(workspace, "POST", f"/{sid}/Configuration/Notifications", **{"NewMessage.Sound": "gong"})
    unseen = workspace.make("preview", "--expect-no-changes")
    seen = workspace.make("refresh")
    workspace.make("up")
    mended = held(workspace)
    assert "unchanged" in unseen.stdout
    assert "4 updated" in seen.stdout
    assert settings_of(after["acme-support"]) == settings_of(mended["acme-support"])

    # What is no longer declared goes back to what it was; what others changed there stays.
    call(workspace, "POST", f"/{sid}/Configuration/Webhooks", Method="GET")
    for section in ("configuration", "notifications"):
        del support[section]
    support["webhook"] = {"filters": ["onMessageAdded"]}
    workspace.edit(declare(changed))
    workspace.make("up")
    given_back = held(workspace)["acme-support"]
    fresh = held(workspace)["acme-older"]
    assert fresh["notifications"].keys() == given_back["notifications"].keys()
    assert {**fresh["notifications"], **given_back["notifications"]} == given_back["notifications"]
    assert fresh["notifications"]["new_message"] == given_back["notifications"]["new_message"]
    assert False is given_back["configuration"]["reachability_enabled"]
    assert "channel user" == settings_of(given_back)["configuration"]["defaultConversationRole"]
    assert (None, ["onMessageAdded"]) == (
        given_back["webhooks"]["post_webhook_url"],
        given_back["webhooks"]["filters"],
    )

    workspace.make("destroy")
    assert before == workspace.emulator.state()


def test_services_declared_before_the_component_stay_the_same(workspace: Workspace):
    """An update of the project must not replace what an older program made: no service is touched."""
    program = workspace.root / "__main__.py"
    today = program.read_text(encoding="utf-8")
    program.write_text(OLDER_PROGRAM, encoding="utf-8")
    bare = {"support": {"friendlyName": "acme-support"}, "billing": {"friendlyName": "acme-billing"}}
    workspace.edit(declare(bare))
    workspace.make("up")
    before = workspace.emulator.state()

    program.write_text(today, encoding="utf-8")
    preview = workspace.make("preview")
    workspace.emulator.clear_requests()
    update = workspace.make("up")
    requested = workspace.emulator.counts()
    again = workspace.make("up")

    assert "2 to create" in preview.stdout
    assert "3 unchanged" in preview.stdout
    assert "2 created" in update.stdout
    assert "5 unchanged" in again.stdout
    assert {} == requested
    assert before == workspace.emulator.state()


def test_protected_service_keeps_its_roles_and_settings_and_lets_them_change(workspace: Workspace):
    """A destroy is refused as a whole; the parts hold no data, so that protection of the service does not bind them."""
    protected = {**copy.deepcopy(SUPPORT), "protect": True}
    workspace.edit(declare({"support": protected}))
    workspace.make("up")
    before = workspace.emulator.state()

    refused = workspace.make("destroy", code=2)
    after_destroy = workspace.emulator.state()
    del (
        protected["roles"]["member"],
        protected["configuration"]["defaultChatServiceRole"],
        protected["webhook"],
    )
    workspace.edit(declare({"support": protected}))
    workspace.make("up")
    service = held(workspace)["acme-support"]

    assert "protect" in refused.stdout + refused.stderr
    assert before == after_destroy
    assert "member" not in service["roles"]
    assert None is service["webhooks"]["filters"]


def test_refused_destroy_leaves_a_full_service_as_it_works(workspace: Workspace):
    """Its roles and settings are not taken away before it is refused; the next `up` finds them again."""
    workspace.edit(declare({"support": SUPPORT}))
    workspace.make("up")
    (sid,) = (service["sid"] for service in workspace.emulator.services())
    workspace.emulator.add_conversations(sid, 1)
    before = workspace.emulator.state()

    refused = workspace.make("destroy", code=2)
    after_destroy = workspace.emulator.state()
    workspace.make("up")

    assert "it holds conversations (at least 1)" in refused.stdout + refused.stderr
    assert before == after_destroy
    assert before == workspace.emulator.state()


def test_wrong_behaviour_is_one_error_before_any_request(workspace: Workspace):
    """File, keys and remedies, all at once."""
    wrong = copy.deepcopy(SUPPORT)
    wrong["configuration"]["defaultConversationRole"] = "agnet"
    wrong["webhook"] |= {"postWebhookUrl": "http://hooks.example.com/events", "filters": ["onMesageAdded"]}
    wrong["notifications"]["newMessage"]["badge"] = True
    workspace.make("emulator")
    workspace.edit(declare({"support": wrong}))

    failed = workspace.make("up", code=2)

    printed = failed.stdout + failed.stderr
    where = "stacks/Pulumi.dev.yaml: conversation-services:services.support"
    for line in (
        f"{where}.webhook.postWebhookUrl: must begin with https:// (http:// to loopback only)",
        f"{where}.webhook.filters[0]: is no event of a service; did you mean onMessageAdded?",
        f"{where}.notifications.newMessage.badge: is no setting of the notifications",
    ):
        assert line in printed
    assert "Traceback" not in printed
    assert {} == workspace.emulator.counts()


OLDER_PROGRAM = """
import json
import os

import pulumi

from program import read_services
from providers import ConversationService

services = {}
for name, settings in read_services(json.loads(os.environ["PULUMI_CONFIG"]), "").items():
    services[name] = ConversationService(
        name,
        friendly_name=settings.friendly_name,
        force_destroy=settings.force_destroy,
        import_sid=settings.import_sid,
        on_name_conflict=settings.on_name_conflict,
        opts=pulumi.ResourceOptions(protect=settings.protect, retain_on_delete=settings.retain_on_delete),
    )
outputs = {
    name: {"sid": service.sid, "friendlyName": service.friendly_name, "url": service.url}
    for name, service in services.items()
}
pulumi.export("services", outputs)
"""
