"""The error tree: its drawing, its texts, and how HTTP statuses fall into it."""

from __future__ import annotations

import re

import pytest

from providers import errors
from providers.errors import ApiError, RefusedError, TwilioError, api_error


def test_tree_drawn_in_the_docstring_is_the_tree():
    """The drawing is what people read; it must not drift from the classes."""
    drawn = re.findall(r"^    ([│ ├└─]*)(\w+Error)\b", errors.__doc__ or "", re.MULTILINE)
    parents: list[str] = []
    tree = {}
    for indent, name in drawn:
        depth = len(indent) // 4
        tree[name] = parents[depth - 1] if depth else "Exception"
        parents[depth:] = [name]

    classes = {
        cls.__name__: cls
        for cls in vars(errors).values()
        if isinstance(cls, type) and issubclass(cls, Exception)
    }

    assert {name: cls.__bases__[0].__name__ for name, cls in classes.items()} == tree


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, "ApiError"),
        (401, "AuthenticationError"),
        (403, "AuthenticationError"),
        (404, "ApiError"),
        (409, "ApiError"),
        (429, "RateLimitError"),
        (500, "ServerError"),
        (503, "ServerError"),
        (599, "ServerError"),
    ],
)
def test_api_error_status_chooses_the_class(status: int, kind: str):
    """Callers and the retry rule go by the class."""
    error = api_error("fetch it", status=status, code=None, message="", request_id=None)

    assert kind == type(error).__name__


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            {"status": 404, "code": 20404, "message": "gone", "request_id": "RQ1"},
            (
                "cannot fetch it: HTTP 404, Twilio 20404: gone (request RQ1)\n"
                "hint: https://www.twilio.com/docs/api/errors/20404"
            ),
        ),
        ({"status": 502, "code": None, "message": "", "request_id": None}, "cannot fetch it: HTTP 502"),
        (
            {"status": 400, "code": 21102, "message": "too many", "request_id": None},
            (
                "cannot fetch it: HTTP 400, Twilio 21102: too many\n"
                "hint: the account has reached its number of services; delete some, or ask Twilio to raise the limit"
            ),
        ),
    ],
    ids=["all that Twilio gives", "nothing given", "a code with its own hint"],
)
def test_api_error_text_tells_status_code_message_and_hint(given: dict[str, object], text: str):
    """One line, and the hint on a line of its own."""
    assert text == str(api_error("fetch it", **given))  # type: ignore[arg-type]


def test_errors_carry_what_a_program_may_ask_for():
    """Text is for people; attributes are for code."""
    error = api_error("fetch it", status=404, code=20404, message="gone", request_id="RQ1")
    refusal = RefusedError("delete it", "it is full", hint="empty it", sids=["IS1"])

    assert ("fetch it", 404, 20404, "RQ1") == (error.action, error.status, error.code, error.request_id)
    assert (None, ("IS1",), "empty it") == (refusal.status, refusal.sids, refusal.hint)
    assert isinstance(error, ApiError)
    assert isinstance(refusal, TwilioError)
