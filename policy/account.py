"""List the services of an account over HTTP, for `python -m policy.scan --account`: read only, and small on purpose.

API: https://www.twilio.com/docs/conversations/api/service-resource (GET /v1/Services, paged by `meta.next_page_url`).
The pack stands alone, so that it does not use the provider's client.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import requests

from .rules.loopback import is_loopback

TIMEOUT_SECONDS = (5.0, 30.0)
PAGE_SIZE = 100
MAX_TRIES = 5
MAX_WAIT_SECONDS = 30.0

_RETRIED = frozenset({429, 500, 502, 503, 504})
_ACCOUNT_SID = re.compile(r"AC[0-9a-fA-F]{32}")


class AccountError(Exception):
    """The account can't be read; the text holds no credential and no name. A retry is safe: nothing was changed."""


def base_url(environment: Mapping[str, str]) -> str:
    """Tell where the API is.

    Raises:
        AccountError: if credentials would travel in clear text.
    """
    edge = environment.get("TWILIO_EDGE")
    region = environment.get("TWILIO_REGION") or ("us1" if edge else None)
    default = "https://" + ".".join(["conversations", *(p for p in (edge, region) if p), "twilio.com"])
    url = (environment.get("TWILIO_BASE_URL") or default).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return url
    if parts.scheme == "http" and is_loopback(parts.hostname or ""):
        return url
    raise AccountError(
        "TWILIO_BASE_URL must begin with https://\nhint: plain http is for this machine's loopback only"
    )


def credentials(environment: Mapping[str, str]) -> tuple[str, str]:
    """Read user and password of the API.

    Raises:
        AccountError: if they are missing or malformed.
    """
    key, secret = environment.get("TWILIO_API_KEY"), environment.get("TWILIO_API_SECRET")
    sid, token = environment.get("TWILIO_ACCOUNT_SID"), environment.get("TWILIO_AUTH_TOKEN")
    if key and secret:
        return key, secret
    if not (sid and token):
        raise AccountError(
            "no credentials are set\n"
            "hint: set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET"
        )
    if not _ACCOUNT_SID.fullmatch(sid):
        raise AccountError("TWILIO_ACCOUNT_SID must be AC and 32 hexadecimal digits")
    return sid, token


def services(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield SID and friendly name of every service of the account.

    Raises:
        AccountError: if the account can't be read.
    """
    base = base_url(environment)
    with requests.Session() as session:
        session.auth = credentials(environment)
        url: str | None = f"{base}/v1/Services?PageSize={PAGE_SIZE}"
        while url:
            page = _get(session, url)
            found = page.get("services")
            if not isinstance(found, list):
                raise AccountError("cannot list services: the answer holds no services")
            for service in found:
                yield str(service.get("sid", "")), str(service.get("friendly_name") or "")
            following = (page.get("meta") or {}).get("next_page_url")
            url = _same_origin(base, following) if following else None


def _get(session: requests.Session, url: str) -> dict[str, Any]:
    for attempt in range(1, MAX_TRIES + 1):
        try:
            answer = session.get(url, timeout=TIMEOUT_SECONDS, allow_redirects=False)
        except requests.RequestException as error:
            if attempt == MAX_TRIES:
                raise AccountError(f"cannot list services: {type(error).__name__}") from None
            time.sleep(wait_seconds(attempt, None))
            continue
        if answer.status_code in _RETRIED and attempt < MAX_TRIES:
            time.sleep(wait_seconds(attempt, answer.headers.get("Retry-After")))
            continue
        if answer.status_code != requests.codes.ok:
            hint = "\nhint: check the credentials" if answer.status_code in {401, 403} else ""
            raise AccountError(f"cannot list services: HTTP {answer.status_code}{hint}")
        try:
            page = answer.json()
        except ValueError:
            raise AccountError("cannot list services: the answer is no JSON") from None
        if not isinstance(page, dict):
            raise AccountError("cannot list services: the answer is no object")
        return page
    raise AssertionError("the last try answers or raises")


def wait_seconds(attempt: int, retry_after: str | None) -> float:
    """Tell how long to wait after failed try `attempt` (from 1): what the answer asks for, within bounds."""
    if retry_after and retry_after.isdigit():
        return min(float(retry_after), MAX_WAIT_SECONDS)
    return min(0.5 * 2.0 ** (attempt - 1), MAX_WAIT_SECONDS)


def _same_origin(base: str, url: object) -> str:
    ours, theirs = urlsplit(base), urlsplit(str(url))
    if (ours.scheme, ours.netloc) != (theirs.scheme, theirs.netloc):
        raise AccountError("cannot list services: the next page lies on another host")
    return str(url)
