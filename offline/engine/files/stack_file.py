"""Pulumi.<stack>.yaml, changed: sets values, and keeps comments, order and spelling of the rest.

Reading a configuration is `stack_config.py`'s business; here the file is edited as a document.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from offline.engine.errors import ProjectError, UsageError
from offline.engine.files.atomic_file import write_atomically
from offline.engine.files.yaml_reader import read_yaml_text

__all__ = ["StackFileEditor"]

_SEQUENCE = re.compile(r"^( *)(?:- )?[^\s#-][^\n]*:[ \t]*\n(?:\s*#[^\n]*\n)*( *)- ", re.MULTILINE)
_MAPPING = re.compile(r"^[^\s#-][^\n]*:[ \t]*\n(?:\s*#[^\n]*\n)*( +)[^\s#-]", re.MULTILINE)


class StackFileEditor:
    """Edits one stack file; nothing is written before `save`.

    Args:
        project: Namespace of keys that have none in the file.

    Raises:
        ProjectError: if the file cannot be read or is not a YAML map.
    """

    def __init__(self, path: Path, project: str) -> None:
        from ruamel.yaml import YAML
        from ruamel.yaml.comments import CommentedMap
        from ruamel.yaml.error import ReusedAnchorWarning

        self._path = path
        self._project = project
        self._yaml = YAML()
        self._yaml.preserve_quotes = True
        self._yaml.width = 1_000_000  # folding a long value would change lines that nobody touched
        text = read_yaml_text(path) if path.exists() else ""
        self._keep_indentation(text)
        try:
            with warnings.catch_warnings(category=ReusedAnchorWarning, action="ignore"):
                document = self._yaml.load(text)
        except Exception:  # noqa: BLE001 - it raises what it stumbles over, with the file's text in it
            raise ProjectError(
                f"{path}: cannot be read together with its comments",
                hint="put values that look like dates or numbers, and are none, in quotes",
            ) from None
        if document is None:
            document = CommentedMap()
        if not isinstance(document, CommentedMap) or not isinstance(document.get("config") or {}, dict):
            raise ProjectError(f"{path}: not a map of settings with a map under config")
        self._document = document

    def set_salt(self, salt_state: str) -> None:
        """Write `encryptionsalt`, first of all keys where it is new."""
        if "encryptionsalt" in self._document:
            self._document["encryptionsalt"] = salt_state
        else:
            self._document.insert(0, "encryptionsalt", salt_state)

    def set(self, key: str, path: Sequence[str], value: Any) -> None:
        """Set the value of a key (`namespace:name`), or of what a path of names within it leads to.

        Raises:
            UsageError: if the path leads through something that is no map.
        """
        if self._document.get("config") is None:
            self._document["config"] = {}
        place = self._document["config"]
        *above, last = self._label(key), *path
        for name in above:
            if name not in place:
                place[name] = {}
            place = place[name]
            if not isinstance(place, dict) or "secure" in place:
                raise UsageError(f"{name} of {key} is not a map", hint="edit the stack file by hand")
        place[last] = value

    def save(self) -> None:
        """Write the file at once or not at all; its folder is made if need be."""
        buffer = io.StringIO()
        if self._document:
            self._yaml.dump(self._document, buffer)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(self._path, buffer.getvalue().encode())

    def _label(self, key: str) -> str:
        # A key of the project may stand without its namespace, and one of any with `:config:` in it.
        namespace, _, name = key.partition(":")
        config = self._document.get("config") or {}
        spellings = [key, f"{namespace}:config:{name}", *([name] if namespace == self._project else [])]
        return next((spelling for spelling in spellings if spelling in config), key)

    def _keep_indentation(self, text: str) -> None:
        mapping = _MAPPING.search(text)
        sequence = _SEQUENCE.search(text)
        step = len(mapping[1]) if mapping else 2
        offset = max(len(sequence[2]) - len(sequence[1]), 0) if sequence else 2
        self._yaml.indent(mapping=step, sequence=offset + 2, offset=offset)
