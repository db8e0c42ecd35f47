"""Settings and credentials, from Pulumi's configuration and from the environment.

Two shapes come in: the stack's whole configuration (`twilio:accountSid`; the default provider) and the inputs of
an explicit `TwilioAccount` (`accountSid`, no namespace). An explicit account takes nothing but its base URL from
the environment: one account's credentials or region never complete another's. No request is made here.
Keys, units and ranges: docs/configuration.md; hosts: https://www.twilio.com/docs/global-infrastructure
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from ..errors import ConfigurationError
from .checks import is_loopback
from .retry import RetryPolicy
from .secret import Secret
from .surroundings import surroundings_problems

__all__ = ["DEFAULT_ORIGIN", "EDGES", "ENVIRONMENT", "KEYS", "NUMBERS", "Number", "Settings", "read_settings"]

NAMESPACE = "twilio:"
DEFAULT_ORIGIN = "https://conversations.twilio.com"
ENVIRONMENT: Mapping[str, str] = {
    "accountSid": "TWILIO_ACCOUNT_SID",
    "authToken": "TWILIO_AUTH_TOKEN",
    "apiKey": "TWILIO_API_KEY",
    "apiSecret": "TWILIO_API_SECRET",
    "region": "TWILIO_REGION",
    "edge": "TWILIO_EDGE",
    "baseUrl": "TWILIO_BASE_URL",
}


class Number(NamedTuple):
    """A numeric setting: its default, least and greatest value."""

    default: float
    least: float
    greatest: float
    whole: bool = False


# Where each region is entered. A host of a region alone answers no longer, save for us1:
# https://www.twilio.com/docs/global-infrastructure/using-the-twilio-rest-api-in-a-non-us-region
EDGES: Mapping[str, str] = {
    "au1": "sydney",
    "br1": "sao-paulo",
    "de1": "frankfurt",
    "ie1": "dublin",
    "jp1": "tokyo",
    "jp2": "osaka",
    "sg1": "singapore",
    "us1": "ashburn",
    "us2": "umatilla",
}
NUMBERS: Mapping[str, Number] = {
    "maxConcurrency": Number(16, 1, 64, whole=True),
    "connectTimeoutSeconds": Number(5, 0.1, 300),
    "readTimeoutSeconds": Number(30, 0.1, 600),
    "retryBaseSeconds": Number(0.5, 0.001, 60),
    "retryMaxDelaySeconds": Number(10, 0.001, 600),
    "retryCeilingSeconds": Number(120, 0, 3600),
}
KEYS = (*ENVIRONMENT, *NUMBERS)

_ACCOUNT_SID = re.compile(r"AC[0-9a-fA-F]{32}")
_API_KEY = re.compile(r"SK[0-9a-fA-F]{32}")
_TOKEN = re.compile(r"[!-~]+")
_HOST_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")

_HINT = (
    "give an account SID with its auth token (pulumi config set twilio:accountSid AC…; pulumi config set --secret "
    "twilio:authToken; or TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN), or an API key with its secret (pulumi config "
    "set twilio:apiKey SK…; pulumi config set --secret twilio:apiSecret; or TWILIO_API_KEY and TWILIO_API_SECRET)"
)
_EXPLICIT_HINT = "give TwilioAccount account_sid with auth_token, or api_key with api_secret"


@dataclass(frozen=True)
class Settings:
    """How to reach one account. Hashable: equal settings share one client per process.

    Args:
        account_sid: the account, where known: with an API key it may be left out.
        username: account SID or API key, for basic authentication.
        password: auth token or API secret.
        origin: scheme and host of the API, without a slash at the end.
        max_concurrency: requests in flight at once, 1 to 64.
        connect_timeout_seconds: for a connection to come about.
        read_timeout_seconds: for an answer to be whole.
        retry: how long retries take.
    """

    account_sid: str | None
    username: str
    password: Secret
    origin: str
    max_concurrency: int
    connect_timeout_seconds: float
    read_timeout_seconds: float
    retry: RetryPolicy


def read_settings(config: Mapping[str, object], environ: Mapping[str, str]) -> Settings:
    """Read all settings, or say at once all that is wrong with them.

    Args:
        config: the stack's configuration, or an explicit provider's inputs.
        environ: environment variables; an empty one counts as absent.

    Raises:
        ConfigurationError: if a credential or setting is missing, malformed or contradicts another.
    """
    source = _Source(config, environ)
    username, password = _credentials(source)
    origin = _origin(source)
    numbers = {key: _number(source, key, rule) for key, rule in NUMBERS.items()}
    source.problems.extend(surroundings_problems(origin, environ))
    if source.problems:
        raise ConfigurationError(
            "configure the Twilio provider",
            "; ".join(source.problems),
            hint=_EXPLICIT_HINT if source.explicit else _HINT,
        )
    return Settings(
        account_sid=source.value("accountSid") or None,
        username=username,
        password=Secret(password),
        origin=origin,
        max_concurrency=int(numbers["maxConcurrency"]),
        connect_timeout_seconds=numbers["connectTimeoutSeconds"],
        read_timeout_seconds=numbers["readTimeoutSeconds"],
        retry=RetryPolicy(
            base_seconds=numbers["retryBaseSeconds"],
            max_delay_seconds=numbers["retryMaxDelaySeconds"],
            ceiling_seconds=numbers["retryCeilingSeconds"],
        ),
    )


class _Source:
    """Where values come from, and the problems met so far."""

    def __init__(self, config: Mapping[str, object], environ: Mapping[str, str]) -> None:
        self.explicit = any(key in config for key in KEYS)
        self.problems: list[str] = []
        self._environ = environ
        self._prefix = "" if self.explicit else NAMESPACE
        self._config = {
            key.removeprefix(self._prefix): str(value)
            for key, value in config.items()
            if key.startswith(self._prefix) and value not in (None, "")
        }
        if not self.explicit:
            self._reject_mistyped()

    def config(self, key: str) -> str:
        """Give the value in the configuration, "" if there is none."""
        return self._config.get(key, "")

    def environment(self, key: str) -> str:
        """Give the value of the key's variable, "" if there is none or it must not be used."""
        if self.explicit and key != "baseUrl":
            return ""
        return self._environ.get(ENVIRONMENT.get(key, ""), "")

    def value(self, key: str) -> str:
        """Give the value in the configuration, else in the environment."""
        return self.config(key) or self.environment(key)

    def where(self, key: str) -> str:
        """Name the place a key's value came from, for an error."""
        return self._prefix + key if self.config(key) else ENVIRONMENT.get(key, self._prefix + key)

    def must(self, key: str, rule: str) -> None:
        """Note that a value breaks its rule."""
        self.problems.append(f"{self.where(key)} must be {rule}")

    def _reject_mistyped(self) -> None:
        # Other providers may use the namespace too: only what looks like one of our keys is a mistake.
        for key in sorted(self._config.keys() - set(KEYS)):
            by_case = {known.lower(): known for known in KEYS}
            close = difflib.get_close_matches(key.lower(), by_case, n=1, cutoff=0.85)
            if close:
                self.problems.append(f"{NAMESPACE}{key} is not known, {NAMESPACE}{by_case[close[0]]} is")


def _credentials(source: _Source) -> tuple[str, str]:
    """Find user name and password. What proves the account comes from one place, configuration first."""
    secret_keys = ("authToken", "apiKey", "apiSecret")
    get = source.config if any(map(source.config, secret_keys)) else source.environment
    token, api_key, api_secret = map(get, secret_keys)
    account_sid = source.value("accountSid")

    if account_sid and not _ACCOUNT_SID.fullmatch(account_sid):
        source.must("accountSid", "AC and 32 hexadecimal digits")
    if api_key and not _API_KEY.fullmatch(api_key):
        source.must("apiKey", "SK and 32 hexadecimal digits")
    for key, secret in (("authToken", token), ("apiSecret", api_secret)):
        if secret and not _TOKEN.fullmatch(secret):
            source.must(key, "printable ASCII without spaces")

    match bool(token), bool(api_key), bool(api_secret):
        case True, False, False if account_sid:
            return account_sid, token
        case False, True, True:
            # The API does not need the account SID: no path names the account, and the key proves it.
            return api_key, api_secret
        case True, False, False:
            source.problems.append("an auth token is set without an account SID")
        case False, False, False:
            source.problems.append("no auth token and no API key is set")
        case False, _, _:
            present, absent = ("key", "secret") if api_key else ("secret", "key")
            source.problems.append(f"an API {present} is set without its API {absent}")
        case _:
            source.problems.append("both an auth token and an API key are set; only one may be")
    return "", ""


def _origin(source: _Source) -> str:
    """Find the API's origin: the base URL, else the host of edge and region, else the default."""
    base_url = source.value("baseUrl")
    if base_url:
        return _checked_origin(source, base_url)
    region, edge = source.value("region"), source.value("edge")
    for key, label in (("region", region), ("edge", edge)):
        if label and not _HOST_LABEL.fullmatch(label):
            source.must(key, "a name such as ie1 or dublin: small letters, digits, hyphens")
    if edge and not region:
        region = "us1"
    if region and not edge:
        edge = EDGES.get(region, "")
        if not edge and not source.problems:
            known = ", ".join(EDGES)
            source.problems.append(
                f"{source.where('region')} is none of {known}; for another one, give {source.where('edge')} too"
            )
    labels = ["conversations", edge, region, "twilio.com"]
    return "https://" + ".".join(label for label in labels if label)


def _checked_origin(source: _Source, url: str) -> str:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    else:
        extra = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
        if parts.scheme in ("http", "https") and host and not extra and re.fullmatch(r"[!-~]+", url):
            if parts.scheme == "http" and not is_loopback(host):
                source.must("baseUrl", "https: plain http would send the credentials in clear text")
            bracketed = f"[{host}]" if ":" in host else host
            return f"{parts.scheme}://{bracketed}" + (f":{port}" if port is not None else "")
    source.must("baseUrl", "scheme, host and port only, such as https://conversations.twilio.com")
    return DEFAULT_ORIGIN


def _number(source: _Source, key: str, rule: Number) -> float:
    text = source.value(key)
    if not text:
        return rule.default
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not rule.least <= value <= rule.greatest or (rule.whole and not value.is_integer()):
        kind = "a whole number" if rule.whole else "a number"
        source.must(key, f"{kind} from {rule.least:g} to {rule.greatest:g}")
        return rule.default
    return value
