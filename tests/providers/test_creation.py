"""A lost answer: look, then decide; every course it can take."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pytest

from providers._api.retry import Backoff, RetryPolicy
from providers._resource.creation import create_once
from providers.errors import (
    AmbiguousError,
    AnswerLostError,
    ApiError,
    ServerError,
    TooLateError,
    TwilioError,
    UnexpectedAnswerError,
)

POLICY = RetryPolicy(base_seconds=0.001, max_delay_seconds=0.002, ceiling_seconds=20)


@dataclass(frozen=True)
class Made:
    """A thing with a SID."""

    sid: str


ONE, TWO = Made("IS1"), Made("IS2")
LOST = AnswerLostError("create it", "the connection broke")
LATE = TooLateError("create it", "no answer in time")
FAILED = ServerError("create it", status=503)
GATEWAY = ServerError("create it", status=504)
ODD = UnexpectedAnswerError("create it", "HTTP 200 without JSON")
UNLISTED = ServerError("list them", status=500)
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


def run(
    posts: list[object], looks: list[object], *, late_seconds: float = 0.0, lost: bool = False
) -> tuple[object, str]:
    """Create once along a course; give the result, or the error, and what was called: p and l."""
    trace: list[str] = []
    try:
        result: object = create_once(
            "create it",
            course(posts, trace, "p"),
            course(looks, trace, "l"),
            backoff=Backoff(POLICY),
            late_seconds=late_seconds,
            lost=lost,
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
        ([ODD], [[ONE]], ONE, "pl"),
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
        "answered what nobody knows, done",
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


@pytest.mark.parametrize("error", [LATE, LOST, FAILED, GATEWAY, ODD], ids=str)
def test_create_once_late_work_is_waited_for(error: TwilioError):
    """However an answer is lost, the server may still be at it: sent again at once, there would be two."""
    assert (ONE, "plll") == run([error], [[], [], [ONE]], late_seconds=20)


def test_create_once_look_that_fails_is_made_again():
    """While there is time, the listing's own failure decides nothing."""
    assert (ONE, "plll") == run([FAILED], [UNLISTED, [], [ONE]], late_seconds=20)


@pytest.mark.parametrize(
    ("posts", "looks", "calls", "sids"),
    [([FAILED], [UNLISTED], "pl", set()), ([FAILED, ONE], [[], UNLISTED], "plpl", {"IS1"})],
    ids=["after the loss", "after the success"],
)
def test_create_once_without_a_look_is_an_error_and_nothing_is_sent_again(
    posts: list[object], looks: list[object], calls: str, sids: set[str]
):
    """Nobody knows what there is now: another POST could make a twin, and silence hide one."""
    error, called = run(posts, looks)

    assert isinstance(error, AmbiguousError)
    assert (calls, sids) == (called, set(error.sids))
    assert "answer was lost" in str(error)
    assert "HTTP 500" in str(error)


def test_create_once_after_an_earlier_loss_looks_first():
    """Work of an earlier create of the name that came late is this one's, before there are two of it."""
    assert [(ONE, "l"), (TWO, "lpl"), (ONE, "p")] == [
        run([], [[ONE]], lost=True),
        run([TWO], [[], [TWO]], lost=True),
        run([ONE], []),
    ]


def test_create_once_what_nobody_knows_is_never_sent_again():
    """An answer that is none of the API's comes again; what it did is looked for all the same."""
    assert (ODD, "pl") == run([ODD], [[]])


def test_create_once_ceiling_within_the_wait_for_late_work_sends_nothing_again():
    """Cut short, the wait has shown nothing."""
    trace: list[str] = []

    with pytest.raises(ServerError):
        create_once(
            "create it",
            course([FAILED], trace, "p"),
            course([[]] * 10_000, trace, "l"),
            backoff=Backoff(RetryPolicy(0.001, 0.001, ceiling_seconds=0.02)),
            late_seconds=20,
        )

    assert 1 == trace.count("p")


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
