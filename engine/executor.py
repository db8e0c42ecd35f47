"""Runs one operation on a stack: update, preview, refresh, destroy.

The entry to the engine's core: no files, no terminal. State goes out through `save`, news through `emit`.
"""

from __future__ import annotations

import asyncio

from engine.events import Emit
from engine.resource import Snapshot
from engine.target import Options, Outcome, Save, Target

__all__ = ["destroy", "refresh", "update"]


async def update(
    target: Target,
    snapshot: Snapshot,
    options: Options,
    *,
    dry_run: bool,
    save: Save,
    emit: Emit,
    cancel: asyncio.Event | None = None,
) -> Outcome:
    """Make what exists equal to what the program declares; with `dry_run`, only tell (and never `save`).

    Args:
        cancel: Once set, no new operation starts; those in flight end and are recorded.

    Raises:
        PluginError: if a program, provider or policy process does not start.
        UnsupportedError: if the state needs what only the real CLI has.
    """
    raise NotImplementedError


async def refresh(
    target: Target,
    snapshot: Snapshot,
    options: Options,
    *,
    dry_run: bool,
    save: Save,
    emit: Emit,
    cancel: asyncio.Event | None = None,
) -> Outcome:
    """Make the state equal to what exists; with `dry_run`, only tell. The program does not run.

    Raises:
        PluginError: if a provider process does not start.
    """
    raise NotImplementedError


async def destroy(
    target: Target,
    snapshot: Snapshot,
    options: Options,
    *,
    dry_run: bool,
    save: Save,
    emit: Emit,
    cancel: asyncio.Event | None = None,
) -> Outcome:
    """Delete all that the state holds, dependents first; with `dry_run`, only tell. The program does not run.

    Raises:
        PluginError: if a provider process does not start.
    """
    raise NotImplementedError
