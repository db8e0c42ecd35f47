"""The commands `stack …` and `cancel`: what concerns a stack as a whole, without its program."""

from __future__ import annotations

import datetime as dt
import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from engine.cli_common import LazyGroup, current, open_session, stack_option, tell
from engine.errors import CancelledError, EngineError, StackNotFoundError, UnsupportedError, UsageError
from engine.lock import cancel_locks, hold_lock
from engine.screen import Screen
from engine.session import Session, Stack

__all__ = ["cancel", "remove_stack", "stack"]

STACK_TYPE = "pulumi:pulumi:Stack"


@click.group(cls=LazyGroup)
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
    from engine.crypto import new_salt_state
    from engine.selection import select_stack
    from engine.state_file import StateCodec

    if secrets_provider not in ("", "default", "passphrase"):
        raise UnsupportedError("a secrets provider other than passphrase")
    session: Session = open_session()
    chosen = name or current.stack
    if not chosen:
        raise UsageError("the new stack needs a name", hint="stack init <name>")
    ref = session.ref(chosen)
    if session.backend.exists(ref):
        raise EngineError(f"the stack {ref.name} exists already")
    made = Stack(session, ref, session.config_path(ref))
    salt_state = made.file().salt_state
    if not salt_state:
        salt_state = new_salt_state(session.new_passphrase())
        made.note_salt(salt_state)
    from engine.resource import Snapshot

    with hold_lock(session.backend.lock_folder(ref)):
        session.backend.create(ref, StateCodec(ref, made.crypter(salt_state)).encode(Snapshot()))
    if not no_select:
        select_stack(session.project, session.backend.url, ref.qualified, session.environment)
    tell(f"Created stack '{ref.name}'")


@stack.command("ls")
@click.option("-j", "--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("-a", "--all", "all_projects", is_flag=True, help="List stacks of other projects, too.")
def list_(as_json: bool, all_projects: bool) -> None:
    """List the stacks of this project."""
    from engine.selection import selected_stack
    from engine.state_file import parse_state

    session: Session = open_session()
    selected = selected_stack(session.project, session.backend.url, session.environment)
    rows: list[dict[str, Any]] = []
    for ref in session.backend.stacks():
        if ref.project != session.project.name and not all_projects:
            continue
        document = parse_state(session.backend.read(ref), ref)
        row: dict[str, Any] = {"name": ref.name if ref.project == session.project.name else ref.qualified}
        row["current"] = selected in (ref.name, ref.qualified) and ref.project == session.project.name
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
    _print_table(table)


@stack.command("select")
@click.argument("name", required=False)
@stack_option
def select(name: str | None) -> None:
    """Select the stack that commands work on unless told otherwise."""
    from engine.selection import select_stack

    session: Session = open_session()
    if not (name or current.stack):
        raise UsageError("which stack?", hint="stack select <name>; `stack ls` lists them")
    ref = session.ref(name or current.stack)
    if not session.backend.exists(ref):
        raise StackNotFoundError(ref.name)
    select_stack(session.project, session.backend.url, ref.qualified, session.environment)


@stack.command("rm")
@click.argument("name", required=False)
@stack_option
@click.option("-f", "--force", is_flag=True, help="Remove it although it has resources, which stay.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--preserve-config", is_flag=True, help="Keep Pulumi.<stack>.yaml.")
@click.option("--remove-backups", is_flag=True, help="Remove the backups of its state, too.")
def remove(name: str | None, force: bool, yes: bool, preserve_config: bool, remove_backups: bool) -> None:
    """Remove a stack and its configuration."""
    from engine.prompts import confirm_name

    session: Session = open_session()
    target = session.stack(name or current.stack)
    if not yes:
        if not session.interactive:
            raise UsageError("nobody can be asked to confirm this", hint="pass --yes")
        warning = f"This will remove the stack '{target.ref.name}' for good!"
        confirm_name(Screen(sys.stdout), warning, target.ref.name)
    remove_stack(target, force=force, preserve_config=preserve_config, backups=remove_backups)
    tell(f"Stack '{target.ref.name}' has been removed!")


@stack.command("output")
@click.argument("name", required=False)
@stack_option
@click.option("-j", "--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--shell", is_flag=True, help="Print a shell script that sets variables.")
@click.option("--show-secrets", is_flag=True, help="Show secrets in plain text; needs the passphrase.")
def output(name: str | None, as_json: bool, shell: bool, show_secrets: bool) -> None:
    """Print the outputs of a stack, or one of them."""
    outputs = read_outputs(open_session().stack(current.stack), show_secrets=show_secrets)
    if name is not None:
        if name not in outputs:
            raise EngineError(f"the stack has no output {name!r}", hint="`stack output` lists them")
        outputs = {name: outputs[name]}
    if as_json:
        tell(json.dumps(outputs if name is None else outputs[name], indent=2, ensure_ascii=False))
    elif shell:
        for key, value in outputs.items():
            tell(f"{key}={shlex.quote(_one_line(value))}")
    elif name is not None:
        tell(_one_line(outputs[name]))
    elif not outputs:
        tell("No output values currently in this stack")
    else:
        tell(f"Current stack outputs ({len(outputs)}):")
        _print_table(
            [("OUTPUT", "VALUE"), *((key, _one_line(value)) for key, value in outputs.items())], indent=4
        )


@stack.command("export")
@stack_option
@click.option("--file", "file", metavar="FILE", help="Write to a file instead of stdout.")
@click.option("--show-secrets", is_flag=True, help="Write secrets in plain text; needs the passphrase.")
def export(file: str | None, show_secrets: bool) -> None:
    """Print the state of a stack, for `stack import`."""
    from engine.state_exchange import export_state

    text = export_state(open_session().stack(current.stack), show_secrets=show_secrets)
    if file is None:
        tell(text)
        return
    try:
        # May hold what only its owner should read.
        Path(file).touch(0o600)
        Path(file).write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise EngineError(f"cannot write {file}: {error.strerror}") from None


@stack.command("import")
@stack_option
@click.option("--file", "file", metavar="FILE", help="Read from a file instead of stdin.")
@click.option("-f", "--force", is_flag=True, help="Take it although it does not hold together.")
def import_(file: str | None, force: bool) -> None:
    """Replace the state of a stack by one that was exported."""
    from engine.state_exchange import import_state

    target = open_session().stack(current.stack)
    try:
        content = Path(file).read_bytes() if file else sys.stdin.buffer.read()
    except OSError as error:
        raise EngineError(f"cannot read {file}: {error.strerror}") from None
    with hold_lock(target.session.backend.lock_folder(target.ref)):
        import_state(target, content, force=force)
    tell("Import complete.")


@stack.command("history")
@stack_option
@click.option("-j", "--json", "as_json", is_flag=True, help="Print JSON.")
def history(as_json: bool) -> None:
    """List the runs on a stack, newest first."""
    target: Stack = open_session().stack(current.stack)
    records = target.session.backend.history(target.ref)
    for record in records:
        for key in ("startTime", "endTime"):
            record[key] = dt.datetime.fromtimestamp(record.get(key, 0), dt.UTC).strftime(
                "%Y-%m-%dT%H:%M:%S.000Z"
            )
    if as_json:
        # The configuration of each run holds values; whoever wants them reads the files.
        tell(json.dumps([{key: each[key] for key in each if key != "config"} for each in records], indent=2))
        return
    table = [("KIND", "RESULT", "STARTED", "CHANGES", "MESSAGE")]
    for record in records:
        changes = ", ".join(f"{count} {op}" for op, count in (record.get("resourceChanges") or {}).items())
        table.append(
            (record["kind"], record["result"], record["startTime"], changes, record.get("message", ""))
        )
    _print_table(table)


@click.command(cls=LazyGroup.command_class)
@click.argument("name", required=False)
@stack_option
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
def cancel(name: str | None, yes: bool) -> None:
    """Remove the locks of a stack whose run is dead.

    A run that is still alive goes on, and two runs at once damage the state: look before you cancel.
    """
    from engine.prompts import confirm_name

    session: Session = open_session()
    target = session.stack(name or current.stack)
    if session.interactive and not yes:
        warning = f"This will break the locks of '{target.ref.name}', even those of a run that is alive!"
        confirm_name(Screen(sys.stdout), warning, target.ref.name)
    count = cancel_locks(session.backend.lock_folder(target.ref))
    tell(f"The currently running update for '{target.ref.name}' has been canceled! (locks removed: {count})")


def remove_stack(target: Stack, *, force: bool, preserve_config: bool, backups: bool) -> None:
    """Remove a stack that has no resources, or is forced to go."""
    from engine.selection import select_stack, selected_stack

    session, ref = target.session, target.ref
    with hold_lock(session.backend.lock_folder(ref)):
        kept = [each for each in target.document().resources if each.get("type") != STACK_TYPE]
        if kept and not force:
            raise CancelledError(
                f"the stack {ref.name} still has {len(kept)} resources",
                hint="run `destroy` first, or leave them behind with --force",
            )
        session.backend.remove(ref, backups=backups)
    if not preserve_config and ref.project == session.project.name:
        session.project.stack_file(ref.name).unlink(missing_ok=True)
    if selected_stack(session.project, session.backend.url, {**session.environment, "PULUMI_STACK": ""}) in (
        ref.name,
        ref.qualified,
    ):
        select_stack(session.project, session.backend.url, "", session.environment)


def read_outputs(target: Stack, *, show_secrets: bool) -> dict[str, Any]:
    """Return a stack's outputs as plain JSON data; secrets are `[secret]` unless shown."""
    from engine.state_exchange import reveal_json

    document = target.document()
    raw = next((each for each in document.resources if each.get("type") == STACK_TYPE), {})
    decrypt = target.crypter(document.salt_state).decrypt if show_secrets else None
    return {key: reveal_json(value, decrypt) for key, value in sorted((raw.get("outputs") or {}).items())}


def _one_line(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _ago(timestamp: str) -> str:
    if not timestamp:
        return "n/a"
    seconds = (dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(timestamp)).total_seconds()
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            count = int(seconds // length)
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "now" if seconds < 10 else f"{int(seconds)} seconds ago"


def _print_table(rows: Sequence[tuple[str, ...]], indent: int = 0) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        tell(" " * indent + "  ".join(cells).rstrip())
