"""What a stack declares, file by file, for comparison and for promotion.

Read as plain data, quickly; a file that is to be changed is read a second time, with comments, order and indentation.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from gitops.exits import GitopsError
from tools.included import INCLUDE, SECRETS, SERVICES, Problem, covers, read, stays_within, twice
from tools.stack_files import find_stack_file, read_stack_file, with_comments

__all__ = ["ServicesFile", "StackFile", "translated"]

_MAPPING = re.compile(r"^[^\s#-][^\n]*:[^\n]*\n(?:[ \t]*(?:#[^\n]*)?\n)*( +)[^\s#-]", re.MULTILINE)
_SEQUENCE = re.compile(r"^( *)(?:- )?[^\s#-][^\n]*:[ \t]*\n(?:\s*#[^\n]*\n)*( *)- ", re.MULTILINE)


@dataclass
class ServicesFile:
    """One file that declares services: a stack file, or one that it includes."""

    name: str
    """Relative to the folder of the stacks: `Pulumi.dev.yaml`, `dev/billing.yaml`."""
    path: Path
    text: str
    """As it stands; empty for one that does not exist yet."""
    services: Mapping[str, Any]
    """Plain data, as it stands."""
    is_stack_file: bool = False

    @property
    def shown(self) -> str:
        """The name for people: `stacks/dev/billing.yaml`."""
        return f"{self.path.parents[self.name.count('/')].name}/{self.name}"

    @cached_property
    def document(self) -> CommentedMap:
        """The whole file with its comments, to be changed in place."""
        if self.text:
            return with_comments(self.path, self.text)
        made = CommentedMap()
        schema = f"{'../' * self.name.count('/')}services.schema.json"
        made.yaml_set_start_comment(f"yaml-language-server: $schema={schema}")
        return made

    @property
    def edited(self) -> CommentedMap:
        """The services within the document, to be changed in place."""
        if not self.is_stack_file:
            return self.document
        config: CommentedMap = self.document["config"]
        if config.get(SERVICES) is None:
            config[SERVICES] = CommentedMap()
        services: CommentedMap = config[SERVICES]
        return services

    def dump(self) -> str:
        """Return the document as text, in the file's own indentation."""
        yaml = YAML()
        yaml.preserve_quotes = True
        yaml.width = 4096
        mapping, sequence = _MAPPING.search(self.text), _SEQUENCE.search(self.text)
        offset = max(len(sequence[2]) - len(sequence[1]), 0) if sequence else 2
        yaml.indent(mapping=len(mapping[1]) if mapping else 2, sequence=offset + 2, offset=offset)
        stream = io.StringIO()
        yaml.dump(self.document, stream)
        return stream.getvalue()


@dataclass
class StackFile:
    """A stack's file and those that it includes."""

    stack: str
    path: Path
    config: Mapping[str, Any]
    """Everything under `config`, plain data."""
    files: list[ServicesFile] = field(default_factory=list)
    """The stack file itself, then what it includes, by name."""

    @classmethod
    def of(cls, stack: str) -> StackFile:
        """Read a stack's files.

        Raises:
            SystemExit: If there is none, or it is not what an engine takes.
            GitopsError: If its services are no map of maps, or an included file is wrong.
        """
        path = find_stack_file(stack)
        text, data = read_stack_file(path)
        return cls.made(stack, path, text, data)

    @classmethod
    def made(cls, stack: str, path: Path, text: str, data: Any) -> StackFile:
        """Make it of the stack file's text and plain data; what it includes is read from the folder.

        Raises:
            GitopsError: As `of` does.
        """
        folder = path.parent
        config = data.get("config") if isinstance(data, Mapping) else None
        config = config if isinstance(config, Mapping) else {}
        included, problems = read(folder, config.get(INCLUDE))
        own = config.get(SERVICES)
        if own is None and config.get(INCLUDE) is not None:
            own = {}
        if not isinstance(own, Mapping) or not all(isinstance(each, Mapping) for each in own.values()):
            raise GitopsError(
                f"{folder.name}/{path.name}: {SERVICES} must be a map from logical name to settings",
                hint="docs/stacks.md describes it",
            )
        problems += [
            Problem(file.name, f"{name}: must be a map of settings")
            for file in included
            for name, settings in file.services.items()
            if not isinstance(settings, Mapping)
        ]
        if problems := [*problems, *twice([*own], f"{folder.name}/{path.name}", included)]:
            lines = [f"{folder.name}/{each.file or path.name}: {each.text}" for each in problems]
            raise GitopsError("\n".join(lines), hint="docs/stacks.md describes it")
        files = [ServicesFile(path.name, path, text, own, is_stack_file=True)]
        files += [ServicesFile(each.name, each.path, each.text, each.services) for each in included]
        return cls(stack, path, config, files)

    @property
    def services(self) -> dict[str, Any]:
        """The settings of all services by logical name, plain data, as they stand in the files."""
        return {name: settings for file in self.files for name, settings in file.services.items()}

    @property
    def secrets(self) -> Mapping[str, Any]:
        """What is encrypted of a service, by logical name."""
        secrets = self.config.get(SECRETS)
        return secrets if isinstance(secrets, Mapping) else {}

    def home(self, name: str) -> ServicesFile | None:
        """Return the file that declares a service."""
        return next((file for file in self.files if name in file.services), None)

    def place_for(self, theirs: ServicesFile, source: str) -> ServicesFile:
        """Return the file in which a service that is new here belongs.

        The one that corresponds to where it stands in the source, `stage/billing.yaml` to `dev/billing.yaml`, if this
        stack includes a file of that name, there or not; the stack file otherwise.

        Args:
            theirs: The source's file.
            source: The name of the source.
        """
        name = translated(theirs.name, source, self.stack)
        folder = self.path.parent
        if theirs.is_stack_file or not (
            covers(self.config.get(INCLUDE), name) and stays_within(folder, name)
        ):
            return self.files[0]
        found = next((file for file in self.files if file.name == name), None)
        if found is None:
            found = ServicesFile(name, folder / name, "", {})
            self.files.append(found)
        return found


def translated(text: str, source: str, target: str) -> str:
    """Put the target stack's name in the place of the source's, where it is a word of its own: acme-support-dev."""
    return re.sub(rf"(?<![A-Za-z0-9]){re.escape(source)}(?![A-Za-z0-9])", lambda _: target, text)
