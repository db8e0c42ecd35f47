"""Which inputs of which resources the policies read: named inputs by type and path, never "all strings".

A dynamic resource carries `__provider`, a pickle, among its properties; keys that begin with two underscores are never
looked at. Types and properties are shell patterns, and a path is written with dots (`new_message.template`).
`attributes` of Twilio's resources are JSON, as a text or as a map: each text in them is read for itself, and each key.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from pulumi_policy.proxy import UnknownValueError

from .messages import shown_path

SERVICE_TYPE = "pulumi-python:dynamic/twilio:ConversationService"
"""Type token of a conversation service of this project."""

OWN_TYPES = "pulumi-python:dynamic/twilio:*"
"""Type tokens of all resources of this project."""

ANY_TWILIO = "*[tT]wilio*"
"""Type tokens of all resources of Twilio, whichever provider or component they are of."""

ANY_DYNAMIC = "pulumi-*:dynamic*"
"""Type tokens of all dynamic resources, of any language."""

NAMES = ("friendly_name", "friendlyName", "unique_name", "uniqueName")
"""Twilio's names of a thing, in both spellings."""

MOST_ATTRIBUTES = 1000
"""Texts in one `attributes` that are read each for itself; more are read together. Twilio takes 16 KiB."""

JOINED_CHARACTERS = 4000
"""Characters that are then read together."""

_JSON_TEXT = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')


@dataclass(frozen=True, slots=True)
class Watched:
    """Inputs to read.

    Attributes:
        type: pattern of type tokens.
        properties: patterns of property paths.
        beside: only of a resource that has one of these properties; empty for any.
    """

    type: str
    properties: tuple[str, ...]
    beside: tuple[str, ...] = ()


def _at_any_depth(*names: str) -> tuple[str, ...]:
    return tuple(pattern for name in names for pattern in (name, f"*.{name}"))


_NAMES = _at_any_depth(*NAMES)
_ATTRIBUTES = (*_at_any_depth("attributes"), "attributes.*", "*.attributes.*")

HUMAN_READABLE = (
    Watched(OWN_TYPES, ("*template",)),
    Watched(ANY_TWILIO, (*_NAMES, *_ATTRIBUTES)),
    Watched(ANY_DYNAMIC, (*_NAMES, *_ATTRIBUTES), beside=NAMES),
)
"""Inputs that people read: names, attributes, message templates."""

WEBHOOKS = (
    Watched(OWN_TYPES, ("*_url", "*Url")),
    Watched("twilio:*", ("*Url", "*WebhookUrl")),
)
"""Inputs that hold the address of a webhook."""


@dataclass(frozen=True, slots=True)
class Value:
    """One string input.

    Attributes:
        keys: the keys and places that lead to it.
        text: the string; None if it isn't known yet.
        unknown: the error to raise for an unknown one, None otherwise.
    """

    keys: tuple[str, ...]
    text: str | None
    unknown: UnknownValueError | None = None

    @property
    def path(self) -> str:
        """Where it stands, as in `new_message.template`; for comparison, for its keys may be personal."""
        return ".".join(self.keys)

    @property
    def is_friendly_name(self) -> bool:
        """Whether it is a friendly name, which a grammar holds for."""
        return self.keys[-1] in {"friendly_name", "friendlyName"}

    def unknown_error(self) -> UnknownValueError | None:
        """Give the error to raise for an unknown value, None for a known one."""
        if self.unknown is not None:
            # The SDK writes the keys as they are.
            path, kind = shown_path(self), self.unknown.message.partition(" value at ")[0]
            self.unknown.message = (
                f"{kind} value at .{path} can't be known during preview; {path} is judged at the update"
            )
        return self.unknown


def watched_values(
    resource_type: str, props: Mapping[str, object], watched: Sequence[Watched]
) -> list[Value]:
    """List the string inputs of a resource that `watched` names, in the order of the properties."""
    keys = {*props}  # `in` would look a property up, which fails for one that is not known yet
    patterns = [
        pattern
        for entry in watched
        if fnmatchcase(resource_type, entry.type) and (not entry.beside or keys & {*entry.beside})
        for pattern in entry.properties
    ]
    if not patterns:
        return []
    found = [v for v in _strings(props, ()) if any(fnmatchcase(v.path, p) for p in patterns)]
    return list(_with_attributes(found))


def raise_unknown(values: Sequence[Value]) -> None:
    """Leave a note on a value that is not known yet.

    The SDK turns the error into an advisory note of the preview; it comes last, so that no known value is missed.

    Raises:
        UnknownValueError: if there is one.
    """
    for value in values:
        if (error := value.unknown_error()) is not None:
            raise error


def known(props: Mapping[str, object], key: str) -> object:
    """Look a property up; None for one that is absent or not known yet."""
    try:
        return props.get(key)
    except UnknownValueError:
        return None


def _strings(value: object, keys: tuple[str, ...]) -> Iterator[Value]:
    if isinstance(value, str):
        yield Value(keys, value)
    elif isinstance(value, Mapping):
        for number, key in enumerate(value, start=1):
            if str(key).startswith("__"):
                continue
            if "attributes" in keys:
                yield Value((*keys, f"[key {number}]"), str(key))
            yield from _item(value, key, (*keys, str(key)))
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for index in range(len(value)):
            yield from _item(value, index, (*keys, str(index)))


def _item(container: object, key: object, keys: tuple[str, ...]) -> Iterator[Value]:
    try:
        item = container[key]  # type: ignore[index]
    except UnknownValueError as error:
        yield Value(keys, None, error)
        return
    yield from _strings(item, keys)


def _with_attributes(values: Sequence[Value]) -> Iterator[Value]:
    """Put in the place of attributes that are JSON the texts in them; of very many texts, some long ones."""
    counts = Counter(_attributes_above(value) for value in values)
    many: dict[tuple[str, ...], list[str]] = {}
    for value in values:
        above = _attributes_above(value)
        if value.text is not None and value.keys[-1] == "attributes":
            texts = _texts_in(value.text, value.keys)
            if len(texts) > MOST_ATTRIBUTES:
                many[value.keys] = [each.text or "" for each in texts]
            else:
                yield from texts or [value]
        elif value.text is not None and above and counts[above] > MOST_ATTRIBUTES:
            many.setdefault(above, []).append(value.text)
        else:
            yield value
    for keys, parts in many.items():
        yield from (Value(keys, text) for text in _joined(parts))


def _joined(texts: Sequence[str]) -> Iterator[str]:
    """Join texts, one a line, into few that are not long."""
    group: list[str] = []
    size = 0
    for text in texts:
        if group and size + len(text) > JOINED_CHARACTERS:
            yield "\n".join(group)
            group, size = [], 0
        group.append(text)
        size += len(text) + 1
    if group:
        yield "\n".join(group)


def _attributes_above(value: Value) -> tuple[str, ...]:
    above = value.keys[:-1]
    return above[: above.index("attributes") + 1] if "attributes" in above else ()


class _Pairs(list[tuple[str, object]]):
    """A JSON object with all its members, for one key may come twice."""


def _texts_in(text: str, keys: tuple[str, ...]) -> list[Value]:
    """List the texts and keys of a JSON text; nothing if it is none."""
    try:
        rest: list[tuple[tuple[str, ...], object]] = [(keys, json.loads(text, object_pairs_hook=_Pairs))]
    except RecursionError:
        # Nested deeper than Python reads: its texts are there all the same.
        return [Value(keys, json.loads(match.group())) for match in _JSON_TEXT.finditer(text)]
    except ValueError:
        return []
    found: list[Value] = []
    while rest:
        place, item = rest.pop()
        if isinstance(item, str):
            found.append(Value(place, item))
        elif isinstance(item, _Pairs):
            for number, (key, _) in enumerate(item, start=1):
                found.append(Value((*place, f"[key {number}]"), key))
            rest.extend(((*place, key), member) for key, member in reversed(item))
        elif isinstance(item, list):
            rest.extend(((*place, str(i)), member) for i, member in reversed(list(enumerate(item))))
    return found
