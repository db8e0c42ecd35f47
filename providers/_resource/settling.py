"""What a write has come to whose answer does not say: a look tells, where sending it again has not.

A state that still holds the values of before would pass for true as soon as they are declared again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TypeVar

from ..errors import (
    AnswerLostError,
    NotFoundError,
    NotGoneError,
    ServerError,
    TwilioError,
    UnexpectedAnswerError,
    WrongAccountError,
)

__all__ = ["UNSETTLED", "delete_settled", "settled"]

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


def delete_settled(action: str, delete: Callable[[], None], is_there: Callable[[], bool]) -> None:
    """Send a deletion, and take it for done only if it is.

    Args:
        action: what is done, for errors.
        delete: sends it.
        is_there: looks again at what the API says is gone.

    Raises:
        NotGoneError: if the API says that it is gone, and shows it.
        TwilioError: what `delete` met, if it is not done or nobody can tell; or `is_there`, after a 404.
        WrongAccountError: if these credentials could not have seen it.
    """
    try:
        delete()
    except UNSETTLED:
        # Kept in the state, what is gone would pass for there if declared again.
        try:
            remains = is_there()
        except WrongAccountError:
            raise
        except TwilioError:
            remains = True
        if remains:
            raise
    except NotFoundError:
        if is_there():
            raise NotGoneError(
                action,
                "the API said that it is gone, and shows it",
                hint="run again; if it stays so, something between here and the API answers in its place",
            ) from None
