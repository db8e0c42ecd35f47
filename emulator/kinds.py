"""How a kind of resource is described: its parameters, its paths, its shape.

A description is data; the rules that work on it are in models.py, the answers in responses.py. Not a list of
the kinds: those are in resources/.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Action", "Json", "Kind", "Parameter", "json_text", "one_of", "sid_of", "text"]

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]
Reader = Callable[[str], Json]


def text(min_length: int = 0, max_length: int = 256) -> Reader:
    """Take a text of `min_length` to `max_length` characters."""

    def read(value: str) -> Json:
        if not min_length <= len(value) <= max_length:
            raise ValueError(f"must have {min_length} to {max_length} characters, has {len(value)}")
        return value

    return read


def sid_of(prefix: str) -> Reader:
    """Take a SID: the two letters of `prefix` and 32 hexadecimal digits."""
    pattern = re.compile(f"{prefix}[0-9a-fA-F]{{32}}")

    def read(value: str) -> Json:
        if not pattern.fullmatch(value):
            raise ValueError(f"must be {prefix} and 32 hexadecimal digits")
        return value

    return read


def one_of(*choices: str) -> Reader:
    """Take one of the given words."""

    def read(value: str) -> Json:
        if value not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return value

    return read


def json_text(value: str) -> Json:
    """Take a text that is valid JSON, and keep it as it was written."""
    try:
        json.loads(value)
    except ValueError:
        raise ValueError("must be valid JSON") from None
    return value


@dataclass(frozen=True)
class Parameter:
    """A form or query parameter and the field of the answer that it sets.

    `read` turns the text into the field's value and raises ValueError with the broken rule. Of a parameter that
    is repeated, the last one counts.
    """

    name: str
    field: str
    read: Reader
    required: bool = False
    default: Json = None

    def value(self, texts: list[str]) -> Json:
        """Read the parameter's value from the texts given for it."""
        return self.read(texts[-1])


class Action(StrEnum):
    """What a route does; the first two act on a collection, the others on one resource."""

    LIST = "list"
    CREATE = "create"
    FETCH = "fetch"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True)
class Kind:
    """A kind of resource, as the API's specification describes it.

    `path` is the collection's template, with the parent's SID in braces. `fields` are those of an answer, in
    order. `links` become URLs below the resource's own. `not_emulated` are parameters that the API has and this
    has not.
    """

    name: str
    prefix: str
    path: str
    key: str
    fields: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    actions: tuple[Action, ...]
    links: tuple[str, ...] = ()
    filters: tuple[Parameter, ...] = ()
    not_emulated: tuple[str, ...] = ()
    constants: Mapping[str, Json] = field(default_factory=dict)
    parent: Kind | None = None
    parent_field: str | None = None
    unique_field: str | None = None
    max_page_size: int = 100

    def template(self, action: Action) -> str:
        """Tell the template of the path on which an action works."""
        return self.path if action in (Action.LIST, Action.CREATE) else f"{self.path}/{{Sid}}"

    @property
    def parent_parameter(self) -> str | None:
        """The name in braces that stands for the parent's SID in `path`."""
        found = re.search(r"{(\w+)}", self.path)
        return found[1] if found else None
