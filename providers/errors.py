"""What can go wrong, one tree; every text tells the user what, where and what to do.

    TwilioError                    action, status, code, request_id, hint
    ├── ConfigurationError         settings or credentials; nothing was sent
    ├── NoAnswerError              no whole answer came (on its own: no trusted connection; no retry helps)
    │   ├── NotSentError           nothing was sent; safe to retry on every method
    │   └── AnswerLostError        the work may be done; safe to retry on GET and DELETE
    ├── UnexpectedAnswerError      an answer the API's description does not know; no retry helps
    ├── ApiError                   the API said no; no retry helps, save for:
    │   ├── AuthenticationError
    │   ├── NotFoundError
    │   ├── RateLimitError         never processed; safe to retry on every method
    │   └── ServerError            the work may be done; safe to retry on GET and DELETE
    ├── AlteredError               the API keeps a value otherwise than it was sent
    ├── RefusedError               this provider declines, to protect what exists
    │   ├── NotEmptyError          the thing to delete holds data
    │   ├── NameTakenError         the name is there already
    │   ├── NotAdoptableError      what shall be adopted is not what is declared, or not free
    │   ├── AmbiguousError         several things could be the one just made
    │   └── WrongAccountError      the thing belongs to another account than the credentials
    └── InternalError              a bug of this provider

No text holds a user's value, a name or a credential: they name kind, SID and input instead.
Codes: https://www.twilio.com/docs/api/errors
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = [
    "AlteredError",
    "AmbiguousError",
    "AnswerLostError",
    "ApiError",
    "AuthenticationError",
    "ConfigurationError",
    "InternalError",
    "NameTakenError",
    "NoAnswerError",
    "NotAdoptableError",
    "NotEmptyError",
    "NotFoundError",
    "NotSentError",
    "RateLimitError",
    "RefusedError",
    "ServerError",
    "TwilioError",
    "UnexpectedAnswerError",
    "WrongAccountError",
    "api_error",
]

_DOCS_URL = "https://www.twilio.com/docs/api/errors/"


class TwilioError(Exception):
    """Something could not be done.

    Args:
        action: what was tried, e.g. "fetch conversation service IS…".
        reason: why it failed, one clause without a full stop.
        hint: what to do now; a line of its own.
    """

    status: int | None = None
    code: int | None = None
    request_id: str | None = None

    def __init__(self, action: str, reason: str, *, hint: str | None = None) -> None:
        self.action = action
        self.reason = reason
        self.hint = hint
        super().__init__(self._text())

    def advise(self, hint: str) -> None:
        """Give another hint, where more is known than when it happened."""
        self.hint = hint
        self.args = (self._text(),)

    def _text(self) -> str:
        return f"cannot {self.action}: {self.reason}" + (f"\nhint: {self.hint}" if self.hint else "")


class ConfigurationError(TwilioError):
    """Settings or credentials are missing or malformed; set them and run again."""


class NoAnswerError(TwilioError):
    """No whole answer came. On its own: the server's certificate is not trusted; do not retry."""


class NotSentError(NoAnswerError):
    """No connection came about, so nothing was sent; every method may be retried."""


class AnswerLostError(NoAnswerError):
    """The request went out and no whole answer came back; GET and DELETE may be retried.

    Args:
        late: the server may still be at work (a time-out), not only done or dead.
    """

    def __init__(self, action: str, reason: str, *, hint: str | None = None, late: bool = False) -> None:
        super().__init__(action, reason, hint=hint)
        self.late = late


class UnexpectedAnswerError(TwilioError):
    """The answer is none of the API's: a redirect, a page of HTML, fields missing; do not retry."""


class ApiError(TwilioError):
    """The API refused; do not retry the same request.

    Args:
        action: what was tried.
        status: HTTP status.
        code: Twilio's error code, where given.
        message: Twilio's message, already freed of what the user sent.
        request_id: Twilio's id of the request (RQ…), where given.
        hint: what to do, in place of the link to Twilio's page on the code.
    """

    def __init__(
        self,
        action: str,
        *,
        status: int,
        code: int | None = None,
        message: str = "",
        request_id: str | None = None,
        hint: str | None = None,
    ) -> None:
        self.status, self.code, self.request_id = status, code, request_id
        reason = f"HTTP {status}"
        reason += f", Twilio {code}" if code else ""
        reason += f": {message}" if message else ""
        reason += f" (request {request_id})" if request_id else ""
        super().__init__(action, reason, hint=hint or (f"{_DOCS_URL}{code}" if code else None))


class AuthenticationError(ApiError):
    """The API does not accept the credentials, or not for this (401, 403); do not retry."""


class NotFoundError(ApiError):
    """There is no such thing, or not in this account (404 with Twilio's code 20404); do not retry."""


class RateLimitError(ApiError):
    """Too many requests (429): this one was not processed; every method may be retried."""

    retry_after_seconds: float | None = None


class ServerError(ApiError):
    """The API failed (5xx), before or after the work; GET and DELETE may be retried."""

    retry_after_seconds: float | None = None


class AlteredError(TwilioError):
    """The API took a request and keeps something else than it was sent; declare it as the API keeps it."""


class RefusedError(TwilioError):
    """The provider declines, to protect what exists; do as the hint says."""

    def __init__(self, action: str, reason: str, *, hint: str, sids: Iterable[str] = ()) -> None:
        self.sids = tuple(sids)
        super().__init__(action, reason, hint=hint)


class NotEmptyError(RefusedError):
    """Deleting or replacing would lose data."""


class NameTakenError(RefusedError):
    """The name is there already, and `on_name_conflict` does not allow to go on."""


class NotAdoptableError(RefusedError):
    """What shall be adopted differs from what is declared, or is held by another resource."""


class AmbiguousError(RefusedError):
    """A lost answer left several candidates; only a person can tell which one is ours."""


class WrongAccountError(RefusedError):
    """The state's thing is in another account: a 404 there would look as if it were gone."""


class InternalError(TwilioError):
    """Something unforeseen happened in this provider: a bug."""


_BY_STATUS: dict[int, type[ApiError]] = {
    401: AuthenticationError,
    403: AuthenticationError,
    429: RateLimitError,
}
_HINTS = {
    401: "check the credentials (and the region: each has its own): twilio:accountSid with twilio:authToken, or "
    "twilio:apiKey with twilio:apiSecret, or their TWILIO_… variables",
    21102: "the account has reached its number of services; delete some, or ask Twilio to raise the limit",
}


def api_error(
    action: str, *, status: int, code: int | None, message: str, request_id: str | None, gone: bool = False
) -> ApiError:
    """Choose the class for an HTTP status, and the hint for it or for Twilio's code.

    Args:
        action: what was tried.
        status: HTTP status.
        code: Twilio's error code, where given.
        message: Twilio's message, freed of what the user sent.
        request_id: Twilio's id of the request, where given.
        gone: whether the answer says that there is no such thing; the status alone does not.
    """
    kind = ServerError if status >= 500 else NotFoundError if gone else _BY_STATUS.get(status, ApiError)
    hint = _HINTS.get(code or 0) or _HINTS.get(status)
    return kind(action, status=status, code=code, message=message, request_id=request_id, hint=hint)
