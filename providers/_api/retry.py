"""When to send a request again, and after how long. Pure decisions, and the waiting itself in `Backoff`.

Rules: a 429 was never processed and nothing was sent without a connection, so every method may go again; after a
5xx or a lost answer the work may be done, so only GET and DELETE may (a POST is looked up first, see `creation`).
What was made a moment ago may be missing in another place of the API, and two changes at once refuse each other:
both settle within seconds. A server that asks for more patience than there is left is not asked again.
https://www.twilio.com/docs/api/errors/20429
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ..errors import (
    AnswerLostError,
    ApiError,
    NotFoundError,
    NotSentError,
    RateLimitError,
    ServerError,
    TwilioError,
)

__all__ = [
    "CONNECT_ATTEMPTS",
    "SETTLE_ATTEMPTS",
    "Backoff",
    "RetryPolicy",
    "delay_seconds",
    "retry_after_seconds",
    "should_retry",
]

# A server that is not there comes back within seconds or not at all: a wrong address must not cost minutes.
CONNECT_ATTEMPTS = 4
# With the default waits, some eight seconds.
SETTLE_ATTEMPTS = 5


@dataclass(frozen=True)
class RetryPolicy:
    """How long to wait between two attempts at a request, and for all of them together.

    Args:
        base_seconds: the first wait, before jitter.
        max_delay_seconds: the longest wait that doubling leads to; Retry-After may ask for more.
        ceiling_seconds: all waits and attempts of one request together; 0 never retries.
    """

    base_seconds: float
    max_delay_seconds: float
    ceiling_seconds: float


def should_retry(
    method: str, error: TwilioError, attempt: int, *, repeatable: bool = False, fresh: bool = False
) -> bool:
    """Tell whether a request may be sent again.

    Args:
        method: HTTP method.
        error: how the last attempt ended.
        attempt: how many attempts were made, 1 or more.
        repeatable: the request may go again whatever its method, for twice is as good as once.
        fresh: it concerns what this process has made itself.
    """
    match error:
        case RateLimitError():
            return True
        case NotSentError():
            return attempt < CONNECT_ATTEMPTS
        case AnswerLostError() | ServerError():
            return repeatable or method in ("GET", "DELETE")
        case NotFoundError():
            return fresh and method != "DELETE" and attempt < SETTLE_ATTEMPTS
        case ApiError(status=409):
            return repeatable and attempt < SETTLE_ATTEMPTS
        case _:
            return False


def delay_seconds(
    policy: RetryPolicy, attempt: int, *, retry_after_seconds: float | None, jitter: float
) -> float:
    """Tell how long to wait before the next attempt: doubled each time, and never less than the server asks.

    Args:
        policy: base and longest wait.
        attempt: how many attempts were made, 1 or more.
        retry_after_seconds: what the server asked for.
        jitter: chance, 0 to 1; spreads those that were refused together over the second half of the wait, or over
            the base after what the server asked for.
    """
    # 2**32 times any base is beyond every limit, and no attempt count overflows.
    doubled: float = min(policy.max_delay_seconds, policy.base_seconds * 2 ** min(attempt - 1, 32))
    if retry_after_seconds is None:
        return doubled * (0.5 + jitter / 2)
    return max(doubled, retry_after_seconds) + policy.base_seconds * jitter


def retry_after_seconds(header: str | None, now: datetime) -> float | None:
    """Read a Retry-After header, seconds or an HTTP date; None if absent or unreadable.

    https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
    """
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    # A date in "-0000" is read without a zone: HTTP dates are in UTC.
    aware = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


class Backoff:
    """The waits of one request, from its first attempt on.

    Args:
        policy: how long.
        jitter: gives a number from 0 to 1, anew for each wait.
    """

    def __init__(self, policy: RetryPolicy, jitter: Callable[[], float] = random.random) -> None:
        self._policy = policy
        self._jitter = jitter
        self._started = time.monotonic()
        self.attempt = 1

    def wait(self, error: TwilioError | None = None) -> bool:
        """Wait before the next attempt; False, at once, if the ceiling is reached or would be by the wait asked for."""
        left_seconds = self._policy.ceiling_seconds - self.elapsed_seconds
        asked = error.retry_after_seconds if isinstance(error, RateLimitError | ServerError) else None
        if error and asked is not None and asked > max(0.0, left_seconds):
            error.advise(
                f"it asks to wait {asked:.0f} s, more than twilio:retryCeilingSeconds leaves; run again after that"
            )
            return False
        if left_seconds <= 0:
            return False
        delay = delay_seconds(self._policy, self.attempt, retry_after_seconds=asked, jitter=self._jitter())
        time.sleep(min(delay, left_seconds))
        self.attempt += 1
        return True

    @property
    def elapsed_seconds(self) -> float:
        """Seconds since the first attempt began."""
        return time.monotonic() - self._started
