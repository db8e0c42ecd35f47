"""The component: what it registers, how its parts are wired, what it refuses."""

from __future__ import annotations

import inspect
import json
from typing import Any

import pytest

from providers import ConversationEnvironment
from providers.environment import DEFAULT_ROLES
from tests.providers.test_docs import rows
from tests.support.registrations import register

TOKEN = "pulumi-python:dynamic/twilio:"
AGENT = {"type": "conversation", "permissions": ["sendMessage"]}
MEMBER = {"type": "service", "permissions": ["joinConversation"]}


def declared(**sections: Any) -> dict[str, dict[str, Any]]:
    """Register a component; give the inputs of each part by type and logical name."""
    program = f"""
import json
from providers import ConversationEnvironment
ConversationEnvironment("support", friendly_name="acme-support", **json.loads({json.dumps(json.dumps(sections))}))
"""
    found = {}
    for each in register(program):
        each["inputs"].pop("__provider", None)
        found[f"{each['type'].removeprefix(TOKEN)} {each['name']}"] = each["inputs"]
    return found


def test_environment_declares_its_parts_and_wires_roles_by_name():
    """The service's id everywhere, and the id of each default role."""
    found = declared(
        force_destroy=True,
        roles={"agent": AGENT, "member": MEMBER},
        configuration={
            "default_conversation_creator_role": "agent",
            "default_conversation_role": "agent",
            "default_chat_service_role": "member",
            "reachability_enabled": False,
        },
        webhook={"method": "POST"},
        notifications={"new_message": {"enabled": True}},
    )

    service = {"service_sid": "made-up-id"}
    role = {**service, "on_name_conflict": "adopt"}
    assert {
        "twilio:conversations:ConversationEnvironment support": {},
        "ConversationService support": {"friendly_name": "acme-support", "force_destroy": True},
        "Role support/agent": {**role, "friendly_name": "agent", **AGENT},
        "Role support/member": {**role, "friendly_name": "member", **MEMBER},
        "ServiceConfiguration support": {
            **service,
            "default_conversation_creator_role_sid": "made-up-id",
            "default_conversation_role_sid": "made-up-id",
            "default_chat_service_role_sid": "made-up-id",
            "reachability_enabled": False,
        },
        "ServiceWebhook support": {**service, "method": "POST"},
        "ServiceNotification support": {**service, "new_message": {"enabled": True}},
    } == found


def test_environment_without_sections_declares_the_service_only():
    """What is left out is left alone."""
    assert {
        "twilio:conversations:ConversationEnvironment support": {},
        "ConversationService support": {"friendly_name": "acme-support"},
    } == declared()


@pytest.mark.parametrize(
    ("sections", "problem"),
    [
        (
            {"configuration": {"default_role": "agent"}},
            "configuration must have no other keys than default_conversation_creator_role",
        ),
        ({"webhook": {"url": "x"}}, "webhook must have no other keys than pre_webhook_url"),
        ({"notifications": {"newMessage": {}}}, "did you mean new_message?"),
        ({"roles": {"agent": {"type": "conversation"}}}, "roles[0] must have permissions"),
        (
            {"roles": {"agent": {**AGENT, "name": "x"}}},
            "roles[0] must have no other keys than type, permissions",
        ),
        *(
            (
                {
                    "configuration": {name: "agent" if type_ == "service" else "member"},
                    "roles": {"agent": AGENT, "member": MEMBER},
                },
                f"configuration.{name} must name one of the {type_} roles declared under roles",
            )
            for name, type_ in DEFAULT_ROLES.items()
        ),
    ],
)
def test_environment_that_cannot_be_wired_is_an_error(sections: dict[str, Any], problem: str):
    """Before any resource is registered, and without a name."""
    with pytest.raises(RuntimeError) as caught:
        declared(**sections)

    assert "InputError: [TC4001] cannot declare a ConversationEnvironment: " in str(caught.value)
    assert problem in str(caught.value)


def test_page_lists_every_argument():
    """In the order of the code."""
    arguments = list(inspect.signature(ConversationEnvironment).parameters)[1:-1]

    assert arguments == [cells[0] for cells in rows("resources/conversation_environment.md", "Inputs")]
