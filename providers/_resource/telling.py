"""What keeps a whole run from its work is told once in full: by each resource it would hide the one thing to mend.

An engine prints an error of every resource, and a provider cannot keep one back: those that follow the first are
short. A provider process lives for one run and one account.
"""

from __future__ import annotations

import threading

from ..errors import AlreadyToldError, AuthenticationError, ConfigurationError, NoAnswerError, TwilioError
from .connection import Connection

__all__ = ["told_once"]

_OF_THE_RUN = (AuthenticationError, ConfigurationError, NoAnswerError)
"""Wrong credentials, wrong settings, no trusted connection; what derives from them is of one resource."""

_lock = threading.Lock()
_told: set[tuple[Connection | None, type[TwilioError], str]] = set()


def told_once(error: TwilioError, connection: Connection | None = None) -> TwilioError:
    """Give an error as it is to be told: itself, or in short that another one has told it.

    Args:
        error: what is to be told.
        connection: of whom it is told; None if none came about.
    """
    if type(error) not in _OF_THE_RUN:
        return error
    # Of settings each text is another problem; what an API says of credentials is one, whoever asked for what.
    told = connection, type(error), "" if isinstance(error, AuthenticationError) else error.reason
    with _lock:
        if told in _told:
            return AlreadyToldError(error)
        _told.add(told)
        return error
