"""Words, values and lines of the displays."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline.engine.display.details import value_lines
from offline.engine.display.screen import Screen, wants_colour
from offline.engine.display.words import (
    Line,
    clean,
    describe_diff,
    format_value,
    is_hidden,
    short_type,
)
from offline.engine.model.durations import format_seconds
from offline.engine.model.events import PropertyDiff
from offline.engine.model.values import UNKNOWN, Secret, Value


def text_of(line: Line) -> str:
    return "".join(text for text, _ in line)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "<null>"),
        (True, "true"),
        (3, "3"),
        (2.0, "2"),
        (2.5, "2.5"),
        ('say "x"\n', r'"say \"x\"\n"'),
        ("tab\there", r'"tab\there"'),
        ("é", '"é"'),
        (Secret("hush"), "[secret]"),
        (UNKNOWN, "[unknown]"),
        ({"a": [1, Secret("hush")], "__provider": "code"}, "{a: [1, [secret]]}"),
        ([], "[]"),
        ("x" * 100, '"' + "x" * 78 + "…"),
    ],
)
def test_value_is_written_on_one_line(value: Value, expected: str) -> None:
    """As people read values: quoted text, hidden secrets, cut where they are long."""
    assert format_value(value) == expected


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    )
)
def test_value_never_breaks_a_line_or_moves_a_cursor(value: Any) -> None:
    """Whatever a provider returns, a terminal shows it as text of one line."""
    text = format_value(value, None)

    assert clean(text) == text
    assert "\n" not in text
    assert "\x1b" not in text


@given(st.text())
def test_secret_is_never_written(text: str) -> None:
    """Not its text, not its length, wherever it stands."""
    value: Value = {"a": Secret(text), "b": [Secret({"c": text})]}

    assert format_value(value, None) == "{a: [secret], b: [[secret]]}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain é 漢", "plain é 漢"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\tb", "a    b"),
        ("line\nbreak", r"line\nbreak"),
        ("\u202egnirts", r"\u202egnirts"),
    ],
)
def test_foreign_text_is_cleaned(text: str, expected: str) -> None:
    """Escape codes and characters that turn the direction of writing are shown, not obeyed."""
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0, "0.0s"), (0.449, "0.4s"), (9.94, "9.9s"), (12.3, "12s"), (185, "3m05s")]
)
def test_duration_is_written(seconds: float, expected: str) -> None:
    """With as much precision as matters."""
    assert format_seconds(seconds) == expected


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("pulumi-python:dynamic/twilio:ConversationService", "twilio:ConversationService"),
        ("pulumi-python:dynamic:Resource", "dynamic:Resource"),
        ("pulumi:pulumi:Stack", "Stack"),
        ("my:component:Thing", "my:component:Thing"),
    ],
)
def test_type_is_shortened(type_: str, expected: str) -> None:
    """What goes without saying is not said."""
    assert short_type(type_) == expected


@pytest.mark.parametrize(
    ("diff", "expected"),
    [
        (PropertyDiff("add", None, 1), "+ size: 1"),
        (PropertyDiff("delete-replace", 1, None), "- size: 1"),
        (PropertyDiff("update", "a", "b"), '~ size: "a" => "b"'),
        (PropertyDiff("update", Secret("a"), Secret("b")), "~ size: [secret] => [secret]"),
    ],
)
def test_difference_is_described(diff: PropertyDiff, expected: str) -> None:
    """Sign, path, and what it was and becomes."""
    assert text_of(describe_diff("size", diff)) == expected


@pytest.mark.parametrize(("key", "hidden"), [("__provider", True), ("a__b", False), ("name", False)])
def test_property_of_the_sdk_is_hidden(key: str, hidden: bool) -> None:
    """The pickled provider is nobody's business."""
    assert is_hidden(key) is hidden


def test_values_are_listed_by_their_path() -> None:
    """A line each, however deep it lies; the SDK's own properties left out, and a secret never looked into."""
    values: dict[str, Value] = {
        "name": "n",
        "id": Secret({"a": "x"}),
        "tags": {"a": [1, {}], "b c": 2, "__defaults": []},
        "__provider": "code",
    }

    assert [text_of(line) for line in value_lines({}, values, "  ")] == [
        "  + id: [secret]",
        '  + name: "n"',
        "  + tags.a[0]: 1",
        "  + tags.a[1]: {}",
        '  + tags["b c"]: 2',
    ]


def test_differences_are_listed_by_their_path() -> None:
    """Signs stand at what differs; the rest is there for context, unless left out."""
    old: dict[str, Value] = {"gone": {"a": 1}, "list": [1, 2], "same": "x", "s": Secret("a"), "turned": 1}
    new: dict[str, Value] = {
        "list": [1, 3, 4],
        "new": None,
        "same": "x",
        "s": Secret("b"),
        "turned": {"deep": 1},
    }

    with_sames = [text_of(line) for line in value_lines(old, new, "")]
    without = [text_of(line) for line in value_lines(old, new, "", sames=False)]

    assert with_sames == [
        "- gone.a: 1",
        "  list[0]: 1",
        "~ list[1]: 2 => 3",
        "~ s: [secret] => [secret]",
        '  same: "x"',
        "- turned: 1",
        "+ list[2]: 4",
        "+ new: <null>",
        "+ turned.deep: 1",
    ]
    assert without == [line for line in with_sames if not line.startswith("  ")]


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("choice", "terminal", "environment", "expected"),
    [
        pytest.param("auto", True, {}, True, id="terminal"),
        pytest.param("auto", False, {}, False, id="pipe"),
        pytest.param("auto", True, {"NO_COLOR": "1"}, False, id="no-color"),
        pytest.param("auto", True, {"NO_COLOR": ""}, True, id="no-color-empty"),
        pytest.param("auto", True, {"TERM": "dumb"}, False, id="dumb-terminal"),
        pytest.param("always", False, {"NO_COLOR": "1"}, True, id="always"),
        pytest.param("never", True, {}, False, id="never"),
    ],
)
def test_colour_is_decided(choice: str, terminal: bool, environment: dict[str, str], expected: bool) -> None:
    """The flag wins, then NO_COLOR, then whether anybody would see it."""
    assert wants_colour(choice, _Terminal() if terminal else io.StringIO(), environment) is expected


def test_screen_paints_only_if_told() -> None:
    """The same line with and without colour; spaces at its end are dropped."""
    line = (("+ ", "green"), ("name", "bold red"), ("  ", ""))

    assert Screen(io.StringIO(), colour=False).render(line) == "+ name"
    assert Screen(io.StringIO(), colour=True).render(line) == "\x1b[32m+ \x1b[0m\x1b[1;31mname\x1b[0m"
