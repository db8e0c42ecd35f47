"""The `config:` block of Pulumi.yaml."""

from __future__ import annotations

from typing import Any

import pytest

from offline.engine.errors import EngineError, ProjectError, UnsupportedError
from offline.engine.files.config_schema import ConfigEntry, config_key, parse_schema


def entry(raw: Any, label: str = "key") -> ConfigEntry:
    return parse_schema({label: raw}, "p", "Pulumi.yaml")[0]


@pytest.mark.parametrize(
    ("label", "raw", "expected"),
    [
        pytest.param("key", "eu", ConfigEntry(key="p:key", label="key", fallback="eu"), id="short-default"),
        pytest.param(
            "aws:region",
            "eu",
            ConfigEntry(key="aws:region", label="aws:region", fallback="eu"),
            id="short-value",
        ),
        pytest.param(
            "key",
            {"type": "integer"},
            ConfigEntry(key="p:key", label="key", type="integer", required=True),
            id="required",
        ),
        pytest.param(
            "p:key",
            {"type": "boolean", "default": False},
            ConfigEntry(key="p:key", label="p:key", type="boolean", fallback=False),
            id="false-default",
        ),
        pytest.param(
            "key",
            {"type": "string", "secret": True},
            ConfigEntry(key="p:key", label="key", type="string", required=True, secret=True),
            id="secret",
        ),
        pytest.param(
            "a:b",
            {"value": {"x": 1}},
            ConfigEntry(key="a:b", label="a:b", fallback={"x": 1}),
            id="value-of-another-namespace",
        ),
    ],
)
def test_entry_is_read(label: str, raw: Any, expected: ConfigEntry) -> None:
    """Each way to write an entry."""
    assert entry(raw, label) == expected


@pytest.mark.parametrize(
    ("label", "raw", "kind", "message"),
    [
        pytest.param(
            "key", {"default": 1, "value": 2}, ProjectError, "exclude each other", id="default-and-value"
        ),
        pytest.param("key", {"type": "text"}, ProjectError, "unknown type", id="unknown-type"),
        pytest.param("key", {"typ": "string"}, ProjectError, "unknown field typ", id="unknown-field"),
        pytest.param("key", {"type": "array"}, ProjectError, "needs items", id="array-without-items"),
        pytest.param(
            "key",
            {"type": "integer", "default": "x"},
            ProjectError,
            "default is not of type",
            id="default-of-other-type",
        ),
        pytest.param(
            "aws:key", {"type": "string"}, ProjectError, "takes value alone", id="type-in-other-namespace"
        ),
        pytest.param(
            "aws:key", {"default": "x"}, ProjectError, "takes value alone", id="default-in-other-namespace"
        ),
        pytest.param("a.b", "x", UnsupportedError, "path as configuration key", id="path"),
        pytest.param("a:b:c", "x", ProjectError, "malformed", id="three-parts"),
    ],
)
def test_entry_wrong_is_one_clear_error(label: str, raw: Any, kind: type[EngineError], message: str) -> None:
    """The error names the entry."""
    with pytest.raises(kind, match=message) as caught:
        entry(raw, label)

    assert f"config.{label}" in str(caught.value)


_ARRAY = {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("schema", "value", "accepted"),
    [
        ({"type": "string"}, "x", True),
        ({"type": "string"}, {"x": 1}, False),
        ({"type": "integer"}, "12", True),
        ({"type": "integer"}, "-12", True),
        ({"type": "integer"}, "1.5", False),
        ({"type": "integer"}, "x", False),
        ({"type": "boolean"}, "true", True),
        ({"type": "boolean"}, "yes", False),
        ({"type": "object"}, {"x": 1}, True),
        ({"type": "object"}, [1], False),
        (_ARRAY, [[1, 2.0], []], True),
        (_ARRAY, [[1, 2.5]], False),
        (_ARRAY, [[True]], False),
        (_ARRAY, "1", False),
        ({}, object(), True),
    ],
)
def test_value_is_accepted_by_its_type(schema: dict[str, Any], value: object, accepted: bool) -> None:
    """Scalars arrive as text; objects and arrays as they are."""
    assert entry(schema).accepts(value) is accepted


def test_array_type_is_named_in_full() -> None:
    """Errors speak of the whole type."""
    assert entry(_ARRAY).type == "array<array<integer>>"


@pytest.mark.parametrize(
    ("text", "expected"), [("key", "p:key"), ("aws:key", "aws:key"), ("aws:config:key", "aws:key")]
)
def test_key_gets_its_namespace(text: str, expected: str) -> None:
    """All spellings of a key are one key."""
    assert config_key(text, "p", "here") == expected


@pytest.mark.parametrize("text", ["", ":", "a:", ":b", "a:b:c"])
def test_key_malformed_is_an_error(text: str) -> None:
    """An empty part is a slip, not a key."""
    with pytest.raises(ProjectError, match="malformed"):
        config_key(text, "p", "here")
