"""The API's calls by name, against the emulator."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from providers._api.config import Settings
from providers._api.transport import Transport
from providers.errors import AuthenticationError, NotFoundError, UnexpectedAnswerError
from providers.service_webhook import WEBHOOK
from tests.emulator.api import Api
from tests.providers.conftest import ACCOUNT_SID
from tests.support.client import Client
from tests.support.emulator import Emulator
from tests.support.scripted_server import Answer, ScriptedServer

NOWHERE = "IS" + "0" * 32


def test_service_created_is_fetched_and_listed_alike(client: Client):
    """Three answers, one service."""
    service = client.create_service("support-eu")

    assert ("support-eu", ACCOUNT_SID) == (service.friendly_name, service.account_sid)
    assert service == client.fetch_service(service.sid)
    assert [service] == client.list_services()


@pytest.mark.parametrize("name", ["x", "ü" * 256, "a&b=c d+e%20/?#", "名前 🙂", '"\\'])
def test_service_name_arrives_as_it_was_sent(client: Client, name: str):
    """Form encoding must not change a name: that would show as drift for ever."""
    assert name == client.create_service(name).friendly_name


def test_service_missing_is_not_found(client: Client):
    """The text tells kind, SID, status, code and a link."""
    with pytest.raises(NotFoundError) as caught:
        client.fetch_service(NOWHERE)

    line, hint = str(caught.value).split("\n")
    assert line.startswith(f"[TC2008] cannot fetch conversation service {NOWHERE}: HTTP 404, Twilio 20404: ")
    assert "hint: https://www.twilio.com/docs/api/errors/20404" == hint
    assert (caught.value.request_id or "").startswith("RQ")


def test_service_deleted_twice_is_told_to_be_gone(client: Client, emulator: Emulator):
    """Whether that is what was wanted, the caller knows."""
    service = client.create_service("support-eu")
    client.delete_service(service.sid)

    with pytest.raises(NotFoundError):
        client.delete_service(service.sid)

    assert [] == emulator.services()


@pytest.mark.parametrize(("there", "counted"), [(0, 0), (3, 3), (100, 100), (101, 100)])
def test_held_conversations_are_counted_on_one_page(
    client: Client, emulator: Emulator, there: int, counted: int
):
    """The guard needs to know of one; more than a page is not worth more requests."""
    sid = client.create_service("support-eu").sid
    if there:
        emulator.add_conversations(sid, there)
    emulator.clear_requests()

    assert {"conversations": counted, "users": 0} == client.count_held(sid)

    assert 2 == sum(emulator.counts().values())


def test_held_users_are_counted(client: Client, emulator: Emulator, api: Api):
    """Users carry an application's data, and go with their service."""
    service = client.create_service("support-eu")
    api.post(f"/v1/Services/{service.sid}/Users", Identity="u-1")

    assert {"conversations": 0, "users": 1} == client.count_held(service.sid)


def test_held_items_behind_empty_pages_are_found(
    serve: Callable[..., ScriptedServer], settings: Callable[..., Settings]
):
    """Twilio is known to send an empty page with a next one: only the end of a listing proves that it is empty."""
    path = f"/v1/Services/{NOWHERE}/Conversations"
    server = serve(
        Answer.json({"conversations": [], "meta": {"next_page_url": f"{path}?Page=1"}}),
        Answer.json({"conversations": [{"sid": "CH1"}], "meta": {"next_page_url": None}}),
        Answer.json({"users": [], "meta": {"next_page_url": None}}),
    )

    held = Client(Transport(settings(server.url))).count_held(NOWHERE)

    assert {"conversations": 1, "users": 0} == held


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ({"conversations": []}, "a page of the listing lacks conversations or meta"),
        ({"conversations": None, "meta": {}}, "a page of the listing lacks conversations or meta"),
        ({"meta": {"key": "conversations"}}, "a page of the listing lacks conversations or meta"),
    ],
    ids=["no meta", "null", "no items"],
)
def test_held_items_of_an_odd_page_are_not_none(
    serve: Callable[..., ScriptedServer], settings: Callable[..., Settings], page: object, reason: str
):
    """What can't be read proves nothing."""
    client = Client(Transport(settings(serve(Answer.json(page)).url)))

    with pytest.raises(UnexpectedAnswerError, match=reason):
        client.count_held(NOWHERE)


def test_services_listed_twice_are_one(
    serve: Callable[..., ScriptedServer], settings: Callable[..., Settings]
):
    """What is made while a listing is read moves others onto the next page: they are no twins."""
    service = {"sid": NOWHERE, "friendly_name": "support"}
    first = {"services": [service], "meta": {"next_page_url": "/v1/Services?Page=1"}}
    last = {"services": [service, {**service, "sid": "IS" + "1" * 32}], "meta": {}}
    server = serve(Answer.json(first), Answer.json(last))

    listed = Client(Transport(settings(server.url))).list_services()

    assert [NOWHERE, "IS" + "1" * 32] == [each.sid for each in listed]


def test_credentials_refused_tell_what_to_check(emulator: Emulator, settings: Callable[..., Settings]):
    """A wrong token is one clear error, without the token."""
    emulator.account(ACCOUNT_SID, auth_token="another")
    client = Client(Transport(settings(emulator.url)))

    with pytest.raises(AuthenticationError, match=r"Twilio 20003: .*\nhint: check the credentials"):
        client.list_services()


def test_api_key_opens_its_account(emulator: Emulator, settings: Callable[..., Settings]):
    """Key and secret in place of account and token: no path names the account."""
    emulator.account(ACCOUNT_SID, api_keys={"SK" + "1" * 32: "key-secret"})
    by_key = {"accountSid": None, "authToken": None, "apiKey": "SK" + "1" * 32, "apiSecret": "key-secret"}
    client = Client(Transport(settings(emulator.url, **by_key)))

    assert ACCOUNT_SID == client.create_service("support-eu").account_sid


OTHER = "IS" + "1" * 32
ROLE, OTHER_ROLE = "RL" + "0" * 32, "RL" + "1" * 32


@pytest.mark.parametrize(
    ("answer", "ask"),
    [
        ({"sid": OTHER}, lambda client: client.fetch_service(NOWHERE)),
        (
            {"sid": OTHER_ROLE, "chat_service_sid": NOWHERE},
            lambda client: client.fetch_role(NOWHERE, ROLE),
        ),
        ({"sid": ROLE, "chat_service_sid": OTHER}, lambda client: client.fetch_role(NOWHERE, ROLE)),
        (
            {"sid": OTHER_ROLE, "chat_service_sid": NOWHERE},
            lambda client: client.update_role(NOWHERE, ROLE, ["sendMessage"]),
        ),
        (
            {"sid": ROLE, "chat_service_sid": OTHER},
            lambda client: client.create_role(NOWHERE, "agent", "conversation", ["sendMessage"]),
        ),
        ({"chat_service_sid": OTHER}, lambda client: client.fetch_part(WEBHOOK, NOWHERE)),
        (
            {"chat_service_sid": OTHER},
            lambda client: client.update_part(WEBHOOK, NOWHERE, {}),
        ),
    ],
    ids=[
        "service fetched",
        "role fetched",
        "role of another service",
        "role updated",
        "role created in another service",
        "part fetched",
        "part updated",
    ],
)
def test_answer_to_another_question_is_refused(
    serve: Callable[..., ScriptedServer],
    settings: Callable[..., Settings],
    answer: dict[str, str],
    ask: Callable[[Client], object],
):
    """A cache that mixes answers up would put one service's SID into another one's state."""
    client = Client(Transport(settings(serve(Answer.json(answer)).url)))

    with pytest.raises(
        UnexpectedAnswerError, match=r"the answer is about another one: its (sid|service_sid) is"
    ):
        ask(client)
