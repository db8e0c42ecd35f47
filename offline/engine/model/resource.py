"""What a stack's state holds: resources, operations under way and the snapshot of both.

Plain frozen data without behaviour; `state_file.py` reads and writes it, `plan.py` decides on it.
Source: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/core.go (ResourceV3, DeploymentV3)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from offline.engine.model.values import Properties

__all__ = ["PendingKind", "PendingOperation", "Resource", "Snapshot"]

PendingKind = Literal["creating", "updating", "deleting", "reading"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource of the state: what was declared (`inputs`) and what exists (`id`, `outputs`)."""

    urn: str
    type: str
    custom: bool
    id: str = ""
    inputs: Properties = field(default_factory=dict)
    outputs: Properties = field(default_factory=dict)
    parent: str = ""
    provider: str = ""
    """Reference of its provider resource, `<urn>::<id>`; empty for components and providers."""
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    deleted_with: str = ""
    aliases: tuple[str, ...] = ()
    additional_secret_outputs: tuple[str, ...] = ()
    ignore_changes: tuple[str, ...] = ()
    init_errors: tuple[str, ...] = ()
    protect: bool = False
    retain_on_delete: bool = False
    external: bool = False
    """Read, not managed: owned by somebody else and never deleted."""
    delete: bool = False
    """Replaced already and still to be deleted; one URN may stand twice only then."""
    pending_replacement: bool = False
    """Deleted already, its replacement still to be created."""
    created: str = ""
    """RFC 3339 time in UTC; empty where unknown."""
    modified: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the state file that this engine does not use, kept as they were."""

    @property
    def name(self) -> str:
        """The name that the program gave: the last part of the URN."""
        return self.urn.rpartition("::")[2]


@dataclass(frozen=True, slots=True)
class PendingOperation:
    """An operation that was begun and has not been recorded as done."""

    kind: PendingKind
    resource: Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The state of a stack at one moment; resources stand after all that they depend on."""

    resources: tuple[Resource, ...] = ()
    pending: tuple[PendingOperation, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Top-level fields of the deployment that this engine does not use, kept as they were."""
