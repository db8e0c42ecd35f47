"""The commands `stack …` and `cancel`: what concerns a stack as a whole; its state is `state.py`'s business."""

from __future__ import annotations

import click

from offline.engine.commands.common import Command, Group, current, open_workspace, stack_option
from offline.engine.commands.state import export, output
from offline.engine.commands.workspace import Stack
from offline.engine.errors import CancelledError, EngineError, UnsupportedError, UsageError
from offline.engine.model.resource import Snapshot
from offline.engine.model.urn import STACK_TYPE
from offline.engine.state.crypto import new_salt_state
from offline.engine.state.lock import cancel_locks, hold_lock
from offline.engine.state.state_file import StateCodec

__all__ = ["cancel", "stack"]


@click.group(cls=Group)
@stack_option
def stack() -> None:
    """Make, read and remove stacks."""


for _command in (output, export):
    stack.add_command(_command)


@stack.command("init")
@click.argument("name", required=False)
@stack_option
@click.option("--secrets-provider", default="", help="passphrase is the only one here.")
def init(name: str | None, secrets_provider: str) -> None:
    """Make a stack, its passphrase's salt included."""
    if secrets_provider not in ("", "default", "passphrase"):
        raise UnsupportedError("a secrets provider other than passphrase")
    workspace = open_workspace()
    ref = workspace.ref(name or current.stack)
    if workspace.backend.exists(ref):
        raise EngineError(f"the stack {ref.name} exists already")
    made = Stack(workspace, ref, workspace.config_path(ref))
    salt_state = made.file().salt_state
    if not salt_state:
        salt_state = new_salt_state(workspace.new_passphrase())
        made.note_salt(salt_state)
    with hold_lock(workspace.backend.lock_folder(ref)):
        workspace.backend.create(ref, StateCodec(ref, made.crypter(salt_state)).encode(Snapshot()))
    click.echo(f"Created stack '{ref.name}'")


@stack.command("rm")
@click.argument("name", required=False)
@stack_option
@click.option("-f", "--force", is_flag=True, help="Remove it although it has resources, which stay.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--preserve-config", is_flag=True, help="Keep Pulumi.<stack>.yaml.")
def remove(name: str | None, force: bool, yes: bool, preserve_config: bool) -> None:
    """Remove a stack and its configuration."""
    workspace = open_workspace()
    target = workspace.stack(name or current.stack)
    ref = target.ref
    if not yes:
        if not workspace.interactive:
            raise UsageError("nobody can be asked to confirm this", hint="pass --yes")
        click.confirm(f"This will remove the stack '{ref.name}' for good. Go on?", abort=True)
    with hold_lock(workspace.backend.lock_folder(ref)):
        kept = [each for each in target.document().resources if each.get("type") != STACK_TYPE]
        if kept and not force:
            raise CancelledError(
                f"the stack {ref.name} still has {len(kept)} resources",
                hint="run `destroy` first, or leave them behind with --force",
            )
        workspace.backend.remove(ref)
    if not preserve_config and ref.project == workspace.project.name:
        workspace.project.stack_file(ref.name).unlink(missing_ok=True)
    click.echo(f"Stack '{ref.name}' has been removed!")


@click.command(cls=Command)
@click.argument("name", required=False)
@stack_option
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
def cancel(name: str | None, yes: bool) -> None:
    """Remove the locks of a stack whose run is dead.

    A run that is still alive goes on, and two runs at once damage the state: look before you cancel.
    """
    workspace = open_workspace()
    target = workspace.stack(name or current.stack)
    if workspace.interactive and not yes:
        warning = (
            f"This will break the locks of '{target.ref.name}', even those of a run that is alive. Go on?"
        )
        click.confirm(warning, abort=True)
    count = cancel_locks(workspace.backend.lock_folder(target.ref))
    click.echo(
        f"The currently running update for '{target.ref.name}' has been canceled! (locks removed: {count})"
    )
