"""What a stack declares, file by file, for comparison and for promotion.

Plain data; where it stands in the texts is asked only for what is to be changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from gitops.exits import GitopsError
from plain_yaml import load_text
from plain_yaml.editing import NotEditableError, edited
from plain_yaml.places import Node, places
from tools.included import INCLUDE, SECRETS, SERVICES, Problem, covers, read, stays_within, twice
from tools.stack_files import ADDRESSES, find_stack_file, read_stack_file
from tools.stack_shape import is_sealed

__all__ = ["ServicesFile", "StackFile", "translated"]


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
    def data(self) -> Mapping[str, Any]:
        """The whole file's plain data; empty for one that does not exist yet."""
        data = load_text(self.text)
        return data if isinstance(data, Mapping) else {}

    @cached_property
    def _root(self) -> Node | None:
        return places(self.text)

    def place(self, key: str = SERVICES) -> Node | None:
        """Return where its services stand in the text; of a stack file also another section."""
        if not self.is_stack_file or self._root is None:
            return self._root
        config = self._root.child("config")
        return config.child(key) if config else None

    @property
    def beginning(self) -> str:
        """The first line of a file that does not exist yet, by which editors check it."""
        return f"# yaml-language-server: $schema={'../' * self.name.count('/')}services.schema.json\n"

    def edited(self, wanted: Mapping[str, Any], like: Mapping[tuple[str, ...], Node] | None = None) -> str:
        """Return its text with what it is to say; nobody writes it here.

        Args:
            wanted: The whole file's plain data.
            like: Values whose style new ones follow, by path in `wanted`.

        Raises:
            GitopsError: If it cannot be changed in place.
        """
        try:
            return edited(self.text or self.beginning, wanted, like)
        except NotEditableError as error:
            raise GitopsError(
                f"{self.shown}: {error}",
                hint="write its services out, without anchors (&, *) and merged maps (<<)",
            ) from None


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
    def of(cls, stack: str, source: str = "STACK", *, may_be_empty: bool = False) -> StackFile:
        """Read a stack's files.

        Args:
            stack: Its name.
            source: Where that was given, for the message: `--from`.
            may_be_empty: Whether it need not declare any service yet.

        Raises:
            SystemExit: If there is none, or it is not what an engine takes.
            GitopsError: If its services are no map of maps, or an included file is wrong.
        """
        path = find_stack_file(stack, source)
        text, data = read_stack_file(path)
        return cls.made(stack, path, text, data, may_be_empty=may_be_empty)

    @classmethod
    def made(cls, stack: str, path: Path, text: str, data: Any, *, may_be_empty: bool = False) -> StackFile:
        """Make it of the stack file's text and plain data; what it includes is read from the folder.

        Raises:
            GitopsError: As `of` does.
        """
        folder = path.parent
        config = data.get("config") if isinstance(data, Mapping) else None
        config = config if isinstance(config, Mapping) else {}
        shown = f"{folder.name}/{path.name}"
        for key in (INCLUDE, SERVICES, SECRETS, ADDRESSES):
            _check_section(config.get(key), f"{shown}: {key}", of_maps=key in (SECRETS, ADDRESSES))
        included, problems = read(folder, config.get(INCLUDE))
        own = config.get(SERVICES)
        if own is None and (may_be_empty or config.get(INCLUDE) is not None):
            own = {}
        if not isinstance(own, Mapping) or not all(isinstance(each, Mapping) for each in own.values()):
            raise GitopsError(
                f"{shown}: {SERVICES} must be a map from logical name to settings",
                hint="docs/stacks.md describes it",
            )
        problems += [
            Problem(file.name, f"{name}: must be a map of settings")
            for file in included
            for name, settings in file.services.items()
            if not isinstance(settings, Mapping)
        ]
        if problems := [*problems, *twice([*own], shown, included)]:
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

    @property
    def addresses(self) -> Mapping[str, Any]:
        """The addresses of the account by logical name, plain data; only the stack file declares any."""
        addresses = self.config.get(ADDRESSES)
        return addresses if isinstance(addresses, Mapping) else {}

    def home(self, name: str) -> ServicesFile | None:
        """Return the file that declares a service."""
        return next((file for file in self.files if name in file.services), None)

    def place_for(self, theirs: ServicesFile, source: str, *, sealed: bool = False) -> ServicesFile:
        """Return the file in which a service that is new here belongs.

        The one that corresponds to where it stands in the source, `stage/billing.yaml` to `dev/billing.yaml`, if this
        stack includes a file of that name, there or not; the stack file otherwise.

        Args:
            theirs: The source's file.
            source: The name of the source.
            sealed: Something in it is to be encrypted, which only the stack file can hold.
        """
        name = translated(theirs.name, source, self.stack)
        folder = self.path.parent
        if (
            theirs.is_stack_file
            or sealed
            or not (covers(self.config.get(INCLUDE), name) and stays_within(folder, name))
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


def _check_section(section: object, where: str, *, of_maps: bool) -> None:
    """Refuse what nobody can look into.

    Raises:
        GitopsError: If it is encrypted as a whole, or should be a map of maps and is none.
    """
    if is_sealed(section):
        raise GitopsError(
            f"{where}: is encrypted as a whole, so nothing in it can be compared",
            hint="encrypt only the values in it that are secret: docs/stacks.md says which can be",
        )
    if not of_maps or section is None:
        return
    if not isinstance(section, Mapping) or not all(isinstance(each, Mapping) for each in section.values()):
        raise GitopsError(f"{where} must be a map of maps", hint="docs/stacks.md describes it")
