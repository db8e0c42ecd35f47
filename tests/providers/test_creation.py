"""A lost answer: look, then decide; every course it can take."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pytest

from providers._creation import create_once
from providers._retry import Backoff, RetryPolicy
from providers.errors import AmbiguousError, AnswerLostError, ApiError, ServerError, TwilioError

POLICY = RetryPolicy(base_seconds=0.001, max_delay_seconds=0.002, ceiling_seconds=20)


@dataclass(frozen=True)
class Made:
    """A thing with a SID."""

    sid: str


ONE, TWO = Made("IS1"), Made("IS2")
LOST = AnswerLostError("create it", "the connection broke")
LATE = AnswerLostError("create it", "no answer in time", late=True)
FAILED = ServerError("create it", status=503)
LIMIT = ApiError("create it", status=400, code=21102)


def course(steps: Iterable[object], trace: list[str], name: str) -> Callable[[], Any]:
    """Give a call that returns or raises one step after the other, and notes each."""
    left = iter(steps)

    def call() -> Any:
        trace.append(name)
        step = next(left)
        if isinstance(step, TwilioError):
            raise step
        return step

    return call


def run(posts: list[object], looks: list[object], *, late_seconds: float = 0.0) -> tuple[object, str]:
    """Create once along a course; give the result, or the error, and what was called: p and l."""
    trace: list[str] = []
    try:
        result: object = create_once(
            "create it",
            course(posts, trace, "p"),
            course(looks, trace, "l"),
            backoff=Backoff(POLICY),
            late_seconds=late_seconds,
        )
    except TwilioError as error:
        result = error
    return result, "".join(trace)


@pytest.mark.parametrize(
    ("posts", "looks", "made", "calls"),
    [
        ([ONE], [], ONE, "p"),
        ([LOST], [[ONE]], ONE, "pl"),
        ([FAILED], [[ONE]], ONE, "pl"),
        ([LATE], [[ONE]], ONE, "pl"),
        ([LOST, ONE], [[], [ONE]], ONE, "plpl"),
        ([LOST, ONE], [[], []], ONE, "plpl"),
        ([LOST, FAILED], [[], [ONE]], ONE, "plpl"),
        ([FAILED, LOST, LOST, ONE], [[], [], [], [ONE]], ONE, "plplplpl"),
    ],
    ids=[
        "answered",
        "broken, done",
        "5xx, done",
        "timed out, done",
        "broken, not done, answered",
        "answered, listing behind",
        "lost twice, done",
        "lost three times, answered",
    ],
)
def test_create_once_makes_one(posts: list[object], looks: list[object], made: Made, calls: str):
    """It looks after each lost answer, and once more when a later one comes through."""
    assert (made, calls) == run(posts, looks)


@pytest.mark.parametrize(
    ("posts", "looks", "calls"),
    [
        ([LOST], [[ONE, TWO]], "pl"),
        ([LOST, TWO], [[], [ONE, TWO]], "plpl"),
        ([LOST, TWO], [[], [ONE]], "plpl"),
    ],
    ids=["two there", "the first came through too", "the listing lacks ours"],
)
def test_create_once_several_candidates_are_an_error_that_names_them(
    posts: list[object], looks: list[object], calls: str
):
    """Nobody can tell which is ours, and nobody must be left untold."""
    error, called = run(posts, looks)

    assert isinstance(error, AmbiguousError)
    assert ({"IS1", "IS2"}, calls) == (set(error.sids), called)
    assert "any of these may be the one just made: IS" in str(error)
    assert "hint: adopt the right one with import_sid, and delete the others" in str(error)


def test_create_once_late_work_is_waited_for():
    """After a time-out the server may still be at it: sent again at once, there would be two."""
    assert (ONE, "plll") == run([LATE], [[], [], [ONE]], late_seconds=20)


def test_create_once_late_work_that_never_comes_is_sent_again():
    """The wait for it ends."""
    result, calls = run([LATE, ONE], [[]] * 10_000, late_seconds=0.02)

    assert result == ONE
    assert calls.startswith("pll")
    assert calls.endswith("pl")
    assert 2 == calls.count("p")


def test_create_once_refusal_is_told_at_once():
    """A 4xx did nothing: there is nothing to look for."""
    assert (LIMIT, "p") == run([LIMIT], [])


def test_create_once_ceiling_ends_with_the_last_error():
    """It looks once more even then, for the work may be done."""
    trace: list[str] = []

    with pytest.raises(AnswerLostError) as caught:
        create_once(
            "create it",
            course([LOST], trace, "p"),
            course([[]], trace, "l"),
            backoff=Backoff(RetryPolicy(0.001, 0.001, ceiling_seconds=0)),
            late_seconds=0,
        )

    assert (LOST, ["p", "l"]) == (caught.value, trace)
