"""Properties: how they differ, and what of them is secret."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline.engine.model.diffing import changed_keys, detailed_diff
from offline.engine.model.events import PropertyDiff
from offline.engine.model.masking import Masker, mark_keys, mark_like
from offline.engine.model.values import UNKNOWN, Properties, Secret


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
