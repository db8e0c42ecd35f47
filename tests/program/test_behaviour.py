"""Roles, configuration, webhook and notifications of a stack file: what is read, and every way to be wrong."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from program import SettingsError, read_services
from providers.vocabulary import EVENTS, PERMISSIONS
from tests.program.test_settings import FILE, HINT, configuration

Json = dict[str, Any]

WHOLE: Json = {
    "friendlyName": "acme-a",
    "roles": {
        "agent": {"type": "conversation", "permissions": ["sendMessage", "leaveConversation"]},
        "member": {"type": "service", "permissions": ["joinConversation"]},
    },
    "configuration": {
        "reachabilityEnabled": True,
        "defaultConversationCreatorRole": "agent",
        "defaultConversationRole": "agent",
        "defaultChatServiceRole": "member",
    },
    "webhook": {
        "preWebhookUrl": "http://127.0.0.1:8080/",
        "postWebhookUrl": "https://example.com/hook",
        "method": "POST",
        "filters": ["onMessageAdd", "onMessageAdded"],
    },
    "notifications": {
        "logEnabled": False,
        "newMessage": {
            "enabled": True,
            "template": "x",
            "sound": "ring",
            "badgeCountEnabled": True,
            "withMedia": {"enabled": True, "template": "y"},
        },
        "addedToConversation": {"enabled": True, "template": "x", "sound": "ring"},
        "removedFromConversation": {"enabled": True, "template": "x", "sound": "ring"},
    },
}


def with_value(path: str, value: object) -> dict[str, str]:
    """Return a configuration whose service `a` is whole but for one place, as in "webhook.method"."""
    settings = copy.deepcopy(WHOLE)
    *keys, last = path.split(".")
    inner = settings
    for key in keys:
        inner = inner[key]
    inner[last] = value
    return configuration({"a": settings})


def problems(given: dict[str, str]) -> list[str]:
    """Return what is wrong, without the file and the hint; [] for nothing."""
    try:
        read_services(given, FILE)
    except SettingsError as error:
        *lines, hint = str(error).splitlines()
        assert HINT == hint
        return [line.removeprefix(f"{FILE}: conversation-services:services.a.") for line in lines]
    return []


def test_behaviour_is_handed_on_in_snake_case_without_what_is_left_out():
    """Each section as the component takes it."""
    (settings,) = read_services(configuration({"a": WHOLE}), FILE).values()
    (bare,) = read_services(configuration({"a": {"friendlyName": "a", "webhook": {}}}), FILE).values()

    behaviour = settings.behaviour()
    assert {"roles", "configuration", "webhook", "notifications"} == behaviour.keys()
    assert WHOLE["roles"] == behaviour["roles"]
    assert {
        "reachability_enabled": True,
        "default_conversation_creator_role": "agent",
        "default_conversation_role": "agent",
        "default_chat_service_role": "member",
    } == behaviour["configuration"]
    assert "https://example.com/hook" == behaviour["webhook"]["post_webhook_url"]
    assert {"enabled": True, "template": "y"} == behaviour["notifications"]["new_message"]["with_media"]
    assert {"roles": {}, "webhook": {}} == bare.behaviour()


FLAG = "must be true or false, got text"
TEXT = "must be text, got a number; put it in quotes if it is meant as text"
SHORT = "must have at least 1 character"
FLAGS = [
    "configuration.reachabilityEnabled",
    "notifications.logEnabled",
    "notifications.newMessage.enabled",
    "notifications.newMessage.badgeCountEnabled",
    "notifications.newMessage.withMedia.enabled",
    "notifications.addedToConversation.enabled",
    "notifications.removedFromConversation.enabled",
]
TEXTS = [
    "notifications.newMessage.template",
    "notifications.newMessage.sound",
    "notifications.newMessage.withMedia.template",
    "notifications.addedToConversation.template",
    "notifications.addedToConversation.sound",
    "notifications.removedFromConversation.template",
    "notifications.removedFromConversation.sound",
]
MAPS = [
    "roles",
    "roles.agent",
    "configuration",
    "webhook",
    "notifications",
    "notifications.newMessage",
    "notifications.newMessage.withMedia",
    "notifications.addedToConversation",
    "notifications.removedFromConversation",
]
URLS = ["webhook.preWebhookUrl", "webhook.postWebhookUrl"]
DEFAULTS = [
    "configuration.defaultConversationCreatorRole",
    "configuration.defaultConversationRole",
    "configuration.defaultChatServiceRole",
]
HTTPS = "must begin with https:// (http:// to loopback only): messages would travel in clear text"
URL = "must be an absolute URL, percent-encoded, such as https://example.com/hook"
USER = "must be without user and password: they would stand in the state; check X-Twilio-Signature instead"

WRONG = [
    *((path, "yes", FLAG) for path in FLAGS),
    *((path, 7, TEXT) for path in [*TEXTS, *URLS, *DEFAULTS]),
    *((path, "", SHORT) for path in TEXTS),
    *((path, "", "must be a name of 1 to 64 characters") for path in DEFAULTS),
    *((path, "x" * 65, "must be a name of 1 to 64 characters") for path in DEFAULTS),
    *((path, [], "must be a map, got a list") for path in MAPS),
    *(
        (path, value, problem)
        for path in URLS
        for value, problem in (
            ("http://example.com/hook", HTTPS),
            ("ftp://example.com/hook", HTTPS),
            ("https://user:password@example.com", USER),
            ("example.com", URL),
            ("https://", URL),
            ("https://example.com:0", URL),
            ("https://example.com/é", URL),
            ("", URL),
        )
    ),
    ("webhook.method", "post", "must be one of 'GET' or 'POST'"),
    ("webhook.filters", "onMessageAdd", "must be a list, got text"),
    ("webhook.filters", [], "must hold at least one entry"),
    ("webhook.filters", ["onMessageAdd", "onMessageAdd"], "must not name anything twice"),
    ("roles.agent.type", "channel", "must be one of 'conversation' or 'service'"),
    ("roles.agent.permissions", "sendMessage", "must be a list, got text"),
    ("roles.agent.permissions", [], "must hold at least one entry"),
    ("roles.agent.permissions", ["sendMessage"] * 2, "must not name anything twice"),
    (
        "configuration.defaultConversationRole",
        "agnet",
        "is none of the service's conversation roles; did you mean agent?",
    ),
    (
        "configuration.defaultConversationRole",
        "boss",
        "is none of the service's conversation roles; known: agent",
    ),
    (
        "configuration.defaultConversationCreatorRole",
        "member",
        "must name a conversation role, and that one is a service role",
    ),
    (
        "configuration.defaultChatServiceRole",
        "agent",
        "must name a service role, and that one is a conversation role",
    ),
]


@pytest.mark.parametrize(("path", "value", "problem"), WRONG)
def test_wrong_value_is_one_error_at_its_place(path: str, value: object, problem: str):
    """Every key, every limit."""
    found = problems(with_value(path, value))

    # A map that is no map takes what refers to it along; the reason itself is told once.
    assert [f"{path}: {problem}"] == found


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        (
            "webhook.filters",
            ["onMessageAdd", "onMesageAdded"],
            "webhook.filters[1]: is no event of a service; did you mean onMessageAdded?",
        ),
        ("webhook.filters", ["onUserAdded"], "webhook.filters[0]: is no event of a service"),
        ("webhook.filters", [7], "webhook.filters[0]: must be text, got a number"),
        (
            "roles.agent.permissions",
            ["sendMesage"],
            "roles.agent.permissions[0]: is no permission; did you mean sendMessage?",
        ),
        (
            "roles.agent.permissions",
            ["x"],
            "roles.agent.permissions[0]: is no permission; docs/stacks.md lists them",
        ),
        (
            "roles.agent.permissions",
            ["createConversation"],
            "roles.agent.permissions[0]: is no permission of a conversation role",
        ),
        (
            "roles.member.permissions",
            ["sendMessage"],
            "roles.member.permissions[0]: is no permission of a service role",
        ),
        ("roles.agent", {"type": "conversation"}, "roles.agent.permissions: must be set"),
        ("roles.agent", {"permissions": ["sendMessage"]}, "roles.agent.type: must be set"),
        (
            "roles." + "x" * 65,
            {"type": "service", "permissions": ["addParticipant"]},
            f"roles.{'x' * 65}: must be a name of 1 to 64 characters",
        ),
        (
            "roles",
            {},
            "configuration.defaultConversationCreatorRole: must name a conversation role, and",
        ),
        ("rolls", {}, "rolls: is no setting of a service; did you mean roles?"),
        (
            "roles.agent.permission",
            [],
            "roles.agent.permission: is no setting of a role; did you mean permissions?",
        ),
        (
            "configuration.reachability",
            True,
            "configuration.reachability: is no setting of the configuration; did you mean reachabilityEnabled?",
        ),
        ("webhook.url", "x", "webhook.url: is no setting of the webhook"),
        (
            "webhook.post_webhook_url",
            "x",
            "webhook.post_webhook_url: is no setting of the webhook; did you mean postWebhookUrl?",
        ),
        (
            "notifications.newMesage",
            {},
            "notifications.newMesage: is no setting of the notifications; did you mean newMessage?",
        ),
        (
            "notifications.newMessage.badge",
            True,
            "notifications.newMessage.badge: is no setting of the notifications",
        ),
        (
            "notifications.newMessage.withMedia.sound",
            "x",
            "notifications.newMessage.withMedia.sound: is no setting of the notifications",
        ),
        (
            "notifications.addedToConversation.withMedia",
            {},
            "notifications.addedToConversation.withMedia: is no setting of the notifications",
        ),
    ],
)
def test_unknown_word_or_key_is_an_error_with_a_suggestion(path: str, value: object, problem: str):
    """The place names the item; what is known is told where it is short."""
    assert problems(with_value(path, value))[0].startswith(problem)


@pytest.mark.parametrize("path", [*FLAGS, *TEXTS, *URLS, *DEFAULTS, "webhook.method", "webhook.filters"])
def test_setting_that_is_null_is_left_alone(path: str):
    """As one that is left out: YAML writes an empty value so."""
    assert [] == problems(with_value(path, None))


def test_every_event_and_permission_is_accepted():
    """By the type of the role."""
    for type_, known in PERMISSIONS.items():
        given = {"friendlyName": "a", "roles": {"r": {"type": type_, "permissions": [*known]}}}
        assert [] == problems(configuration({"a": given}))
    assert [] == problems(with_value("webhook.filters", [*EVENTS]))


@settings(max_examples=20)
@given(secret=st.from_regex(r"[A-Z]{12,80}", fullmatch=True), url=st.booleans())
def test_errors_never_repeat_a_value(secret: str, url: bool):
    """A wrong value may be a credential or a name, and logs are kept."""
    value = f"http://{secret}@example.com" if url else secret
    paths = [*FLAGS, *URLS, *DEFAULTS, "webhook.method", "roles.agent.type", "webhook.filters", *MAPS]

    for path in paths:
        assert secret not in "".join(problems(with_value(path, value)))
    for path in ("webhook.filters", "roles.agent.permissions"):
        assert secret not in "".join(problems(with_value(path, [value])))
