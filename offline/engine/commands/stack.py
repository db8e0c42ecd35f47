"""The commands `stack …` and `cancel`: what concerns a stack as a whole; its state is `state.py`'s business."""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import Any

import click

from offline.engine.commands.common import LazyGroup, current, open_workspace, print_table, stack_option, tell
from offline.engine.commands.workspace import Stack, Workspace
from offline.engine.display.screen import Screen
from offline.engine.errors import (
    CancelledError,
    EngineError,
    StackNotFoundError,
    UnsupportedError,
    UsageError,
)
from offline.engine.model.urn import STACK_TYPE
from offline.engine.state.lock import cancel_locks, hold_lock

__all__ = ["cancel", "remove_stack", "stack"]


@click.group(
    cls=LazyGroup,
    lazy={
        "output": (
            "offline.engine.commands.state",
            "output",
            "Print the outputs of a stack, or one of them.",
        ),
        "export": (
            "offline.engine.commands.state",
            "export",
            "Print the state of a stack, for `stack import`.",
        ),
        "import": (
            "offline.engine.commands.state",
            "import_",
            "Replace the state of a stack by one that was exported.",
        ),
        "history": ("offline.engine.commands.state", "history", "List the runs on a stack, newest first."),
    },
)
@stack_option
def stack() -> None:
    """Make, list, read and remove stacks."""


@stack.command("init")
@click.argument("name", required=False)
@stack_option
@click.option("--secrets-provider", default="", help="passphrase is the only one here.")
@click.option("--no-select", is_flag=True, help="Do not select the new stack.")
def init(name: str | None, secrets_provider: str, no_select: bool) -> None:
    """Make a stack, its passphrase's salt included, and select it."""
    from offline.engine.commands.selection import select_stack
    from offline.engine.state.crypto import new_salt_state
    from offline.engine.state.state_file import StateCodec

    if secrets_provider not in ("", "default", "passphrase"):
        raise UnsupportedError("a secrets provider other than passphrase")
    workspace: Workspace = open_workspace()
    chosen = name or current.stack
    if not chosen:
        raise UsageError("the new stack needs a name", hint="stack init <name>")
    ref = workspace.ref(chosen)
    if workspace.backend.exists(ref):
        raise EngineError(f"the stack {ref.name} exists already")
    made = Stack(workspace, ref, workspace.config_path(ref))
    salt_state = made.file().salt_state
    if not salt_state:
        salt_state = new_salt_state(workspace.new_passphrase())
        made.note_salt(salt_state)
    from offline.engine.model.resource import Snapshot

    with hold_lock(workspace.backend.lock_folder(ref)):
        workspace.backend.create(ref, StateCodec(ref, made.crypter(salt_state)).encode(Snapshot()))
    if not no_select:
        select_stack(workspace.project, workspace.backend.url, ref.qualified, workspace.environment)
    tell(f"Created stack '{ref.name}'")


@stack.command("ls")
@click.option("-j", "--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("-a", "--all", "all_projects", is_flag=True, help="List stacks of other projects, too.")
def list_(as_json: bool, all_projects: bool) -> None:
    """List the stacks of this project."""
    from offline.engine.commands.selection import selected_stack
    from offline.engine.state.state_file import parse_state

    workspace: Workspace = open_workspace()
    selected = selected_stack(workspace.project, workspace.backend.url, workspace.environment)
    rows: list[dict[str, Any]] = []
    for ref in workspace.backend.stacks():
        if ref.project != workspace.project.name and not all_projects:
            continue
        document = parse_state(workspace.backend.read(ref), ref)
        row: dict[str, Any] = {"name": ref.name if ref.project == workspace.project.name else ref.qualified}
        row["current"] = selected in (ref.name, ref.qualified) and ref.project == workspace.project.name
        if document.resources:
            row["lastUpdate"] = str(document.latest.get("manifest", {}).get("time", ""))[:23] + "Z"
            row["resourceCount"] = len(document.resources)
        rows.append(row)
    if as_json:
        tell(json.dumps(rows, indent=2))
        return
    table = [("NAME", "LAST UPDATE", "RESOURCE COUNT")]
    for row in rows:
        mark = "*" if row["current"] else ""
        table.append(
            (row["name"] + mark, _ago(row.get("lastUpdate", "")), str(row.get("resourceCount", "n/a")))
        )
    print_table(table)


@stack.command("select")
@click.argument("name", required=False)
@stack_option
def select(name: str | None) -> None:
    """Select the stack that commands work on unless told otherwise."""
    from offline.engine.commands.selection import select_stack

    workspace: Workspace = open_workspace()
    if not (name or current.stack):
        raise UsageError("which stack?", hint="stack select <name>; `stack ls` lists them")
    ref = workspace.ref(name or current.stack)
    if not workspace.backend.exists(ref):
        raise StackNotFoundError(ref.name)
    select_stack(workspace.project, workspace.backend.url, ref.qualified, workspace.environment)


@stack.command("rm")
@click.argument("name", required=False)
@stack_option
@click.option("-f", "--force", is_flag=True, help="Remove it although it has resources, which stay.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--preserve-config", is_flag=True, help="Keep Pulumi.<stack>.yaml.")
@click.option("--remove-backups", is_flag=True, help="Remove the backups of its state, too.")
def remove(name: str | None, force: bool, yes: bool, preserve_config: bool, remove_backups: bool) -> None:
    """Remove a stack and its configuration."""
    from offline.engine.commands.prompts import confirm_name

    workspace: Workspace = open_workspace()
    target = workspace.stack(name or current.stack)
    if not yes:
        if not workspace.interactive:
            raise UsageError("nobody can be asked to confirm this", hint="pass --yes")
        warning = f"This will remove the stack '{target.ref.name}' for good!"
        confirm_name(Screen(sys.stdout), warning, target.ref.name)
    remove_stack(target, force=force, preserve_config=preserve_config, backups=remove_backups)
    tell(f"Stack '{target.ref.name}' has been removed!")


@click.command(cls=LazyGroup.command_class)
@click.argument("name", required=False)
@stack_option
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
def cancel(name: str | None, yes: bool) -> None:
    """Remove the locks of a stack whose run is dead.

    A run that is still alive goes on, and two runs at once damage the state: look before you cancel.
    """
    from offline.engine.commands.prompts import confirm_name

    workspace: Workspace = open_workspace()
    target = workspace.stack(name or current.stack)
    if workspace.interactive and not yes:
        warning = f"This will break the locks of '{target.ref.name}', even those of a run that is alive!"
        confirm_name(Screen(sys.stdout), warning, target.ref.name)
    count = cancel_locks(workspace.backend.lock_folder(target.ref))
    tell(f"The currently running update for '{target.ref.name}' has been canceled! (locks removed: {count})")


def remove_stack(target: Stack, *, force: bool, preserve_config: bool, backups: bool) -> None:
    """Remove a stack that has no resources, or is forced to go."""
    from offline.engine.commands.selection import select_stack, selected_stack

    workspace, ref = target.workspace, target.ref
    with hold_lock(workspace.backend.lock_folder(ref)):
        kept = [each for each in target.document().resources if each.get("type") != STACK_TYPE]
        if kept and not force:
            raise CancelledError(
                f"the stack {ref.name} still has {len(kept)} resources",
                hint="run `destroy` first, or leave them behind with --force",
            )
        workspace.backend.remove(ref, backups=backups)
    if not preserve_config and ref.project == workspace.project.name:
        workspace.project.stack_file(ref.name).unlink(missing_ok=True)
    if selected_stack(
        workspace.project, workspace.backend.url, {**workspace.environment, "PULUMI_STACK": ""}
    ) in (
        ref.name,
        ref.qualified,
    ):
        select_stack(workspace.project, workspace.backend.url, "", workspace.environment)


def _ago(timestamp: str) -> str:
    if not timestamp:
        return "n/a"
    seconds = (dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(timestamp)).total_seconds()
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            count = int(seconds // length)
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "now" if seconds < 10 else f"{int(seconds)} seconds ago"
