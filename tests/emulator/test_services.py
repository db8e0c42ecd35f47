"""Services: what create takes, what every answer looks like, what is not found."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tests.emulator.api import ACCOUNT_SID, MISSING_SID, OTHER_ACCOUNT_SID, Api, error

LINKS = {
    "conversations": "Conversations",
    "users": "Users",
    "roles": "Roles",
    "bindings": "Bindings",
    "configuration": "Configuration",
    "participant_conversations": "ParticipantConversations",
    "conversation_with_participants": "ConversationWithParticipants",
}


def test_create_service_answers_the_whole_resource(api):
    """The answer has every field of the specification, and URLs on the host that was asked."""
    before = datetime.now(UTC).replace(microsecond=0)

    answer = api.post("/v1/Services", FriendlyName="support-eu")

    service = answer.json()
    sid, date = service["sid"], service["date_created"]
    url = f"{api.emulator.url}/v1/Services/{sid}"
    expected = {
        "sid": sid,
        "account_sid": ACCOUNT_SID,
        "friendly_name": "support-eu",
        "date_created": date,
        "date_updated": date,
        "url": url,
        "links": {name: f"{url}/{path}" for name, path in LINKS.items()},
    }
    assert (201, expected) == (answer.status_code, service)
    assert re.fullmatch(r"IS[0-9a-f]{32}", sid)
    assert before <= datetime.strptime(date, "%Y-%m-%dT%H:%M:%S%z") <= datetime.now(UTC)
    assert re.fullmatch(r"RQ[0-9a-f]{32}", answer.headers["Twilio-Request-Id"])


def test_fetch_service_answers_what_create_answered(api):
    """What create answers is what is stored."""
    service = api.create_service()

    answer = api.get(service["url"])

    assert (200, service) == (answer.status_code, answer.json())


def test_create_service_same_name_twice_makes_two(api):
    """Names are not unique and there is no idempotency key, as at Twilio."""
    services = [api.create_service("twin"), api.create_service("twin")]

    assert services == api.get("/v1/Services").json()["services"]
    assert services[0]["sid"] != services[1]["sid"]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("x", id="one character"),
        pytest.param("x" * 256, id="256 characters"),
        pytest.param("é" * 256, id="256 characters of two bytes"),
        pytest.param(" a+b&c=d%41\t\n", id="characters that forms escape"),
        pytest.param("👩‍👩‍👧 \u202e\x00", id="beyond the basic plane, direction mark, zero"),
    ],
)
def test_create_service_name_survives_unchanged(api, name):
    """A name within its limits comes back character by character."""
    service = api.create_service(name)

    assert name == service["friendly_name"]
    assert name == api.get(service["url"]).json()["friendly_name"]


BODY_RULE = "Invalid parameter the body: must be form-encoded UTF-8"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        pytest.param(
            {"data": {}}, 20001, "Missing required parameter FriendlyName in the post body", id="absent"
        ),
        pytest.param(
            {"data": {"FriendlyName": ""}},
            20001,
            "Invalid parameter FriendlyName: must have 1 to 256 characters, has 0",
            id="empty",
        ),
        pytest.param(
            {"data": {"FriendlyName": "x" * 257}},
            20001,
            "Invalid parameter FriendlyName: must have 1 to 256 characters, has 257",
            id="257 characters",
        ),
        pytest.param(
            {"data": {"FriendlyName": "x", "UniqueName": "y"}},
            20001,
            "Unknown parameter UniqueName; this route takes: FriendlyName",
            id="unregistered parameter",
        ),
        pytest.param(
            {"data": {"friendly_name": "x"}},
            20001,
            "Unknown parameter friendly_name; this route takes: FriendlyName",
            id="parameter in snake case",
        ),
        pytest.param(
            {"params": {"FriendlyName": "x"}},
            20001,
            "Invalid parameter the query: must be empty: parameters go into the body",
            id="parameter in the query",
        ),
        pytest.param(
            {"json": {"FriendlyName": "x"}},
            19056,
            "Content-Type must be application/x-www-form-urlencoded",
            id="JSON",
        ),
        pytest.param(
            {"files": {"FriendlyName": (None, "x")}},
            19056,
            "Content-Type must be application/x-www-form-urlencoded",
            id="multipart",
        ),
        pytest.param(
            {"data": b"FriendlyName=%ff", "headers": FORM}, 20001, BODY_RULE, id="escaped, not UTF-8"
        ),
        pytest.param({"data": b"FriendlyName=\xff", "headers": FORM}, 20001, BODY_RULE, id="raw bytes"),
    ],
)
def test_create_service_bad_input_is_one_error_and_no_service(api, options, code, message):
    """The error says the rule and never the value; nothing is made."""
    answer = api.request("POST", "/v1/Services", **options)

    assert (400, error(400, code, message)) == (answer.status_code, answer.json())
    assert [] == api.emulator.services()


def test_create_service_body_over_a_megabyte_is_refused(api):
    """An endless body ends in an error of the API's shape."""
    answer = api.post("/v1/Services", FriendlyName="x" * 2_000_000)

    expected = error(413, 20413, "Content Too Large")
    assert (413, expected) == (answer.status_code, answer.json())


def test_delete_service_takes_its_conversations_along(api):
    """Deleting a service deletes what it holds, and nothing else."""
    doomed, kept = api.create_service("doomed"), api.create_service("kept")
    api.emulator.add_conversations(doomed["sid"], 3)
    [other] = api.emulator.add_conversations(kept["sid"], 1)

    answer = api.delete(doomed["url"])

    [left] = api.emulator.services()
    assert (204, b"") == (answer.status_code, answer.content)
    assert (kept["sid"], [other]) == (left["sid"], [each["sid"] for each in left["conversations"]])


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize(
    "sid",
    [
        pytest.param(MISSING_SID, id="unknown SID"),
        pytest.param("IS1", id="malformed SID"),
        pytest.param("..%2F..%2Fetc", id="escaped slashes"),
    ],
)
def test_service_not_there_is_not_found(api, method, sid):
    """What is not there is a 404 whose text names the resource."""
    answer = api.request(method, f"/v1/Services/{sid}")

    text = f"The requested resource /Services/{sid.replace('%2F', '/')} was not found"
    assert (404, error(404, 20404, text)) == (answer.status_code, answer.json())


def test_service_of_another_account_is_not_found(api):
    """Accounts are kept apart: another's service can't be seen, listed or deleted."""
    service = api.create_service()
    stranger = Api(api.emulator, OTHER_ACCOUNT_SID)

    statuses = [stranger.get(service["url"]).status_code, stranger.delete(service["url"]).status_code]

    assert [404, 404] == statuses
    assert [] == stranger.get("/v1/Services").json()["services"]
    assert [service] == api.get("/v1/Services").json()["services"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param("POST", "/v1/Services/" + MISSING_SID, id="services have no update"),
        pytest.param("PATCH", "/v1/Services", id="unknown method"),
        pytest.param("GET", "/v1/Nonsense", id="unknown path"),
        pytest.param("GET", "/v1/Services/", id="trailing slash"),
        pytest.param("POST", "/", id="root, which is a page for people"),
    ],
)
def test_unknown_route_names_method_and_path(api, method, path):
    """What the emulator lacks is a 404 that says so."""
    answer = api.request(method, path)

    short = path.removeprefix("/v1")
    text = f"The requested resource {short} was not found (the emulator has no route {method} {path})"
    assert (404, error(404, 20404, text)) == (answer.status_code, answer.json())


def test_unknown_parameter_of_fetch_is_refused(api):
    """A mistyped query does not pass unnoticed."""
    service = api.create_service()

    answer = api.get(service["url"], Expand="links")

    text = "Unknown parameter Expand; this route takes: none"
    assert (400, error(400, 20001, text)) == (answer.status_code, answer.json())
