"""A create whose answer is lost still makes one thing: look before sending it again.

The API knows no idempotency key, so a POST that timed out, broke off or met a 5xx may or may not have done its
work. Not for the first request's refusals (4xx) nor for a 429: `_transport` handles those.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from ._retry import Backoff
from .errors import AmbiguousError, AnswerLostError, ServerError

__all__ = ["HasSid", "create_once"]


class HasSid(Protocol):
    """Anything that the API has given a SID."""

    @property
    def sid(self) -> str:
        """The SID."""


Thing = TypeVar("Thing", bound=HasSid)


def create_once(
    action: str,
    post: Callable[[], Thing],
    find_new: Callable[[], Sequence[Thing]],
    *,
    backoff: Backoff,
    late_seconds: float,
) -> Thing:
    """Send a POST until exactly one thing stands for it.

    Args:
        action: what is done, for errors.
        post: sends the request.
        find_new: lists afresh what may be ours: there now, not there before the first POST, nobody else's.
        backoff: the waits, which end at the ceiling.
        late_seconds: how long after a time-out the server may still finish the work.

    Raises:
        AmbiguousError: if several things could be the one.
        AnswerLostError, ServerError: if none has appeared when the ceiling is reached.
        TwilioError: whatever else `post` or `find_new` meets.
    """
    lost = False
    while True:
        try:
            made = post()
        except (AnswerLostError, ServerError) as error:
            lost = True
            may_retry = backoff.wait(error)
            found = find_new()
            if isinstance(error, AnswerLostError) and error.late:
                deadline = time.monotonic() + late_seconds
                while not found and time.monotonic() < deadline and backoff.wait():
                    found = find_new()
            if found:
                return _only(action, found)
            if not may_retry:
                raise
        else:
            # An earlier POST thought dead may have come through after all: then there are two.
            others = [thing for thing in find_new() if thing.sid != made.sid] if lost else []
            return _only(action, [made, *others])


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
