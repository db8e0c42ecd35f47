"""What a run is about: the stack it works on, how it shall work, and what came of it.

Plain frozen data between the command line and the executor; reading it from files is `project.py`'s and
`stack_config.py`'s business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from offline.engine.model.events import Changed
from offline.engine.model.resource import Snapshot

__all__ = ["Kind", "Options", "Outcome", "PolicyPack", "Result", "Save", "Target"]

Result: TypeAlias = Literal["succeeded", "failed", "interrupted"]

Kind: TypeAlias = Literal["update", "preview", "refresh", "destroy"]
"""What a run does; a preview is an update that only tells."""

Save: TypeAlias = Callable[[Snapshot], None]
"""Blocks until a snapshot at least as new as the given one is on disk; called from several threads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One stack of one project, with its configuration decrypted."""

    root: Path
    """Folder of Pulumi.yaml; providers run there."""
    project: str
    stack: str
    organization: str = "organization"
    python: str
    """Interpreter of the program and of its providers."""
    main: Path
    """Folder of the program."""
    config: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By `namespace:key`; objects as JSON text."""
    secret_keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PolicyPack:
    """A folder with PulumiPolicy.yaml, and the JSON file with its settings."""

    path: Path
    config: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a run works."""

    parallel: int = 16
    """Operations on resources at the same time, 1 or more."""
    refresh: bool = False
    """Read what exists before an update, a preview or a destroy."""
    policy_packs: tuple[PolicyPack, ...] = ()
    clear_pending_creates: bool = False
    """Refresh only: forget creates that an earlier run began and never recorded as done."""
    call_seconds: float = 1800.0
    """How long a provider or a pack may take over one answer, and a program over its next word."""
    notice_seconds: float = 60.0
    """After how much of that a warning says what is being waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a run; `snapshot` is what is true now, whatever the result."""

    snapshot: Snapshot
    result: Result
    changes: Changed
    policy_failed: bool = False
    """True if a mandatory policy objected."""
