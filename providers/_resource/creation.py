"""A create whose answer is lost still makes one thing: look before sending it again.

The API knows no idempotency key, so a POST that timed out, broke off, met a 5xx or an answer that says nothing may or
may not have done its work, now or in a while. Not for the first request's refusals (4xx) nor for a 429: `transport`
handles those.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from .._api.entity import HasSid
from .._api.retry import Backoff
from ..errors import AmbiguousError, TwilioError, UnexpectedAnswerError
from .settling import UNSETTLED

__all__ = ["create_once"]


Thing = TypeVar("Thing", bound=HasSid)


def create_once(
    action: str,
    post: Callable[[], Thing],
    find_new: Callable[[], Sequence[Thing]],
    *,
    backoff: Backoff,
    late_seconds: float,
    lost: bool = False,
) -> Thing:
    """Send a POST until exactly one thing stands for it.

    It is never sent again before a look has found nothing, as late as the server may still finish the work.

    Args:
        action: what is done, for errors.
        post: sends the request.
        find_new: lists afresh what may be ours: there now, not there before the first POST, nobody else's.
        backoff: the waits, which end at the ceiling.
        late_seconds: how long after a lost answer the server may still finish the work.
        lost: an earlier create lost an answer whose work would look like this one's.

    Raises:
        AmbiguousError: if several things could be the one, or if nobody could look.
        AnswerLostError, ServerError: if none has appeared when the ceiling is reached.
        TwilioError: whatever else `post` meets.
    """
    if lost and (found := _look(action, find_new)):
        return _only(action, found)
    while True:
        try:
            made = post()
        except UNSETTLED as error:
            lost = True
            found, may_retry = _look_late(action, find_new, error, backoff, late_seconds)
            if found:
                return _only(action, found)
            if not may_retry or isinstance(error, UnexpectedAnswerError):
                raise
        else:
            # An earlier POST thought dead may have come through after all: then there are two.
            looked = _look(action, find_new, made) if lost else []
            return _only(action, [made, *(thing for thing in looked if thing.sid != made.sid)])


def _look_late(
    action: str,
    find_new: Callable[[], Sequence[Thing]],
    error: TwilioError,
    backoff: Backoff,
    late_seconds: float,
) -> tuple[Sequence[Thing], bool]:
    """Look until something has come or is no longer to come; tell too whether the ceiling leaves another attempt.

    A look that fails is no reason to give up while there is time for another; the last one must succeed.
    """
    deadline = time.monotonic() + late_seconds
    may_retry = backoff.wait(error)
    while True:
        last = not may_retry or time.monotonic() >= deadline
        try:
            found = find_new()
        except TwilioError as problem:
            if last:
                raise _unseen(action, problem) from None
            found = []
        if found or last:
            return found, may_retry
        may_retry = backoff.wait()


def _look(action: str, find_new: Callable[[], Sequence[Thing]], made: Thing | None = None) -> Sequence[Thing]:
    try:
        return find_new()
    except TwilioError as problem:
        raise _unseen(action, problem, made) from None


def _unseen(action: str, problem: TwilioError, made: HasSid | None = None) -> AmbiguousError:
    """Tell that nobody knows what a lost answer has come to."""
    if made is None:
        return AmbiguousError(
            action,
            f"an answer was lost, and the look for what it may have made failed too: {problem.reason}",
            hint="run it again when the API answers: what was made is found by its name and told then",
        )
    return AmbiguousError(
        action,
        f"{made.sid} is made, but an earlier answer was lost, and the look for a twin of it failed: {problem.reason}",
        hint=f"when the API answers again, adopt {made.sid} with import_sid, and delete its twin if there is one",
        sids=[made.sid],
    )


def _only(action: str, found: Sequence[Thing]) -> Thing:
    if len(found) > 1:
        sids = [thing.sid for thing in found]
        raise AmbiguousError(
            action,
            f"an answer was lost, and any of these may be the one just made: {', '.join(sids)}",
            hint="adopt the right one with import_sid, and delete the others",
            sids=sids,
        )
    return found[0]
