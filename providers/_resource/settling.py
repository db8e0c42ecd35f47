"""What a write has come to whose answer does not say: a look tells, where sending it again has not.

A state that still holds the values of before would pass for true as soon as they are declared again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TypeVar

from ..errors import AnswerLostError, ServerError, TwilioError, UnexpectedAnswerError

__all__ = ["UNSETTLED", "settled"]

T = TypeVar("T")

UNSETTLED = (AnswerLostError, ServerError, UnexpectedAnswerError)
"""Errors after which the work may be done all the same."""


def settled(write: Callable[[], T], look: Callable[[], T], is_done: Callable[[T], bool]) -> T:
    """Send an update, and take it for done if it is.

    Args:
        write: sends it, and gives what the API answered.
        look: fetches the same.
        is_done: whether what was fetched is what was to come of the update.

    Raises:
        TwilioError: what `write` met, if it is not done or nobody can tell.
    """
    try:
        return write()
    except UNSETTLED:
        with contextlib.suppress(TwilioError):
            found = look()
            if is_done(found):
                return found
        raise
