"""Pulumi.<stack>.yaml: what a program gets of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline.engine.errors import EngineError, ProjectError, UnsupportedError
from offline.engine.files.json_text import dump_json, format_number
from offline.engine.files.stack_config import StackFile, load_stack_file
from tests.engine.commands import Project as Small

PATH = Path("/nowhere/Pulumi.dev.yaml")


def test_config_values_become_text_and_secrets_open() -> None:
    """Programs get text: scalars as such, objects as JSON; a key with any secret in it is secret."""
    config = {
        "p:text": "x",
        "p:number": 3,
        "p:float": 1.50,
        "p:truth": True,
        "p:secret": {"secure": "abc"},
        "p:object": {"b": [1, {"secure": "def"}], "a": "<&>é"},
        "twilio:authToken": {"secure": "tok"},
    }

    file = StackFile(path=PATH, config=config)

    found = file.resolve(str.upper)

    assert found == {
        "p:text": "x",
        "p:number": "3",
        "p:float": "1.5",
        "p:truth": "true",
        "p:secret": "ABC",
        "p:object": r'{"a":"\u003c\u0026\u003eé","b":[1,"DEF"]}',
        "twilio:authToken": "TOK",
    }
    assert file.secret_keys == {"p:secret", "p:object", "twilio:authToken"}


def test_stack_file_is_read_with_all_spellings_of_keys(tmp_path: Path) -> None:
    """A key may stand without its namespace; an empty value counts as empty text."""
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text(
        "encryptionsalt: v1:a\nconfig:\n  short: 1\n  p:full: 2\n  aws:config:old: 3\n  none:\n  s: {secure: v1:x}\n",
        encoding="utf-8",
    )

    found = load_stack_file(path, "p")

    assert found == StackFile(
        path=path,
        salt_state="v1:a",
        config={"p:short": 1, "p:full": 2, "aws:old": 3, "p:none": "", "p:s": {"secure": "v1:x"}},
    )
    assert found.secret_keys == {"p:s"}


def test_stack_file_missing_is_empty(tmp_path: Path) -> None:
    """A stack needs no file of its own."""
    assert load_stack_file(tmp_path / "none.yaml", "p") == StackFile(path=tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        pytest.param("[]", ProjectError, "not a map", id="list"),
        pytest.param("config: [1]", ProjectError, "config must be a map", id="config-list"),
        pytest.param("encryptionsalt: 5", ProjectError, "encryptionsalt must be text", id="salt-number"),
        pytest.param("config: {a: 1, p:a: 2}", ProjectError, "there twice", id="key-twice"),
        pytest.param("config: {'a:b:c': 1}", ProjectError, "malformed", id="key-of-three-parts"),
        pytest.param("config: {':a': 1}", ProjectError, "malformed", id="key-without-namespace"),
        pytest.param("environment: [dev]", UnsupportedError, "environment", id="environment"),
        pytest.param("secretsprovider: awskms://x", UnsupportedError, "secrets provider", id="cloud-secrets"),
    ],
)
def test_stack_file_wrong_is_one_clear_error(
    tmp_path: Path, text: str, kind: type[EngineError], message: str
) -> None:
    """The error names the file."""
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(kind, match=message) as caught:
        load_stack_file(path, "p")

    assert str(path) in str(caught.value)


# What Go's strconv and encoding/json make of numbers.
@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, "0"),
        (-0.0, "-0"),
        (1.0, "1"),
        (1.5, "1.5"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1.5e300, "1.5e+300"),
        (1e-6, "0.000001"),
        (1.25e-5, "0.0000125"),
        (1e-7, "1e-7"),
        (1.5e-10, "1.5e-10"),
        (2**63 - 1, "9223372036854775807"),
    ],
)
def test_number_is_written_as_go_writes_it(number: float, expected: str) -> None:
    """The state keeps such text as a provider's input, so it must be the CLI's."""
    assert format_number(number) == expected


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=10,
)


@given(_JSON)
def test_json_text_keeps_its_meaning(data: Any) -> None:
    """However it is written, it is still that data."""
    assert json.loads(dump_json(data)) == data


@pytest.mark.parametrize("number", [float("inf"), float("nan")])
def test_json_text_of_what_json_lacks_is_an_error(number: float) -> None:
    """The CLI refuses such a stack file, too."""
    with pytest.raises(ProjectError, match="infinite or not a number"):
        dump_json({"x": number})


SHOW = """\
import json, os, pathlib
pathlib.Path("seen.json").write_text(os.environ["PULUMI_CONFIG"])
pathlib.Path("keys.json").write_text(os.environ["PULUMI_CONFIG_SECRET_KEYS"])
"""
ODD_VALUES = """\
  small:obj:
    b: {x: 1, y: [true, 1.50, ~, "<&>é"]}
    a: {SECRET}
  small:float: 1.50
  small:exp: 1e-7
  small:exp2: 1e21
  small:big: 12345678901234567890
  small:bool: true
  small:yes: yes
  small:date: 2020-01-02
  small:octal: 0777
  small:hex: 0x1F
  small:underscore: 1_000
  small:sexagesimal: 1:30
  small:integral: 123456789.0
  other:config:compat: x
  plain: y
"""


@pytest.mark.real_engine
def test_config_reaches_programs_alike(stack: Small) -> None:
    """Both engines make the same text of the same stack file, secrets included."""
    stack.write("__main__.py", SHOW)
    stack.engine("config", "set", "--secret", "token", "s3cret")
    sealed = next(line for line in stack.read("Pulumi.dev.yaml").splitlines() if "secure" in line).strip()
    stack.write(
        "Pulumi.dev.yaml", stack.read("Pulumi.dev.yaml") + ODD_VALUES.replace("{SECRET}", f"{{{sealed}}}")
    )

    seen = []
    for run in (stack.engine, stack.pulumi):
        run("preview")
        seen.append((json.loads(stack.read("seen.json")), sorted(json.loads(stack.read("keys.json")))))

    assert seen[0] == seen[1]
    assert seen[0][1] == ["small:obj", "small:token"]
