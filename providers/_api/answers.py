"""What an answer over HTTP means: JSON, or one error of the tree in `errors`. Pure: nothing is sent here.

Only the API's own words count. "Gone" is a JSON body with Twilio's code 20404: a web server that answers 404 to
everything must not empty a state. A success without JSON is none, save for a deletion, which needs no body.
https://www.twilio.com/docs/usage/twilios-response
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, unquote

from ..errors import (
    AnswerLostError,
    ApiError,
    RateLimitError,
    ServerError,
    UnexpectedAnswerError,
    api_error,
)
from .names import is_visible
from .retry import retry_after_seconds

__all__ = ["ADDRESS_HINT", "Credential", "Json", "Received", "meaning"]

Json = dict[str, Any]

GONE = 20404
ADDRESS_HINT = "check the network, and twilio:baseUrl, twilio:region and twilio:edge if you set them"
_MESSAGE_CHARACTERS = 300
_SEPARATORS = re.compile(r"[\s/?&=#:;,.@+<>()\[\]{}\"'|]+")
_TELLING_CHARACTERS = 4
_SHORTEST_CREDENTIAL = 6


@dataclass(frozen=True)
class Credential:
    """What a request was signed with."""

    username: str
    password: str = field(repr=False)

    def forms(self) -> Iterator[str]:
        """Yield what no error may repeat: the password as it is, in a URL, in base64, in the header; longest first."""
        header = f"{self.username}:{self.password}"
        encoded = [base64.b64encode(text.encode()).decode().rstrip("=") for text in (header, self.password)]
        yield from sorted(
            {*encoded, quote(self.password, safe=""), self.password} - {""}, key=len, reverse=True
        )


@dataclass(frozen=True)
class Received:
    """An answer, whole.

    Args:
        method: of the request.
        address: that was asked, without its query.
        status: of HTTP.
        headers: by name; looked up without case.
        body: as it came, unpacked.
    """

    method: str
    address: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_json(self) -> bool:
        """Tell whether it says that it is JSON; media types have no case."""
        media_type = self.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return media_type == "application/json" or media_type.endswith("+json")

    def json(self) -> Any:
        """Parse the body; None if it is no JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


def meaning(
    action: str,
    received: Received,
    sent: Mapping[str, str | Sequence[str]],
    credential: Credential | None = None,
) -> Json:
    """Give what the API answered; {} for a deletion.

    Args:
        action: what was tried, for errors.
        received: the answer.
        sent: what the user sent, by name: no error repeats it.
        credential: what it was signed with: no error repeats it either, in whatever form.

    Raises:
        ApiError: if the API said no, by status and code.
        AnswerLostError: if the answer broke off.
        UnexpectedAnswerError: if this is no answer of the API.
    """
    if received.status >= 400:
        raise _refusal(action, received, sent, credential)
    if received.method == "DELETE" and _is_done(received):
        return {}
    if received.status >= 300 or not received.is_json:
        raise _unexpected(action, received, f"HTTP {received.status} without JSON is no answer of the API")
    try:
        answer = json.loads(received.body)
    except (ValueError, RecursionError):
        raise AnswerLostError(action, "the answer broke off") from None
    if not isinstance(answer, dict):
        raise _unexpected(action, received, "the answer is no JSON object")
    return answer


def _is_done(received: Received) -> bool:
    """Tell whether a deletion was taken: 204 is what the API says, 202 that it goes on by itself."""
    # A page is somebody else's; a word or two are not.
    is_page = "html" in received.headers.get("Content-Type", "").lower()
    return received.status == 204 or (received.status == 202 and not is_page)


def _refusal(
    action: str,
    received: Received,
    sent: Mapping[str, str | Sequence[str]],
    credential: Credential | None,
) -> ApiError | UnexpectedAnswerError:
    body = received.json()
    body = body if isinstance(body, dict) else {}
    code, message = body.get("code"), body.get("message")
    code = code if isinstance(code, int) and not isinstance(code, bool) else None
    if code is None and received.status < 500 and received.status != 429:
        # What stands between may fail or be busy in the API's place, and another attempt mends that. Nothing else
        # it says is about what was asked for.
        return _unexpected(
            action, received, f"HTTP {received.status} without one of Twilio's codes is no answer of the API"
        )
    error = api_error(
        action,
        status=received.status,
        code=code,
        message=_masked(message, sent, credential) if isinstance(message, str) else "",
        request_id=_request_id(received),
        gone=received.status == 404 and code == GONE,
    )
    if isinstance(error, RateLimitError | ServerError):
        error.retry_after_seconds = retry_after_seconds(
            received.headers.get("Retry-After"), _sent_at(received)
        )
    return error


def _unexpected(action: str, received: Received, reason: str) -> UnexpectedAnswerError:
    error = UnexpectedAnswerError(
        action,
        f"{reason} (asked: {received.method} {received.address})",
        hint="something between here and the API answers in its place; " + ADDRESS_HINT,
    )
    error.status = received.status
    return error


def _request_id(received: Received) -> str | None:
    found = re.fullmatch(r"RQ[A-Za-z0-9]{1,62}", received.headers.get("Twilio-Request-Id", ""))
    return found[0] if found else None


def _sent_at(received: Received) -> datetime:
    """Tell when the answer was sent, by the server's own clock: dates in its headers are read by it."""
    try:
        date = parsedate_to_datetime(received.headers.get("Date", ""))
    except ValueError:
        return datetime.now(UTC)
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _masked(message: str, sent: Mapping[str, str | Sequence[str]], credential: Credential | None) -> str:
    """Free the API's message of what the user sent, whole or in parts, and of anything but one short line.

    What steers a terminal goes before all else: a secret may be written with such characters in between.
    """
    message = _visible(message)
    for form in credential.forms() if credential else ():
        # Within a word too, unless it is as short as no true one, which other words may hold.
        bound = r"(?<!\w){}(?!\w)" if len(form) < _SHORTEST_CREDENTIAL else "{}"
        message = re.sub(bound.format(re.escape(form)), "[credential]", message)
    values = [
        (name, each)
        for name, value in sent.items()
        for given in ([value] if isinstance(value, str) else value)
        for each in {given, _visible(given)}
        if each
    ]
    pairs = {*values, *((name, part) for name, value in values for part in _telling_parts(value))}
    # A longer text first: it may hold a shorter one.
    for name, value in sorted(pairs, key=lambda pair: (-len(pair[1]), pair)):
        message = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", f"[{name}]", message)
    return " ".join(message.split())[:_MESSAGE_CHARACTERS]


def _visible(text: str) -> str:
    """Leave out control and format characters and lone surrogates; white space stays."""
    return "".join(each for each in text if each.isspace() or is_visible(each))


def _telling_parts(value: str) -> Iterator[str]:
    """Yield what may tell a secret or a person by itself: what follows a URL's host, and words that aren't plain."""
    _, is_url, address = value.partition("://")
    host, _, rest = address.partition("/") if is_url else ("", "", "")
    for text, all_tell in ((rest, True), (host or value, False)):
        for part in _SEPARATORS.split(unquote(text)):
            is_plain = part.isascii() and part.isalpha() and part.islower()
            if len(part) >= _TELLING_CHARACTERS and (all_tell or not is_plain):
                yield part
