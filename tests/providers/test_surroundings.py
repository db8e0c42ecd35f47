"""Proxies and certificates of the environment: each mistake is one error that names the variable."""

from __future__ import annotations

from pathlib import Path

import certifi
import pytest

from providers._api.config import read_settings
from providers._api.surroundings import surroundings_problems
from providers.errors import ConfigurationError

ORIGIN = "https://conversations.twilio.com"
SECRET = "pr0xy-pass"


@pytest.fixture(autouse=True)
def _no_proxies_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("environ", "problems"),
    [
        ({}, []),
        ({"HTTPS_PROXY": ""}, []),
        ({"HTTPS_PROXY": "http://proxy.example:3128"}, []),
        ({"HTTPS_PROXY": f"http://user:{SECRET}@proxy.example:3128"}, []),
        ({"HTTPS_PROXY": "proxy.example:3128"}, []),
        (
            {"HTTPS_PROXY": "http://"},
            ["HTTPS_PROXY must be the URL of a proxy, such as http://proxy.example:3128"],
        ),
        (
            {"https_proxy": f"http://user:{SECRET}@proxy.example:port"},
            ["https_proxy must be the URL of a proxy, such as http://proxy.example:3128"],
        ),
        (
            {"ALL_PROXY": "http://proxy .example"},
            ["ALL_PROXY must be the URL of a proxy, such as http://proxy.example:3128"],
        ),
        (
            {"HTTPS_PROXY": "http://[::1"},
            ["HTTPS_PROXY must be the URL of a proxy, such as http://proxy.example:3128"],
        ),
        (
            {"HTTPS_PROXY": "ftp://proxy.example"},
            ["HTTPS_PROXY must begin with http:// or https:// (or socks5://)"],
        ),
        (
            {"HTTPS_PROXY": "socks5h://proxy.example:1080"},
            [
                "HTTPS_PROXY names a SOCKS proxy, and the package that speaks to one is missing: pip install pysocks"
            ],
        ),
        ({"https_proxy": "http://a.example", "ALL_PROXY": "nonsense://"}, []),
        ({"HTTPS_PROXY": "ftp://proxy.example", "NO_PROXY": ".twilio.com"}, []),
        ({"REQUESTS_CA_BUNDLE": certifi.where()}, []),
        ({"REQUESTS_CA_BUNDLE": "/nowhere.pem"}, ["REQUESTS_CA_BUNDLE names a file that is not there"]),
        (
            {"CURL_CA_BUNDLE": __file__},
            ["CURL_CA_BUNDLE names a file that holds no certificates in PEM form, or can't be read"],
        ),
        ({"REQUESTS_CA_BUNDLE": certifi.where(), "CURL_CA_BUNDLE": __file__}, []),
    ],
    ids=lambda value: "" if isinstance(value, list) else " ".join(value) or "nothing",
)
def test_problem_names_the_variable(environ: dict[str, str], problems: list[str]):
    """What is wrong and where, never the value: a proxy's address may hold a password."""
    assert problems == surroundings_problems(ORIGIN, environ)


def test_loopback_follows_none_of_them():
    """Nothing of the environment comes between us and loopback."""
    assert [] == surroundings_problems(
        "http://127.0.0.1:1", {"HTTPS_PROXY": "ftp://x", "CURL_CA_BUNDLE": "/no"}
    )


def test_settings_with_a_bad_proxy_are_one_error_at_once():
    """Before any request: two minutes of retries would not mend it."""
    config = {"twilio:accountSid": "AC" + "0" * 32, "twilio:authToken": "token"}

    with pytest.raises(ConfigurationError, match="HTTPS_PROXY must begin with"):
        read_settings(config, {"HTTPS_PROXY": "gopher://proxy.example"})


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [("HTTPS_PROXY", "://", "HTTPS_PROXY must"), ("REQUESTS_CA_BUNDLE", "", "no certificates in PEM form")],
    ids=["proxy", "bundle"],
)
def test_file_of_the_user_is_named_by_its_variable(tmp_path: Path, variable: str, value: str, expected: str):
    """An empty file is no bundle."""
    empty = tmp_path / "empty.pem"
    empty.write_text("")

    [problem] = surroundings_problems(ORIGIN, {variable: value or str(empty)})

    assert expected in problem
    assert str(tmp_path) not in problem
