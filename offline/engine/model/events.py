"""What happens in an update, told to whoever displays it: the one channel from executor to display.

Plain frozen data. The executor emits them in order, from one thread; displays only read them.
Source: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/events.go
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, TypeAlias

from offline.engine.model.resource import Resource
from offline.engine.model.values import Value

__all__ = [
    "Changed",
    "Diagnostic",
    "Emit",
    "Event",
    "Finished",
    "Op",
    "PolicyLoaded",
    "PolicyViolation",
    "PropertyDiff",
    "Started",
    "Step",
    "StepDone",
    "StepFailed",
    "StepStarted",
]


class Op(StrEnum):
    """What is done to one resource; the words are the CLI's own."""

    SAME = "same"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    REPLACE = "replace"
    CREATE_REPLACEMENT = "create-replacement"
    DELETE_REPLACED = "delete-replaced"
    READ = "read"
    READ_REPLACEMENT = "read-replacement"
    REFRESH = "refresh"
    DISCARD = "discard"
    DISCARD_REPLACED = "discard-replaced"


Changed: TypeAlias = Mapping[str, int]
"""Resources per operation as the summary counts them, {"create": 2}; a replacement counts once."""


@dataclass(frozen=True, slots=True)
class PropertyDiff:
    """How one property differs; `kind` as Pulumi's detailed diff names it, such as add or update-replace."""

    kind: str
    old: Value = None
    new: Value = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One operation on one resource, planned (preview) or performed."""

    op: Op
    urn: str
    type: str
    old: Resource | None = None
    new: Resource | None = None
    replace_keys: tuple[str, ...] = ()
    """Top-level properties that force a replacement."""
    detailed_diff: Mapping[str, PropertyDiff] = field(default_factory=dict)
    """By property path."""
    logical: bool = True
    """False for the physical halves of a replacement, which people see only on request."""
    leftover: bool = False
    """True for the deletion of what an earlier run replaced and did not get rid of: no half of this run's doing."""

    @property
    def key(self) -> str:
        """What tells one resource from others in a display; what is left over has the URN of its replacement."""
        return f"{self.urn}\0{self.old.id}" if self.leftover and self.old else self.urn


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A phase begins: a preview is also the first half of an update, a refresh may come before either."""

    kind: Literal["update", "preview", "refresh", "destroy"]
    dry_run: bool
    stack: str
    interrupted: tuple[str, ...] = ()
    """One sentence per operation that an earlier run began and never recorded as done."""


@dataclass(frozen=True, slots=True)
class StepStarted:
    """An operation is about to run, or is planned (preview)."""

    step: Step


@dataclass(frozen=True, slots=True)
class StepDone:
    """An operation has been done, or planned; the step now carries the new state."""

    step: Step
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class StepFailed:
    """An operation has failed; its reason comes as a Diagnostic."""

    step: Step
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A message for people, tied to a resource where `urn` is given; secrets are masked already."""

    severity: Literal["info", "info#err", "warning", "error"]
    message: str
    urn: str = ""


@dataclass(frozen=True, slots=True)
class PolicyLoaded:
    """A policy pack is in force."""

    name: str
    version: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyViolation:
    """A policy objects to a resource, or to the stack."""

    urn: str
    policy: str
    pack: str
    pack_version: str
    message: str
    enforcement: Literal["advisory", "mandatory"]
    severity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A phase is over."""

    result: Literal["succeeded", "failed", "interrupted"]
    changes: Changed
    seconds: float
    outputs: Mapping[str, Value] | None = None
    """The stack's outputs; None where the phase does not touch them."""
    old_outputs: Mapping[str, Value] = field(default_factory=dict)


Event: TypeAlias = (
    Started | StepStarted | StepDone | StepFailed | Diagnostic | PolicyLoaded | PolicyViolation | Finished
)
Emit: TypeAlias = Callable[[Event], None]
