"""What a program asks for: a resource that shall exist, or one to be read.

Plain frozen data, made by `monitor.py` from requests and by `registration.py` for default providers.
Source: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/resource.proto (RegisterResourceRequest)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from offline.engine.model.values import Properties

__all__ = ["Goal", "Registered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A resource as the program declares it; None means that the program leaves an option open."""

    type: str
    name: str
    custom: bool = True
    properties: Properties = field(default_factory=dict)
    parent: str = ""
    provider: str = ""
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    protect: bool | None = None
    retain_on_delete: bool | None = None
    delete_before_replace: bool | None = None
    deleted_with: str = ""
    ignore_changes: tuple[str, ...] = ()
    additional_secret_outputs: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    """URNs that it may have had."""
    id: str = ""
    """Of a resource of somebody else's that the program wants to know, empty where a preview does not know it."""


@dataclass(frozen=True, slots=True)
class Registered:
    """The answer to the program; in a preview `id` is empty where unknown."""

    urn: str
    id: str
    outputs: Properties
