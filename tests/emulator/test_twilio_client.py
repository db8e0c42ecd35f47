"""The emulator as Twilio's own Python package sees it: an independent client with its own idea of the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from offline.emulator.urls import ROUTES
from tests.emulator.api import ACCOUNT_SID, MISSING_SID, TOKEN
from tests.support.emulator import Emulator


class LocalHttpClient(TwilioHttpClient):  # type: ignore[misc]
    """Send to the emulator what is meant for conversations.twilio.com; change nothing else."""

    def __init__(self, url: str) -> None:
        super().__init__(timeout=10)
        self.url = url
        if self.session is not None:
            self.session.trust_env = False

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        """Rewrite scheme and host."""
        parts = urlsplit(url)
        return super().request(
            method, f"{self.url}{parts._replace(scheme='', netloc='').geturl()}", *args, **kwargs
        )


def client_of(emulator: Emulator, username: str = ACCOUNT_SID, password: str = TOKEN) -> Client:
    """Make a client of an account, or of an API key."""
    return Client(username, password, account_sid=ACCOUNT_SID, http_client=LocalHttpClient(emulator.url))


def test_service_lives_its_life(emulator):
    """Create, fetch, list, delete by the package's own methods, its own types."""
    services = client_of(emulator).conversations.v1.services

    created = services.create(friendly_name="support-eu")
    fetched = services(created.sid).fetch()
    listed = services.list()
    deleted = services(created.sid).delete()

    assert "support-eu" == created.friendly_name
    assert ACCOUNT_SID == created.account_sid
    assert timedelta(0) <= datetime.now(UTC) - created.date_created < timedelta(minutes=1)
    assert created.links["conversations"] == f"{created.url}/Conversations"
    assert [created.sid] * 2 == [fetched.sid, *(each.sid for each in listed)]
    assert (True, []) == (deleted, services.list())


def test_pages_are_followed_to_the_end(emulator):
    """The package follows next_page_url by itself, and previous_page_url on request."""
    services = client_of(emulator).conversations.v1.services
    sids = [services.create(friendly_name=f"s{number}").sid for number in range(7)]

    streamed = [each.sid for each in services.stream(page_size=3)]
    second = services.page(page_size=3).next_page()
    first = second.previous_page()

    assert sids == streamed
    assert sids[3:6] == [each.sid for each in second]
    assert sids[:3] == [each.sid for each in first]
    assert sids[:5] == [each.sid for each in services.list(limit=5, page_size=2)]


def test_conversation_lives_its_life(emulator):
    """Below a service: create, fetch by unique name, update, list by state, delete."""
    conversations = (
        client_of(emulator).conversations.v1.services.create(friendly_name="support-eu").conversations
    )

    created = conversations.create(friendly_name="first", unique_name="u", attributes='{"a": 1}')
    fetched = conversations("u").fetch()
    updated = conversations(created.sid).update(friendly_name="second", state="closed")
    listed = conversations.list(state="closed")
    deleted = conversations(created.sid).delete()

    assert ("first", "u", '{"a": 1}', "active") == (
        created.friendly_name,
        created.unique_name,
        created.attributes,
        created.state,
    )
    assert created.sid == fetched.sid
    assert ("second", "closed") == (updated.friendly_name, updated.state)
    assert [created.sid] == [each.sid for each in listed]
    assert (True, []) == (deleted, conversations.list())


def test_role_lives_its_life(emulator):
    """Below a service: the default roles, create, fetch, update, list, delete."""
    roles = client_of(emulator).conversations.v1.services.create(friendly_name="support-eu").roles

    defaults = roles.list()
    created = roles.create("agent", "conversation", ["sendMessage", "leaveConversation"])
    fetched = roles(created.sid).fetch()
    updated = roles(created.sid).update(permission=["sendMediaMessage"])
    listed = roles.list()
    deleted = roles(created.sid).delete()

    assert ["service admin", "service user", "channel admin", "channel user"] == [
        role.friendly_name for role in defaults
    ]
    assert ("agent", "conversation", ["sendMessage", "leaveConversation"]) == (
        fetched.friendly_name,
        fetched.type,
        fetched.permissions,
    )
    assert (created.sid, ["sendMediaMessage"]) == (updated.sid, updated.permissions)
    assert [*(role.sid for role in defaults), created.sid] == [role.sid for role in listed]
    assert (True, 4) == (deleted, len(roles.list()))


def test_configuration_is_fetched_and_updated(emulator):
    """Default roles by SID, reachability by the package's own booleans."""
    service = client_of(emulator).conversations.v1.services.create(friendly_name="support-eu")
    role = service.roles.create("agent", "conversation", ["sendMessage"])
    configuration = service.configuration()

    before = configuration.fetch()
    updated = configuration.update(default_conversation_role_sid=role.sid, reachability_enabled=True)
    fetched = configuration.fetch()

    assert (service.sid, False) == (before.chat_service_sid, before.reachability_enabled)
    expected = (
        before.default_conversation_creator_role_sid,
        role.sid,
        before.default_chat_service_role_sid,
        True,
    )
    assert [expected] * 2 == [
        (
            each.default_conversation_creator_role_sid,
            each.default_conversation_role_sid,
            each.default_chat_service_role_sid,
            each.reachability_enabled,
        )
        for each in (updated, fetched)
    ]


def test_notifications_are_fetched_and_updated(emulator):
    """The package's thirteen arguments reach their places."""
    service = client_of(emulator).conversations.v1.services.create(friendly_name="support-eu")
    notifications = service.configuration.notifications()

    before = notifications.fetch()
    notifications.update(
        log_enabled=True,
        new_message_enabled=True,
        new_message_template="new",
        new_message_sound="a",
        new_message_badge_count_enabled=True,
        new_message_with_media_enabled=True,
        new_message_with_media_template="media",
        added_to_conversation_enabled=True,
        added_to_conversation_template="added",
        added_to_conversation_sound="b",
        removed_from_conversation_enabled=True,
        removed_from_conversation_template="removed",
        removed_from_conversation_sound="c",
    )
    fetched = notifications.fetch()

    assert (False, {"enabled": False}) == (before.log_enabled, before.added_to_conversation)
    media = {"enabled": True, "template": "media"}
    assert fetched.log_enabled is True
    assert [
        {"enabled": True, "template": "new", "sound": "a", "badge_count_enabled": True, "with_media": media},
        {"enabled": True, "template": "added", "sound": "b"},
        {"enabled": True, "template": "removed", "sound": "c"},
    ] == [fetched.new_message, fetched.added_to_conversation, fetched.removed_from_conversation]


def test_webhooks_are_fetched_updated_and_unset(emulator):
    """Lists go as repeated parameters; an empty text in them unsets."""
    service = client_of(emulator).conversations.v1.services.create(friendly_name="support-eu")
    webhooks = service.configuration.webhooks()

    before = webhooks.fetch()
    updated = webhooks.update(
        pre_webhook_url="https://example.com/pre",
        post_webhook_url="https://example.com/post",
        filters=["onMessageAdd", "onMessageAdded"],
        method="GET",
    )
    unset = webhooks.update(pre_webhook_url="", filters=[""])

    settings = [
        (each.pre_webhook_url, each.post_webhook_url, each.filters, each.method)
        for each in (before, updated, unset)
    ]
    assert [
        (None, None, None, None),
        ("https://example.com/pre", "https://example.com/post", ["onMessageAdd", "onMessageAdded"], "GET"),
        (None, "https://example.com/post", None, "GET"),
    ] == settings


def test_user_lives_its_life(emulator):
    """A user is made, found by SID and by identity, changed, listed and deleted."""
    service = client_of(emulator).conversations.v1.services.create(friendly_name="support-eu")

    made = service.users.create(identity="u-1", friendly_name="one", attributes='{"tier": 1}')
    fetched = service.users("u-1").fetch()
    changed = service.users(made.sid).update(friendly_name="two")
    listed = [each.sid for each in service.users.list()]
    deleted = service.users(made.sid).delete()

    assert (made.sid, "u-1", "one") == (fetched.sid, fetched.identity, fetched.friendly_name)
    assert ("two", '{"tier": 1}') == (changed.friendly_name, changed.attributes)
    assert ([made.sid], True, []) == (listed, deleted, service.users.list())


def test_account_configuration_tells_the_account(emulator):
    """It is there without being made, and keeps what it is told."""
    configuration = client_of(emulator).conversations.v1.configuration

    before = configuration().fetch()
    configuration().update(default_closed_timer="PT10M")
    after = configuration().fetch()

    assert (ACCOUNT_SID, None) == (before.account_sid, before.default_closed_timer)
    assert (ACCOUNT_SID, "PT10M") == (after.account_sid, after.default_closed_timer)


def test_address_configuration_lives_its_life(emulator):
    """An address is configured, found, led elsewhere, listed and deleted."""
    account = client_of(emulator).conversations.v1
    service = account.services.create(friendly_name="support-eu")

    made = account.address_configurations.create(
        type="sms",
        address="+15550100001",
        auto_creation_enabled=True,
        auto_creation_type="default",
        auto_creation_conversation_service_sid=service.sid,
    )
    fetched = account.address_configurations(made.sid).fetch()
    changed = account.address_configurations(made.sid).update(auto_creation_enabled=False)
    listed = [each.sid for each in account.address_configurations.list(type="sms")]
    deleted = account.address_configurations(made.sid).delete()

    assert {
        "enabled": True,
        "type": "default",
        "conversation_service_sid": service.sid,
    } == fetched.auto_creation
    assert {**fetched.auto_creation, "enabled": False} == changed.auto_creation
    assert ([made.sid], True, []) == (listed, deleted, account.address_configurations.list())


def test_every_route_of_the_emulator_is_walked_by_the_package(emulator):
    """None is left to the emulator's own idea of the API."""
    test_service_lives_its_life(emulator)
    test_conversation_lives_its_life(emulator)
    test_role_lives_its_life(emulator)
    test_configuration_is_fetched_and_updated(emulator)
    test_notifications_are_fetched_and_updated(emulator)
    test_webhooks_are_fetched_updated_and_unset(emulator)
    test_user_lives_its_life(emulator)
    test_account_configuration_tells_the_account(emulator)
    test_address_configuration_lives_its_life(emulator)

    assert {" ".join(route) for route in ROUTES} == set(emulator.counts())


@pytest.mark.parametrize(
    ("sid", "name", "expected"),
    [
        pytest.param(MISSING_SID, None, (404, 20404), id="not found"),
        pytest.param(None, "x" * 257, (400, 20001), id="name too long"),
    ],
)
def test_errors_are_understood(emulator, sid, name, expected):
    """Status, code and message reach the package's own exception."""
    services = client_of(emulator).conversations.v1.services

    with pytest.raises(TwilioRestException) as caught:
        services(sid).fetch() if sid else services.create(friendly_name=name)

    assert expected == (caught.value.status, caught.value.code)
    assert caught.value.msg


def test_rate_limit_is_understood(emulator):
    """A fault looks to the package as Twilio's own 429."""
    emulator.fault("GET /v1/Services", "status", status=429, retry_after=1)
    services = client_of(emulator).conversations.v1.services

    with pytest.raises(Exception, match="429") as caught:
        services.list()

    assert [] == services.list()
    assert "Too Many Requests" in str(caught.value)


def test_wrong_token_is_understood(emulator):
    """A registered account's token is checked."""
    emulator.account(ACCOUNT_SID, auth_token="right")

    with pytest.raises(TwilioRestException) as caught:
        client_of(emulator, password="wrong").conversations.v1.services.create(friendly_name="x")

    assert (401, 20003) == (caught.value.status, caught.value.code)


def test_api_key_is_understood(emulator):
    """A key works in place of the account's own token."""
    key_sid = "SK" + "0" * 32
    emulator.account(ACCOUNT_SID, api_keys={key_sid: "secret"})

    service = client_of(emulator, key_sid, "secret").conversations.v1.services.create(friendly_name="x")

    assert ACCOUNT_SID == service.account_sid
