"""What the policies of one pack process tell one another, for the SDK shows each its own settings only.

An engine configures a pack once, then asks its policies about one resource after the other, in the pack's order: the
grammar's policy comes first, then `no-personal-data`, then its companion; policies on the whole stack come last.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .grammar import Grammar

_current = threading.local()
_told: dict[str, tuple[str, str]] = {}
_used: set[tuple[str, int, int]] = set()
_lock = threading.Lock()


def follow_grammar(grammar: Grammar | None) -> None:
    """Note the grammar that the resource at hand follows, for the policies that are asked next by this thread."""
    _current.grammar = grammar


def followed_grammar() -> Grammar | None:
    """Give the grammar that the resource at hand must follow, None for none."""
    found: Grammar | None = getattr(_current, "grammar", None)
    return found


def is_first_to_tell(problem: str, policy: str, urn: str) -> bool:
    """Tell whether a policy tells of a problem of the pack itself at this resource: once a run, where it was met first.

    A process lives through preview and update; both meet the same resources.
    """
    with _lock:
        return _told.setdefault(problem, (policy, urn)) == (policy, urn)


def is_told(problem: str) -> bool:
    """Tell whether a problem of the pack itself has been told."""
    return problem in _told


def note_used(path: str, version: int, positions: frozenset[int]) -> None:
    """Note the entries of one version of an allow-list that a resource's inputs need."""
    with _lock:
        _used.update((path, version, position) for position in positions)


def used(path: str, version: int) -> set[int]:
    """List the entries that the inputs of the run's resources need."""
    with _lock:
        return {position for file, seen, position in _used if (file, seen) == (path, version)}
