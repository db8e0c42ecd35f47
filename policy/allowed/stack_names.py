"""The texts of a stack file that the policies would read, for a command that looks a name up by its service's key.

It reads what stands in the file itself and in those that it includes; no secrets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .places import project_name
from .yaml_text import YamlError, parse_yaml, read_text

_READ = ("friendlyName", "uniqueName", "template")


class StackFileError(ValueError):
    """The stack file can't be read; the text says why, and holds no name. Not worth a retry."""


@dataclass(frozen=True, slots=True)
class Named:
    """A text of a stack file.

    Attributes:
        service: key of its service.
        number: place of the service in the stack, from 1.
        input: where it stands below the service: `friendlyName`, `roles (name 2)`.
        text: the text.
    """

    service: str
    number: int
    input: str
    text: str


def names_in(project_file: Path, stack: str) -> list[Named]:
    """List the texts of a stack's services and, after them, of its addresses, in the order of the file.

    Raises:
        StackFileError: if there is no such file, or it can't be read.
    """
    if not re.fullmatch(r"[\w.-]+", stack):
        raise StackFileError("STACK must be the name of a stack")
    folder = project_file.parent / _stack_folder(project_file)
    files = [folder / f"Pulumi.{stack}{ending}" for ending in (".yaml", ".yml")]
    file = next((each for each in files if each.exists()), files[0])
    try:
        document = parse_yaml(read_text(file))
    except YamlError as error:
        raise StackFileError(
            f"cannot read the stack file {file.name}: {error}\nhint: give the name itself"
        ) from error
    config = document.get("config") if isinstance(document, dict) else None
    config = config if isinstance(config, dict) else {}
    name = project_name(project_file)
    own = config.get(f"{name}:services", {})
    declared = [
        own,
        *_included(folder, config.get(f"{name}:include", [])),
        config.get(f"{name}:addresses", {}),
    ]
    services = [pair for each in declared if isinstance(each, dict) for pair in each.items()]
    if not services:
        raise StackFileError(f"the stack file {file.name} declares no services\nhint: give the name itself")
    return [
        Named(str(service), number, place, text)
        for number, (service, settings) in enumerate(services, start=1)
        for place, text in _texts(settings, "")
    ]


def _included(folder: Path, patterns: object) -> Iterator[object]:
    """Read the files of services that a stack file includes, in the order of their names; none outside of `folder`."""
    inner = [p for p in patterns if isinstance(p, str)] if isinstance(patterns, list) else []
    inner = [p for p in inner if p and not p.startswith("/") and not {"..", "**"} & {*p.split("/")}]
    for file in sorted({file for pattern in inner for file in folder.glob(pattern)}):
        try:
            yield parse_yaml(read_text(file))
        except YamlError as error:
            raise StackFileError(
                f"cannot read {file.relative_to(folder)}: {error}\nhint: give the name itself"
            ) from None


def _stack_folder(project_file: Path) -> str:
    try:
        document = parse_yaml(read_text(project_file))
    except YamlError:
        return ""
    found = document.get("stackConfigDir", "") if isinstance(document, dict) else ""
    return found if isinstance(found, str) else ""


def _texts(value: object, place: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, Mapping):
        return
    for key, item in value.items():
        below = f"{place}.{key}" if place else str(key)
        if isinstance(item, str) and key in _READ:
            yield below, item
        elif key == "roles" and isinstance(item, Mapping):
            yield from ((f"roles (name {i})", str(name)) for i, name in enumerate(item, start=1))
        else:
            yield from _texts(item, below)
