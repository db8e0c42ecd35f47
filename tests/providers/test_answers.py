"""What an answer means: pure decisions on status, headers and body."""

from __future__ import annotations

import json

import pytest

from providers._api.answers import Credential, Received, meaning
from providers.errors import AnswerLostError, ApiError, RateLimitError, ServerError, UnexpectedAnswerError

NOON, HALF_PAST = "Thu, 26 Nov 2026 12:00:00 GMT", "Thu, 26 Nov 2026 12:30:00 GMT"
ADDRESS = "https://conversations.twilio.com/v1/Services"


def received(status: int, body: str = "{}", method: str = "POST", **headers: str) -> Received:
    """Receive an answer of the API; `Content_Type` stands for Content-Type."""
    named = {"Content-Type": "application/json", **{key.replace("_", "-"): headers[key] for key in headers}}
    return Received(method, ADDRESS, status, named, body.encode())


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry_After": "7"}, 7.0),
        ({"Retry_After": HALF_PAST, "Date": NOON}, 1800.0),
        ({"Retry_After": NOON, "Date": HALF_PAST}, 0.0),
        ({"Retry_After": "soon", "Date": NOON}, None),
        ({}, None),
    ],
    ids=["seconds", "date", "date that has passed", "unreadable", "none"],
)
@pytest.mark.parametrize("status", [429, 503])
def test_time_to_wait_is_read_by_the_server_s_clock(
    status: int, headers: dict[str, str], seconds: float | None
):
    """A date means what its writer's clock means by it, however far off ours is."""
    with pytest.raises((RateLimitError, ServerError)) as caught:
        meaning("list it", received(status, **headers), {})

    assert isinstance(caught.value, RateLimitError | ServerError)
    assert seconds == caught.value.retry_after_seconds


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON", "application/json;charset=utf-8", "application/problem+json"],
)
def test_json_is_told_by_its_media_type(content_type: str):
    """Media types have no case, and parameters behind them."""
    assert {"a": 1} == meaning("fetch it", received(200, '{"a": 1}', Content_Type=content_type), {})


@pytest.mark.parametrize("content_type", ["text/html", "text/json-like", "", "application/jsonp"])
def test_success_of_another_media_type_is_none(content_type: str):
    """What looks like JSON and does not say so is somebody else's."""
    with pytest.raises(UnexpectedAnswerError, match="HTTP 200 without JSON") as caught:
        meaning("fetch it", received(200, "{}", Content_Type=content_type), {})

    assert 200 == caught.value.status


@pytest.mark.parametrize("body", ["", "{", "[" * 100_000, "\x00"], ids=["nothing", "half", "deep", "zero"])
def test_success_that_can_not_be_parsed_is_lost(body: str):
    """The work may be done."""
    with pytest.raises(AnswerLostError, match="the answer broke off"):
        meaning("create it", received(201, body), {})


def test_error_text_holds_nothing_that_was_sent():
    """Longer texts are taken out first: one may hold another."""
    sent = {"FriendlyName": "Jane Roe", "Filters": ["Jane", "x"]}
    body = '{"code": 50000, "message": "Jane Roe\\nis bad, t0ken, Jane, x"}'

    with pytest.raises(ApiError) as caught:
        meaning("create it", received(400, body), sent, Credential("AC1", "t0ken"))

    assert "HTTP 400, Twilio 50000: [FriendlyName] is bad, [credential], [Filters], [Filters]" == (
        caught.value.reason
    )


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("\x9b2J well", "2J well"),
        ("\x1b[2J\x1b[Hall is well", "[2J[Hall is well"),
        ("error \u202eenod lla", "error enod lla"),
        ("a\x00b\ud800c\u200bd", "abcd"),
        ("one\rtwo\x85three\u2028four\tfive", "one two three four five"),
        ("bad token t0\x9bke\u200bn", "bad token [credential]"),
        ("Jane\u200b Roe is bad", "[FriendlyName] is bad"),
        ("no family: a\u200db", "no family: [Emoji]"),
    ],
)
def test_error_text_steers_no_terminal(message: str, told: str):
    """The Pulumi CLI prints an error as it is."""
    sent = {"FriendlyName": "Jane Roe", "Emoji": "a\u200db"}
    body = json.dumps({"code": 50000, "message": message})

    with pytest.raises(ApiError) as caught:
        meaning("create it", received(400, body), sent, Credential("AC1", "t0ken"))

    assert f"HTTP 400, Twilio 50000: {told}" == caught.value.reason


@pytest.mark.parametrize(
    ("sent", "message", "told"),
    [
        ("https://hooks.example/T0k3n/live", "no such path: T0k3n", "no such path: [Value]"),
        (
            "https://hooks.example/secretpath?key=abcdef",
            "bad key abcdef in secretpath",
            "bad key [Value] in [Value]",
        ),
        ("https://hooks.example/%C3%BCber", "no path über", "no path [Value]"),
        (
            "https://user-1:pass-1@hooks.example/",
            "user-1 and pass-1 are not taken",
            "[Value] and [Value] are not taken",
        ),
        ("Desk of Jane Roe-Smith", "Roe-Smith is a person's name", "[Value] is a person's name"),
        ("Bureau de Zoë", "Zoë is too short", "Zoë is too short"),
        ("Büro Müller", "Müller ist belegt", "[Value] ist belegt"),
        ("service desk", "the service is busy", "the service is busy"),
        ("https://hooks.example/hook", "hooks are off, and example too", "hooks are off, and example too"),
    ],
)
def test_error_text_holds_no_telling_part_of_what_was_sent(sent: str, message: str, told: str):
    """The API may quote a part of a URL or of a name; plain words are left, or no message could be read."""
    with pytest.raises(ApiError) as caught:
        meaning("create it", received(400, json.dumps({"code": 50000, "message": message})), {"Value": sent})

    assert f"HTTP 400, Twilio 50000: {told}" == caught.value.reason


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("invalid token t0k/en=", "invalid token [credential]"),
        ("bad=xt0k/en=y", "bad=x[credential]y"),
        ("bad header: Basic QUMxOnQway9lbj0=", "bad header: Basic [credential]="),
        ("bad header: Basic QUMxOnQway9lbj0", "bad header: Basic [credential]"),
        ("dDBrL2VuPQ==", "[credential]=="),
        ("https://AC1:t0k%2Fen%3D@api.example/", "https://AC1:[credential]@api.example/"),
        ("AC1 is closed", "AC1 is closed"),
    ],
)
def test_error_text_holds_no_form_of_the_credential(message: str, told: str):
    """A gateway may quote the header that it could not take."""
    answer = received(400, json.dumps({"code": 50000, "message": message}))

    with pytest.raises(ApiError) as caught:
        meaning("create it", answer, {}, Credential("AC1", "t0k/en="))

    assert f"HTTP 400, Twilio 50000: {told}" == caught.value.reason


@pytest.mark.parametrize("request_id", ["RQ" + "1" * 32, "x\ny", "a" * 32, "RQ" + "a" * 100, "::error::"])
def test_request_id_is_told_only_if_it_is_one(request_id: str):
    """A header is anybody's text."""
    with pytest.raises(ApiError) as caught:
        meaning("fetch it", received(400, '{"code": 1}', Twilio_Request_Id=request_id), {})

    assert (request_id if len(request_id) == 34 else None) == caught.value.request_id
