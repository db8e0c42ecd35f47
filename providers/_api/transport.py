"""HTTP to one account: each call ends as JSON or as one error of the tree in `errors`.

All that is common to the API's resources: authentication, time-outs, retries, paging, the bound on requests in
flight. It knows no resource, and what an answer means stands in `answers`. Redirects are never followed, no .netrc
is read and a next page is asked of our own host, so that the credentials go to one origin only. Nothing waits without
end: an answer has a time to be whole in, a listing one for all its pages.
https://www.twilio.com/docs/usage/requests-to-twilio
"""

from __future__ import annotations

import os
import random
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote, unquote, urljoin, urlsplit

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ReadTimeoutError

from ..errors import (
    AnswerLostError,
    AuthenticationError,
    NoAnswerError,
    NotSentError,
    RateLimitError,
    TooLateError,
    TwilioError,
    UnexpectedAnswerError,
)
from .answers import ADDRESS_HINT, Credential, Json, Received, meaning
from .config import Settings
from .deadline import Answer, answer_within, mount
from .fields import Form
from .retry import Backoff, should_retry
from .slots import Slots
from .times import RequestTimes

__all__ = ["PAGE_SIZE", "Json", "Transport"]

PAGE_SIZE = 100  # the API's maximum
# Twilio is known to send empty pages that lead on; that many in a row lead nowhere.
_BARREN_PAGES = 100
# A page of the API has some hundred kilobytes at most.
_MAX_BYTES = 64 * 2**20
_SID = re.compile(r"\b[A-Z]{2}[0-9a-fA-F]{32}\b")
# X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH of OpenSSL.
_WRONG_HOST = (62, 64)


class Transport:
    """Send requests to one account, from any thread.

    Args:
        settings: where to, as whom, and how patiently.
        jitter: gives a number from 0 to 1 for each wait between attempts.
    """

    def __init__(self, settings: Settings, *, jitter: Callable[[], float] = random.random) -> None:
        self._settings = settings
        self._jitter = jitter
        self._slots = Slots(settings.max_concurrency)
        self._of_thread = threading.local()
        # SIDs of what this process has made: another place of the API may not know them yet.
        self._fresh: set[str] = set()
        # Whether the API has taken the credentials once; and how it has refused them.
        self._accepted = False
        self._refused: AuthenticationError | None = None
        self._times = RequestTimes(os.environ)

    def backoff(self) -> Backoff:
        """Begin the waits of one request."""
        return Backoff(self._settings.retry, self._jitter)

    @property
    def most_at_once(self) -> int:
        """How many requests may be in flight at once."""
        return self._settings.max_concurrency

    @property
    def read_timeout_seconds(self) -> float:
        """How long an answer may take before it counts as lost."""
        return self._settings.read_timeout_seconds

    def get(
        self, action: str, path: str, params: Form | None = None, *, hide: Mapping[str, str] | None = None
    ) -> Json:
        """Fetch one page or thing.

        Args:
            action: what is done, for errors.
            path: of the page or thing.
            params: parameters.
            hide: what no error may show of the path, by name.
        """
        return self._request(action, "GET", path, params=params, hide=hide or {})

    def post(self, action: str, path: str, form: Form, *, repeatable: bool = False) -> Json:
        """Create or change something; a lost answer is not retried, for the work may be done.

        Args:
            action: what is done, for errors.
            path: of what is changed, or of the listing that grows.
            form: parameters; one with several values is sent once for each.
            repeatable: twice is as good as once, as where values are set: then a lost answer is retried.
        """
        answer = self._request(action, "POST", path, form=form, repeatable=repeatable)
        if not repeatable and isinstance(answer.get("sid"), str):
            self._fresh.add(answer["sid"])
        return answer

    def delete(self, action: str, path: str, *, before: Callable[[], None] | None = None) -> None:
        """Delete something.

        Args:
            action: what is done, for errors.
            path: of what goes.
            before: what must hold, asked before each attempt: whatever it raises, nothing is sent then.

        Raises:
            NotFoundError: if it is gone already; whether that is what was wanted, the caller knows.
        """
        self._request(action, "DELETE", path, before=before)

    def pages(self, action: str, path: str, key: str, size: int = PAGE_SIZE) -> Iterator[list[Json]]:
        """Fetch a listing page by page, empty ones included.

        Args:
            action: what is done, for errors.
            path: of the listing.
            key: under which a page holds its items.
            size: items on a page.

        Raises:
            UnexpectedAnswerError: if a page is none, or the pages come to no end.
        """
        params: Form | None = {"PageSize": str(size)}
        ends = time.monotonic() + self._walk_seconds
        asked: set[str] = set()
        known: set[str] = set()
        following: str | None = path
        barren = 0
        while following:
            if following in asked or barren > _BARREN_PAGES or time.monotonic() > ends:
                raise UnexpectedAnswerError(
                    action,
                    "the listing comes to no end: its pages lead back, bring nothing new, or take too long",
                    hint="run again; if it stays so, something between here and the API makes up pages",
                )
            asked.add(following)
            page = self.get(action, following, params)
            items, meta = page.get(key), page.get("meta")
            if not isinstance(items, list) or not isinstance(meta, dict):
                raise UnexpectedAnswerError(action, f"a page of the listing lacks {key} or meta")
            yield items
            new = {str(item.get("sid")) for item in items if isinstance(item, dict)} - known
            known |= new
            barren = 0 if new else barren + 1
            following, params = _following(action, path, meta.get("next_page_url")), None

    @property
    def _walk_seconds(self) -> float:
        return self._settings.retry.ceiling_seconds + 10 * self._settings.read_timeout_seconds

    def _request(
        self,
        action: str,
        method: str,
        path: str,
        *,
        params: Form | None = None,
        form: Form | None = None,
        repeatable: bool = False,
        before: Callable[[], None] | None = None,
        hide: Mapping[str, str] | None = None,
    ) -> Json:
        """Send a request, again where that is safe."""
        backoff = self.backoff()
        fresh = not self._fresh.isdisjoint(_SID.findall(path))
        while True:
            if before is not None:
                before()
            try:
                return self._attempt(action, method, path, params, form, hide or {})
            except TwilioError as error:
                again = should_retry(method, error, backoff.attempt, repeatable=repeatable, fresh=fresh)
                if not again or not backoff.wait(error):
                    raise

    def _attempt(
        self,
        action: str,
        method: str,
        path: str,
        params: Form | None,
        form: Form | None,
        hide: Mapping[str, str],
    ) -> Json:
        settings = self._settings
        with (
            self._slots.one() as under,
            self._times.one(),
            answer_within(settings.read_timeout_seconds) as answer,
        ):
            if self._refused and not self._accepted:
                # They never were right, and will not be in this run. Refused later, they may be right again.
                raise self._refused.of(action)
            try:
                response = self._session().request(
                    method,
                    settings.origin + path,
                    params=params,
                    data=form,
                    timeout=(settings.connect_timeout_seconds, settings.read_timeout_seconds),
                    allow_redirects=False,
                    stream=True,
                )
                with response:
                    body = _body(response)
            except (requests.RequestException, OSError) as error:
                raise _no_answer(action, error, answer) from None
        if answer.expired:
            raise _too_late(action)
        if len(body) > _MAX_BYTES:
            raise UnexpectedAnswerError(action, f"the answer is larger than {_MAX_BYTES} bytes")
        address = settings.origin + path.partition("?")[0]
        for name, value in hide.items():
            address = address.replace(quote(value, safe=""), f"[{name}]")
        received = Received(method, address, response.status_code, response.headers, body)
        credential = Credential(settings.username, settings.password.reveal())
        hidden = {name: [value, quote(value, safe="")] for name, value in hide.items()}
        try:
            answered = meaning(action, received, {**(form or {}), **hidden}, credential)
        except AuthenticationError as error:
            if type(error) is AuthenticationError:
                self._refused = error
            raise
        except RateLimitError:
            self._slots.refused(under)
            raise
        self._accepted = True
        self._slots.accepted()
        return answered

    def _session(self) -> requests.Session:
        """Give this thread's session: a requests.Session is not made to be shared."""
        session: requests.Session | None = getattr(self._of_thread, "session", None)
        if session is None:
            settings = self._settings
            session = _Session()
            mount(session)
            # Set on the session, so that no .netrc entry takes its place.
            session.auth = (settings.username, settings.password.reveal())
            # Plain http is for loopback: a proxy of the environment would carry the credentials off.
            session.trust_env = settings.origin.startswith("https:")
            session.headers["Accept"] = "application/json"
            self._of_thread.session = session
        return session


class _Session(requests.Session):
    """Reads no redirect: requests prepares to follow one that it shall not, and fails at what is no address."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Name no address, whatever the answer says."""
        _ = resp
        return None


def _body(response: requests.Response) -> bytes:
    """Read the body, and no more than is sane."""
    body = bytearray()
    for part in response.iter_content(65536):
        body += part
        if len(body) > _MAX_BYTES:
            break
    return bytes(body)


def _following(action: str, path: str, url: object) -> str | None:
    """Turn the next page's URL into a path to ask of our own host: the API may name another one that is it too.

    Twilio names its plain host where a region or edge was asked, and a proxy leaves URLs as they are. The credentials
    go to our own origin all the same, and to the listing itself.
    """
    if url is None:
        return None
    try:
        # Against the listing itself: a reference may be relative, down to a query alone.
        parts = urlsplit(urljoin(path, str(url)))
    except ValueError:
        parts = urlsplit("")
    if unquote(parts.path).rstrip("/") != path or not parts.query:
        raise UnexpectedAnswerError(
            action,
            "the next page that the listing names is none of this listing",
            hint="if twilio:baseUrl is a proxy, it must leave the paths in the answers as they are",
        )
    return f"{path}?{parts.query}"


def _no_answer(action: str, error: Exception, answer: Answer) -> NoAnswerError:
    """Tell what became of a request without a whole answer: never sent, or perhaps done."""
    causes = list(_causes(error))

    def caused_by(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            if cause.verify_code in _WRONG_HOST:
                return NoAnswerError(
                    action,
                    "the server's certificate is of another host",
                    hint="check twilio:region and twilio:edge (or twilio:baseUrl): together they make the host",
                )
            return NoAnswerError(
                action,
                "the server's certificate is not trusted",
                hint="behind a proxy that inspects TLS, set REQUESTS_CA_BUNDLE to its certificate",
            )
    if caused_by(
        requests.exceptions.InvalidSchema,
        requests.exceptions.InvalidProxyURL,
        requests.exceptions.InvalidURL,
    ):
        return NoAnswerError(
            action,
            "the address of the API or of the proxy can't be used",
            hint="check twilio:baseUrl, and HTTPS_PROXY and ALL_PROXY of the environment",
        )
    if caused_by(
        requests.ConnectTimeout, ConnectTimeoutError, NewConnectionError, requests.exceptions.ProxyError
    ):
        return NotSentError(action, "no connection to the API came about", hint=ADDRESS_HINT)
    if answer.expired or caused_by(requests.ReadTimeout, ReadTimeoutError):
        return _too_late(action)
    if not caused_by(requests.RequestException):
        # requests leaves errors of the file system as they are: certificates that can't be read.
        return NoAnswerError(
            action,
            "the request could not be made",
            hint="check REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE of the environment",
        )
    return AnswerLostError(action, "the connection broke before the answer was complete", hint=ADDRESS_HINT)


def _too_late(action: str) -> TooLateError:
    return TooLateError(
        action,
        "no whole answer came within the read time-out",
        hint="a larger twilio:readTimeoutSeconds waits longer",
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Walk through an error of requests and what urllib3 packed into it."""
    yield error
    for inner in (*error.args, getattr(error, "reason", None)):
        if isinstance(inner, BaseException):
            yield from _causes(inner)
