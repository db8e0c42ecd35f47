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
