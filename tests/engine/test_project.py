"""Pulumi.yaml: found, read, checked."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from offline.engine.errors import EngineError, ProjectError, UnsupportedError
from offline.engine.files.project import Project, find_project, load_project


def load(tmp_path: Path, text: str) -> Project:
    path = tmp_path / "Pulumi.yaml"
    path.write_text(text, encoding="utf-8")
    return load_project(path)


def test_project_whole_file_is_read(tmp_path: Path) -> None:
    """Every key that matters to this engine is read; the others are left alone."""
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    (tmp_path / "program").mkdir()

    project = load(
        tmp_path,
        """\
name: my-project
author: somebody
runtime: {name: python, options: {virtualenv: venv, toolchain: pip}}
main: program
stackConfigDir: stacks
backend: {url: "file://./state"}
options: {refresh: always}
template: {config: {}}
config: {pulumi:tags: {value: {pulumi:template: python}}}
""",
    )

    assert project == Project(
        path=tmp_path / "Pulumi.yaml",
        name="my-project",
        python=str(python),
        main=tmp_path / "program",
        backend_url="file://./state",
        stack_config_dir="stacks",
        always_refresh=True,
    )
    assert project.stack_file("dev") == tmp_path / "stacks" / "Pulumi.dev.yaml"


def test_project_short_file_has_defaults(tmp_path: Path) -> None:
    """A name and a runtime are enough."""
    project = load(tmp_path, "name: p\nruntime: python\n")

    assert project == Project(path=tmp_path / "Pulumi.yaml", name="p", python=sys.executable, main=tmp_path)
    assert project.stack_file("dev") == tmp_path / "Pulumi.dev.yaml"


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        pytest.param("- a\n", ProjectError, "not a map", id="list"),
        pytest.param("runtime: python\n", ProjectError, "name must be", id="no-name"),
        pytest.param("name: a b\nruntime: python\n", ProjectError, "name must be", id="name-with-space"),
        pytest.param("name: p\n", ProjectError, "runtime is missing", id="no-runtime"),
        pytest.param("name: p\nruntime: nodejs\n", UnsupportedError, "runtime", id="other-language"),
        pytest.param(
            "name: p\nruntime: {name: python, options: {toolchain: poetry}}\n",
            UnsupportedError,
            "toolchain",
            id="poetry",
        ),
        pytest.param(
            "name: p\nruntime: {name: python, options: {typechecker: mypy}}\n",
            UnsupportedError,
            "typechecker",
            id="typechecker",
        ),
        pytest.param(
            "name: p\nruntime: {name: python, options: {virtualenv: none}}\n",
            ProjectError,
            "virtualenv",
            id="missing-virtualenv",
        ),
        pytest.param(
            "name: p\nruntime: python\nmain: nowhere\n",
            ProjectError,
            "main names no folder",
            id="missing-main",
        ),
        pytest.param(
            "name: p\nruntime: python\nbackend: file://x\n",
            ProjectError,
            "backend must be a map",
            id="backend-text",
        ),
        pytest.param(
            "name: p\nruntime: python\npackages: {aws: aws}\n", UnsupportedError, "packages", id="packages"
        ),
        pytest.param(
            "name: p\nruntime: python\nconfig: {size: {type: integer, default: 2}, pulumi:tags: {value: {a: b}}}\n",
            UnsupportedError,
            "config",
            id="types-of-configuration",
        ),
    ],
)
def test_project_wrong_file_is_one_clear_error(
    tmp_path: Path, text: str, kind: type[EngineError], message: str
) -> None:
    """The error names the file and the key."""
    with pytest.raises(kind, match=message) as caught:
        load(tmp_path, text)

    assert str(tmp_path / "Pulumi.yaml") in str(caught.value)


def test_project_is_found_from_a_folder_below(tmp_path: Path) -> None:
    """Commands work anywhere inside a project; the nearest project file wins."""
    (tmp_path / "Pulumi.yaml").touch()
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "a" / "Pulumi.yml").touch()

    assert find_project(inner) == tmp_path / "a" / "Pulumi.yml"
    assert find_project(tmp_path) == tmp_path / "Pulumi.yaml"


def test_project_nowhere_is_an_error(tmp_path: Path) -> None:
    """Outside of a project the error says how to name one."""
    with pytest.raises(ProjectError, match="-C <folder>"):
        find_project(tmp_path)
