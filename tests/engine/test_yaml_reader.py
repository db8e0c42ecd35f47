"""YAML as the Pulumi CLI reads it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from offline.engine.errors import ProjectError
from offline.engine.files.yaml_reader import read_yaml


def read(tmp_path: Path, text: str) -> Any:
    path = tmp_path / "file.yaml"
    path.write_text(text, encoding="utf-8")
    return read_yaml(path)


# Left: a plain scalar. Right: what the CLI makes of it, seen in a program's configuration.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yes", "yes"),
        ("on", "on"),
        ("1:30", "1:30"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("null", None),
        ("", None),
        ("0777", 511),
        ("0o17", 15),
        ("0x1F", 31),
        ("-0x1F", -31),
        ("0b11", 3),
        ("1_000", 1000),
        ("+5", 5),
        ("08", 8.0),
        ("1.50", 1.5),
        ("1e21", 1e21),
        ("1e-7", 1e-7),
        (".5", 0.5),
        ("-.inf", -math.inf),
        ("12345678901234567890", 12345678901234567890),
        ("123456789012345678901234567890", 123456789012345678901234567890.0),
        ("2020-01-02", "2020-01-02 00:00:00 +0000 UTC"),
        ("2020-13-02", "2020-13-02"),
        ("'5'", "5"),
        ('"true"', "true"),
        ("1.2.3", "1.2.3"),
        ("v1:abc=:x", "v1:abc=:x"),
    ],
)
def test_scalar_is_read_as_the_cli_reads_it(tmp_path: Path, text: str, expected: object) -> None:
    """A value must not change its meaning with the engine."""
    found = read(tmp_path, f"key: {text}\n")

    assert found == {"key": expected}
    assert type(found["key"]) is type(expected)


def test_map_with_anchors_and_merges_is_resolved(tmp_path: Path) -> None:
    """Anchors spare repetition in stack files; explicit keys win over merged ones."""
    found = read(tmp_path, "base: &base {a: 1, b: 2}\nmore:\n  <<: *base\n  b: 3\n")

    assert found == {"base": {"a": 1, "b": 2}, "more": {"a": 1, "b": 3}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("a: 1\na: 2\n", ":2:1: not valid YAML: a key stands twice", id="key-twice"),
        pytest.param("a: [\n", ":2:1: not valid YAML", id="unclosed"),
        pytest.param("a: !!python/object:os.system x\n", ":1:4: not valid YAML: a tag", id="python-object"),
        pytest.param("? [1]\n: 2\n", ":1:3: not valid YAML: a key is not a scalar", id="list-as-key"),
        pytest.param(
            "a: \x01\n", ":1:4: not valid YAML: it holds a control character", id="control-character"
        ),
    ],
)
def test_document_malformed_names_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    """A person must find the place."""
    with pytest.raises(ProjectError) as caught:
        read(tmp_path, text)

    assert str(tmp_path / "file.yaml") in str(caught.value)
    assert message in str(caught.value)


def test_document_not_utf8_is_an_error(tmp_path: Path) -> None:
    """Bytes of another encoding are refused, not guessed at."""
    path = tmp_path / "file.yaml"
    path.write_bytes(b"a: \xff\n")

    with pytest.raises(ProjectError, match="not UTF-8 text"):
        read_yaml(path)


# The parser takes these for line ends, byte order marks or the signs of keys and values, as the CLI's does.
_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x85\u2028\u2029\ufeff?:"))
_SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | _TEXT


@settings(max_examples=60)
@given(
    st.dictionaries(
        _TEXT.filter(bool),
        st.recursive(_SCALARS, lambda inner: st.lists(inner, max_size=3), max_leaves=5),
        max_size=4,
    )
)
def test_document_of_another_writer_comes_back(tmp_path_factory: pytest.TempPathFactory, data: Any) -> None:
    """What a YAML 1.2 writer wrote is read as it was meant."""
    path = tmp_path_factory.getbasetemp() / "written.yaml"
    with path.open("w", encoding="utf-8") as file:
        YAML(typ="safe", pure=True).dump(data, file)

    assert (read_yaml(path) or {}) == data
