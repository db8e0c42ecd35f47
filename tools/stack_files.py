"""Stack files as the commands see them: found by name, read, and copied for a rehearsal on the emulator.

What a stack file declares is read by the program (`program/settings.py`), not here.
"""

from __future__ import annotations

import difflib
import io
import re
import warnings
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import ReusedAnchorWarning

from plain_yaml import YamlError, load_text, read_text
from tools.included import INCLUDE, SERVICES
from tools.included import read as read_included
from tools.local_emulator import FOLDER
from tools.place import PROJECT, ROOT
from tools.stack_names import check_stack_name
from tools.stack_shape import shape_problems

__all__ = [
    "ADDRESSES",
    "CREDENTIAL_KEYS",
    "DEFAULTS",
    "ORDER",
    "PROJECT",
    "SECRETS_KEYS",
    "SECRET_KEYS",
    "Rehearsal",
    "credentials_in",
    "declared_addresses",
    "declared_services",
    "find_stack_file",
    "known_stacks",
    "load",
    "order_entries",
    "protection_hint",
    "read",
    "read_stack_file",
    "stacks_in_order",
    "write_rehearsal",
]

ORDER = ROOT / "stacks" / "order.yaml"
"""Stack names or patterns, first to last: dev before stage before prod."""
CREDENTIAL_KEYS = ("twilio:accountSid", "twilio:authToken", "twilio:apiKey", "twilio:apiSecret")
SECRET_KEYS = ("twilio:authToken", "twilio:apiSecret")
"""Those of them that nothing shows, encrypted or not."""
ADDRESS_KEYS = ("twilio:baseUrl", "twilio:region", "twilio:edge")
SECRETS_KEYS = ("encryptionsalt", "encryptedkey", "secretsprovider")

ADDRESSES = "conversation-services:addresses"
DEFAULTS = "conversation-services:defaults"

_PATTERN = re.compile(r"[A-Za-z0-9_*?\[\]][A-Za-z0-9_.*?!\[\]-]*")
"""A stack's name with the signs of `fnmatch` in it."""

_yaml = YAML()
_yaml.preserve_quotes = True
_yaml.width = 4096


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A stack file's copy for the emulator; `has_secrets` if it needs the true passphrase to be read."""

    stack_file: Path
    has_secrets: bool


def known_stacks() -> list[str]:
    """Return the names of the stacks that have a file, in alphabetical order.

    Raises:
        SystemExit: If a file is called like that of a stack whose name is none.
    """
    return sorted(check_stack_name(name, "a file stacks/Pulumi.*.yaml") for name in _file_names())


def _file_names() -> set[str]:
    paths = (ROOT / "stacks").glob("Pulumi.*.yaml")
    return {path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in paths}


def stacks_in_order() -> list[str]:
    """Return the stacks that have a file in the order of their deployment, which `stacks/order.yaml` says.

    Stacks that one pattern of that file covers follow each other by name.

    Raises:
        SystemExit: If the file is missing or wrong, or covers a stack by no pattern.
    """
    name, patterns = ORDER.relative_to(ROOT), order_entries()
    place = {
        stack: next((i for i, pattern in enumerate(patterns) if fnmatchcase(stack, pattern)), None)
        for stack in known_stacks()
    }
    if missing := [stack for stack, index in place.items() if index is None]:
        raise SystemExit(
            f"error: {name}: does not say where {', '.join(missing)} comes in the order\n"
            "hint: add its name, or a pattern such as prod-*"
        )
    return sorted(place, key=lambda stack: (place[stack], stack))


def order_entries() -> list[str]:
    """Return what `stacks/order.yaml` lists: names of stacks, which need no file, and patterns.

    Raises:
        SystemExit: If the file is missing or wrong.
    """
    name = ORDER.relative_to(ROOT)
    if not ORDER.exists():
        raise SystemExit(f"error: {name}: is missing\nhint: list the stacks in it, first to last")
    _, patterns = read(ORDER)
    if not isinstance(patterns, list) or not all(isinstance(pattern, str) for pattern in patterns):
        raise SystemExit(f"error: {name}: must be a list of stack names or patterns, first to last")
    if wrong := next((pattern for pattern in patterns if not _PATTERN.fullmatch(pattern)), None):
        check_stack_name(wrong, str(name))
    return patterns


def find_stack_file(stack: str, source: str = "STACK") -> Path:
    """Return the path of a stack's file.

    Args:
        stack: Its name.
        source: Where that was given, for the message.

    Raises:
        SystemExit: If that is no name, or there is no such file; the text suggests the nearest name.
    """
    check_stack_name(stack, source)
    if stack in _file_names():
        return ROOT / "stacks" / f"Pulumi.{stack}.yaml"
    known = known_stacks()
    close = difflib.get_close_matches(stack, known, n=1)
    suggestion = f"did you mean {source}={close[0]}?" if close else f"known stacks: {', '.join(known)}"
    if not known:
        suggestion = "there is none yet: write that one, `config: {}` for a beginning (docs/stacks.md)"
    raise SystemExit(f"error: there is no stack file stacks/Pulumi.{stack}.yaml\nhint: {suggestion}")


def read(path: Path) -> tuple[str, Any]:
    """Read a YAML file within limits; give its text, and its plain data as an engine reads it.

    Raises:
        SystemExit: If it cannot be read, is no YAML, or passes a limit; the text names file, line and column.
    """
    try:
        text = read_text(path)
        return text, load_text(text)
    except YamlError as problem:
        raise SystemExit(f"error: {problem.at(_name(path))}") from None


def read_stack_file(path: Path) -> tuple[str, dict[str, Any]]:
    """Read a stack file; give its text, and its plain data as an engine reads it.

    Raises:
        SystemExit: If it is no YAML, or not what an engine takes; the text names file and place, and no value.
    """
    text, data = read(path)
    if problems := [*shape_problems(data)]:
        raise SystemExit("\n".join(f"error: {_name(path)}: {problem}" for problem in problems))
    return text, data


def load(path: Path) -> CommentedMap:
    """Read a stack file, comments, order and quotes kept.

    Raises:
        SystemExit: As `read_stack_file` does, and if it holds what this parser does not take, such as a date that does
            not exist.
    """
    text, _ = read_stack_file(path)
    try:
        with warnings.catch_warnings(category=ReusedAnchorWarning, action="ignore"):
            document: CommentedMap = _yaml.load(text)
    except Exception:  # noqa: BLE001 - it raises what it stumbles over, with the file's text in it
        raise SystemExit(
            f"error: {_name(path)}: cannot be read together with its comments\n"
            "hint: put values that look like dates or numbers, and are none, in quotes"
        ) from None
    return document


def credentials_in(document: Mapping[str, Any]) -> bool:
    """Tell whether a stack file brings Twilio credentials of its own."""
    return any(key in (document.get("config") or {}) for key in CREDENTIAL_KEYS)


def declared_services(document: Mapping[str, Any], folder: Path = ROOT / "stacks") -> dict[str, Any]:
    """Return what a stack declares, in its file and in those that it includes: logical name to settings, unchecked.

    Args:
        document: The stack file.
        folder: The folder of the stacks, in which included files lie.

    Raises:
        SystemExit: If what it includes cannot be read; the text names file and key.
    """
    config = document.get("config") or {}
    files, problems = read_included(folder, config.get(INCLUDE))
    if problems:
        lines = (f"{folder.name}/{each.file}: {each.text}" if each.file else each.text for each in problems)
        raise SystemExit("\n".join(f"error: {line}" for line in lines))
    own = config.get(SERVICES)
    return {
        **{name: settings for file in files for name, settings in file.services.items()},
        **(own if isinstance(own, Mapping) else {}),
    }


def declared_addresses(document: Mapping[str, Any]) -> list[str]:
    """Return the logical names of the addresses that a stack file declares, unchecked."""
    declared = (document.get("config") or {}).get(ADDRESSES)
    return [*declared] if isinstance(declared, Mapping) else []


def protection_hint(stack: str, document: Mapping[str, Any], names: Iterable[str]) -> str:
    """Say by which keys things of a stack are protected, and what lifts it; "" for no things.

    Args:
        stack: The stack's name.
        document: Its file.
        names: Logical names of protected services and addresses.
    """
    by_key: dict[str, list[str]] = {}
    for name in names:
        by_key.setdefault(_protected_by(stack, document, name), []).append(name)
    if not by_key:
        return ""
    told = "; ".join(f"{', '.join(sorted(named))} ({key})" for key, named in sorted(by_key.items()))
    return (
        f"hint: protected: {told}; say `protect: false` there, or at the service itself, bring that up with "
        f"`make up STACK={stack}`, and try again (docs/stacks.md, Taking production down)"
    )


def _protected_by(stack: str, document: Mapping[str, Any], name: str) -> str:
    file, config = f"stacks/Pulumi.{stack}.yaml", document.get("config") or {}
    included, _ = read_included(ROOT / "stacks", config.get(INCLUDE))
    places = [(f"{key}.{name}", file, config.get(key)) for key in (SERVICES, ADDRESSES)]
    places += [(name, f"stacks/{each.name}", each.services) for each in included]
    found = [
        (key, where, each[name]) for key, where, each in places if isinstance(each, Mapping) and name in each
    ]
    if not found:
        return f"no longer in {file}: declare it there again"
    key, where, settings = found[0]
    if isinstance(settings, Mapping) and "protect" in settings:
        return f"{key}.protect in {where}"
    return f"{DEFAULTS}.protect in {file}"


def write_rehearsal(stack_file: Path, document: Mapping[str, Any]) -> Rehearsal:
    """Copy a stack file for the emulator, into a project folder of its own.

    The copy is without Twilio credentials and addresses. Where no other secret is in it, it keeps the salt of the
    rehearsal's own passphrase instead of the file's secrets settings.
    """
    project = FOLDER / "project"
    path = project / "stacks" / stack_file.name
    path.parent.mkdir(parents=True, exist_ok=True)
    # Only `stack init` runs in this folder, so that the salt it writes lands in the copy; it needs no interpreter.
    project_file = f"name: {PROJECT}\nruntime: python\nstackConfigDir: stacks\n"
    (project / "Pulumi.yaml").write_text(project_file, encoding="utf-8")
    copy = deepcopy(dict(document))
    config = copy.get("config") or {}
    for key in (*CREDENTIAL_KEYS, *ADDRESS_KEYS):
        config.pop(key, None)
    has_secrets = "secure:" in _dump(config)
    if not has_secrets:
        for key in SECRETS_KEYS:
            copy.pop(key, None)
        earlier = read(path)[1] if path.exists() else None
        if earlier and "encryptionsalt" in earlier:
            copy["encryptionsalt"] = earlier["encryptionsalt"]
    path.write_text(_dump(copy), encoding="utf-8")
    return Rehearsal(path, has_secrets)


def _name(path: Path) -> Path:
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


def _dump(document: Mapping[str, Any]) -> str:
    stream = io.StringIO()
    _yaml.dump(document, stream)
    return stream.getvalue()
