"""Pulumi.yaml: where a project begins, what runs it, where its state and its stack files lie.

Only Python projects; what of the file this engine cannot honour is an error, what does not concern it (author,
website, template …) is left alone.
Source: https://www.pulumi.com/docs/iac/concepts/projects/project-file/
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from offline.engine.errors import ProjectError, UnsupportedError
from offline.engine.files.yaml_reader import read_yaml

__all__ = ["Project", "find_project", "load_project"]

_Kind = TypeVar("_Kind", str, dict[str, Any])
FILES = ("Pulumi.yaml", "Pulumi.yml")
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project file, checked."""

    path: Path
    """The project file itself, absolute."""
    name: str
    python: str
    """Interpreter of the program and its providers."""
    main: Path
    """Folder of the program."""
    backend_url: str = ""
    stack_config_dir: str = ""
    always_refresh: bool = False
    """`options: {refresh: always}`."""

    @property
    def root(self) -> Path:
        """Folder of the project file."""
        return self.path.parent

    def stack_file(self, stack: str) -> Path:
        """Where a stack's configuration lies: Pulumi.<stack>.yaml."""
        return self.root / self.stack_config_dir / f"Pulumi.{stack}{self.path.suffix}"


def find_project(folder: Path) -> Path:
    """Find the project file in a folder or the nearest one above it.

    Raises:
        ProjectError: if there is none.
    """
    for candidate in (folder, *folder.parents):
        for name in FILES:
            if (candidate / name).is_file():
                return candidate / name
    raise ProjectError(
        f"no Pulumi.yaml in {folder} or above it",
        hint="go to the project's folder, or name it with -C <folder>",
    )


def load_project(path: Path) -> Project:
    """Read a project file.

    Raises:
        ProjectError: if it is wrong; names file and key.
        UnsupportedError: if it asks for what only the real CLI has.
    """
    raw = read_yaml(path)
    if not isinstance(raw, Mapping):
        raise ProjectError(f"{path}: not a map of settings")
    name = raw.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ProjectError(f"{path}: name must be 1 to 100 letters, digits, hyphens, underscores or dots")
    # Types and defaults of configuration, or the old spelling of stackConfigDir; `pulumi new` leaves tags there.
    config = raw.get("config")
    only_tags = isinstance(config, Mapping) and {*config} == {"pulumi:tags"}
    for key in ("packages", "plugins", "config"):
        if raw.get(key) and not (key == "config" and only_tags):
            raise UnsupportedError(f"{key} in {path}")
    return Project(
        path=path,
        name=name,
        python=_python(raw.get("runtime"), path),
        main=_main(_get(raw, "main", str, path), path),
        backend_url=_get(_get(raw, "backend", dict, path), "url", str, path),
        stack_config_dir=_get(raw, "stackConfigDir", str, path),
        always_refresh=_get(raw, "options", dict, path).get("refresh") == "always",
    )


def _python(raw: Any, path: Path) -> str:
    runtime = raw if isinstance(raw, Mapping) else {"name": raw}
    if runtime.get("name") != "python":
        if runtime.get("name") is None:
            raise ProjectError(f"{path}: runtime is missing", hint="write runtime: python")
        raise UnsupportedError(f"the runtime in {path}, which is not python,")
    options = _get(runtime, "options", dict, path)
    toolchain = options.get("toolchain", "pip")
    if toolchain not in ("pip", "uv"):
        raise UnsupportedError(f"runtime.options.toolchain in {path}, which is neither pip nor uv,")
    if options.get("typechecker") not in (None, "None", "none"):
        raise UnsupportedError(f"runtime.options.typechecker in {path}")
    folder = _get(options, "virtualenv", str, path) or (".venv" if toolchain == "uv" else "")
    if not folder:
        return sys.executable
    python = path.parent / folder / "bin" / "python"
    if not python.exists():
        raise ProjectError(
            f"{path}: runtime.options.virtualenv has no bin/python",
            hint=f"create it: python -m venv {path.parent / folder}, and install the requirements in it",
        )
    return str(python)


def _main(main: str, path: Path) -> Path:
    # `main` may name the program's folder or its file.
    target = path.parent / main
    folder = target.parent if target.is_file() else target
    if main and not folder.is_dir():
        raise ProjectError(f"{path}: main names no folder")
    return folder


def _get(raw: Mapping[str, Any], key: str, kind: type[_Kind], path: Path) -> _Kind:
    """Return a value of a map, empty if it has none."""
    value = raw.get(key)
    if value is None:
        return kind()
    if not isinstance(value, kind):
        raise ProjectError(f"{path}: {key} must be {'text' if kind is str else 'a map'}")
    return value
