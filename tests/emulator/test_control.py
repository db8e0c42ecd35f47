"""Control routes: what they see and do, and what they refuse."""

from __future__ import annotations

import pytest
import requests

from offline.emulator.control.page import MOST
from tests.emulator.api import ACCOUNT_SID, MISSING_SID, OTHER_ACCOUNT_SID, Api, error
from tests.support.waiting import wait_until

KEY_SID = "SK" + "0" * 32


def test_info_tells_who_answers(emulator):
    """The name tells the emulator from anything else on its port."""
    info = emulator.info()

    expected = {
        "name": "twilio-conversations-emulator",
        "pid": emulator.process.pid,
        "state": None,
        "url": emulator.url,
    }
    assert expected == info


def test_page_says_what_it_is_and_holds(emulator, api):
    """Whoever opens the address in a browser must not take it for Twilio; names are text there, whatever is in them."""
    service = api.create_service("<script>alert(1)</script>")
    api.post(service["links"]["conversations"], FriendlyName="c")

    shown = requests.get(f"{emulator.url}/", timeout=20)

    assert (200, "text/html; charset=utf-8") == (shown.status_code, shown.headers["Content-Type"])
    assert "Nothing here is at Twilio." in shown.text
    row = f"<tr><td>&lt;script&gt;alert(1)&lt;/script&gt;</td><td>{service['sid']}</td><td>1</td>"
    assert row in shown.text
    assert "<script" not in shown.text
    assert "GET /" not in emulator.counts()


def test_page_counts_what_it_does_not_list(emulator, api):
    """A page of ten thousand services would be none."""
    for number in range(MOST + 2):
        api.create_service(f"acme-{number:03}")

    shown = requests.get(f"{emulator.url}/", timeout=20).text

    assert f"<tr><td>services</td><td>{MOST + 2}</td></tr>" in shown
    assert "<p>and 2 more</p>" in shown
    assert f"acme-{MOST:03}" not in shown


def test_state_lists_services_of_all_accounts_in_order(api):
    """Each service, and all that it holds, is as the API gives it."""
    other = Api(api.emulator, OTHER_ACCOUNT_SID)
    first = api.create_service("first")
    second = other.create_service("second")
    api.post(first["links"]["conversations"], FriendlyName="c")
    other.post(second["links"]["conversations"], FriendlyName="d")
    other.post(second["links"]["conversations"], FriendlyName="e")
    other.post(second["links"]["users"], Identity="u-1")

    state = api.emulator.state()

    expected = [
        {
            **service,
            "conversations": client.get(service["links"]["conversations"]).json()["conversations"],
            "users": client.get(service["links"]["users"]).json()["users"],
            "roles": client.get(service["links"]["roles"]).json()["roles"],
            "configuration": client.get(service["links"]["configuration"]).json(),
            "notifications": client.get(service["links"]["configuration"] + "/Notifications").json(),
            "webhooks": client.get(service["links"]["configuration"] + "/Webhooks").json(),
        }
        for client, service in ((api, first), (other, second))
    ]
    assert {"services": expected} == state
    assert [1, 2] == [len(service["conversations"]) for service in state["services"]]
    assert [ACCOUNT_SID, OTHER_ACCOUNT_SID] == [service["account_sid"] for service in state["services"]]


def test_requests_log_every_api_request_and_no_control_request(api):
    """Method, path, route, status, account and times, in order of arrival."""
    service = api.create_service()
    api.get(service["url"])
    api.get("/v1/Nonsense")
    Api(api.emulator, ACCOUNT_SID, "").get("/v1/Services")

    entries = api.emulator.requests()

    keys = ("method", "path", "route", "status", "account_sid")
    expected = [
        ("POST", "/v1/Services", "POST /v1/Services", 201, ACCOUNT_SID),
        ("GET", f"/v1/Services/{service['sid']}", "GET /v1/Services/{Sid}", 200, ACCOUNT_SID),
        ("GET", "/v1/Nonsense", "unknown", 404, None),
        ("GET", "/v1/Services", "GET /v1/Services", 401, None),
    ]
    assert expected == [tuple(entry[key] for key in keys) for entry in entries]
    assert sorted(entry["started_at"] for entry in entries) == [entry["started_at"] for entry in entries]
    assert all(entry["seconds"] >= 0 for entry in entries)
    counts = {"POST /v1/Services": 1, "GET /v1/Services/{Sid}": 1, "unknown": 1, "GET /v1/Services": 1}
    assert counts == api.emulator.counts()


def test_requests_cleared_start_again(api):
    """Only the log is cleared."""
    service = api.create_service()

    api.emulator.clear_requests()

    assert ([], {}, 0) == (api.emulator.requests(), api.emulator.counts(), api.emulator.in_flight_max())
    assert 200 == api.get(service["url"]).status_code


def test_reset_clears_everything(emulator):
    """Data, accounts, log, faults, latency: the next test starts from nothing."""
    emulator.account(ACCOUNT_SID, auth_token="secret", api_keys={KEY_SID: "secret"})
    service = Api(emulator, ACCOUNT_SID, "secret").create_service()
    emulator.add_conversations(service["sid"], 2)
    emulator.fault("GET /v1/Services", "status")
    emulator.latency(3600)

    emulator.reset()

    assert ([], [], []) == (emulator.services(), emulator.requests(), emulator.faults())
    assert [] == Api(emulator, ACCOUNT_SID, "another").get("/v1/Services").json()["services"]
    assert 401 == Api(emulator, KEY_SID, "secret").get("/v1/Services").status_code


def test_rename_changes_what_the_api_can_not(api):
    """The drift that a console can cause."""
    service = api.create_service("old")

    renamed = api.emulator.rename(service["sid"], "new")

    expected = {**service, "friendly_name": "new", "date_updated": renamed["date_updated"]}
    assert expected == renamed == api.get(service["url"]).json()


def test_add_conversations_fills_a_service(api):
    """Quicker than as many requests, and seen by the API."""
    service = api.create_service()

    sids = api.emulator.add_conversations(service["sid"], 101)

    listed = api.get(service["links"]["conversations"], PageSize=100).json()
    assert sids[:100] == [conversation["sid"] for conversation in listed["conversations"]]
    assert 101 == len(set(sids))


def test_delete_out_of_band_takes_the_service_away(api):
    """What someone else deleted is a 404."""
    service = api.create_service()

    api.emulator.delete_service(service["sid"])

    assert 404 == api.get(service["url"]).status_code


def test_latency_passes_before_each_answer_and_not_before_control(api):
    """Measured by the log itself."""
    api.emulator.latency(0.15)

    api.get("/v1/Services")

    assert api.emulator.requests()[0]["seconds"] >= 0.15


def test_more_requests_at_once_than_the_limit_are_refused_undone(api):
    """As by Twilio's limit of an account; one after the other are taken."""
    api.emulator.limit(1)
    api.emulator.fault("GET /v1/Services", "slow", seconds=3600)
    with pytest.raises(requests.Timeout):
        api.request("GET", "/v1/Services", timeout=0.2)
    wait_until(api.emulator.requests)

    refused = api.post("/v1/Services", FriendlyName="a")
    api.emulator.limit(0)
    taken = api.post("/v1/Services", FriendlyName="b")

    assert (429, error(429, 20429, "Too Many Requests")) == (refused.status_code, refused.json())
    assert (201, ["b"]) == (taken.status_code, [each["friendly_name"] for each in api.emulator.services()])


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("PUT", "limit", {"requests": -1}, 400, "requests must be a whole number from 0 on"),
        ("PUT", "limit", {"requests": True}, 400, "requests must be a whole number from 0 on"),
        ("PUT", "latency", {"seconds": -1}, 400, "seconds must be a number from 0 to 3600"),
        ("PUT", "latency", {}, 400, "seconds must be a number from 0 to 3600"),
        ("PUT", "latency", {"second": 1}, 400, "unknown key second; known: seconds"),
        ("PUT", "latency", [1], 400, "the body must be a JSON object"),
        ("PUT", "latency", None, 400, "the body must be JSON"),
        ("PUT", "accounts/AC1", {}, 400, "the account's SID must be AC and 32 hexadecimal digits"),
        (
            "PUT",
            f"accounts/{ACCOUNT_SID}",
            {"auth_token": ""},
            400,
            "auth_token must be a text that is not empty",
        ),
        (
            "PUT",
            f"accounts/{ACCOUNT_SID}",
            {"api_keys": {"AC1": "x"}},
            400,
            "api_keys must map SIDs that start with SK to texts that are not empty",
        ),
        (
            "PUT",
            f"accounts/{ACCOUNT_SID}",
            {"max_services": -1},
            400,
            "max_services must be a whole number from 0",
        ),
        (
            "POST",
            f"services/{MISSING_SID}/rename",
            {"friendly_name": "x"},
            404,
            f"The requested resource /Services/{MISSING_SID} was not found",
        ),
        ("POST", f"services/{MISSING_SID}/rename", {"friendly_name": 1}, 400, "friendly_name must be a text"),
        (
            "POST",
            f"services/{MISSING_SID}/conversations",
            {"count": -1},
            400,
            "count must be a whole number from 0 to 100000",
        ),
        (
            "DELETE",
            f"services/{MISSING_SID}",
            None,
            404,
            f"The requested resource /Services/{MISSING_SID} was not found",
        ),
        ("GET", "nonsense", None, 404, "no control route GET /_emulator/nonsense"),
        ("PUT", "reset", None, 404, "no control route PUT /_emulator/reset"),
    ],
)
def test_control_request_that_can_not_be_is_refused(api, method, path, body, status, message):
    """One error each: what is wrong."""
    answer = api.request(method, f"/_emulator/{path}", json=body)

    assert (status, {"error": message}) == (answer.status_code, answer.json())


@pytest.mark.parametrize(
    ("way", "sent", "kept"),
    [
        ("trim", " a  b ", "a  b"),
        ("collapse", " a  b ", "a b"),
        ("nfc", "a\u0301", "\u00e1"),
        ("nfkc", "\ufb01", "fi"),
        ("lower", "A", "a"),
        ("upper", "a", "A"),
        ("slash", "a", "a/"),
        ("drop_last", "ab", "a"),
    ],
)
def test_alteration_keeps_a_field_otherwise_than_sent(api, way, sent, kept):
    """In the answer and from then on; other fields are kept as they are."""
    api.emulator.alter(friendly_name=way)

    answered = api.create_service(sent)

    assert kept == answered["friendly_name"]
    assert kept == api.get(answered["url"]).json()["friendly_name"]


def test_alterations_end_with_the_next_order_or_a_reset(api):
    """An order says all of them; one that can't be is refused."""
    api.emulator.alter(friendly_name="upper")
    api.emulator.alter(permissions="drop_last")
    refused = api.request("PUT", "/_emulator/alterations", json={"friendly_name": "shout"})

    service = api.create_service("a")
    role = api.post(
        service["links"]["roles"],
        FriendlyName="r",
        Type="conversation",
        Permission=["sendMessage", "leaveConversation"],
    ).json()

    api.emulator.reset()
    after = api.create_service("a")

    assert 400 == refused.status_code
    assert ("a", ["sendMessage"]) == (service["friendly_name"], role["permissions"])
    assert "a" == after["friendly_name"]


def test_rename_of_a_role_is_what_the_api_can_not(api):
    """Its permissions and its place stay."""
    [role, *_] = api.get(api.create_service()["links"]["roles"]).json()["roles"]

    renamed = api.emulator.rename(role["sid"], "renamed")

    assert {**role, "friendly_name": "renamed", "date_updated": renamed["date_updated"]} == renamed
    assert renamed == api.get(role["url"]).json()
