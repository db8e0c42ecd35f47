"""Every reader of YAML that a user's file reaches ends with one error that names the place and repeats nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from offline.engine.errors import ProjectError
from offline.engine.files.stack_file import StackFileEditor
from offline.engine.files.yaml_reader import read_yaml
from plain_yaml import load_text
from policy.allowed.allow_list import AllowListError
from policy.allowed.allow_list import load as load_allow_list
from tools import stack_files

ROOT = Path(__file__).resolve().parent.parent
SECRET = "hunter2"

READERS: dict[str, tuple[Callable[[Path], Any], type[BaseException]]] = {
    "engine": (read_yaml, ProjectError),
    "engine's editor": (lambda path: StackFileEditor(path, "project"), ProjectError),
    "tools": (stack_files.load, SystemExit),
    "policy": (load_allow_list, AllowListError),
}
OF_THE_CLI = [name for name in READERS if name != "policy"]


def refusal(reader: str, path: Path) -> str:
    """Read a file that must be refused; give the error's text."""
    read, error = READERS[reader]
    with pytest.raises(error) as caught:
        read(path)
    return str(caught.value)


def laughs(levels: int) -> str:
    """Return a small document that stands for 10 to the power of `levels` values."""
    lines = [f"a0: &a0 [{', '.join(['x'] * 10)}]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(lines) + "\n"


def nested(levels: int) -> str:
    """Return lists within lists, each the only item of the one around it."""
    return "[" * levels + "]" * levels


VALUES = "more than 500,000 values, each alias counted as what it repeats"
DEPTH = "more than 64 maps and lists within one another"
INVALID = "not valid YAML: "
LONG = "y" * 1_000_000

# Left: a file. Right: its error, behind the file's name.
WRONG = {
    "laughs": (laughs(8), f":6:30: {VALUES}"),
    "laughs that are merged": (
        "a0: &a0 {x: {y: {z: 1}}}\n"
        + "".join(
            f"a{n}: &a{n}\n" + f"  b: {{<<: *a{n - 1}}}\n" * 1 + f"  c: [*a{n - 1}, *a{n - 1}]\n"
            for n in range(1, 20)
        ),
        f":31:15: {VALUES}",
    ),
    "brackets": ("a: " + "[" * 20_000, f":1:67: {DEPTH}"),
    "braces": ("a: " + "{b: " * 20_000, f":1:256: {DEPTH}"),
    "dashes": ("- " * 20_000, f":1:129: {DEPTH}"),
    "depth by aliases": (
        "a0: &a0 1\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 100)),
        f":65:12: {DEPTH}",
    ),
    "a million values": ("[" + "a, " * 1_000_000 + "]", f":1:1500002: {VALUES}"),
    "a long text repeated": (
        f"a: &a {LONG}\nb: [*a, *a, *a, *a]\n",
        ":2:19: more than 4,194,304 bytes, each alias",
    ),
    "a long file": ("#" * (4 * 1024 * 1024 + 1), ": more than 4,194,304 bytes"),
    "alias within its anchor": ("a: &a [*a]\n", f":1:8: {INVALID}an alias (*) within what it repeats"),
    "alias as a key": (f"a: &a {SECRET}\n? *a\n: 1\n", f":2:3: {INVALID}a key is an alias"),
    "unknown alias": (
        f"a: *{SECRET}\n",
        f":1:4: {INVALID}an alias (*) of an anchor (&) that is not above it",
    ),
    "merge of a text": (f"<<: {SECRET}\n", f":1:5: {INVALID}only maps can be merged (<<)"),
    "key twice": (f"{SECRET}: 1\n{SECRET}: {SECRET}\n", f":2:1: {INVALID}a key stands twice"),
    "merge twice": ("a: &a {}\nb:\n  <<: *a\n  <<: *a\n", f":4:3: {INVALID}a key stands twice"),
    "list as a key": (f"? [{SECRET}]\n: 1\n", f":1:3: {INVALID}a key is not a scalar"),
    "python object": (
        f"a: !!python/object/apply:os.system [{SECRET}]\n",
        f":1:4: {INVALID}a tag that is not known",
    ),
    "tag of one's own": (f"a: !{SECRET} 1\n", f":1:4: {INVALID}a tag that is not known"),
    "two documents": (f"a: 1\n---\nb: {SECRET}\n", f":2:1: {INVALID}a second document begins"),
    "a number of 5,000 digits": (
        "a: " + "1" * 5000,
        ":1:4: a number of more than 4,000 digits: put it in quotes",
    ),
    "tab": (f"a:\n\tb: {SECRET}\n", f":2:1: {INVALID}found character that cannot start any token"),
    "unclosed": (f"a: '{SECRET}\n", f":2:1: {INVALID}found unexpected end of stream"),
    "colon in a text": (
        f"a: {SECRET}: b\n",
        f":1:11: {INVALID}mapping values are not allowed in this context",
    ),
    "NUL": (f"a: 1\nb: {SECRET}\0\n", f":2:11: {INVALID}it holds a control character"),
    "escape": (f"a: 1\nb: {SECRET}\x1b[2J\n", f":2:11: {INVALID}it holds a control character"),
    "UTF-16": (f"a: {SECRET}\n".encode("utf-16"), ": not UTF-8 text but UTF-16: save it as UTF-8"),
    "latin-1": (f"a: 1\nb: {SECRET} \xe9\n".encode("latin-1"), ":2:1: not UTF-8 text"),
}


@pytest.mark.parametrize("reader", OF_THE_CLI)
@pytest.mark.parametrize(("content", "expected"), WRONG.values(), ids=WRONG.keys())
def test_file_beyond_the_limits_is_one_error_with_its_place(
    tmp_path: Path, reader: str, content: str | bytes, expected: str
):
    """A small file may stand for more than a machine holds, and what is wrong with a file may be a secret."""
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())

    told = refusal(reader, path)

    assert told.removeprefix("error: ").startswith(f"{path}{expected}")
    assert SECRET not in told
    assert 1 == len(told.splitlines())


@pytest.mark.parametrize(("content", "_expected"), WRONG.values(), ids=WRONG.keys())
def test_allow_list_beyond_the_limits_is_one_error(tmp_path: Path, content: str | bytes, _expected: str):
    """It comes with a pull request as stack files do."""
    path = tmp_path / "allow-list.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())

    told = refusal("policy", path)

    assert "the allow-list allow-list.yaml" in told
    assert SECRET not in told
    assert 1 == len(told.splitlines())


def make_folder(path: Path) -> None:
    """Put a folder in the place of a file."""
    path.mkdir()


def make_pipe(path: Path) -> None:
    """Put a pipe, into which nobody writes, in the place of a file."""
    os.mkfifo(path)


def make_circle(path: Path) -> None:
    """Put a link to itself in the place of a file."""
    path.symlink_to(path)


@pytest.mark.parametrize("make", [make_folder, make_pipe, make_circle])
@pytest.mark.parametrize("reader", [name for name in READERS if name != "engine's editor"])
def test_what_is_no_file_is_one_error(tmp_path: Path, reader: str, make: Callable[[Path], None]):
    """A pipe would be waited for without end."""
    path = tmp_path / "Pulumi.dev.yaml"
    make(path)

    told = refusal(reader, path)

    assert "Pulumi.dev.yaml: " in told
    assert 1 == len(told.splitlines())


FINE = {
    "at the depth": ("a: " + nested(63), None),
    "byte order mark": ("\ufeffa: é\n", {"a": "é"}),
    "aliases": ("a: &a {x: 1}\nb: *a\nc: {<<: [*a, {x: 2, y: 3}], z: 4}\n", None),
    "anchor named anew": ("a: &a 1\nb: &a 2\nc: *a\n", {"a": 1, "b": 2, "c": 2}),
    "tags of what it is anyway": ("a: !!str 1\nb: !!seq [1]\nc: !!map {d: ! 1}\n", None),
    "quoted merge": ('"<<": 1\n', {"<<": 1}),
    "long text": (f"a: {LONG}\n", {"a": LONG}),
    "a number beyond 64 bits": ("a: " + "1" * 300 + "\n", {"a": float("1" * 300)}),
    "a number beyond a float": ("a: 1e400\n", {"a": "1e400"}),
    "a hexadecimal number beyond 64 bits": ("a: 0x" + "f" * 400 + "\n", {"a": "0x" + "f" * 400}),
    "one document with its marks": ("%YAML 1.2\n---\na: 1\n...\n", {"a": 1}),
}


@pytest.mark.parametrize("reader", OF_THE_CLI)
@pytest.mark.parametrize(("text", "expected"), FINE.values(), ids=FINE.keys())
def test_file_within_the_limits_is_read(tmp_path: Path, reader: str, text: str, expected: object):
    """What a person may write goes on working."""
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text(text, encoding="utf-8")

    found = READERS[reader][0](path)

    if reader == "engine" and expected is not None:
        assert expected == found


def test_stack_of_the_documented_size_is_far_from_the_limits():
    """1,000 services with everything, in one file."""
    complete = (ROOT / "stacks" / "Pulumi.prod.yaml").read_text(encoding="utf-8")
    one = complete[complete.index("    support:\n") : complete.index("    appointments:\n")]
    text = "".join(one.replace("support", f"support-{number}") for number in range(1000))

    assert len(load_text(text)) == 1000


PIECES = st.sampled_from(
    [
        *"[]{}&*!|>'\"%@`#?:-,.=~<",
        " ",
        "  ",
        "\n",
        "\t",
        "a",
        "&a ",
        "*a ",
        "<<: ",
        "- ",
        ": ",
        "a: ",
        "1",
        "0x",
        "---\n",
    ]
)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=30) | st.binary(max_size=30))
@example("a: &a [*a]")
@example("{a: 1, <<: *a}")
@example("a: 1__")
def test_any_file_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: str | bytes):
    """No shape of a file ends in a traceback, and no reader goes on to a limit of Python's."""
    path = tmp_path_factory.getbasetemp() / "Pulumi.any.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))

    for read, error in READERS.values():
        try:
            read(path)
        except error as told:
            assert ["", "hint"][: len(str(told).splitlines())] == [
                line.partition(": ")[0] if line.startswith("hint") else "" for line in str(told).splitlines()
            ]
