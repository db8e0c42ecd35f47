"""When to retry, how long to wait, and what Retry-After says: tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers._api.retry import (
    CONNECT_ATTEMPTS,
    Backoff,
    RetryPolicy,
    delay_seconds,
    retry_after_seconds,
    should_retry,
)
from providers.errors import (
    AnswerLostError,
    ApiError,
    AuthenticationError,
    ConfigurationError,
    NoAnswerError,
    NotFoundError,
    NotSentError,
    RateLimitError,
    RefusedError,
    ServerError,
    TooLateError,
    TwilioError,
    UnexpectedAnswerError,
)

POLICY = RetryPolicy(base_seconds=0.5, max_delay_seconds=10, ceiling_seconds=120)
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ALL = {"GET", "POST", "DELETE"}
REPEATABLE = {"GET", "DELETE"}


@pytest.mark.parametrize(
    ("error", "methods"),
    [
        (RateLimitError("a", status=429), ALL),
        (NotSentError("a", "r"), ALL),
        (AnswerLostError("a", "r"), REPEATABLE),
        (TooLateError("a", "r"), REPEATABLE),
        (ServerError("a", status=500), REPEATABLE),
        (ServerError("a", status=503), REPEATABLE),
        (NoAnswerError("a", "certificate"), set()),
        (UnexpectedAnswerError("a", "r"), set()),
        (ApiError("a", status=400), set()),
        (AuthenticationError("a", status=401), set()),
        (NotFoundError("a", status=404), set()),
        (ConfigurationError("a", "r"), set()),
        (RefusedError("a", "r", hint="h"), set()),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, TwilioError) else "",
)
def test_should_retry_goes_by_error_and_method(error: TwilioError, methods: set[str]):
    """What may have been done is never sent twice."""
    assert methods == {method for method in ALL if should_retry(method, error, attempt=1)}


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (AnswerLostError("a", "r"), True),
        (ServerError("a", status=503), True),
        (ApiError("a", status=400), False),
        (NotFoundError("a", status=404), False),
    ],
    ids=["answer lost", "server error", "refused", "not found"],
)
def test_should_retry_a_post_that_sets_values(error: TwilioError, *, again: bool):
    """Twice is as good as once; what the API refuses stays refused."""
    assert again == should_retry("POST", error, attempt=1, repeatable=True)


@pytest.mark.parametrize(("attempt", "again"), [(CONNECT_ATTEMPTS - 1, True), (CONNECT_ATTEMPTS, False)])
def test_should_retry_without_a_connection_ends_soon(attempt: int, *, again: bool):
    """A wrong address must not cost two minutes."""
    assert again == should_retry("GET", NotSentError("a", "r"), attempt)


@pytest.mark.parametrize(
    ("attempt", "asked", "jitter", "seconds"),
    [
        (1, None, 1.0, 0.5),
        (1, None, 0.0, 0.25),
        (2, None, 1.0, 1.0),
        (3, None, 0.5, 1.5),
        (5, None, 1.0, 8.0),
        (6, None, 1.0, 10.0),
        (10_000, None, 1.0, 10.0),
        (1, 3.0, 0.0, 3.0),
        (1, 3.0, 1.0, 3.5),
        (6, 3.0, 0.0, 10.0),
        (1, 0.0, 0.0, 0.5),
        (1, 3600.0, 0.0, 3600.0),
    ],
    ids=[
        "first",
        "first, least jitter",
        "doubled",
        "jitter in the middle",
        "below the longest",
        "the longest",
        "no overflow",
        "as the server asks",
        "spread after what it asks",
        "longer than it asks",
        "asked for nothing",
        "more than the longest",
    ],
)
def test_delay_seconds_table(attempt: int, asked: float | None, jitter: float, seconds: float):
    """Doubling, its limit, jitter and Retry-After in one table."""
    assert seconds == delay_seconds(POLICY, attempt, retry_after_seconds=asked, jitter=jitter)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", 0.0),
        (" 7 ", 7.0),
        ("1.5", None),
        ("-1", None),
        ("²", None),
        ("soon", None),
        ("Fri, 02 Jan 2026 03:04:15 GMT", 10.0),
        ("Fri, 02 Jan 2026 03:04:15 -0000", 10.0),
        ("Fri, 02 Jan 2026 03:04:00 GMT", 0.0),
        ("Fri, 99 Jan 2026 03:04:15 GMT", None),
    ],
)
def test_retry_after_seconds_table(header: str | None, seconds: float | None):
    """Seconds and dates as RFC 9110 has them; anything else is as if absent."""
    assert seconds == retry_after_seconds(header, NOW)


@given(st.text(max_size=60))
def test_retry_after_seconds_any_text_is_read_or_ignored(header: str):
    """A header never makes a request fail."""
    seconds = retry_after_seconds(header, NOW)

    assert seconds is None or seconds >= 0


@given(st.integers(0, 10**9))
def test_retry_after_seconds_date_round_trips(seconds: int):
    """A date so many seconds ahead asks for so many seconds."""
    header = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)

    assert float(seconds) == retry_after_seconds(header, NOW)


def test_backoff_ceiling_of_zero_never_waits():
    """0 switches retries off."""
    backoff = Backoff(RetryPolicy(0.001, 0.001, ceiling_seconds=0))

    assert not backoff.wait()
    assert 1 == backoff.attempt


def test_backoff_that_can_not_wait_as_long_as_asked_gives_up_at_once():
    """A server that asks for an hour is not asked again after two minutes: it said no."""
    error = RateLimitError("list it", status=429)
    error.retry_after_seconds = 3600
    backoff = Backoff(RetryPolicy(0.001, 0.001, ceiling_seconds=120))

    assert not backoff.wait(error)

    assert (
        1,
        "it asks to wait 3600 s, more than twilio:retryCeilingSeconds leaves; run again after that",
    ) == (
        backoff.attempt,
        error.hint,
    )
    assert str(error).endswith(f"\nhint: {error.hint}")


def test_backoff_waits_until_its_ceiling_and_no_longer():
    """All waits of a request come to an end."""
    backoff = Backoff(RetryPolicy(0.001, 0.001, ceiling_seconds=0.05))

    while backoff.wait():
        pass

    assert backoff.elapsed_seconds >= 0.05
    assert backoff.attempt > 2
