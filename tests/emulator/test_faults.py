"""Faults on order: what the client sees, what was done, what the log says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests
from urllib3.exceptions import IncompleteRead, ProtocolError

from offline.emulator import urls
from tests.emulator.api import error
from tests.support.waiting import wait_until

CREATE = "POST /v1/Services"
FETCH = "GET /v1/Services/{Sid}"
DELETE = "DELETE /v1/Services/{Sid}"


def broken_by(call: Callable[[], object]) -> type[BaseException]:
    """Make a call whose connection breaks; give the kind of error at its root."""
    with pytest.raises(requests.RequestException) as caught:
        call()
    cause = caught.value.args[0]
    return type(cause.args[1] if isinstance(cause, ProtocolError) else cause)


@pytest.mark.parametrize(
    ("status", "retry_after", "code", "text"),
    [
        (429, 1, 20429, "Too Many Requests"),
        (429, None, 20429, "Too Many Requests"),
        (500, None, 20500, "Internal Server Error"),
        (503, 0, 20503, "Service Unavailable"),
        (401, None, 20003, "Unauthorized"),
        (599, None, 20599, "Status 599"),
    ],
)
def test_status_fault_answers_it_without_the_work(api, status, retry_after, code, text):
    """The next answer is the ordered one, in the API's own shape; the one after it is right again."""
    api.emulator.fault(CREATE, "status", status=status, retry_after=retry_after)

    refused = api.post("/v1/Services", FriendlyName="x")
    accepted = api.post("/v1/Services", FriendlyName="x")

    assert (status, error(status, code, text)) == (refused.status_code, refused.json())
    assert (None if retry_after is None else str(retry_after)) == refused.headers.get("Retry-After")
    assert [accepted.json()["sid"]] == [service["sid"] for service in api.emulator.services()]
    assert [status, 201] == [entry["status"] for entry in api.emulator.requests()]


@pytest.mark.parametrize(
    ("kind", "made"),
    [pytest.param("reset_before", 0, id="before"), pytest.param("reset_after", 1, id="after")],
)
def test_reset_of_create_breaks_the_connection_before_or_after_the_work(api, kind, made):
    """The client sees a TCP reset either way; only the state tells whether the service was made."""
    api.emulator.fault(CREATE, kind)

    seen = broken_by(lambda: api.post("/v1/Services", FriendlyName="x" * 200))

    assert ConnectionResetError is seen
    assert made == len(api.emulator.services())
    assert [None] == [entry["status"] for entry in api.emulator.requests()]


@pytest.mark.parametrize(
    ("kind", "left"),
    [pytest.param("reset_before", 1, id="before"), pytest.param("reset_after", 0, id="after")],
)
def test_reset_of_delete_breaks_the_connection_before_or_after_the_work(api, kind, left):
    """The same for a request without a body."""
    service = api.create_service()
    api.emulator.fault(DELETE, kind)

    seen = broken_by(lambda: api.delete(service["url"]))

    assert ConnectionResetError is seen
    assert left == len(api.emulator.services())


def test_slow_fault_does_the_work_and_answers_late(api):
    """A client that gives up waiting has a service all the same."""
    api.emulator.fault(CREATE, "slow", seconds=20)

    with pytest.raises(requests.ReadTimeout):
        api.request("POST", "/v1/Services", data={"FriendlyName": "x"}, timeout=0.3)

    assert 1 == len(api.emulator.services())


def test_late_fault_answers_its_status_and_does_the_work_afterwards(api):
    """A gateway gives up, and what is behind it does not."""
    api.emulator.fault(CREATE, "late", status=504, seconds=0.1)

    refused = api.post("/v1/Services", FriendlyName="x")

    assert 504 == refused.status_code
    wait_until(lambda: ["x"] == [service["friendly_name"] for service in api.emulator.services()])


def test_late_fault_is_forgotten_by_a_reset(api):
    """The next test finds nothing of this one."""
    api.emulator.fault(CREATE, "late", status=504, seconds=0.1)
    api.post("/v1/Services", FriendlyName="x")

    api.emulator.reset()
    api.emulator.fault(CREATE, "late", status=504, seconds=0.2)
    api.post("/v1/Services", FriendlyName="later")

    wait_until(lambda: [] != api.emulator.services())
    assert ["later"] == [service["friendly_name"] for service in api.emulator.services()]


def test_slow_fault_waited_for_is_a_right_answer(api):
    """Slow is not wrong."""
    api.emulator.fault(CREATE, "slow", seconds=0.2)

    answer = api.post("/v1/Services", FriendlyName="x")

    [entry] = api.emulator.requests()
    assert (201, answer.json()["sid"]) == (answer.status_code, api.emulator.services()[0]["sid"])
    assert entry["seconds"] >= 0.2


def test_truncate_fault_does_the_work_and_cuts_the_body(api):
    """The head promises more than comes."""
    api.emulator.fault(CREATE, "truncate")

    seen = broken_by(lambda: api.post("/v1/Services", FriendlyName="x"))

    assert IncompleteRead is seen
    assert 1 == len(api.emulator.services())


def test_truncate_fault_without_a_body_cuts_the_status_line(api):
    """A 204 has nothing to cut but its head."""
    service = api.create_service()
    api.emulator.fault(DELETE, "truncate")

    with pytest.raises(requests.ConnectionError):
        api.delete(service["url"])

    assert [] == api.emulator.services()


def test_fault_skips_and_repeats_as_ordered(api):
    """`skip` requests pass, `times` are spoiled, the rest pass."""
    api.emulator.fault(CREATE, "status", status=503, skip=1, times=2)

    statuses = [api.post("/v1/Services", FriendlyName="x").status_code for _ in range(4)]

    assert [201, 503, 503, 201] == statuses


def test_faults_of_a_route_apply_in_order_and_of_others_not_at_all(api):
    """One queue a route."""
    service = api.create_service()
    api.emulator.fault(FETCH, "status", status=500)
    api.emulator.fault(FETCH, "status", status=503, skip=1)

    listed = [api.get("/v1/Services").status_code for _ in range(2)]
    fetched = [api.get(service["url"]).status_code for _ in range(4)]

    assert [200, 200] == listed
    assert [500, 200, 503, 200] == fetched


def test_faults_left_are_listed_and_cleared(api):
    """A parent's SID may go by the specification's name or the log's; the list gives the log's."""
    api.emulator.fault("POST /v1/Services/{ChatServiceSid}/Conversations", "slow", times=3, seconds=1)

    listed = api.emulator.faults()
    api.emulator.clear_faults()

    expected = {
        "route": "POST /v1/Services/{ServiceSid}/Conversations",
        "kind": "slow",
        "times": 3,
        "skip": 0,
        "status": 500,
        "retry_after": None,
        "seconds": 1.0,
    }
    assert ([expected], []) == (listed, api.emulator.faults())


ROUTES = ", ".join(sorted(map(" ".join, urls.ROUTES)))


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ({"route": CREATE}, "kind must be one of: status, reset_before, reset_after, late, slow, truncate"),
        ({"route": "POST /v1/Service", "kind": "slow"}, f"route must be one of: {ROUTES}"),
        ({"kind": "slow"}, f"route must be one of: {ROUTES}"),
        (
            {"route": CREATE, "kind": ["slow"]},
            "kind must be one of: status, reset_before, reset_after, late, slow, truncate",
        ),
        ({"route": CREATE, "kind": "slow", "times": 0}, "times must be a whole number from 1 to 1000000"),
        ({"route": CREATE, "kind": "slow", "skip": True}, "skip must be a whole number from 0 to 1000000"),
        ({"route": CREATE, "kind": "status", "status": 200}, "status must be a whole number from 400 to 599"),
        ({"route": CREATE, "kind": "slow", "seconds": "1"}, "seconds must be a number from 0 to 3600"),
        (
            {"route": CREATE, "kind": "status", "retry_after": -1},
            "retry_after must be a whole number from 0 to 3600",
        ),
        (
            {"route": CREATE, "kind": "slow", "time": 1},
            "unknown key time; known: route, kind, times, skip, status, retry_after, seconds",
        ),
    ],
)
def test_fault_that_can_not_be_is_refused(api, order, message):
    """A test's own mistake is told at once, not by a fault that never comes."""
    answer = api.request("POST", "/_emulator/faults", json=order)

    assert (400, {"error": message}) == (answer.status_code, answer.json())
    assert [] == api.emulator.faults()


def test_connection_broken_by_a_fault_does_not_harm_the_next(api):
    """One client, one broken connection after another, then a right answer."""
    for kind in ("reset_before", "reset_after", "truncate"):
        api.emulator.fault(CREATE, kind)
        with pytest.raises(requests.RequestException):
            api.post("/v1/Services", FriendlyName=kind)

    service = api.create_service("last")

    names = [each["friendly_name"] for each in api.emulator.services()]
    assert ["reset_after", "truncate", "last"] == names
    assert service["sid"] == api.emulator.services()[-1]["sid"]
