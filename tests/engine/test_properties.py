"""Properties: paths into them, how they differ, and what of them is secret."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline.engine.model.diffing import changed_keys, detailed_diff
from offline.engine.model.events import PropertyDiff
from offline.engine.model.masking import Masker, mark_keys, mark_like
from offline.engine.model.property_path import parse_path, reset_properties
from offline.engine.model.values import UNKNOWN, Properties, Secret


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a", ("a",)),
        ("a.b", ("a", "b")),
        ("a[0].b", ("a", 0, "b")),
        ('a["b.c"]', ("a", "b.c")),
        (r'["x\"y"].z', ('x"y', "z")),
        ("a[*].b", ("a", "*", "b")),
        ("*", ("*",)),
        ("", ()),
    ],
)
def test_path_is_split(text: str, path: tuple[str | int, ...]) -> None:
    """Keys, indexes, and the star for all."""
    assert path == parse_path(text)


@pytest.mark.parametrize("text", ["a[", "a[x]", "a]b", '["a'])
def test_malformed_path_is_refused(text: str) -> None:
    """With the path in the message."""
    with pytest.raises(ValueError, match="malformed property path"):
        parse_path(text)


@pytest.mark.parametrize(
    ("olds", "news", "path", "expected"),
    [
        pytest.param({"a": 1}, {"a": 2, "b": 3}, "a", {"a": 1, "b": 3}, id="key"),
        pytest.param({}, {"a": 2, "b": 3}, "a", {"b": 3}, id="added-key"),
        pytest.param({"a": 1}, {"b": 3}, "a", {"a": 1, "b": 3}, id="removed-key"),
        pytest.param(
            {"a": {"x": 1, "y": 2}}, {"a": {"x": 3, "y": 4}}, "a.x", {"a": {"x": 1, "y": 4}}, id="nested"
        ),
        pytest.param({"a": [1, 2]}, {"a": [3, 4]}, "a[1]", {"a": [3, 2]}, id="index"),
        pytest.param(
            {"a": [{"x": 1}]}, {"a": [{"x": 2, "y": 3}]}, "a[*].x", {"a": [{"x": 1, "y": 3}]}, id="all"
        ),
        pytest.param({"a": 1, "b": 2}, {"a": 3, "c": 4}, "*", {"a": 1, "b": 2}, id="everything"),
        pytest.param({"a": Secret("s")}, {"a": "t"}, "a", {"a": Secret("s")}, id="secret"),
        pytest.param(
            {"a": Secret({"x": 1})},
            {"a": {"x": 2, "y": 3}},
            "a.x",
            {"a": {"x": Secret(1), "y": 3}},
            id="from-a-secret",
        ),
        pytest.param(
            {"a": {"x": 1}}, {"a": Secret({"x": 2})}, "a.x", {"a": Secret({"x": 1})}, id="into-a-secret"
        ),
        pytest.param({"a": 1}, {"a": 2}, "x.y", {"a": 2}, id="nowhere"),
        pytest.param({"a": 1}, {"a": 2}, "a[", {"a": 2}, id="malformed"),
    ],
)
def test_ignored_property_keeps_its_old_value(
    olds: Properties, news: Properties, path: str, expected: Properties
) -> None:
    """And leaves the others as they are wanted."""
    assert (expected, ()) == reset_properties(news, olds, [path])


@pytest.mark.parametrize(
    ("olds", "news", "path"),
    [
        pytest.param({"a": [1]}, {"a": [1, 2]}, "a[1]", id="added-element"),
        pytest.param({"a": [1, 2]}, {"a": [1]}, "a[*]", id="removed-element"),
        pytest.param({"a": {"x": 1}}, {"b": 2}, "a.x", id="removed-object"),
    ],
)
def test_ignored_property_that_cannot_be_kept_is_named(olds: Properties, news: Properties, path: str) -> None:
    """Nothing changes then."""
    assert (news, (path,)) == reset_properties(news, olds, [path])


@pytest.mark.parametrize(
    ("olds", "news", "expected"),
    [
        pytest.param({"a": 1}, {"a": 1.0}, {}, id="same"),
        pytest.param({"a": 1}, {"a": 2}, {"a": PropertyDiff("update", 1, 2)}, id="update"),
        pytest.param({}, {"a": {"b": 1}}, {"a": PropertyDiff("add", None, {"b": 1})}, id="add"),
        pytest.param({"a": [1]}, {}, {"a": PropertyDiff("delete", [1], None)}, id="delete"),
        pytest.param(
            {"a": {"b": 1, "c.d": 2}},
            {"a": {"b": 1, "c.d": 3}},
            {'a["c.d"]': PropertyDiff("update", 2, 3)},
            id="nested",
        ),
        pytest.param(
            {"a": [1, 2]},
            {"a": [1, 3, 4]},
            {"a[1]": PropertyDiff("update", 2, 3), "a[2]": PropertyDiff("add", None, 4)},
            id="list",
        ),
        pytest.param(
            {"a": Secret({"b": 1})},
            {"a": Secret({"b": 2})},
            {"a": PropertyDiff("update", Secret({"b": 1}), Secret({"b": 2}))},
            id="secret-as-a-whole",
        ),
        pytest.param({"a": Secret(1)}, {"a": 1}, {}, id="secrecy-is-no-difference"),
        pytest.param({"__provider": "x"}, {"__provider": "y"}, {}, id="internal"),
        pytest.param(
            {"r": 1}, {"r": UNKNOWN}, {"r": PropertyDiff("update-replace", 1, UNKNOWN)}, id="replace"
        ),
    ],
)
def test_difference_is_told_by_place(
    olds: Properties, news: Properties, expected: dict[str, PropertyDiff]
) -> None:
    """With the old value and the new one."""
    found = detailed_diff(olds, news, {"r"})

    assert expected == found
    assert {place.partition(".")[0].partition("[")[0] for place in expected} == set(changed_keys(olds, news))


def test_answers_are_secret_where_the_question_was() -> None:
    """Objects key by key, lists as a whole."""
    asked: Properties = {
        "a": Secret(1),
        "b": {"x": Secret(2), "y": 3},
        "c": [1, Secret(2)],
        "d": 4,
        "gone": Secret(5),
    }

    marked = mark_like({"a": 1, "b": {"x": 2, "y": 3, "z": 9}, "c": [2, 1], "d": 4, "new": 6}, asked)

    assert {
        "a": Secret(1),
        "b": {"x": Secret(2), "y": 3, "z": 9},
        "c": Secret([2, 1]),
        "d": 4,
        "new": 6,
    } == marked


def test_outputs_are_secret_by_name() -> None:
    """By the input of the same name, or because the program says so."""
    marked = mark_keys({"a": 1, "b": 2, "c": Secret(3), "d": 4}, {"a": Secret(9), "d": 4}, ["b", "c", "none"])

    assert {"a": Secret(1), "b": Secret(2), "c": Secret(3), "d": 4} == marked


@settings(deadline=None)
@given(st.lists(st.text(min_size=4, max_size=12)), st.text())
def test_masked_text_holds_no_secret(secrets: list[str], text: str) -> None:
    """Even if one secret is part of another."""
    masked = Masker(secrets)(" / ".join([text, *secrets]))

    assert [] == [secret for secret in secrets if secret in masked.replace("[secret]", "\0")]


def test_short_secrets_are_not_searched_for() -> None:
    """They would hit every other word."""
    assert "a b c [secret]" == Masker(["a", "", "abcd"])("a b c abcd")
