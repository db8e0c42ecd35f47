"""Conversations of a service: create, fetch by SID or unique name, list by state, update, delete."""

from __future__ import annotations

import re

import pytest

from tests.emulator.api import MISSING_SID, OTHER_ACCOUNT_SID, Api, error

PARAMETERS = ("FriendlyName", "UniqueName", "Attributes", "MessagingServiceSid", "State")


@pytest.fixture
def path(api: Api) -> str:
    """The conversations of a new service."""
    return f"/v1/Services/{api.create_service()['sid']}/Conversations"


def test_create_conversation_without_parameters_answers_the_defaults(api, path):
    """Nothing is required; the answer has every field of the specification."""
    answer = api.post(path)

    conversation = answer.json()
    sid, date = conversation["sid"], conversation["date_created"]
    url = f"{api.emulator.url}{path}/{sid}"
    expected = {
        "sid": sid,
        "account_sid": "AC00000000000000000000000000000001",
        "chat_service_sid": path.split("/")[3],
        "messaging_service_sid": None,
        "friendly_name": None,
        "unique_name": None,
        "attributes": "{}",
        "date_created": date,
        "date_updated": date,
        "state": "active",
        "timers": {},
        "bindings": {},
        "url": url,
        "links": {
            "participants": f"{url}/Participants",
            "messages": f"{url}/Messages",
            "webhooks": f"{url}/Webhooks",
            "export": f"{url}/Export",
        },
    }
    assert (201, expected) == (answer.status_code, conversation)
    assert re.fullmatch(r"CH[0-9a-f]{32}", sid)


def test_create_conversation_parameters_set_their_fields(api, path):
    """Each parameter sets the field of its name, and is there when fetched."""
    given = {
        "FriendlyName": "first",
        "UniqueName": "first-1",
        "Attributes": '{"topic": "feedback"}',
        "MessagingServiceSid": "MG" + "a" * 32,
        "State": "inactive",
    }

    created = api.post(path, **given).json()

    fields = ("friendly_name", "unique_name", "attributes", "messaging_service_sid", "state")
    assert list(given.values()) == [created[field] for field in fields]
    assert created == api.get(created["url"]).json()


@pytest.mark.parametrize(
    ("parameter", "value", "message"),
    [
        ("FriendlyName", "x" * 257, "Invalid parameter FriendlyName: must have 0 to 256 characters, has 257"),
        ("UniqueName", "", "Invalid parameter UniqueName: must have 1 to 256 characters, has 0"),
        ("Attributes", "{", "Invalid parameter Attributes: must be valid JSON"),
        (
            "MessagingServiceSid",
            "MG1",
            "Invalid parameter MessagingServiceSid: must be MG and 32 hexadecimal digits",
        ),
        ("State", "open", "Invalid parameter State: must be one of initializing, inactive, active, closed"),
        ("Timers.Closed", "PT10M", "Parameter Timers.Closed exists in the API, and is not emulated"),
        (
            "Name",
            "x",
            f"Unknown parameter Name; this route takes: {', '.join(PARAMETERS)}",
        ),
    ],
)
@pytest.mark.parametrize("action", ["create", "update"])
def test_conversation_bad_parameter_is_one_error_and_changes_nothing(
    api, path, action, parameter, value, message
):
    """Create and update share their rules; a refused one leaves all as it was."""
    before = api.post(path, FriendlyName="untouched").json()
    target = path if action == "create" else before["url"]

    answer = api.post(target, **{"FriendlyName": "touched", parameter: value})

    assert (400, error(400, 20001, message)) == (answer.status_code, answer.json())
    assert [before] == api.get(path).json()["conversations"]


def test_update_conversation_changes_what_it_names_and_keeps_the_rest(api, path):
    """An update is partial."""
    before = api.post(path, FriendlyName="old", UniqueName="u").json()

    answer = api.post(before["url"], FriendlyName="new", State="closed")

    expected = {
        **before,
        "friendly_name": "new",
        "state": "closed",
        "date_updated": answer.json()["date_updated"],
    }
    assert (200, expected) == (answer.status_code, answer.json())
    assert expected == api.get(before["url"]).json()


def test_unique_name_stands_in_for_the_sid(api, path):
    """Fetch, update and delete take the unique name in place of the SID."""
    created = api.post(path, UniqueName="first").json()

    fetched = api.get(f"{path}/first").json()
    updated = api.post(f"{path}/first", FriendlyName="x")
    deleted = api.delete(f"{path}/first")

    assert created == fetched
    assert (200, 204, 404) == (updated.status_code, deleted.status_code, api.get(created["url"]).status_code)


def test_unique_name_in_use_is_refused_within_the_service_only(api, path):
    """Two conversations of a service can't share a unique name; those of two services can."""
    taken = api.post(path, UniqueName="first").json()
    other = api.post(path).json()
    elsewhere = f"/v1/Services/{api.create_service()['sid']}/Conversations"

    answers = [
        api.post(path, UniqueName="first"),
        api.post(other["url"], UniqueName="first"),
        api.post(taken["url"], UniqueName="first"),
        api.post(elsewhere, UniqueName="first"),
    ]

    assert [409, 409, 200, 201] == [answer.status_code for answer in answers]
    assert error(409, 50353, "Conversation with provided unique name already exists") == answers[0].json()


def test_list_conversations_by_state_keeps_the_filter_on_every_page(api, path):
    """The links of a filtered list lead to filtered pages."""
    closed = [api.post(path, State="closed").json() for _ in range(3)]
    api.post(path)

    first = api.get(path, State="closed", PageSize=2).json()
    second = api.get(first["meta"]["next_page_url"]).json()

    assert closed == first["conversations"] + second["conversations"]
    assert second["meta"]["next_page_url"] is None


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_conversations_of_a_missing_service_are_not_found(api, method):
    """The 404 names the service, which is what is missing."""
    answer = api.request(method, f"/v1/Services/{MISSING_SID}/Conversations")

    text = f"The requested resource /Services/{MISSING_SID} was not found"
    assert (404, error(404, 20404, text)) == (answer.status_code, answer.json())


def test_conversation_is_found_only_below_its_service_and_in_its_account(api, path):
    """A right SID on a wrong path is a 404."""
    sid = api.post(path).json()["sid"]
    elsewhere = f"/v1/Services/{api.create_service()['sid']}/Conversations"

    statuses = [
        api.get(f"{elsewhere}/{sid}").status_code,
        Api(api.emulator, OTHER_ACCOUNT_SID).get(f"{path}/{sid}").status_code,
        api.get(f"/v1/Services/{sid}").status_code,
        api.get(f"{path}/{sid}").status_code,
    ]

    assert [404, 404, 404, 200] == statuses
