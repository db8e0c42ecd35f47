"""What is adopted as a program: it runs, and declares what the stack file would."""

from __future__ import annotations

import pytest

from gitops.adoption.entries import Entry
from gitops.adoption.program import PACKAGE, program
from tests.support.registrations import register

SID, ROLE, ADDRESS = "IS" + "1" * 32, "RL" + "1" * 32, "IG" + "1" * 32
DESK = Entry(
    "services",
    "class",
    SID,
    {
        "friendlyName": 'a "desk" \\ it\'s {x}',
        "importSid": SID,
        "roles": {
            "leadAgent": {"type": "conversation", "permissions": ["sendMessage"] * 1, "importSid": ROLE},
        },
        "configuration": {"reachabilityEnabled": True, "defaultConversationRole": "leadAgent"},
        "webhook": {
            "filters": ["onMessageAdded", "onConversationAdded", "onDeliveryUpdated", "onMessageUpdated"]
        },
        "notifications": {
            "newMessage": {"enabled": True, "template": "News\u0007", "withMedia": {"enabled": True}}
        },
    },
    {("webhook", "postWebhookUrl"): "https://hooks.example.com/?key=s3cr3t"},
)
HOTLINE = Entry(
    "addresses",
    "hotline",
    ADDRESS,
    {"type": "sms", "autoCreation": {"enabled": True, "service": "class"}, "importSid": ADDRESS},
    {("address",): "+15550100"},
)


def test_program_declares_what_the_stack_file_would():
    """Odd quotes, keywords, names of roles in capitals; what is secret comes from the configuration."""
    text = program([DESK, HOTLINE])
    secrets = {
        "project:class-postWebhookUrl": "https://set.example.com/",
        "project:hotline-address": "+15550199",
    }

    made = register(
        text.replace(PACKAGE, "providers"),
        {key.replace("project", "tests"): each for key, each in secrets.items()},
    )

    kinds = {each["type"].rpartition(":")[2]: each for each in made if each["name"] != "tests-tests"}
    service, role = kinds["ConversationService"]["inputs"], kinds["Role"]["inputs"]
    assert ('a "desk" \\ it\'s {x}', SID) == (service["friendly_name"], service["import_sid"])
    assert ("leadAgent", ROLE) == (role["friendly_name"], role["import_sid"])
    assert ["post_webhook_url"] == [
        each for each in kinds["ServiceWebhook"]["secrets"] if each != "__provider"
    ]
    assert "News\u0007" == kinds["ServiceNotification"]["inputs"]["new_message"]["template"]
    assert (
        "made-up-id" == kinds["AddressConfiguration"]["inputs"]["auto_creation"]["conversation_service_sid"]
    )
    assert "# Set first: pulumi config set --secret class-postWebhookUrl\n" in text
    assert not any(secret in text for secret in ("s3cr3t", "+15550100"))


@pytest.mark.parametrize(
    "entries", [[], [Entry("services", "a", SID, {"friendlyName": "a", "importSid": SID})]]
)
def test_program_without_secrets_asks_for_no_configuration(entries):
    """It imports what it uses."""
    text = program(entries)

    assert "config" not in text
    assert len(entries) == text.count("ConversationEnvironment(")
