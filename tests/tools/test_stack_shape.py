"""What an engine could not take of a stack file, told before one reads it."""

from __future__ import annotations

import pytest

from tools.stack_shape import NOT_SHOWN, shape_problems, shown_key

SALT = {"encryptionsalt": "v1:a:v1:b:c"}
NO_CIPHER = "secure: holds no ciphertext, set it with: pulumi config set --secret"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(None, ["must be a map with the key config"], id="empty"),
        pytest.param("token", ["must be a map with the key config"], id="text"),
        pytest.param({"config": None}, [], id="no configuration"),
        pytest.param({"config": "token"}, ["config: must be a map"], id="text as configuration"),
        pytest.param({"config": ["token"]}, ["config: must be a map"], id="list as configuration"),
        pytest.param({"encryptionsalt": ["token"]}, ["encryptionsalt: must be text"], id="list as salt"),
        pytest.param({"defaults": {"a": 1}, "config": {}}, [], id="a map that anchors are kept in"),
        pytest.param(
            {"config": {}, "twilio:authToken": "token"},
            ["a key of the configuration stands beside config: indent it below config"],
            id="key that slipped out",
        ),
        pytest.param({"config": {"a": 1, "a:b": 1, "a:config:b": 1}}, [], id="keys"),
        pytest.param(
            {"config": {"a": 1, "a:b:token": 1}},
            ["config: key number 2 is none: write <namespace>:<name>"],
            id="key of three parts",
        ),
        pytest.param(
            {"config": {"": 1}}, ["config: key number 1 is none: write <namespace>:<name>"], id="empty key"
        ),
        pytest.param({"config": {"a:b": {"secure": "v1:YQ==:Yg=="}}, **SALT}, [], id="ciphertext"),
        pytest.param({"config": {"a:b": {"secure": "AAAB"}}, "encryptedkey": "k"}, [], id="a cloud's ciphertext"),
        pytest.param(
            {"config": {"a:b": {"secure": "token"}}, **SALT}, [f"a:b: {NO_CIPHER}"], id="token as ciphertext"
        ),
        pytest.param(
            {"config": {"a:b": {"c": [1, {"secure": {"t": 1}}]}}}, [f"a:b.c[1]: {NO_CIPHER}"], id="map as ciphertext"
        ),
    ],
)  # fmt: skip
def test_shape_of_a_stack_file_is_told_by_places(document: object, expected: list[str]):
    """The CLI would repeat the value."""
    assert expected == [*shape_problems(document)]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("friendyName", "friendyName"),
        ("reply-to", "reply-to"),
        ("hunter2hunter2", NOT_SHOWN),
        ("https://hooks.example", NOT_SHOWN),
        ("a" * 31, NOT_SHOWN),
        ("Jane Roe", NOT_SHOWN),
        ("v2", "v2"),
    ],
)
def test_key_is_shown_if_it_can_be_no_token(key: str, expected: str):
    """A misspelt key is found by its spelling; a token in its place must not stand in a log."""
    assert expected == shown_key(key, ["v2"])
