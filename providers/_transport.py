"""HTTP to one account: each call ends as JSON or as one error of the tree in `errors`.

All that is common to the API's resources: authentication, time-outs, retries, paging, the bound on requests in
flight. It knows no resource. Redirects are never followed and no .netrc is read, so that the credentials go to
one origin only. https://www.twilio.com/docs/usage/requests-to-twilio
"""

from __future__ import annotations

import random
import re
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ReadTimeoutError

from ._config import DEFAULT_ORIGIN, Settings
from ._retry import Backoff, retry_after_seconds, should_retry
from .errors import (
    AnswerLostError,
    ApiError,
    NoAnswerError,
    NotFoundError,
    NotSentError,
    RateLimitError,
    ServerError,
    TwilioError,
    UnexpectedAnswerError,
    api_error,
)

__all__ = ["PAGE_SIZE", "Form", "Json", "Transport"]

Json = dict[str, Any]
Form = Mapping[str, str | Sequence[str]]

PAGE_SIZE = 100  # the API's maximum
_MESSAGE_CHARACTERS = 300
_ADDRESS_HINT = "check the network, and twilio:baseUrl, twilio:region and twilio:edge if you set them"


class Transport:
    """Send requests to one account, from any thread.

    Args:
        settings: where to, as whom, and how patiently.
        jitter: gives a number from 0 to 1 for each wait between attempts.
    """

    def __init__(self, settings: Settings, *, jitter: Callable[[], float] = random.random) -> None:
        self._settings = settings
        self._jitter = jitter
        self._slots = threading.BoundedSemaphore(settings.max_concurrency)
        self._of_thread = threading.local()

    def backoff(self) -> Backoff:
        """Begin the waits of one request."""
        return Backoff(self._settings.retry, self._jitter)

    @property
    def read_timeout_seconds(self) -> float:
        """How long an answer may take before it counts as lost."""
        return self._settings.read_timeout_seconds

    def get(self, action: str, path: str, params: Form | None = None) -> Json:
        """Fetch one page or thing."""
        return self._request(action, "GET", path, params=params)

    def post(self, action: str, path: str, form: Form, *, repeatable: bool = False) -> Json:
        """Create or change something; a lost answer is not retried, for the work may be done.

        Args:
            action: what is done, for errors.
            path: of what is changed, or of the listing that grows.
            form: parameters; one with several values is sent once for each.
            repeatable: twice is as good as once, as where values are set: then a lost answer is retried.
        """
        return self._request(action, "POST", path, form=form, repeatable=repeatable)

    def delete(self, action: str, path: str) -> None:
        """Delete something; that it is gone already is what was wanted."""
        try:
            self._request(action, "DELETE", path)
        except NotFoundError:
            return

    def pages(self, action: str, path: str, key: str, size: int = PAGE_SIZE) -> Iterator[list[Json]]:
        """Fetch a listing page by page.

        Args:
            action: what is done, for errors.
            path: of the listing.
            key: under which a page holds its items.
            size: items on a page.
        """
        params: Form | None = {"PageSize": str(size)}
        seen: set[str] = set()
        following: str | None = path
        while following is not None:
            if following in seen:
                raise UnexpectedAnswerError(action, "the listing leads back to a page already read")
            seen.add(following)
            page = self.get(action, following, params)
            items, meta = page.get(key), page.get("meta")
            if not isinstance(items, list) or not isinstance(meta, dict):
                raise UnexpectedAnswerError(action, f"a page of the listing lacks {key} or meta")
            yield items
            following, params = self._following(action, meta.get("next_page_url")), None

    def _following(self, action: str, url: object) -> str | None:
        """Turn the next page's URL into a path, provided that it lies on the same origin."""
        if url is None:
            return None
        parts = urlsplit(str(url))
        own = self._settings.origin
        # In a region, the API may name its plain host; the request itself always goes to our own origin.
        trusted = {own, DEFAULT_ORIGIN} if own.endswith(".twilio.com") else {own}
        if f"{parts.scheme}://{parts.netloc}" not in trusted:
            raise UnexpectedAnswerError(
                action,
                "the listing's next page lies on another origin",
                hint="if twilio:baseUrl is a proxy, it must rewrite the URLs in the answers too",
            )
        return f"{parts.path}?{parts.query}"

    def _request(
        self,
        action: str,
        method: str,
        path: str,
        *,
        params: Form | None = None,
        form: Form | None = None,
        repeatable: bool = False,
    ) -> Json:
        """Send a request, again where that is safe."""
        backoff = self.backoff()
        while True:
            try:
                return self._attempt(action, method, path, params, form)
            except TwilioError as error:
                again = should_retry(method, error, backoff.attempt, repeatable=repeatable)
                if not again or not backoff.wait(error):
                    raise

    def _attempt(self, action: str, method: str, path: str, params: Form | None, form: Form | None) -> Json:
        settings = self._settings
        with self._slots:
            try:
                response = self._session().request(
                    method,
                    settings.origin + path,
                    params=params,
                    data=form,
                    timeout=(settings.connect_timeout_seconds, settings.read_timeout_seconds),
                    allow_redirects=False,
                )
            except requests.RequestException as error:
                raise _no_answer(action, error) from None
        if response.status_code >= 400:
            raise self._error(action, response, form or {})
        return _json(action, response)

    def _session(self) -> requests.Session:
        """Give this thread's session: a requests.Session is not made to be shared."""
        session: requests.Session | None = getattr(self._of_thread, "session", None)
        if session is None:
            settings = self._settings
            session = requests.Session()
            # Set on the session, so that no .netrc entry takes its place.
            session.auth = (settings.username, settings.password.reveal())
            # Plain http is for loopback: a proxy of the environment would carry the credentials off.
            session.trust_env = settings.origin.startswith("https:")
            session.headers["Accept"] = "application/json"
            self._of_thread.session = session
        return session

    def _error(self, action: str, response: requests.Response, form: Form) -> ApiError:
        try:
            body = response.json()
        except ValueError:
            body = None
        body = body if isinstance(body, dict) else {}
        code, message = body.get("code"), body.get("message")
        error = api_error(
            action,
            status=response.status_code,
            code=code if isinstance(code, int) else None,
            message=self._masked(message, form) if isinstance(message, str) else "",
            request_id=response.headers.get("Twilio-Request-Id"),
        )
        if isinstance(error, RateLimitError | ServerError):
            header = response.headers.get("Retry-After")
            error.retry_after_seconds = retry_after_seconds(header, datetime.now(UTC))
        return error

    def _masked(self, message: str, form: Form) -> str:
        """Free the API's message of what the user sent, and of anything but one short line."""
        sent = [
            (name, each)
            for name, value in form.items()
            for each in ([value] if isinstance(value, str) else value)
        ]
        for name, value in (*sent, ("credential", self._settings.password.reveal())):
            if value:
                message = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", f"[{name}]", message)
        return " ".join(message.split())[:_MESSAGE_CHARACTERS]


def _no_answer(action: str, error: requests.RequestException) -> NoAnswerError:
    """Tell what became of a request without a whole answer: never sent, or perhaps done."""
    causes = list(_causes(error))

    def caused_by(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    if caused_by(ssl.SSLCertVerificationError):
        return NoAnswerError(
            action,
            "the server's certificate is not trusted",
            hint="behind a proxy that inspects TLS, set REQUESTS_CA_BUNDLE to its certificate",
        )
    if caused_by(
        requests.ConnectTimeout, ConnectTimeoutError, NewConnectionError, requests.exceptions.ProxyError
    ):
        return NotSentError(action, "no connection to the API came about", hint=_ADDRESS_HINT)
    if caused_by(requests.ReadTimeout, ReadTimeoutError):
        return AnswerLostError(
            action,
            "no answer came within the read time-out",
            hint="a larger twilio:readTimeoutSeconds waits longer",
            late=True,
        )
    return AnswerLostError(action, "the connection broke before the answer was complete", hint=_ADDRESS_HINT)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Walk through an error of requests and what urllib3 packed into it."""
    yield error
    for inner in (*error.args, getattr(error, "reason", None)):
        if isinstance(inner, BaseException):
            yield from _causes(inner)


def _json(action: str, response: requests.Response) -> Json:
    if response.status_code == 204:
        return {}
    content_type = response.headers.get("Content-Type", "")
    if not response.ok or response.status_code >= 300 or "json" not in content_type:
        raise UnexpectedAnswerError(
            action,
            f"HTTP {response.status_code} without JSON is no answer of the API",
            hint="something between here and the API answers in its place; " + _ADDRESS_HINT,
        )
    try:
        answer = response.json()
    except ValueError:
        raise AnswerLostError(action, "the answer broke off") from None
    if not isinstance(answer, dict):
        raise UnexpectedAnswerError(action, "the answer is no JSON object")
    return answer
