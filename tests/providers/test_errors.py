"""The error tree: its drawing, its references, its texts, and how HTTP statuses fall into it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers import errors
from providers.errors import (
    AlreadyToldError,
    ApiError,
    NotEmptyError,
    RefusedError,
    TwilioError,
    UnexpectedAnswerError,
    api_error,
)

CLASSES: dict[str, type[TwilioError]] = {
    cls.__name__: cls
    for cls in vars(errors).values()
    if isinstance(cls, type) and issubclass(cls, TwilioError)
}
BASES = {"TwilioError", "RefusedError"}
"""What others derive from, and nobody raises."""


def test_tree_drawn_in_the_docstring_is_the_tree():
    """The drawing is what people read; it must not drift from the classes."""
    drawn = re.findall(r"^    ([│ ├└─]*)(\w+Error)\b(?: +(TC\d+))?", errors.__doc__ or "", re.MULTILINE)
    parents: list[str] = []
    tree = {}
    for indent, name, reference in drawn:
        depth = len(indent) // 4
        tree[name] = (parents[depth - 1] if depth else "Exception", reference)
        parents[depth:] = [name]

    assert {name: (cls.__bases__[0].__name__, cls.reference) for name, cls in CLASSES.items()} == tree
    assert sorted([*CLASSES, "api_error"]) == sorted(errors.__all__)


def test_every_class_that_is_raised_has_a_reference_of_its_own():
    """Whoever looks a code up finds one thing; what derives from a class is told from it."""
    references = [cls.reference for name, cls in CLASSES.items() if name not in BASES]

    assert [] == [each for each in references if not re.fullmatch(r"TC[1-9][0-9]{3}", each)]
    assert len({*references}) == len(references)
    assert [""] * len(BASES) == [CLASSES[name].reference for name in BASES]


def test_every_class_with_a_reference_is_raised_somewhere():
    """A code that stands for nothing would be documented, and looked for in vain."""
    named: set[str] = set()
    made: set[str] = set()
    for path in Path(errors.__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        caught = [each.type for each in ast.walk(tree) if isinstance(each, ast.ExceptHandler) and each.type]
        handled = {id(each) for kind in caught for each in ast.walk(kind)}
        within = [each for each in ast.walk(tree) if isinstance(each, ast.ClassDef)]
        bases = {id(base) for each in within for base in each.bases}
        used = [
            each
            for each in ast.walk(tree)
            if isinstance(each, ast.Name) and id(each) not in handled | bases and each.id in CLASSES
        ]
        called = {id(each.func) for each in ast.walk(tree) if isinstance(each, ast.Call)}
        named |= {each.id for each in used}
        made |= {each.id for each in used if id(each) in called}

    assert {*CLASSES} - BASES <= named
    assert set() == made & BASES


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, "ApiError"),
        (401, "AuthenticationError"),
        (403, "ForbiddenError"),
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
                "[TC2007] cannot fetch it: HTTP 404, Twilio 20404: gone (request RQ1)\n"
                "hint: https://www.twilio.com/docs/api/errors/20404"
            ),
        ),
        (
            {"status": 502, "code": None, "message": "", "request_id": None},
            "[TC2010] cannot fetch it: HTTP 502",
        ),
        (
            {"status": 400, "code": 21102, "message": "too many", "request_id": None},
            (
                "[TC2007] cannot fetch it: HTTP 400, Twilio 21102: too many\n"
                "hint: the parent account has reached its number of services, those of its subaccounts included; "
                "delete some, or ask Twilio to raise the limit"
            ),
        ),
    ],
    ids=["all that Twilio gives", "nothing given", "a code with its own hint"],
)
def test_api_error_text_tells_reference_status_code_message_and_hint(given: dict[str, object], text: str):
    """One line, and the hint on a line of its own."""
    assert text == str(api_error("fetch it", **given))  # type: ignore[arg-type]


TEXTS = st.text(max_size=20) | st.sampled_from(["[TC3001] cannot", "\n[TC3001] ", "[[TC3001]]", "[TC30011]"])


@given(TEXTS, TEXTS, TEXTS)
def test_a_reference_stands_in_front_and_cannot_be_forged(action: str, reason: str, hint: str):
    """A message of the API's that quotes one must not decide how a pipeline ends."""
    error = UnexpectedAnswerError(action, reason, hint=hint)
    api = api_error(action, status=400, code=1, message=reason, request_id=None)
    advised = NotEmptyError(action, reason, hint="")
    advised.advise(hint)

    for each in (error, api, advised):
        assert str(each).startswith(f"[{each.reference}] cannot ")
        assert [each.reference] == re.findall(r"\[(TC[0-9]+)\]", str(each))


def test_what_another_error_has_told_is_short():
    """One line says where to look; it repeats no request and no hint."""
    refused = api_error("fetch it", status=401, code=20003, message="Authenticate", request_id="RQ1")

    assert "[TC1004] cannot fetch it: for what another error of this run tells in full" == str(
        AlreadyToldError(refused)
    )


def test_errors_carry_what_a_program_may_ask_for():
    """Text is for people; attributes are for code."""
    error = api_error("fetch it", status=404, code=20404, message="gone", request_id="RQ1")
    refusal = RefusedError("delete it", "it is full", hint="empty it", sids=["IS1"])

    assert ("fetch it", 404, 20404, "RQ1") == (error.action, error.status, error.code, error.request_id)
    assert (None, ("IS1",), "empty it") == (refusal.status, refusal.sids, refusal.hint)
    assert isinstance(error, ApiError)
    assert isinstance(refusal, TwilioError)
