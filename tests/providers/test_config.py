"""Settings and credentials: where they come from, what is refused, and what the errors never say."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers._api.config import ENVIRONMENT, KEYS, NUMBERS, Settings, read_settings
from providers._api.retry import RetryPolicy
from providers._api.secret import Secret
from providers.errors import ConfigurationError

AC, SK = "AC" + "0a" * 16, "SK" + "1b" * 16
TOKEN, KEY_SECRET = "t0ken-in-use", "k3y-secret-in-use"
BY_TOKEN = {"twilio:accountSid": AC, "twilio:authToken": TOKEN}
BY_KEY = {"twilio:apiKey": SK, "twilio:apiSecret": KEY_SECRET}
ENV_BY_TOKEN = {"TWILIO_ACCOUNT_SID": AC, "TWILIO_AUTH_TOKEN": TOKEN}
ENV_BY_KEY = {"TWILIO_API_KEY": SK, "TWILIO_API_SECRET": KEY_SECRET}
OTHER_AC, OTHER_TOKEN = "AC" + "9" * 32, "other-token"


def test_read_settings_defaults():
    """Credentials are all that one must set."""
    expected = Settings(
        account_sid=AC,
        username=AC,
        password=Secret(TOKEN),
        origin="https://conversations.twilio.com",
        max_concurrency=16,
        connect_timeout_seconds=5,
        read_timeout_seconds=30,
        retry=RetryPolicy(base_seconds=0.5, max_delay_seconds=10, ceiling_seconds=120),
    )

    assert expected == read_settings(BY_TOKEN, {})


@pytest.mark.parametrize(
    ("config", "environ", "credentials"),
    [
        (BY_TOKEN, {}, (AC, TOKEN)),
        (BY_KEY, {}, (SK, KEY_SECRET)),
        (BY_KEY | {"twilio:accountSid": AC}, {}, (SK, KEY_SECRET)),
        ({}, ENV_BY_TOKEN, (AC, TOKEN)),
        ({}, ENV_BY_KEY, (SK, KEY_SECRET)),
        ({}, ENV_BY_KEY | {"TWILIO_ACCOUNT_SID": AC}, (SK, KEY_SECRET)),
        (BY_TOKEN, {"TWILIO_ACCOUNT_SID": OTHER_AC, "TWILIO_AUTH_TOKEN": OTHER_TOKEN}, (AC, TOKEN)),
        (BY_TOKEN, ENV_BY_KEY, (AC, TOKEN)),
        (BY_KEY, ENV_BY_TOKEN, (SK, KEY_SECRET)),
        ({"twilio:accountSid": AC}, {"TWILIO_AUTH_TOKEN": TOKEN}, (AC, TOKEN)),
        ({"twilio:authToken": TOKEN}, {"TWILIO_ACCOUNT_SID": AC}, (AC, TOKEN)),
        ({}, ENV_BY_TOKEN | {"TWILIO_API_KEY": "", "TWILIO_API_SECRET": ""}, (AC, TOKEN)),
        ({"accountSid": AC, "authToken": TOKEN}, {}, (AC, TOKEN)),
        ({"apiKey": SK, "apiSecret": KEY_SECRET}, ENV_BY_TOKEN, (SK, KEY_SECRET)),
    ],
    ids=[
        "token in configuration",
        "key in configuration",
        "key with its account",
        "token in environment",
        "key in environment",
        "key and account in environment",
        "configuration before environment",
        "token in configuration, key in environment",
        "key in configuration, token in environment",
        "account in configuration, token in environment",
        "token in configuration, account in environment",
        "empty variables are absent",
        "explicit account, token",
        "explicit account, key",
    ],
)
def test_read_settings_credentials_are_found(
    config: Mapping[str, object], environ: Mapping[str, str], credentials: tuple[str, str]
):
    """Configuration first, environment second, and what proves the account from one place only."""
    settings = read_settings(config, environ)

    assert credentials == (settings.username, settings.password.reveal())


@pytest.mark.parametrize(
    ("config", "account_sid"),
    [
        (BY_TOKEN, AC),
        (BY_KEY, None),
        (BY_KEY | {"twilio:accountSid": AC}, AC),
        ({"apiKey": SK, "apiSecret": KEY_SECRET, "accountSid": AC}, AC),
    ],
    ids=["token", "key alone", "key with account", "explicit key with account"],
)
def test_read_settings_account_sid_is_known_where_given(config: dict[str, object], account_sid: str | None):
    """It tells a service that is gone from one of another account."""
    assert account_sid == read_settings(config, {}).account_sid


@pytest.mark.parametrize(
    ("config", "environ", "problem"),
    [
        ({}, {}, "no auth token and no API key is set"),
        ({"twilio:accountSid": AC}, {}, "no auth token and no API key is set"),
        ({"twilio:authToken": TOKEN}, {}, "an auth token is set without an account SID"),
        ({"twilio:apiKey": SK}, {}, "an API key is set without its API secret"),
        ({"twilio:apiSecret": KEY_SECRET}, {}, "an API secret is set without its API key"),
        ({"twilio:apiKey": SK}, ENV_BY_KEY, "an API key is set without its API secret"),
        (BY_TOKEN | BY_KEY, {}, "both an auth token and an API key are set; only one may be"),
        ({}, ENV_BY_TOKEN | ENV_BY_KEY, "both an auth token and an API key are set; only one may be"),
        (
            BY_TOKEN | {"twilio:apiKey": SK},
            {},
            "both an auth token and an API key are set; only one may be",
        ),
        (
            BY_TOKEN | {"twilio:accountSid": SK},
            {},
            "twilio:accountSid must be AC and 32 hexadecimal digits",
        ),
        (
            {},
            ENV_BY_TOKEN | {"TWILIO_ACCOUNT_SID": AC + "0"},
            "TWILIO_ACCOUNT_SID must be AC and 32 hexadecimal digits",
        ),
        (BY_KEY | {"twilio:apiKey": AC}, {}, "twilio:apiKey must be SK and 32 hexadecimal digits"),
        (
            BY_TOKEN | {"twilio:authToken": TOKEN + "\n"},
            {},
            "twilio:authToken must be printable ASCII without spaces",
        ),
        (
            {},
            ENV_BY_KEY | {"TWILIO_API_SECRET": "é" + KEY_SECRET},
            "TWILIO_API_SECRET must be printable ASCII without spaces",
        ),
        ({"accountSid": AC}, ENV_BY_TOKEN, "no auth token and no API key is set"),
        ({"authToken": TOKEN}, ENV_BY_TOKEN, "an auth token is set without an account SID"),
    ],
    ids=[
        "nothing",
        "account alone",
        "token alone",
        "key alone",
        "secret alone",
        "half a key, whole in environment",
        "both in configuration",
        "both in environment",
        "token and half a key",
        "key for account",
        "account too long",
        "account for key",
        "line end in token",
        "foreign letter in secret",
        "explicit account takes no token of the environment",
        "explicit account takes no account of the environment",
    ],
)
def test_read_settings_bad_credentials_are_one_error(
    config: Mapping[str, object], environ: Mapping[str, str], problem: str
):
    """It names the place, both ways to set them, and never a value."""
    with pytest.raises(ConfigurationError) as caught:
        read_settings(config, environ)

    first_line, hint = str(caught.value).split("\n")
    assert f"[TC1001] cannot configure the Twilio provider: {problem}" == first_line
    if "accountSid" in config or "authToken" in config:
        assert "hint: give TwilioAccount account_sid with auth_token, or api_key with api_secret" == hint
    else:
        assert "pulumi config set --secret twilio:authToken" in hint
        assert "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN" in hint
    for value in (TOKEN, KEY_SECRET, AC, SK):
        assert value not in str(caught.value)


def test_read_settings_many_problems_are_told_at_once():
    """One run, one list."""
    config = {
        "twilio:accountSid": "x",
        "twilio:authToken": "y",
        "twilio:region": "Dublin!",
        "twilio:edge": "a.b",
        "twilio:maxConcurrency": "many",
        "twilio:readTimeoutSeconds": "-1",
    }

    with pytest.raises(ConfigurationError) as caught:
        read_settings(config, {})

    assert [
        "twilio:accountSid must be AC and 32 hexadecimal digits",
        "twilio:region must be a name such as ie1 or dublin: small letters, digits, hyphens",
        "twilio:edge must be a name such as ie1 or dublin: small letters, digits, hyphens",
        "twilio:maxConcurrency must be a whole number from 1 to 64",
        "twilio:readTimeoutSeconds must be a number from 0.1 to 600",
    ] == caught.value.reason.split("; ")


@pytest.mark.parametrize(
    ("config", "environ", "origin"),
    [
        ({}, {}, "https://conversations.twilio.com"),
        ({"region": "ie1"}, {}, "https://conversations.dublin.ie1.twilio.com"),
        ({"region": "us1"}, {}, "https://conversations.ashburn.us1.twilio.com"),
        ({"region": "xy9", "edge": "nowhere"}, {}, "https://conversations.nowhere.xy9.twilio.com"),
        ({"edge": "dublin"}, {}, "https://conversations.dublin.us1.twilio.com"),
        ({"region": "ie1", "edge": "dublin"}, {}, "https://conversations.dublin.ie1.twilio.com"),
        (
            {"region": "ie1"},
            {"TWILIO_REGION": "au1", "TWILIO_EDGE": "sydney"},
            "https://conversations.sydney.ie1.twilio.com",
        ),
        ({"baseUrl": "https://example.test/"}, {}, "https://example.test"),
        ({"baseUrl": "https://example.test:8443"}, {"TWILIO_REGION": "ie1"}, "https://example.test:8443"),
        ({"baseUrl": "http://127.0.0.1:4010"}, {}, "http://127.0.0.1:4010"),
        ({"baseUrl": "http://127.9.8.7:80/"}, {}, "http://127.9.8.7:80"),
        ({"baseUrl": "http://[::1]:4010"}, {}, "http://[::1]:4010"),
        ({"baseUrl": "HTTP://LocalHost"}, {}, "http://localhost"),
        ({}, {"TWILIO_BASE_URL": "http://localhost:4010"}, "http://localhost:4010"),
        ({"baseUrl": "https://a.test"}, {"TWILIO_BASE_URL": "https://b.test"}, "https://a.test"),
    ],
)
def test_read_settings_origin(config: dict[str, str], environ: dict[str, str], origin: str):
    """Hosts as Twilio's own libraries build them; a base URL comes before region and edge."""
    namespaced = {f"twilio:{key}": value for key, value in config.items()}

    assert origin == read_settings(BY_TOKEN | namespaced, environ).origin


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://conversations.twilio.com", "https"),
        ("http://10.0.0.1:80", "https"),
        ("http://localhost.example.test", "https"),
        ("http://127.0.0.1.example.test", "https"),
        ("http://0.0.0.0:4010", "https"),
        ("https://user:pw@example.test", "scheme, host and port only"),
        ("http://127.0.0.1:80@example.test", "scheme, host and port only"),
        ("https://example.test/v1", "scheme, host and port only"),
        ("https://example.test?a=b", "scheme, host and port only"),
        ("https://example.test#a", "scheme, host and port only"),
        ("https://", "scheme, host and port only"),
        ("https://example.test:port", "scheme, host and port only"),
        ("https://exa mple.test", "scheme, host and port only"),
        ("https://[::1", "scheme, host and port only"),
        ("ftp://127.0.0.1", "scheme, host and port only"),
        ("example.test", "scheme, host and port only"),
    ],
)
def test_read_settings_base_url_refused(url: str, problem: str):
    """Credentials never travel in clear text, nor to a place that only looks like loopback."""
    with pytest.raises(ConfigurationError, match=rf"twilio:baseUrl must be {problem}") as caught:
        read_settings(BY_TOKEN | {"twilio:baseUrl": url}, {})

    assert url not in str(caught.value).replace("https://conversations.twilio.com", "")


@pytest.mark.parametrize("key", NUMBERS)
@pytest.mark.parametrize("form", [str, float], ids=["text", "number"])
def test_read_settings_numbers_take_their_whole_range(key: str, form: type):
    """A stack's configuration gives text, an explicit provider numbers."""
    rule = NUMBERS[key]
    for value in (rule.least, rule.greatest):
        settings = read_settings(BY_TOKEN | {f"twilio:{key}": form(value)}, {})
        found = {
            "maxConcurrency": settings.max_concurrency,
            "connectTimeoutSeconds": settings.connect_timeout_seconds,
            "readTimeoutSeconds": settings.read_timeout_seconds,
            "retryBaseSeconds": settings.retry.base_seconds,
            "retryMaxDelaySeconds": settings.retry.max_delay_seconds,
            "retryCeilingSeconds": settings.retry.ceiling_seconds,
        }

        assert value == found[key]


@pytest.mark.parametrize("key", NUMBERS)
@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "-1", "1e9", "ten", "0x10", "1,5", True])
def test_read_settings_numbers_out_of_range_are_refused(key: str, value: object):
    """The error tells the range."""
    rule = NUMBERS[key]
    words = rf"twilio:{key} must be a( whole)? number from {rule.least:g} to {rule.greatest:g}"

    with pytest.raises(ConfigurationError, match=words):
        read_settings(BY_TOKEN | {f"twilio:{key}": value}, {})


@pytest.mark.parametrize("value", ["1.5", "0", "65"])
def test_read_settings_concurrency_is_a_whole_number_from_1_to_64(value: str):
    """Half a request can't be in flight."""
    with pytest.raises(ConfigurationError, match="a whole number from 1 to 64"):
        read_settings(BY_TOKEN | {"twilio:maxConcurrency": value}, {})


@pytest.mark.parametrize(
    ("key", "meant"),
    [("authtoken", "authToken"), ("maxConcurency", "maxConcurrency"), ("base_url", "baseUrl")],
)
def test_read_settings_mistyped_key_is_named_with_the_right_one(key: str, meant: str):
    """A setting that is ignored in silence is worse than an error."""
    with pytest.raises(ConfigurationError, match=f"twilio:{key} is not known, twilio:{meant} is"):
        read_settings(BY_TOKEN | {f"twilio:{key}": "x"}, {})


def test_read_settings_keys_of_others_are_left_alone():
    """The stack's configuration holds every namespace, and other providers may use ours."""
    config = {"aws:region": "eu-west-1", "app:services": "[]", "twilio:serviceRateLimit": "3"}

    assert read_settings(BY_TOKEN, {}) == read_settings(BY_TOKEN | config, {})


@given(
    st.dictionaries(
        st.sampled_from([f"twilio:{key}" for key in KEYS]), st.text(max_size=40) | st.floats() | st.none()
    ),
    st.dictionaries(st.sampled_from(list(ENVIRONMENT.values())), st.text(max_size=40)),
)
def test_read_settings_any_values_give_settings_or_one_clear_error(
    config: dict[str, object], environ: dict[str, str]
):
    """No value crashes the reading, and none comes back in the error."""
    try:
        settings = read_settings(config, environ)
    except ConfigurationError as error:
        assert re.fullmatch(
            r"\[TC1001\] cannot configure the Twilio provider: [^\n]+\nhint: [^\n]+", str(error)
        )
    else:
        assert re.fullmatch(r"(AC|SK)[0-9a-fA-F]{32}", settings.username)
        assert re.fullmatch(r"https?://[!-~]+", settings.origin)
