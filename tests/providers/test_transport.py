"""HTTP to one account: what is retried, what is refused, and where the credentials go."""

from __future__ import annotations

import base64
import contextlib
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from providers._api.config import Settings
from providers._api.retry import CONNECT_ATTEMPTS
from providers._api.transport import Transport
from providers.errors import (
    AnswerLostError,
    ApiError,
    AuthenticationError,
    ForbiddenError,
    NotFoundError,
    NotSentError,
    RateLimitError,
    ServerError,
    TooLateError,
    TwilioError,
    UnexpectedAnswerError,
)
from tests.emulator.api import Api
from tests.providers.conftest import ACCOUNT_SID, TOKEN
from tests.support.client import Client
from tests.support.emulator import Emulator
from tests.support.scripted_server import Answer, ScriptedServer
from tests.support.waiting import wait_until

MakeSettings = Callable[..., Settings]
Serve = Callable[..., ScriptedServer]

NEW = "POST /v1/Services"
LIST = "GET /v1/Services"
ONE = "GET /v1/Services/{Sid}"
GONE = "DELETE /v1/Services/{Sid}"
BASIC = "Basic " + base64.b64encode(f"{ACCOUNT_SID}:{TOKEN}".encode()).decode()
HTML = Answer(200, "<html>log in</html>", {"Content-Type": "text/html"})


def call(client: Client, route: str, sid: str) -> None:
    """Send the request of a route."""
    calls: dict[str, Callable[[], object]] = {
        NEW: lambda: client.create_service("another"),
        LIST: client.list_services,
        ONE: lambda: client.fetch_service(sid),
        GONE: lambda: client.delete_service(sid),
    }
    calls[route]()


RATE_LIMITED: dict[str, Any] = {"kind": "status", "status": 429, "retry_after": 0}
FAILED = {"kind": "status", "status": 500}
UNAVAILABLE = {"kind": "status", "status": 503, "retry_after": 0}
RESET_BEFORE = {"kind": "reset_before"}
RESET_AFTER = {"kind": "reset_after"}
SLOW = {"kind": "slow", "seconds": 5}
TRUNCATED = {"kind": "truncate"}
PATIENCE = {
    "slow": {"readTimeoutSeconds": "0.5"}
}  # only where a time-out is wanted: the machine may be slow too


@pytest.mark.parametrize("route", [LIST, ONE, GONE])
@pytest.mark.parametrize(
    "fault", [RATE_LIMITED, FAILED, UNAVAILABLE, RESET_BEFORE, RESET_AFTER, SLOW, TRUNCATED], ids=str
)
def test_request_repeatable_method_is_retried_until_it_succeeds(
    emulator: Emulator, settings: MakeSettings, route: str, fault: dict[str, Any]
):
    """GET and DELETE may go again after anything; a DELETE that was done meets a 404, which says so."""
    client = Client(Transport(settings(emulator.url, **PATIENCE.get(fault["kind"], {}))))
    sid = client.create_service("one").sid
    emulator.clear_requests()
    emulator.fault(route, times=2, **fault)

    with contextlib.suppress(NotFoundError) if route == GONE else contextlib.nullcontext():
        call(client, route, sid)

    assert {route: 3} == emulator.counts()
    assert ([] if route == GONE else [sid]) == [service["sid"] for service in emulator.services()]


def test_request_rate_limited_post_is_retried(client: Client, emulator: Emulator):
    """A 429 was never processed."""
    emulator.fault(NEW, times=6, **RATE_LIMITED)

    service = client.create_service("one")

    assert {NEW: 7} == emulator.counts()
    assert [service.sid] == [each["sid"] for each in emulator.services()]


@pytest.mark.parametrize(
    ("fault", "error", "made"),
    [
        (FAILED, ServerError, 0),
        (UNAVAILABLE, ServerError, 0),
        (RESET_BEFORE, AnswerLostError, 0),
        (RESET_AFTER, AnswerLostError, 1),
        (SLOW, TooLateError, 1),
        (TRUNCATED, AnswerLostError, 1),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_request_post_that_may_be_done_is_not_retried(
    emulator: Emulator, settings: MakeSettings, fault: dict[str, Any], error: type[TwilioError], made: int
):
    """Sent twice, it could make two services."""
    client = Client(Transport(settings(emulator.url, **PATIENCE.get(fault["kind"], {}))))
    emulator.fault(NEW, **fault)

    with pytest.raises(
        error, match=rf"^\[{error.reference}\] cannot create conversation service: "
    ) as caught:
        client.create_service("one")

    assert ({NEW: 1}, made) == (emulator.counts(), len(emulator.services()))
    assert error is type(caught.value)


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, ApiError), (401, AuthenticationError), (403, ForbiddenError), (404, NotFoundError)],
)
def test_request_refused_is_not_retried(
    client: Client, emulator: Emulator, status: int, error: type[TwilioError]
):
    """The same request would be refused again."""
    emulator.fault(LIST, "status", status=status, times=5)

    with pytest.raises(error):
        client.list_services()

    assert {LIST: 1} == emulator.counts()


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_request_retry_after_is_honoured(serve: Serve, settings: MakeSettings, form: str):
    """Seconds and dates, as far as the ceiling goes."""
    in_a_second = format_datetime(datetime.now(UTC) + timedelta(seconds=1), usegmt=True)
    busy = Answer(429, "{}", {"Retry-After": "1" if form == "seconds" else in_a_second})
    server = serve(busy, Answer.json({"services": [], "meta": {"next_page_url": None}}))
    client = Client(Transport(settings(server.url, retryCeilingSeconds="30")))

    assert [] == client.list_services()

    assert ["GET", "GET"] == [each.method for each in server.asked]


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_request_retry_after_beyond_the_ceiling_is_not_sent_again(
    serve: Serve, settings: MakeSettings, form: str
):
    """Who asks for an hour gets no second request within two minutes, and the user is told at once."""
    in_an_hour = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    server = serve(Answer(429, "{}", {"Retry-After": "3600" if form == "seconds" else in_an_hour}))
    client = Client(Transport(settings(server.url, retryCeilingSeconds="120")))

    with pytest.raises(
        RateLimitError, match=r"\nhint: it asks to wait 3\d\d\d s, more than twilio:retryCeiling"
    ):
        client.list_services()

    assert 1 == len(server.asked)


def test_request_retries_end_at_the_ceiling(serve: Serve, settings: MakeSettings):
    """The last error is the one that is told."""
    server = serve(Answer(429, '{"code": 20429, "message": "Too Many Requests"}', {}))
    client = Client(Transport(settings(server.url, retryCeilingSeconds="0.2")))

    with pytest.raises(RateLimitError, match=r"HTTP 429, Twilio 20429: Too Many Requests"):
        client.list_services()

    assert len(server.asked) > 1


@pytest.mark.parametrize("route", [NEW, LIST])
def test_request_without_a_server_is_tried_a_few_times(settings: MakeSettings, route: str):
    """Nothing was sent, so every method may try again; but not for minutes."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        waits = iter([0.0] * (CONNECT_ATTEMPTS - 1))
        transport = Transport(
            settings(f"http://127.0.0.1:{unused.getsockname()[1]}"), jitter=lambda: next(waits)
        )
        client = Client(transport)

        with pytest.raises(
            NotSentError, match=r"no connection to the API came about\nhint: check the network"
        ):
            call(client, route, "IS" + "0" * 32)

    assert [] == list(waits)


def test_request_server_that_starts_late_is_reached(
    emulator: Emulator, new_emulator: Callable[..., Emulator], settings: MakeSettings
):
    """A POST whose connection was refused goes again: nothing was sent."""
    late = new_emulator()
    client = Client(Transport(settings(late.url, retryBaseSeconds="2", retryMaxDelaySeconds="2")))
    late.stop()

    with ThreadPoolExecutor(1) as pool:
        created = pool.submit(client.create_service, "one")
        late.restart()

        assert created.result(30).sid == late.services()[0]["sid"]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_request_redirect_is_not_followed(serve: Serve, settings: MakeSettings, status: int, method: str):
    """The credentials go to one origin only."""
    elsewhere = serve(Answer())
    server = serve(Answer(status, "", {"Location": f"{elsewhere.url}/v1/Services"}))
    client = Client(Transport(settings(server.url)))

    with pytest.raises(UnexpectedAnswerError, match=rf"HTTP {status} without JSON is no answer of the API"):
        call(client, NEW if method == "POST" else LIST, "")

    assert ([], 1) == (elsewhere.asked, len(server.asked))


@pytest.mark.parametrize(
    "address", ["http://[::bad", "http://h:port/", "//", "", "\u00e4", "file:///etc/passwd", "x" * 5000]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_request_redirect_to_no_address_is_told_like_any_other(
    serve: Serve, settings: MakeSettings, address: str, method: str
):
    """It is not even read: one that cannot be taken apart is no fault of the provider's."""
    server = serve(Answer(302, "", {"Location": address}))
    client = Client(Transport(settings(server.url)))

    with pytest.raises(UnexpectedAnswerError, match="HTTP 302 without JSON is no answer of the API"):
        call(client, NEW if method == "POST" else LIST, "")

    assert 1 == len(server.asked)


@pytest.mark.parametrize(
    ("answer", "error", "reason"),
    [
        (HTML, UnexpectedAnswerError, "HTTP 200 without JSON is no answer of the API"),
        (Answer.json([]), UnexpectedAnswerError, "the answer is no JSON object"),
        (
            Answer.json({"services": []}),
            UnexpectedAnswerError,
            "a page of the listing lacks services or meta",
        ),
        (Answer.json({"meta": {}}), UnexpectedAnswerError, "a page of the listing lacks services or meta"),
        (
            Answer.json({"services": [{"sid": "AC1"}], "meta": {"next_page_url": None}}),
            UnexpectedAnswerError,
            "the answer does not describe a service: no SID of a service",
        ),
        (Answer(200, '{"services": [', {"Content-Type": "application/json"}), AnswerLostError, "broke off"),
        (
            Answer(418, "<html>", {"Content-Type": "text/html"}),
            UnexpectedAnswerError,
            "HTTP 418 without one of",
        ),
        (Answer(400, '["a"]'), UnexpectedAnswerError, "HTTP 400 without one of Twilio's codes"),
        (
            Answer(404, "<html>", {"Content-Type": "text/html"}),
            UnexpectedAnswerError,
            "HTTP 404 without one of",
        ),
    ],
    ids=[
        "html",
        "a list",
        "no meta",
        "no items",
        "no service",
        "half JSON",
        "error in html",
        "error as list",
        "404 in html",
    ],
)
def test_request_answer_that_is_not_the_api_s_is_an_error(
    serve: Serve, settings: MakeSettings, answer: Answer, error: type[TwilioError], reason: str
):
    """A captive portal, a proxy, a wrong address."""
    client = Client(Transport(settings(serve(answer).url, retryCeilingSeconds="0")))

    with pytest.raises(error) as caught:
        client.list_services()

    assert reason in caught.value.reason


def test_pages_all_are_read(client: Client, emulator: Emulator):
    """An account may hold more services than fit on a page."""
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda number: client.create_service(f"s{number}").sid, range(101)))
    emulator.clear_requests()

    listed = client.list_services()

    assert (101, made) == (len(listed), {service.sid for service in listed})
    assert {LIST: 2} == emulator.counts()


@pytest.mark.parametrize(
    "next_page_url",
    [
        "{own}/v1/Services?Page=1&PageToken=a%2Fb",
        "{other}/v1/Services?Page=1&PageToken=a%2Fb",
        "https://conversations.twilio.com/v1/Services?Page=1&PageToken=a%2Fb",
        "https://CONVERSATIONS.dublin.ie1.twilio.com:443/v1/Services?Page=1&PageToken=a%2Fb",
        "//example.test/v1/Services?Page=1&PageToken=a%2Fb",
        "{own}@example.test/v1/Services/?Page=1&PageToken=a%2Fb",
        "/v1/Services?Page=1&PageToken=a%2Fb",
        "Services?Page=1&PageToken=a%2Fb",
        "?Page=1&PageToken=a%2Fb",
        "http://[broken/v1/Services?Page=1&PageToken=a%2Fb#",
    ],
)
def test_pages_next_page_is_asked_of_our_own_host(serve: Serve, settings: MakeSettings, next_page_url: str):
    """A region names its plain host, a proxy none of its own: the credentials go to one origin all the same."""
    other = serve(Answer())
    server = serve(Answer())
    url = next_page_url.format(own=server.url, other=other.url)
    server.answers = [
        Answer.json({"services": [], "meta": {"next_page_url": url}}),
        Answer.json({"services": [], "meta": {"next_page_url": None}}),
    ]
    client = Client(Transport(settings(server.url)))

    if "[" in url:
        with pytest.raises(UnexpectedAnswerError, match="the next page that the listing names is none"):
            client.list_services()
    else:
        assert [] == client.list_services()

    asked = ["/v1/Services?PageSize=100", "/v1/Services?Page=1&PageToken=a%2Fb"][: 1 if "[" in url else 2]
    assert ([], asked) == (other.asked, [each.path for each in server.asked])


@pytest.mark.parametrize(
    "next_page_url",
    ["/v1/Roles?Page=1", "{own}/v1/Services", "/?Page=1", "nonsense", 7, "/v1/Services/../x?P=1"],
)
def test_pages_next_page_of_another_listing_is_refused(
    serve: Serve, settings: MakeSettings, next_page_url: object
):
    """Whatever stands there, only this listing is followed."""
    server = serve(Answer())
    url = next_page_url.format(own=server.url) if isinstance(next_page_url, str) else next_page_url
    server.answers = [Answer.json({"services": [], "meta": {"next_page_url": url}})]
    client = Client(Transport(settings(server.url)))

    with pytest.raises(
        UnexpectedAnswerError, match="the next page that the listing names is none of this listing"
    ):
        client.list_services()

    assert 1 == len(server.asked)


def test_pages_leading_back_are_an_error(serve: Serve, settings: MakeSettings):
    """A listing that never ends would hang the run."""
    server = serve(Answer.json({"services": [], "meta": {"next_page_url": "/v1/Services?Page=1"}}))

    with pytest.raises(UnexpectedAnswerError, match="the listing comes to no end"):
        Client(Transport(settings(server.url))).list_services()

    assert ["/v1/Services?PageSize=100", "/v1/Services?Page=1"] == [each.path for each in server.asked]


@pytest.mark.parametrize("items", [[], [{"sid": "IS" + "1" * 32}]], ids=["empty", "the same again"])
def test_pages_with_ever_new_tokens_come_to_an_end(serve: Serve, settings: MakeSettings, items: list[object]):
    """A server that makes up pages is told from one with many."""
    pages = [
        Answer.json({"services": items, "meta": {"next_page_url": f"/v1/Services?Page={page}"}})
        for page in range(150)
    ]
    server = serve(*pages)

    with pytest.raises(UnexpectedAnswerError, match="the listing comes to no end"):
        Client(Transport(settings(server.url))).list_services()

    assert 100 < len(server.asked) < 150


@pytest.mark.parametrize("credentials_of_others", ["netrc", "proxy"])
def test_credentials_are_ours_and_go_to_loopback_directly(
    serve: Serve,
    settings: MakeSettings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    credentials_of_others: str,
):
    """A .netrc must not replace them, and a proxy of the environment must not see them in clear text."""
    server, proxy = serve(Answer.json({"services": [], "meta": {}})), serve(Answer())
    if credentials_of_others == "netrc":
        netrc = tmp_path / "netrc"
        netrc.write_text("default login somebody password else\n")
        netrc.chmod(0o600)
        monkeypatch.setenv("NETRC", str(netrc))
    else:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)

    Client(Transport(settings(server.url))).list_services()

    assert ([BASIC], []) == ([each.authorization for each in server.asked], proxy.asked)


def test_credentials_over_https_use_the_proxy_but_no_netrc(
    serve: Serve, settings: MakeSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A company's proxy is honoured: it is asked for a tunnel, and is shown no credentials."""
    proxy = serve(Answer(502, ""))
    netrc = tmp_path / "netrc"
    netrc.write_text("machine example.test login somebody password else\n")
    netrc.chmod(0o600)
    for name, value in {"NETRC": str(netrc), "https_proxy": proxy.url, "HTTPS_PROXY": proxy.url}.items():
        monkeypatch.setenv(name, value)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(NotSentError):
        Client(Transport(settings("https://example.test"))).list_services()

    assert [("CONNECT", "example.test:443", None)] * CONNECT_ATTEMPTS == [
        (each.method, each.path, each.authorization) for each in proxy.asked
    ]


def test_error_text_repeats_nothing_that_was_sent(serve: Serve, settings: MakeSettings):
    """The API may quote what it refuses; a name may be a person's, and the token is nobody's business."""
    message = f"'Jane Roe' is\nbad, janes roeing is not; {TOKEN}"
    server = serve(Answer.json({"code": 50000, "message": message}, status=400))

    with pytest.raises(ApiError) as caught:
        Client(Transport(settings(server.url))).create_service("Jane Roe")

    assert (
        "[TC2007] cannot create conversation service: HTTP 400, Twilio 50000: '[FriendlyName]' is bad, janes roeing "
        "is not; [credential]\nhint: https://www.twilio.com/docs/api/errors/50000"
    ) == str(caught.value)


@pytest.mark.parametrize("most", [1, 3])
def test_requests_in_flight_are_bounded(emulator: Emulator, settings: MakeSettings, most: int):
    """Whatever the number of threads, `maxConcurrency` requests are on their way at once."""
    client = Client(Transport(settings(emulator.url, maxConcurrency=str(most))))
    emulator.latency(0.05)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: client.list_services(), range(12)))

    assert (12, most) == (emulator.counts()[LIST], emulator.in_flight_max())


def test_requests_waiting_to_retry_leave_room_for_others(serve: Serve, settings: MakeSettings):
    """A wait for Retry-After must not hold one of the few places in flight."""
    busy = Answer(429, "{}", {"Retry-After": "2"})
    server = serve(busy, Answer.json({"services": [], "meta": {}}))
    limited = settings(server.url, maxConcurrency="1", retryCeilingSeconds="30")
    client = Client(Transport(limited))

    with ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(client.list_services)
        wait_until(lambda: len(server.asked) == 1)
        client.list_services()
        asked_meanwhile = len(server.asked)
        waiting.result(60)

    assert [2, 3] == [asked_meanwhile, len(server.asked)]


def test_delete_asks_what_must_hold_before_each_attempt(serve: Serve, settings: MakeSettings):
    """What becomes true while a refused attempt waits must stop the next one."""
    server = serve(
        Answer(503, "{}", {"Retry-After": "0"}), Answer(503, "{}", {"Retry-After": "0"}), Answer(204, "")
    )
    held: list[int] = []

    Transport(settings(server.url)).delete(
        "delete it", "/v1/It", before=lambda: held.append(len(server.asked))
    )

    assert [0, 1, 2] == held


@pytest.mark.parametrize(
    "answer",
    [
        Answer(204, ""),
        Answer(202, ""),
        Answer(202, "{}"),
        Answer(202, "Accepted", {"Content-Type": "text/plain"}),
        Answer(200, "{}", {"content-type": "Application/JSON; charset=utf-8"}),
    ],
    ids=["204", "202", "202 with JSON", "202 with a word", "200 with JSON"],
)
def test_delete_that_was_taken_is_done(serve: Serve, settings: MakeSettings, answer: Answer):
    """202 says that it goes on by itself; media types have no case."""
    Transport(settings(serve(answer).url)).delete("delete it", "/v1/It")


@pytest.mark.parametrize("status", [200, 201, 202])
def test_delete_answered_by_a_page_is_not_done(serve: Serve, settings: MakeSettings, status: int):
    """A captive portal says 200 to everything."""
    server = serve(Answer(status, "<html>log in</html>", {"Content-Type": "text/html"}))

    with pytest.raises(UnexpectedAnswerError, match=rf"asked: DELETE {server.url}/v1/It"):
        Transport(settings(server.url)).delete("delete it", "/v1/It")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer.json({"code": 20404, "message": "gone"}, 404), NotFoundError),
        (Answer.json({"code": 50350, "message": "no"}, 404), ApiError),
        (Answer.json({"code": "20404"}, 404), UnexpectedAnswerError),
        (Answer.json({"code": True}, 404), UnexpectedAnswerError),
        (Answer.json({"message": "not found"}, 404), UnexpectedAnswerError),
        (Answer.json([20404], 404), UnexpectedAnswerError),
        (Answer(404, "not found", {"Content-Type": "text/plain"}), UnexpectedAnswerError),
        (Answer(404, "", {}), UnexpectedAnswerError),
        (Answer.json({"code": 20404}, 410), ApiError),
    ],
    ids=["gone", "another code", "text", "bool", "no code", "list", "text page", "nothing", "another status"],
)
def test_only_twilio_s_own_word_means_gone(
    serve: Serve, settings: MakeSettings, answer: Answer, error: type[TwilioError]
):
    """Whatever else answers 404 must not empty a state."""
    client = Client(Transport(settings(serve(answer).url)))

    with pytest.raises(TwilioError) as caught:
        client.fetch_service("IS" + "0" * 32)

    assert error is type(caught.value)


def test_what_was_just_made_may_be_missing_for_a_while(client: Client, emulator: Emulator):
    """Another place of the API may not know it yet."""
    service = client.create_service("one")
    emulator.fault(ONE, "status", status=404, times=3)
    emulator.fault("POST /v1/Services/{Sid}/Roles", "status", status=404, times=3)

    assert service == client.fetch_service(service.sid)
    assert "agent" == client.create_role(service.sid, "agent", "conversation", ["sendMessage"]).friendly_name


def test_what_others_made_and_is_missing_is_gone_at_once(client: Client, api: Api, emulator: Emulator):
    """Only what this process has made is waited for."""
    sid = api.create_service()["sid"]
    emulator.fault(ONE, "status", status=404)

    with pytest.raises(NotFoundError):
        client.fetch_service(sid)


def test_change_that_meets_another_is_tried_again(client: Client, api: Api, emulator: Emulator):
    """Two changes at once refuse each other; values that are set may be set again, and what is created may not."""
    sid = api.create_service()["sid"]
    role = client.create_role(sid, "agent", "conversation", ["sendMessage"])
    emulator.fault("POST /v1/Services/{Sid}/Roles/{Sid}", "status", status=409, times=2)
    emulator.fault("POST /v1/Services/{Sid}/Roles", "status", status=409)

    assert ["leaveConversation"] == client.update_role(sid, role.sid, ["leaveConversation"]).permissions
    with pytest.raises(ApiError, match="HTTP 409"):
        client.create_role(sid, "another", "conversation", ["sendMessage"])
