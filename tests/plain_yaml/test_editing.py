"""A YAML text is changed where its data is to be different, and nowhere else."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from plain_yaml import load_text
from plain_yaml.editing import NotEditableError, alike, edited
from plain_yaml.rendering import scalar

# Left: a text. Middle: what it is to say. Right: the text afterwards.
CASES: dict[str, tuple[str, dict[str, Any], str]] = {
    "items of a list that stay keep their comments": (
        """\
        a:
          - one # why one
          # above two
          - two # why two
          - three # why three
        """,
        {"a": ["four", "three", "one"]},
        """\
        a:
          - one # why one
          # above two
          - three # why three
          - four
        """,
    ),
    "items within brackets over several lines": (
        """\
        a: [
          one, # why one
          two, # why two
          three # why three
        ]
        b: {
          c: 1, # why c
          d: 2,
        }
        """,
        {"a": ["three", "four", "one"], "b": {"c": 1, "e": 3}},
        """\
        a: [
          one, # why one
          three, # why three
          four,
        ]
        b: {
          c: 1, # why c
          e: 3,
        }
        """,
    ),
    "several to a line": (
        "a: [one, two,\n    three, four] # numbers\n",
        {"a": ["one", "four", "five"]},
        "a: [one, \n    four, five] # numbers\n",
    ),
    "brackets in one line": (
        "a: {b: 'x', c: [p, q], d: {e: 1}} # short\n",
        {"a": {"b": "it's", "c": ["q", "r"], "f": True}},
        "a: {b: 'it''s', c: [q, r], f: true} # short\n",
    ),
    "quotes and what stands behind a value stay": (
        "a: \"x\" # one\nb: 'y' # two\nc: z # three\n",
        {"a": "x2", "b": "y2", "c": "z: 2"},
        'a: "x2" # one\nb: \'y2\' # two\nc: "z: 2" # three\n',
    ),
    "nothing becomes something": (
        "a: # of course\nb: {} # none\nc: ~\n",
        {"a": {"x": 1}, "b": {"y": "z"}, "c": 2},
        "a: # of course\n  x: 1\nb: # none\n  y: z\nc: 2\n",
    ),
    "something becomes nothing": ("a:\n  x: 1\n# end\nb: 1\n", {"a": {}, "b": 1}, "a: {}\n# end\nb: 1\n"),
    "a text of several lines": (
        "a: |\n  one\n  two\n\n# next\nb: >-\n  x\n  y\nc: 1\n",
        {"a": "one", "b": "x\ny", "c": 1},
        'a: one\n\n# next\nb: "x\\ny"\nc: 1\n',
    ),
    "first and last are removed, comments above stay": (
        "# head\na: 1\n# about b\nb: 2\n# about c\nc: 3\n# end\n",
        {"b": 2},
        "# head\n# about b\nb: 2\n# about c\n# end\n",
    ),
    "no line break at the end": ("a:\n  b: 1", {"a": {"b": 1, "c": 2}, "d": 3}, "a:\n  b: 1\n  c: 2\nd: 3"),
    "the indentation of the file": (
        "a:\n    b:\n    - x\n",
        {"a": {"b": ["x"], "c": {"d": {"e": [["y"]]}}}},
        "a:\n    b:\n    - x\n    c:\n        d:\n            e: [[y]]\n",
    ),
    "an alias is written out where it is to differ": (
        "a: &all\n  x: 1\nb: *all # as a\n",
        {"a": {"x": 1}, "b": {"x": 2}},
        "a: &all\n  x: 1\nb: # as a\n  x: 2\n",
    ),
    "a merged map is told otherwise beside it": (
        "a: &all {x: 1, y: 2}\nb:\n  <<: *all\n  z: 3\n",
        {"a": {"x": 1, "y": 2}, "b": {"x": 5, "y": 2, "z": 3}},
        "a: &all {x: 1, y: 2}\nb:\n  <<: *all\n  x: 5\n  z: 3\n",
    ),
    "order means nothing": ("a: [x, y]\nb: 1\n", {"b": 1, "a": ["y", "x"]}, "a: [x, y]\nb: 1\n"),
    "a number is no text": ("a: 1\nb: yes\n", {"a": "1", "b": "yes"}, 'a: "1"\nb: yes\n'),
}


@pytest.mark.parametrize("case", CASES)
def test_text_is_changed_in_its_place(case: str):
    """What nobody wants changed is not touched, so that no comment can be lost there."""
    text, wanted, expected = CASES[case]

    assert dedent(expected) == edited(dedent(text), wanted)


def test_line_ends_stay_those_of_the_file():
    """A file from Windows is one afterwards."""
    assert "a:\r\n  b: 1\r\n  c: 2\r\n" == edited("a:\r\n  b: 1\r\n", {"a": {"b": 1, "c": 2}})


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("a: &x\n  b: 1\nc: *x\n", {"a": {"b": 2}, "c": {"b": 1}}, id="shared by an anchor"),
        pytest.param("a: &x one\nb: *x\n", {"a": "two", "b": "one"}, id="anchor goes"),
    ],
)
def test_text_that_cannot_be_changed_in_place_is_an_error(text: str, wanted: dict[str, Any]):
    """What comes of a change is read again; a text that says something else is never written."""
    with pytest.raises(NotEditableError):
        edited(text, wanted)


TEXTS = st.one_of(
    st.sampled_from(
        ["yes", "1:30", "1.50", "~", "null", "0x1f", "2026-01-01", "<<", "=", "- a", "a: b", "a #b", ""]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)


@settings(deadline=None, max_examples=150)
@given(TEXTS, st.sampled_from(["", "'", '"']))
def test_text_is_a_text_to_every_reader(text: str, quote: str):
    """YAML 1.1 takes `yes` for true, 1.2 does not: whoever reads the file must read the same."""
    written = f"a: {scalar(text, quote)}\nb: [{scalar(text, quote)}]\n"
    expected = {"a": text, "b": [text]}

    assert expected == load_text(written)
    assert expected == yaml.safe_load(written)
    assert expected == YAML(typ="safe").load(written)


KEYS = st.sampled_from(["a", "b", "c-d", "yes", "e f", "1"])
SCALARS = st.one_of(
    st.booleans(), st.integers(0, 9), st.none(), st.sampled_from(["x", "y z", "no", "q: r", "#"])
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(SCALARS, st.lists(st.sampled_from(["p", "q", "r", "s"]), unique=True, max_size=4)),
    lambda inner: st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=4)


class Writer:
    """Writes data in any style, with a comment wherever one can stand."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.count = 0
        self.step = " " * draw(st.integers(1, 4))
        self.dash = " " * draw(st.integers(0, 3))

    def comment(self) -> str:
        """Return a comment that there is once."""
        self.count += 1
        return f"# comment {self.count}."

    def map(self, data: dict[str, Any]) -> list[str]:
        """Return the lines of a map without brackets."""
        lines: list[str] = []
        for key, value in data.items():
            if self.draw(st.booleans()):
                lines.append(self.comment())
            behind = f" {self.comment()}" if self.draw(st.booleans()) else ""
            style = self.draw(st.sampled_from(["block", "line", "lines"]))
            if not isinstance(value, dict | list) or not value or style == "line":
                lines.append(f"{scalar(key)}: {self.line(value)}{behind}")
            elif style == "lines":
                lines += [f"{scalar(key)}: {'{' if isinstance(value, dict) else '['}{behind}"]
                lines += [f"{self.step}{line}" for line in self.parts(value)]
                lines += [f"{self.step}{'}' if isinstance(value, dict) else ']'}"]
            elif isinstance(value, dict):
                lines += [f"{scalar(key)}:{behind}", *(self.step + line for line in self.map(value))]
            else:
                lines.append(f"{scalar(key)}:{behind}")
                for item in value:
                    lines += [
                        f"{self.dash}- {scalar(item)}{f' {self.comment()}' if self.draw(st.booleans()) else ''}"
                    ]
        return lines

    def parts(self, value: Any) -> list[str]:
        """Return the lines within brackets, one to each part."""
        parts = (
            [f"{scalar(key)}: {self.line(each)}" for key, each in value.items()]
            if isinstance(value, dict)
            else [scalar(each) for each in value]
        )
        comma = self.draw(st.booleans())
        return [
            f"{part}{',' if comma or index + 1 < len(parts) else ''}"
            f"{f' {self.comment()}' if self.draw(st.booleans()) else ''}"
            for index, part in enumerate(parts)
        ]

    def line(self, value: Any) -> str:
        """Return a value in one line."""
        if isinstance(value, dict):
            return "{" + ", ".join(f"{scalar(key)}: {self.line(each)}" for key, each in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ",".join(scalar(each) for each in value) + "]"
        return scalar(value)


@st.composite
def written(draw: st.DrawFn) -> tuple[dict[str, Any], str]:
    """Return data and a text of it."""
    data = draw(DOCUMENTS)
    return data, "\n".join(Writer(draw).map(data)) + draw(st.sampled_from(["", "\n", "\n# the end\n"]))


@settings(deadline=None, max_examples=150)
@given(written(), DOCUMENTS)
def test_text_says_what_it_is_to_say_and_keeps_what_stays(
    source: tuple[dict[str, Any], str], wanted: dict[str, Any]
):
    """However it is written, and whatever is to change: what both have keeps its line, with the comment behind it."""
    data, text = source

    made = edited(text, wanted)

    assert alike(wanted, load_text(made))
    assert made == edited(made, wanted)
    if alike(data, wanted):
        assert text == made
    lines = made.splitlines()
    for line in text.splitlines():
        # A top-level entry that stays, in its one line.
        if found := re.match(r"""(["']?)(\w[\w -]*)\1: (?![\[{] *#|[\[{]$)(.*)""", line):
            key = str(load_text(found[2] + ": 1").popitem()[0]) if not found[1] else found[2]
            if key in data and key in wanted and alike(data[key], wanted[key]):
                assert line in lines


@settings(deadline=None, max_examples=60)
@given(written(), st.data())
def test_adding_alone_removes_no_line(source: tuple[dict[str, Any], str], more: st.DataObject):
    """What is new comes between lines that stay as they are."""
    data, text = source
    wanted = {**more.draw(st.dictionaries(st.sampled_from(["new", "newer"]), VALUES, min_size=1)), **data}

    made = edited(text, wanted)

    assert alike(wanted, load_text(made))
    left = iter(made.splitlines())
    assert all(line in left for line in text.splitlines())
