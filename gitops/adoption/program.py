"""What is adopted as a Pulumi program, for those who declare in Python with the package and have no stack files.

What is secret comes from the configuration: the program asks for it by a key, and begins with the commands that set
it. No value that is secret stands in it.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gitops.adoption.entries import Entry
from plain_yaml.rendering import scalar

__all__ = ["PACKAGE", "program"]

PACKAGE = "pulumi_twilio_conversations"
_WIDTH = 100
_INDENT = "    "


class _Code(str):
    """An expression, which stands in the program as it is."""

    __slots__ = ()


def program(entries: Sequence[Entry]) -> str:
    """Return the text of a program that adopts services and addresses."""
    services = [each for each in entries if each.section == "services"]
    addresses = [each for each in entries if each.section == "addresses"]
    variables = _variables(services)
    used = [
        *(["AddressConfiguration"] if addresses else []),
        *(["ConversationEnvironment"] if services else []),
    ]
    keys = [_key(entry, path) for entry in entries for path in entry.secrets]
    lines = [f"# Set first: pulumi config set --secret {key}" for key in keys]
    lines += ["import pulumi", ""] if keys else []
    lines += [f"from {PACKAGE} import {', '.join(used)}", ""] if used else []
    lines += ["config = pulumi.Config()", ""] if keys else []
    for entry in services:
        arguments = {key: value for key, value in _arguments(entry).items() if key != "name"}
        lines += [*_call(f"{variables[entry.name]} = ConversationEnvironment", entry.name, arguments), ""]
    for entry in addresses:
        lines += [*_call("AddressConfiguration", entry.name, _address(entry, variables)), ""]
    return "\n".join(lines)


def _arguments(entry: Entry) -> dict[str, Any]:
    """Return an entry's settings by the constructor's names, with what is secret as an expression."""
    settings = _snake(entry.settings)
    for path in entry.secrets:
        inner = settings
        for key in path[:-1]:
            inner = inner.setdefault(_snake_word(key), {})
        inner[_snake_word(path[-1])] = _Code(f'config.require_secret("{_key(entry, path)}")')
    return settings


def _address(entry: Entry, variables: Mapping[str, str]) -> dict[str, Any]:
    arguments = _arguments(entry)
    creation = arguments.get("auto_creation", {})
    # A service that is managed already has no name here.
    if (service := creation.pop("service", "")) in variables:
        creation["conversation_service_sid"] = _Code(f"{variables[service]}.service.id")
    return arguments


def _key(entry: Entry, path: Sequence[str]) -> str:
    return "-".join((entry.name, path[-1]))


def _variables(services: Sequence[Entry]) -> dict[str, str]:
    """Name the services in the program, each by a word of its own."""
    found: dict[str, str] = {}
    for entry in services:
        word = re.sub(r"\W", "_", entry.name.lower())
        word = f"{word}_" if keyword.iskeyword(word) or word in ("config", "pulumi") else word
        while word in found.values():
            word += "_"
        found[entry.name] = word
    return found


def _snake(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Write a stack file's keys as the constructor has them; names of roles are nobody's keys."""
    found: dict[str, Any] = {}
    for key, value in settings.items():
        name = _snake_word(key)
        if key == "roles":
            found[name] = {role: _snake(each) for role, each in value.items()}
        else:
            found[name] = _snake(value) if isinstance(value, Mapping) else value
    return found


def _snake_word(word: str) -> str:
    return re.sub(r"[A-Z]", lambda found: f"_{found[0].lower()}", word)


def _call(function: str, name: str, arguments: Mapping[str, Any]) -> Iterator[str]:
    yield f"{function}("
    yield f"{_INDENT}{_text(name)},"
    for key, value in arguments.items():
        yield from _lines(f"{key}=", value, 1)
    yield ")"


def _lines(begin: str, value: Any, depth: int) -> Iterator[str]:
    """Yield an argument or entry, in one line if that is wide enough."""
    indent, whole = _INDENT * depth, _expression(value)
    if not isinstance(value, Mapping | list) or len(indent) + len(begin) + len(whole) < _WIDTH:
        yield f"{indent}{begin}{whole},"
        return
    opening, closing = ("{", "}") if isinstance(value, Mapping) else ("[", "]")
    yield f"{indent}{begin}{opening}"
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _lines(f"{_text(key)}: ", each, depth + 1)
    else:
        for each in value:
            yield from _lines("", each, depth + 1)
    yield f"{indent}{closing},"


def _expression(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(key)}: {_expression(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_expression, value)) + "]"
    if isinstance(value, _Code):
        return str(value)
    return _text(value) if isinstance(value, str) else repr(value)


def _text(text: str) -> str:
    """Write a text in double quotes; the escapes of YAML's are Python's."""
    return scalar(text, '"')
