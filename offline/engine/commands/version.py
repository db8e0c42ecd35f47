"""The command `version`."""

from __future__ import annotations

from importlib import metadata

import click

from offline.engine.commands.common import LazyGroup, tell

__all__ = ["version"]


@click.command(cls=LazyGroup.command_class)
def version() -> None:
    """Print which engine this is, and the version of the Pulumi SDK whose protocol it speaks."""
    tell(f"embedded engine for pulumi v{metadata.version('pulumi')}")
