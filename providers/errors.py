"""What can go wrong, one tree; every text tells the user what, where and what to do.

    TwilioError                    action, reason, hint; reference, status, code, request_id
    ├── ConfigurationError         TC1001  settings or credentials; nothing was sent
    │   ├── AlreadyToldError       TC1004  what keeps the whole run from its work; another error tells it in full
    │   ├── InputError             TC4001  an argument or input is not what it must be
    │   └── NoneFoundError         TC4002  a look-up finds nothing
    ├── NoAnswerError              TC2001  no whole answer came (on its own: no trusted connection; no retry helps)
    │   ├── NotSentError           TC2002  nothing was sent; safe to retry on every method
    │   └── AnswerLostError        TC2003  the work may be done; safe to retry on GET and DELETE
    │       └── TooLateError       TC2004  it took longer than the read time-out
    ├── UnexpectedAnswerError      TC2005  an answer the API's description does not know; no retry helps
    │   └── NotGoneError           TC2006  the API says that something is gone, and shows it
    ├── ApiError                   TC2007  the API said no; no retry helps, save for:
    │   ├── AuthenticationError    TC1002  it does not take the credentials
    │   │   └── ForbiddenError     TC1003  it takes them, and not for this
    │   ├── NotFoundError          TC2008
    │   ├── RateLimitError         TC2009  never processed; safe to retry on every method
    │   └── ServerError            TC2010  the work may be done; safe to retry on GET and DELETE
    ├── AlteredError               TC4004  the API keeps a value otherwise than it was sent
    ├── RefusedError               this provider declines, to protect what exists
    │   ├── NotEmptyError          TC3001  the thing to delete holds data
    │   │   ├── StillLedToError    TC3002  messages are led to it
    │   │   └── NotProvedError     TC3003  nobody can tell whether it holds any
    │   ├── NameTakenError         TC5001  the name is there already
    │   ├── OwnNameError           TC5002  what is to be replaced bears the declared name itself
    │   ├── NotAdoptableError      TC5003  what shall be adopted is not there, or not what is declared
    │   │   └── HeldError          TC5004  another resource of the program has it
    │   ├── AmbiguousError         TC5005  several things could be the one just made
    │   │   └── SeveralFoundError  TC4003  a look-up finds more than one
    │   ├── WrongAccountError      TC5006  the thing belongs to another account than the credentials
    │   │   └── WrongRegionError   TC5007  or to another region, or base URL
    │   └── ChangedError           TC5008  it is not any more what the preview saw
    └── InternalError              TC9001  a bug of this provider

Each class that is raised has a reference, by which users and pipelines tell what it is; it stands in front of the text,
`[TC3001] cannot delete …`, and nowhere else: what looks like one in the text itself loses its brackets. A reference is
never given to anything else. TC3 is for what would lose data (docs/errors.md).
No text holds a user's value, a name or a credential: they name kind, SID and input instead.
Codes of the API: https://www.twilio.com/docs/api/errors
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar

__all__ = [
    "AlreadyToldError",
    "AlteredError",
    "AmbiguousError",
    "AnswerLostError",
    "ApiError",
    "AuthenticationError",
    "ChangedError",
    "ConfigurationError",
    "ForbiddenError",
    "HeldError",
    "InputError",
    "InternalError",
    "NameTakenError",
    "NoAnswerError",
    "NoneFoundError",
    "NotAdoptableError",
    "NotEmptyError",
    "NotFoundError",
    "NotGoneError",
    "NotProvedError",
    "NotSentError",
    "OwnNameError",
    "RateLimitError",
    "RefusedError",
    "ServerError",
    "SeveralFoundError",
    "StillLedToError",
    "TooLateError",
    "TwilioError",
    "UnexpectedAnswerError",
    "WrongAccountError",
    "WrongRegionError",
    "api_error",
]

_DOCS_URL = "https://www.twilio.com/docs/api/errors/"
_LIKE_A_REFERENCE = re.compile(r"\[(TC[0-9]+)\]")


class TwilioError(Exception):
    """Something could not be done.

    Args:
        action: what was tried, e.g. "fetch conversation service IS…".
        reason: why it failed, one clause without a full stop.
        hint: what to do now; a line of its own.
    """

    reference: ClassVar[str] = ""
    """What tells this kind of error from all others, TC and four digits; "" of a class that is never raised itself."""
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
        text = f"cannot {self.action}: {self.reason}" + (f"\nhint: {self.hint}" if self.hint else "")
        return (f"[{self.reference}] " if self.reference else "") + _LIKE_A_REFERENCE.sub(r"(\1)", text)


class ConfigurationError(TwilioError):
    """Settings or credentials are missing or malformed; set them and run again."""

    reference = "TC1001"


class AlreadyToldError(ConfigurationError):
    """What keeps the whole run from its work, once more: the first error told it in full.

    Args:
        error: another one of the same cause.
    """

    reference = "TC1004"

    def __init__(self, error: TwilioError) -> None:
        super().__init__(error.action, "for what another error of this run tells in full")


class InputError(ConfigurationError):
    """An argument, or an input of a resource, is not what it must be; correct the program or the stack file."""

    reference = "TC4001"


class NoneFoundError(ConfigurationError):
    """A look-up finds nothing of that name."""

    reference = "TC4002"


class NoAnswerError(TwilioError):
    """No whole answer came. On its own: the server's certificate is not trusted; do not retry."""

    reference = "TC2001"


class NotSentError(NoAnswerError):
    """No connection came about, so nothing was sent; every method may be retried."""

    reference = "TC2002"


class AnswerLostError(NoAnswerError):
    """The request went out and no whole answer came back; GET and DELETE may be retried."""

    reference = "TC2003"


class TooLateError(AnswerLostError):
    """No whole answer came within the read time-out, and the server may still be at work."""

    reference = "TC2004"


class UnexpectedAnswerError(TwilioError):
    """The answer is none of the API's: a redirect, a page of HTML, fields missing; do not retry."""

    reference = "TC2005"


class NotGoneError(UnexpectedAnswerError):
    """The API says that what is to be deleted is gone, and shows it: the deletion is not done."""

    reference = "TC2006"


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

    reference = "TC2007"
    message: str

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
        self.message = message
        reason = f"HTTP {status}"
        reason += f", Twilio {code}" if code else ""
        reason += f": {message}" if message else ""
        reason += f" (request {request_id})" if request_id else ""
        super().__init__(action, reason, hint=hint or (f"{_DOCS_URL}{code}" if code else None))


class AuthenticationError(ApiError):
    """The API does not take the credentials (401); do not retry."""

    reference = "TC1002"

    def of(self, action: str) -> AuthenticationError:
        """Give the same refusal for another action, which need not be tried."""
        return AuthenticationError(
            action,
            status=self.status or 401,
            code=self.code,
            message=self.message,
            request_id=self.request_id,
            hint=self.hint,
        )


class ForbiddenError(AuthenticationError):
    """The API takes the credentials, and not for this (403); do not retry."""

    reference = "TC1003"


class NotFoundError(ApiError):
    """There is no such thing, or not in this account (404 with Twilio's code 20404); do not retry."""

    reference = "TC2008"


class RateLimitError(ApiError):
    """Too many requests (429): this one was not processed; every method may be retried."""

    reference = "TC2009"
    retry_after_seconds: float | None = None


class ServerError(ApiError):
    """The API failed (5xx), before or after the work; GET and DELETE may be retried."""

    reference = "TC2010"
    retry_after_seconds: float | None = None


class AlteredError(TwilioError):
    """The API took a request and keeps something else than it was sent; declare it as the API keeps it."""

    reference = "TC4004"


class RefusedError(TwilioError):
    """The provider declines, to protect what exists; do as the hint says."""

    def __init__(self, action: str, reason: str, *, hint: str, sids: Iterable[str] = ()) -> None:
        self.sids = tuple(sids)
        super().__init__(action, reason, hint=hint)


class NotEmptyError(RefusedError):
    """Deleting or replacing would lose data."""

    reference = "TC3001"


class StillLedToError(NotEmptyError):
    """It holds nothing, and messages are led to it: who deletes it loses what is to come."""

    reference = "TC3002"


class NotProvedError(NotEmptyError):
    """Nobody can tell whether deleting would lose data."""

    reference = "TC3003"


class NameTakenError(RefusedError):
    """The name is there already, and `on_name_conflict` does not allow to go on."""

    reference = "TC5001"


class OwnNameError(RefusedError):
    """What is to be replaced bears the declared name itself: it would be lost for nothing."""

    reference = "TC5002"


class NotAdoptableError(RefusedError):
    """What shall be adopted is not there, or differs from what is declared."""

    reference = "TC5003"


class HeldError(NotAdoptableError):
    """Another resource of this program has it, or is to have it; two owners would undo each other's work."""

    reference = "TC5004"


class AmbiguousError(RefusedError):
    """A lost answer left several candidates; only a person can tell which one is ours."""

    reference = "TC5005"


class SeveralFoundError(AmbiguousError):
    """A look-up finds more than one."""

    reference = "TC4003"


class WrongAccountError(RefusedError):
    """The state's thing is in another account: a 404 there would look as if it were gone."""

    reference = "TC5006"


class WrongRegionError(WrongAccountError):
    """The state's thing is in another region, or behind another base URL."""

    reference = "TC5007"


class ChangedError(RefusedError):
    """It was changed by other hands between a run's preview and its update; run again."""

    reference = "TC5008"


class InternalError(TwilioError):
    """Something unforeseen happened in this provider: a bug."""

    reference = "TC9001"


_BY_STATUS: dict[int, type[ApiError]] = {
    401: AuthenticationError,
    403: ForbiddenError,
    429: RateLimitError,
}
_HINTS = {
    401: "check the credentials (and the region: each has its own): twilio:accountSid with twilio:authToken, or "
    "twilio:apiKey with twilio:apiSecret, or their TWILIO_… variables",
    21102: "the parent account has reached its number of services, those of its subaccounts included; delete some, "
    "or ask Twilio to raise the limit",
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
