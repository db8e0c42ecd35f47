"""Reads the YAML files of a project, and tells what is wrong with one as this engine tells everything.

Nothing is written here: `stack_file.py` edits files and keeps their comments.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from offline.engine.errors import ProjectError
from plain_yaml import YamlError, load_text, read_text

__all__ = ["read_yaml", "read_yaml_text"]


def read_yaml(path: Path) -> Any:
    """Read one YAML document into plain dicts, lists and scalars; None if it is empty.

    Raises:
        ProjectError: if the file cannot be read, is not YAML or passes a limit; names file, line and column.
    """
    return _read(path)[1]


def read_yaml_text(path: Path) -> str:
    """Read the text of a YAML document that `read_yaml` takes, for readers that have no limits.

    Raises:
        ProjectError: as `read_yaml` does.
    """
    return _read(path)[0]


def _read(path: Path) -> tuple[str, Any]:
    try:
        text = read_text(path)
        return text, load_text(text)
    except YamlError as problem:
        raise ProjectError(problem.at(path)) from None
