"""Files of services that a stack file includes: found below the folder of the stacks, and read as plain data.

    conversation-services:include: [prod/*.yaml, shared/billing.yaml]

Each file is a map from logical name to settings, as under `conversation-services:services`. What the settings are is
the program's business (`program/reading.py`); here stands which files belong to a stack, for everybody who asks.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

from plain_yaml import YamlError, load_text, read_text
from tools.stack_shape import is_sealed

__all__ = [
    "INCLUDE",
    "MAX_BYTES",
    "SECRETS",
    "SERVICES",
    "IncludedFile",
    "Problem",
    "covers",
    "find",
    "read",
    "stays_within",
    "twice",
]

INCLUDE = "conversation-services:include"
SERVICES = "conversation-services:services"
SECRETS = "conversation-services:secrets"
MAX_BYTES = 16 * 1024 * 1024
"""Of all files of a stack together."""

_MAX_PATTERN = 256
_NO_SERVICES = re.compile(r"Pulumi\..*\.ya?ml|order\.yaml")
"""Names of the files beside one another in the folder of the stacks that declare no services by name."""
_WILD = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where; the text begins with the key where it has one."""

    file: str
    """Relative to the folder of the stacks, with line and column where they are known; "" for the stack file."""
    text: str


@dataclass(frozen=True, slots=True)
class IncludedFile:
    """A file that a stack file includes, and the services that it declares."""

    name: str
    """Relative to the folder of the stacks: `prod/billing.yaml`."""
    path: Path
    text: str
    services: Mapping[str, Any]


def find(folder: Path, include: object) -> tuple[list[str], list[Problem]]:
    """Find the files that patterns name, each once, by name.

    A wildcard passes over what is hidden, and over folders that are symbolic links.

    Args:
        folder: The folder of the stacks, to which patterns are relative and which no file may leave.
        include: What stands under `conversation-services:include`; None for nothing.
    """
    if include is None:
        return [], []
    if not isinstance(include, list):
        return [], [Problem("", f"{INCLUDE}: must be a list of paths, such as [prod/*.yaml]")]
    found: set[str] = set()
    problems: list[Problem] = []
    for index, pattern in enumerate(include):
        where = f"{INCLUDE}[{index}]"
        if reason := _wrong(pattern):
            problems.append(Problem("", f"{where}: {reason}"))
            continue
        try:
            names = sorted(_expand(folder, pattern.split("/")))
        except OSError as error:
            problems.append(Problem("", f"{where}: cannot be looked up: {error.strerror}"))
            continue
        found.update(names)
        if not names:
            problems.append(Problem("", f"{where}: names no file below the folder of the stack files"))
        problems += [Problem("", f"{where}: {reason}") for name in names if (reason := _barred(folder, name))]
    return sorted(found), problems


def read(folder: Path, include: object) -> tuple[list[IncludedFile], list[Problem]]:
    """Read the files that a stack file includes, in the order of their names.

    Args:
        folder: The folder of the stacks.
        include: What stands under `conversation-services:include`; None for nothing.

    Returns:
        The files that could be read, and everything that is wrong with the others and with the patterns.
    """
    names, problems = find(folder, include)
    files: list[IncludedFile] = []
    left = MAX_BYTES
    for name in names if not problems else ():
        try:
            text = read_text(folder / name)
            left -= len(text)
            if left < 0:
                return files, [Problem("", f"{INCLUDE}: more than {MAX_BYTES:,} bytes in all files together")]
            services = load_text(text)
        except YamlError as error:
            problems.append(_unread(name, error))
            continue
        if reason := _no_services(services):
            problems.append(Problem(name, reason))
            continue
        problems += [Problem(name, _encrypted(place)) for place in _secure(services, ())]
        files.append(IncludedFile(name, folder / name, text, services))
    return files, problems


def covers(include: object, name: str) -> bool:
    """Tell whether patterns name a file, which need not be there (any more)."""
    parts = name.split("/")
    return any(
        len(parts) == len(pattern.split("/")) and all(map(_fits, parts, pattern.split("/")))
        for pattern in (include if isinstance(include, list) else ())
        if not _wrong(pattern)
    )


def stays_within(folder: Path, name: str) -> bool:
    """Tell whether a file, which need not be there, lies below the folder, wherever links lead."""
    return Path(os.path.realpath(folder / name)).is_relative_to(os.path.realpath(folder))


def twice(own: Sequence[str], stack_file: str, files: Sequence[IncludedFile]) -> Iterator[Problem]:
    """Yield a problem for each service that two places of a stack declare.

    Args:
        own: The services of the stack file itself.
        stack_file: The stack file's name, for the text.
        files: What it includes.
    """
    places = dict.fromkeys(own, stack_file)
    for file in files:
        for name in file.services:
            if name in places:
                yield Problem(file.name, f"{name}: is declared in {places[name]} too")
            places.setdefault(name, str(PurePosixPath(stack_file).parent / file.name))


def _wrong(pattern: object) -> str:
    """Say why a pattern cannot be taken; "" if it can."""
    if not isinstance(pattern, str):
        return "must be a path, such as prod/*.yaml"
    parts = pattern.split("/")
    if len(pattern) > _MAX_PATTERN or not pattern.isprintable() or "\\" in pattern:
        return "must be a path of at most 256 printable characters, parted by /"
    if pattern.startswith("/") or ".." in parts:
        return "must stay below the folder of the stack files: no path from the root, no .."
    if "" in parts or "." in parts:
        return "must be a path without empty parts, such as prod/*.yaml"
    if "**" in pattern:
        return "must name each folder: ** is not known, * is one folder or file"
    if not pattern.endswith((".yaml", ".yml")):
        return "must end in .yaml or .yml, so that no copy of an editor is taken for a file of services"
    return ""


def _expand(folder: Path, parts: Sequence[str]) -> Iterator[str]:
    """Yield the names, relative to the folder, of what there is.

    Raises:
        OSError: If a folder cannot be listed; services that are not seen would be deleted.
    """
    found = [PurePosixPath()]
    for index, part in enumerate(parts):
        last, step = index == len(parts) - 1, []
        for each in found:
            if not _WILD.search(part):
                step += [each / part] if os.path.lexists(folder / each / part) else []
            elif (folder / each).is_dir():
                with os.scandir(folder / each) as entries:
                    step += [
                        each / entry.name
                        for entry in entries
                        if _fits(entry.name, part) and (last or entry.is_dir(follow_symlinks=False))
                    ]
        found = step
    yield from map(str, found)


def _fits(name: str, part: str) -> bool:
    if name.startswith(".") and not part.startswith("."):
        return False
    return fnmatchcase(name, part) if _WILD.search(part) else name == part


def _barred(folder: Path, name: str) -> str:
    if _NO_SERVICES.fullmatch(name):
        return f"names {name}, which is no file of services: put those into a folder, such as prod/*.yaml"
    if not stays_within(folder, name):
        return f"names {name}, a symbolic link that leads out of the folder of the stack files"
    return ""


def _unread(name: str, error: YamlError) -> Problem:
    return Problem(f"{name}:{error.line}:{error.column}" if error.line else name, error.reason)


def _no_services(data: object) -> str:
    if data is None:
        return "is empty: write {} if it is to declare no service"
    if not isinstance(data, dict):
        return "must be a map from logical name to settings"
    if isinstance(data.get("config"), dict) and SERVICES in data["config"]:
        return f"must be a map of services itself, without config and {SERVICES} around it"
    return ""


def _secure(value: object, path: tuple[str, ...]) -> Iterator[str]:
    """Yield the places of encrypted values."""
    if is_sealed(value):
        yield ".".join(path).replace(".[", "[")
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _secure(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _secure(each, (*path, f"[{index}]"))


def _encrypted(place: str) -> str:
    remedy = (
        f"put it there: `pulumi config set --secret --path '{SECRETS}.{place}'`"
        if place.endswith(("preWebhookUrl", "postWebhookUrl"))
        else "declare the service there"
    )
    return f"{place}: must not be encrypted here, for an engine decrypts only what stands in the stack file; {remedy}"
