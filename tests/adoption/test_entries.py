"""What an entry holds of answers that the emulator would not give: made of the API's JSON by the descriptions."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitops.adoption.account import Found
from gitops.adoption.entries import Entry, holds_credentials, service_entry
from gitops.adoption.initial import _ROLES as AS_MADE
from gitops.adoption.initial import DEFAULTS
from gitops.adoption.names import declared_as, logical_names, slug
from offline.emulator.initial import DEFAULT_ROLES, ROLES
from program.settings import LOGICAL_NAME
from providers._api.entity import Thing
from providers._api.names import reading
from providers.conversation_service import SERVICE
from providers.role import ROLE
from providers.service_configuration import CONFIGURATION
from providers.service_notification import NOTIFICATION
from providers.service_webhook import WEBHOOK

SID = "IS" + "a" * 32
Json = dict[str, Any]


def role(number: int, **fields: Any) -> Thing:
    """Return a role of the service."""
    answer = {"friendly_name": "agent", "type": "conversation", "permissions": ["sendMessage"], **fields}
    return ROLE.parse({**answer, "sid": f"RL{number:032x}", "chat_service_sid": SID})


def entry(
    *roles: Thing,
    configuration: Json | None = None,
    webhook: Json | None = None,
    notifications: Json | None = None,
) -> Entry:
    """Return the entry of a service with these parts."""
    parent = {"chat_service_sid": SID}
    found = Found(
        SERVICE.parse({"sid": SID, "friendly_name": "acme-desk"}),
        roles,
        CONFIGURATION.parse({**parent, **(configuration or {})}),
        WEBHOOK.parse({**parent, **(webhook or {})}),
        NOTIFICATION.parse({**parent, **(notifications or {})}),
    )
    made = service_entry("desk", found)
    assert made is not None
    return made


def test_role_with_a_permission_that_nobody_knows_is_left_out_and_so_is_what_names_it():
    """A permission that Twilio has added since cannot be declared; half a role would take it away."""
    strange = role(1, permissions=["sendMessage", "flyToTheMoon"])

    made = entry(strange, configuration={"default_conversation_role_sid": strange.sid})

    assert {"friendlyName": "acme-desk", "importSid": SID} == made.settings
    assert [
        f"roles: {strange.sid}: no permission of a conversation role that this version knows: flyToTheMoon",
        f"configuration.defaultConversationRole: {strange.sid} is no role that is declared here",
    ] == made.left_out


@pytest.mark.parametrize(
    "fields",
    [{"type": "planet"}, {"permissions": []}, {"friendly_name": "x" * 65}, {"friendly_name": " "}],
)
def test_role_that_cannot_be_declared_is_left_out(fields):
    """With a reason, and without its name."""
    made = entry(role(1, **fields))

    assert "roles" not in made.settings
    assert 1 == len(made.left_out)


def test_of_two_roles_with_one_name_the_one_that_the_configuration_names_is_kept():
    """A stack file knows a role by its name, whatever its type."""
    other, wired = role(1), role(2, type="service", permissions=["joinConversation"])

    made = entry(other, wired, configuration={"default_chat_service_role_sid": wired.sid})

    assert {
        "agent": {"type": "service", "permissions": ["joinConversation"], "importSid": wired.sid}
    } == made.settings["roles"]
    assert {"defaultChatServiceRole": "agent"} == made.settings["configuration"]
    assert [f"roles: {other.sid} has the same name as {wired.sid}"] == made.left_out


WEBHOOKS: list[tuple[Json, Json, set[str], int]] = [
    ({}, {}, set(), 0),
    ({"method": "POST", "filters": []}, {}, set(), 0),
    (
        {"post_webhook_url": "https://a.example/x", "filters": []},
        {"postWebhookUrl": "https://a.example/x"},
        set(),
        0,
    ),
    (
        {"post_webhook_url": "https://a.example/x", "method": "post"},
        {"postWebhookUrl": "https://a.example/x", "method": "POST"},
        set(),
        0,
    ),
    ({"pre_webhook_url": "https://a.example/?k=1", "method": "GET"}, {"method": "GET"}, {"preWebhookUrl"}, 0),
    ({"post_webhook_url": "http://a.example/x"}, {}, set(), 1),
    (
        {"post_webhook_url": "https://u:p@a.example/x", "filters": ["onMessageAdded"]},
        {"filters": ["onMessageAdded"]},
        set(),
        1,
    ),
    ({"filters": ["onMessageAdded", "onMessageAdded"]}, {"filters": ["onMessageAdded"]}, set(), 0),
    ({"filters": ["onUserAdded"]}, {}, set(), 1),
]


@pytest.mark.parametrize(("answer", "settings", "secret", "left_out"), WEBHOOKS)
def test_webhook_is_written_as_far_as_it_can_be_declared(answer, settings, secret, left_out):
    """A secret is kept apart, what cannot be declared is told, and a default is left out."""
    made = entry(webhook=answer)

    assert settings == made.settings.get("webhook", {})
    assert secret == {path[1] for path in made.secrets}
    assert left_out == len(made.left_out)


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("https://a.example/events", False),
        ("https://a.example/v1/conversation-service-events/support", False),
        ("https://a.example/2010-04-01/support", False),
        ("https://a.example/support-eu-west-1-events-v2", False),
        ("https://a.example/e?token=1", True),
        ("https://a.example/e#1", True),
        ("https://hooks.a.example/services/T00000000/B00000000/XXXXXXXX1XXXXXXXX", True),
        ("https://a.example/0b9b1f0c-57a2-4a57-8d1c-6b3fd3a1c111", True),
    ],
)
def test_url_that_may_prove_who_calls_is_told_from_one_that_does_not(url, secret):
    """Too many secrets cost a command each; one too few stands in a file for ever."""
    assert secret is holds_credentials(url)


def test_what_twilio_makes_is_what_the_emulator_makes():
    """Both are written by the same pages; neither may import the other."""
    there: list[Json] = [*ROLES]

    made = {(each["type"], each["friendly_name"]): frozenset(each["permissions"]) for each in there}

    assert made == dict(AS_MADE)
    assert {name: key[1] for name, key in DEFAULTS.items()} == DEFAULT_ROLES


@given(st.lists(st.text(max_size=300), max_size=12))
def test_every_name_has_a_logical_one_of_its_own(names):
    """Whatever characters, whatever twins; and one that can be declared reads the same."""
    things = [
        SERVICE.parse({"sid": f"IS{number:032x}", "friendly_name": name}) for number, name in enumerate(names)
    ]

    found = logical_names(things, "service", ["taken"], {""})

    assert len(names) == len({*found.values()} - {"taken"})
    assert all(re.fullmatch(LOGICAL_NAME, each) for each in found.values())
    for name in names:
        declared = declared_as(name, SERVICE.leaves["friendly_name"])
        assert declared is None or reading(declared) == reading(name)
        assert len(slug(name)) <= 60
