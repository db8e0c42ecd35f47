"""What the board shows, as data: environments, the services in them, and what has happened to them.

Everything here is fit to be shown: names that a policy objects to are masked, values are words of the API or names
that were declared, and no secret or address is among them. An `Environment` is gathered where its state can be read,
and may travel as JSON; a `Board` is made of several.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from gitops.exits import GitopsError

__all__ = [
    "Board",
    "Cell",
    "Condition",
    "Deviation",
    "Difference",
    "Drifted",
    "Environment",
    "Finding",
    "LeftOver",
    "Look",
    "Protection",
    "Row",
    "Status",
    "Update",
]

VERSION = 1
Condition = Literal["deployed", "never deployed", "unreadable", "file gone"]
"""What there is of an environment: a state, none yet, one that can't be read, one whose stack file is gone."""
Status = Literal["same", "create", "adopt", "change", "replace", "delete", "held", "declared"]
"""What the next `up` would do to a service; `held` and `declared` where the other side is not known."""

Protection = Literal["", "on", "to be set", "to be lifted"]
"""By the state, and by what the stack file says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A run that the state's history keeps."""

    environment: str
    kind: str
    """Pulumi's word: update, refresh, destroy, import."""
    succeeded: bool
    began: str = ""
    ended: str = ""
    commit: str = ""
    is_dirty: bool = False
    """Whether there were changes that were not committed."""
    changes: dict[str, int] = dataclasses.field(default_factory=dict)
    """How many resources, by Pulumi's word; what stayed the same is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """A setting that is declared otherwise than the state holds it; "" for absent."""

    setting: str
    declared: str
    held: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A setting that another environment declares otherwise; `meant` says why that is as it should be, or is ""."""

    setting: str
    here: str
    there: str
    meant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drifted:
    """A thing at Twilio that is not as it is declared: gone, or changed in settings."""

    kind: Literal["gone", "changed"]
    thing: str
    settings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A policy's objection to something in a service, or, where it stands in an environment, to all of it."""

    policy: str
    is_mandatory: bool
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOver:
    """A thing that was replaced, whose deletion is pending."""

    thing: str
    sid: str
    console: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One service in one environment."""

    name: str
    """Logical; masked if a policy objects to it."""
    status: Status
    friendly_name: str = ""
    sid: str = ""
    console: str = ""
    """Address of its page in Twilio's Console; "" on the emulator."""
    protection: Protection = ""
    changed: str = ""
    """When the last run changed any part of it."""
    commit: str = ""
    """Of that run."""
    deviations: tuple[Deviation, ...] = ()
    differences: tuple[Difference, ...] = ()
    """From the environment before this one."""
    drift: tuple[Drifted, ...] = ()
    findings: tuple[Finding, ...] = ()
    pending: tuple[str, ...] = ()
    """What a run that was interrupted was at: "creating Role agent"."""
    left_over: tuple[LeftOver, ...] = ()

    @property
    def unmeant(self) -> tuple[Difference, ...]:
        """The differences that are to be looked at."""
        return tuple(each for each in self.differences if not each.meant)

    @property
    def meant(self) -> tuple[Difference, ...]:
        """The differences that are as they should be."""
        return tuple(each for each in self.differences if each.meant)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The last look at what exists: where it comes from, when it was, and whether a run has ended since."""

    source: str
    at: str
    is_stale: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One stack."""

    name: str
    api: Literal["twilio", "emulator"]
    condition: Condition
    where: str = ""
    """Where its state lies, for people."""
    declares: bool = True
    """Whether it is known what is declared: its stack file can be read, and says it."""
    compared_with: str = ""
    """The environment before it, from which differences are told."""
    problems: tuple[str, ...] = ()
    """What keeps the board from showing more, in plain words."""
    cells: tuple[Cell, ...] = ()
    addresses: int = 0
    pending: tuple[str, ...] = ()
    """As those of a cell, of what belongs to no service."""
    left_over: tuple[LeftOver, ...] = ()
    drift: tuple[Drifted, ...] = ()
    findings: tuple[Finding, ...] = ()
    look: Look | None = None
    updates: tuple[Update, ...] = ()
    """The newest first."""

    @property
    def last_deployment(self) -> Update | None:
        """The newest run that brought it up, or took it down, to its end."""
        return next(
            (each for each in self.updates if each.kind in ("update", "destroy") and each.succeeded), None
        )

    def to_json(self) -> str:
        """Return it as a JSON document."""
        document = {"version": VERSION, **dataclasses.asdict(self)}
        return json.dumps(document, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str, source: str) -> Environment:
        """Read what `to_json` wrote.

        Args:
            text: The JSON document.
            source: Where it comes from, for messages.

        Raises:
            GitopsError: If it is none of this version.
        """
        try:
            document = json.loads(text)
            version = document.pop("version")
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
            raise GitopsError(f"{source}: is no part of a board") from None
        if version != VERSION:
            raise GitopsError(f"{source}: is a part of a board of version {version!r}, not {VERSION}")
        try:
            made: Environment = _read(cls, document)
        except (KeyError, RecursionError, TypeError, ValueError):
            raise GitopsError(f"{source}: is no part of a board") from None
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One service in all environments, in their order; None where there is none."""

    name: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The whole page."""

    project: str
    made: str
    commit: str = ""
    environments: tuple[Environment, ...] = ()
    rows: tuple[Row, ...] = ()
    updates: tuple[Update, ...] = ()
    """Of all environments, the newest first."""
    notes: tuple[str, ...] = ()


def _read(kind: Any, value: Any) -> Any:
    """Return a value as the type says, made of JSON.

    Raises:
        TypeError: If it is none; unknown keys of an object among them.
    """
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = typing.get_type_hints(kind)
        return kind(**{key: _read(hints[key], each) for key, each in _map(value).items()})
    if origin is tuple and isinstance(value, list):
        return tuple(_read(arguments[0], each) for each in value)
    if origin is dict:
        return {_read(arguments[0], key): _read(arguments[1], each) for key, each in _map(value).items()}
    if origin is types.UnionType:
        (inner,) = (each for each in arguments if each is not types.NoneType)
        return None if value is None else _read(inner, value)
    if origin is Literal and value in arguments:
        return value
    if isinstance(kind, type) and type(value) is kind:
        return value
    raise TypeError("of another type")


def _map(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError("must be an object")
    return value
