"""Pulumi.<stack>.yaml, changed without harm to the rest of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline.engine.errors import ProjectError, UsageError
from offline.engine.files.stack_config import load_stack_file
from offline.engine.files.stack_file import StackFileEditor

WRITTEN = """\
# what this stack is for
encryptionsalt: v1:hr08MuCVyE4=:v1:saI0mUKfBNMLv5lQ:kIYOJsrCBYGOwaRxqpiN1MqB6kKE/g==
config:
    region: eu   # short for p:region
    p:services:
        # the first one
        support:
            friendlyName: "Support"   # as people see it
            tags:
              - a
              - 0777
        sales: {friendlyName: 'Sales', ratio: 1.50}
    p:long: aaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbb cccccccccccccccccccccccc dddddddddddddddddddddd eeeeeeeeeee
    aws:config:old: yes
"""


def edit(tmp_path: Path, text: str | None = WRITTEN) -> tuple[StackFileEditor, Path]:
    path = tmp_path / "stacks" / "Pulumi.dev.yaml"
    if text is not None:
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
    return StackFileEditor(path, "p"), path


def changed_lines(path: Path) -> tuple[list[str], list[str]]:
    """Lines that are gone, and lines that are new."""
    old, new = WRITTEN.splitlines(), path.read_text(encoding="utf-8").splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


def test_editor_without_changes_keeps_every_byte(tmp_path: Path) -> None:
    """Comments, quotes, order, indentation and odd numbers survive a save."""
    editor, path = edit(tmp_path)

    editor.save()

    assert path.read_text(encoding="utf-8") == WRITTEN


@pytest.mark.parametrize(
    ("key", "path", "value", "gone", "new"),
    [
        pytest.param(
            "p:region",
            (),
            "us",
            ["    region: eu   # short for p:region"],
            ["    region: us   # short for p:region"],
            id="existing-short-key",
        ),
        pytest.param(
            "aws:old", (), "no", ["    aws:config:old: yes"], ["    aws:config:old: no"], id="old-spelling"
        ),
        pytest.param("p:new", (), "12", [], ["    p:new: '12'"], id="new-key-with-text-like-a-number"),
        pytest.param(
            "p:pw", (), {"secure": "v1:a:b"}, [], ["    p:pw:", "        secure: v1:a:b"], id="new-secret"
        ),
        pytest.param(
            "p:services",
            ("sales", "ratio"),
            2,
            ["        sales: {friendlyName: 'Sales', ratio: 1.50}"],
            ["        sales: {friendlyName: 'Sales', ratio: 2}"],
            id="inside-a-map",
        ),
        pytest.param(
            "p:services",
            ("new", "protect"),
            True,
            [],
            ["        new:", "            protect: true"],
            id="new-map",
        ),
    ],
)
def test_editor_set_changes_its_own_lines_only(
    tmp_path: Path, key: str, path: tuple[str, ...], value: Any, gone: list[str], new: list[str]
) -> None:
    """What a person reads in a diff is the change and nothing else."""
    editor, file = edit(tmp_path)

    editor.set(key, path, value)
    editor.save()

    assert changed_lines(file) == (gone, new)


def test_editor_new_file_is_made_with_its_folder(tmp_path: Path) -> None:
    """A stack's first value makes its file; the salt comes first."""
    editor, path = edit(tmp_path, None)

    editor.set("p:a", (), "x")
    editor.set_salt("v1:s:t")
    editor.save()

    assert path.read_text(encoding="utf-8") == "encryptionsalt: v1:s:t\nconfig:\n  p:a: x\n"


@pytest.mark.parametrize(
    ("key", "path"),
    [
        pytest.param("p:services", ("support", "tags", "x"), id="list"),
        pytest.param("p:region", ("deep",), id="text"),
        pytest.param("p:sealed", ("deep",), id="secret"),
    ],
)
def test_editor_path_through_what_is_no_map_is_an_error(
    tmp_path: Path, key: str, path: tuple[str, ...]
) -> None:
    """Nothing is overwritten for a path that leads elsewhere than it was thought to."""
    editor, file = edit(tmp_path, f"{WRITTEN}    p:sealed: {{secure: v1:a:b}}\n")

    with pytest.raises(UsageError, match="is not a map"):
        editor.set(key, path, "x")
    editor.save()

    assert file.read_text(encoding="utf-8") == f"{WRITTEN}    p:sealed: {{secure: v1:a:b}}\n"


@pytest.mark.parametrize("text", ["[1]", "config: [1]", "a: [", "a: b: c"])
def test_editor_of_no_stack_file_is_an_error(tmp_path: Path, text: str) -> None:
    """A file that is something else is not touched."""
    with pytest.raises(ProjectError, match=r"Pulumi\.dev\.yaml"):
        edit(tmp_path, text)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x85\u2028\u2029\ufeff")))
def test_editor_any_text_is_read_back(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Whatever is set is what a program gets, at the top and inside a map."""
    path = tmp_path_factory.getbasetemp() / "Pulumi.any.yaml"
    path.unlink(missing_ok=True)
    editor = StackFileEditor(path, "p")

    editor.set("p:top", (), text)
    editor.set("p:deep", ("a", "b"), text)
    editor.save()

    assert load_stack_file(path, "p").config == {"p:top": text, "p:deep": {"a": {"b": text}}}
