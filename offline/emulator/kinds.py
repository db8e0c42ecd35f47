"""How a kind of resource is described: its parameters, its paths, its shape.

A description is data; the rules that work on it are in models.py, the answers in responses.py. Not a list of
the kinds: those are in resources/.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

__all__ = [
    "Action",
    "Json",
    "Kind",
    "Parameter",
    "Reference",
    "boolean",
    "json_text",
    "one_of",
    "sid_of",
    "text",
    "web_url",
]

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


def boolean(value: str) -> Json:
    """Take `true` or `false`, in any case."""
    return one_of("true", "false")(value.lower()) == "true"


def web_url(value: str) -> Json:
    """Take an absolute URL of http or https, in printable ASCII."""
    try:
        parts = urlsplit(value)
        # Looking at the port is what checks it.
        is_absolute = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_absolute = False
    if not (is_absolute and re.fullmatch(r"[!-~]+", value)):
        raise ValueError("must be an absolute URL of http or https, percent-encoded")
    return value


def json_text(value: str) -> Json:
    """Take a text that is valid JSON, and keep it as it was written."""
    try:
        json.loads(value)
    except ValueError:
        raise ValueError("must be valid JSON") from None
    return value


@dataclass(frozen=True)
class Reference:
    """What a SID must name: a resource of a kind below the same parent, of a type; `code` is the error's if not."""

    kind: Kind
    type: str
    code: int


@dataclass(frozen=True)
class Parameter:
    """A form or query parameter and the field of the answer that it sets; a dot leads into an object.

    `read` turns a text into the field's value and raises ValueError with the broken rule; `agree` does so with a
    value that does not go with the other fields. `code` is the error's then. Of a parameter that is repeated,
    the last text counts, or with `many` each one, once. `fixed`: only create takes it. `can_unset`: an empty
    text puts the default back.
    """

    name: str
    field: str
    read: Reader
    required: bool = False
    default: Json = None
    many: bool = False
    fixed: bool = False
    can_unset: bool = False
    code: int | None = None
    agree: Callable[[Json, Mapping[str, Json]], None] | None = None
    reference: Reference | None = None

    def value(self, texts: list[str]) -> Json:
        """Read the parameter's value from the texts given for it."""
        if self.can_unset and not any(texts):
            return self.default
        return [self.read(each) for each in dict.fromkeys(texts)] if self.many else self.read(texts[-1])


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

    `path` is the collection's template, with the parent's SID in braces. `key` names the list in an answer.
    `prefix` begins a SID; a kind without one is single: each parent (an account, where none is named) has
    exactly one, from the start, at `path` itself. `fields` are those of an answer, in order. `links` become URLs
    below the resource's own.
    `not_emulated` are parameters that the API has and this has not.
    """

    name: str
    path: str
    key: str
    fields: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    actions: tuple[Action, ...]
    prefix: str = ""
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
        is_whole = self.is_single or action in (Action.LIST, Action.CREATE)
        return self.path if is_whole else f"{self.path}/{{Sid}}"

    def taken_by(self, action: Action) -> tuple[Parameter, ...]:
        """Tell the parameters of a create or an update."""
        return tuple(each for each in self.parameters if action is Action.CREATE or not each.fixed)

    def defaults(self) -> dict[str, Json]:
        """Make the fields of a resource that was given no parameters."""
        return {parameter.field: parameter.default for parameter in self.parameters}

    def new_sid(self, parent_sid: str | None) -> str:
        """Make a SID that is not in use, or give the one by which a single resource is stored.

        Args:
            parent_sid: the parent's; of a single resource without a parent, the account's.
        """
        return f"{parent_sid}/{self.name}" if self.is_single else self.prefix + secrets.token_hex(16)

    @property
    def is_single(self) -> bool:
        """Tell whether each parent has exactly one."""
        return not self.prefix

    @property
    def parent_parameter(self) -> str | None:
        """The name in braces that stands for the parent's SID in `path`."""
        found = re.search(r"{(\w+)}", self.path)
        return found[1] if found else None
