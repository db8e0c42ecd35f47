"""A stack file for promotion, read and written with its comments, order and indentation kept."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.util import load_yaml_guess_indent

from gitops.exits import GitopsError
from tools.stack_files import find_stack_file, load

__all__ = ["StackFile", "translated"]

SERVICES = "conversation-services:services"


@dataclass(frozen=True, slots=True)
class StackFile:
    """A stack's file; `document` keeps comments and order."""

    stack: str
    path: Path
    document: CommentedMap
    text: str

    @classmethod
    def of(cls, stack: str) -> StackFile:
        """Read a stack's file.

        Raises:
            SystemExit: If there is none, or it is no YAML.
            GitopsError: If its services are no map of maps.
        """
        path = find_stack_file(stack)
        text = path.read_text(encoding="utf-8")
        load(path)  # ends with a clear message where the file is no YAML
        document = _yaml().load(text)
        services = (document.get("config") or {}).get(SERVICES)
        if not isinstance(services, dict) or not all(isinstance(each, dict) for each in services.values()):
            raise GitopsError(
                f"stacks/{path.name}: {SERVICES} must be a map from logical name to settings",
                hint="docs/stacks.md describes it",
            )
        return cls(stack, path, document, text)

    @property
    def config(self) -> Mapping[str, Any]:
        """Everything under `config`."""
        config: Mapping[str, Any] = self.document["config"]
        return config

    @property
    def services(self) -> CommentedMap:
        """The services by logical name."""
        services: CommentedMap = self.document["config"][SERVICES]
        return services

    def dump(self) -> str:
        """Return the document as text, in the file's own indentation."""
        yaml = _yaml()
        _, indent, offset = load_yaml_guess_indent(self.text)
        mapping = _map_indent(self.text)
        yaml.indent(mapping=mapping, sequence=indent or mapping, offset=offset or 0)
        stream = io.StringIO()
        yaml.dump(self.document, stream)
        return stream.getvalue()


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    return yaml


def translated(text: str, source: str, target: str) -> str:
    """Put the target stack's name in the place of the source's, where it is a word of its own: acme-support-dev."""
    return re.sub(rf"(?<![A-Za-z0-9]){re.escape(source)}(?![A-Za-z0-9])", lambda _: target, text)


def _map_indent(text: str) -> int:
    first = re.search(r"^config:[^\n]*\n(?:[ \t]*(?:#[^\n]*)?\n)*( +)\S", text, re.MULTILINE)
    return len(first[1]) if first else 2
