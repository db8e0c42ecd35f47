"""Which inputs of which resources the policies read: named inputs by type and path, never "all strings".

A dynamic resource carries `__provider`, a pickle, among its properties; keys that begin with two underscores are never
looked at. Types and properties are shell patterns, and a path is written with dots (`new_message.template`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from pulumi_policy.proxy import UnknownValueError

SERVICE_TYPE = "pulumi-python:dynamic/twilio:ConversationService"
"""Type token of a conversation service of this project."""

OWN_TYPES = "pulumi-python:dynamic/twilio:*"
"""Type tokens of all resources of this project."""


@dataclass(frozen=True, slots=True)
class Watched:
    """Inputs to read.

    Attributes:
        type: pattern of type tokens.
        properties: patterns of property paths.
    """

    type: str
    properties: tuple[str, ...]


HUMAN_READABLE = (
    Watched(OWN_TYPES, ("friendly_name", "*template")),
    Watched("twilio:*", ("friendlyName", "uniqueName")),
)
"""Inputs that people read: names and message templates; `twilio:*` are resources of other providers."""

WEBHOOKS = (
    Watched(OWN_TYPES, ("*_url", "*Url")),
    Watched("twilio:*", ("*Url", "*WebhookUrl")),
)
"""Inputs that hold the address of a webhook."""


@dataclass(frozen=True, slots=True)
class Value:
    """One string input.

    Attributes:
        path: where it stands, as in `new_message.template`.
        text: the string; None if it isn't known yet.
        unknown: the error to raise for an unknown one, None otherwise.
    """

    path: str
    text: str | None
    unknown: UnknownValueError | None = None


def watched_values(
    resource_type: str, props: Mapping[str, object], watched: Sequence[Watched]
) -> list[Value]:
    """List the string inputs of a resource that `watched` names, in the order of the properties."""
    patterns = [p for entry in watched if fnmatchcase(resource_type, entry.type) for p in entry.properties]
    if not patterns:
        return []
    return [v for v in _strings(props, "") if any(fnmatchcase(v.path, p) for p in patterns)]


def known(props: Mapping[str, object], key: str) -> object:
    """Look a property up; None for one that is absent or not known yet."""
    try:
        return props.get(key)
    except UnknownValueError:
        return None


def _strings(value: object, path: str) -> Iterator[Value]:
    if isinstance(value, str):
        yield Value(path, value)
    elif isinstance(value, Mapping):
        for key in value:
            if not str(key).startswith("__"):
                yield from _item(value, key, f"{path}.{key}" if path else str(key))
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for index in range(len(value)):
            yield from _item(value, index, f"{path}.{index}")


def _item(container: object, key: object, path: str) -> Iterator[Value]:
    try:
        item = container[key]  # type: ignore[index]
    except UnknownValueError as error:
        yield Value(path, None, error)
        return
    yield from _strings(item, path)
