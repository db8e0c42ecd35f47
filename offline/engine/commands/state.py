"""The commands `stack output`, `export` and `import`: what a stack's state says."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from offline.engine.commands.common import LazyGroup, current, open_workspace, print_table, stack_option, tell
from offline.engine.commands.workspace import Stack
from offline.engine.errors import EngineError
from offline.engine.files.atomic_file import open_private
from offline.engine.model.urn import STACK_TYPE
from offline.engine.state.lock import hold_lock

__all__ = ["export", "import_", "output", "read_outputs"]


@click.command("output", cls=LazyGroup.command_class)
@click.argument("name", required=False)
@stack_option
@click.option("-j", "--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--show-secrets", is_flag=True, help="Show secrets in plain text; needs the passphrase.")
def output(name: str | None, as_json: bool, show_secrets: bool) -> None:
    """Print the outputs of a stack, or one of them."""
    outputs = read_outputs(open_workspace().stack(current.stack), show_secrets=show_secrets)
    if name is not None:
        if name not in outputs:
            raise EngineError(f"the stack has no output {name!r}", hint="`stack output` lists them")
        outputs = {name: outputs[name]}
    if as_json:
        tell(json.dumps(outputs if name is None else outputs[name], indent=2, ensure_ascii=False))
    elif name is not None:
        tell(_one_line(outputs[name]))
    elif not outputs:
        tell("No output values currently in this stack")
    else:
        tell(f"Current stack outputs ({len(outputs)}):")
        print_table(
            [("OUTPUT", "VALUE"), *((key, _one_line(value)) for key, value in outputs.items())], indent=4
        )


@click.command("export", cls=LazyGroup.command_class)
@stack_option
@click.option("--file", "file", metavar="FILE", help="Write to a file instead of stdout.")
@click.option("--show-secrets", is_flag=True, help="Write secrets in plain text; needs the passphrase.")
def export(file: str | None, show_secrets: bool) -> None:
    """Print the state of a stack, for `stack import`."""
    from offline.engine.commands.state_exchange import export_state

    text = export_state(open_workspace().stack(current.stack), show_secrets=show_secrets)
    if file is None:
        tell(text)
        return
    try:
        with open_private(Path(file)) as stream:
            stream.write(f"{text}\n")
    except OSError as error:
        raise EngineError(f"cannot write {file}: {error.strerror}") from None


@click.command("import", cls=LazyGroup.command_class)
@stack_option
@click.option("--file", "file", metavar="FILE", help="Read from a file instead of stdin.")
@click.option("-f", "--force", is_flag=True, help="Take it although it does not hold together.")
def import_(file: str | None, force: bool) -> None:
    """Replace the state of a stack by one that was exported."""
    from offline.engine.commands.state_exchange import import_state

    target = open_workspace().stack(current.stack)
    try:
        content = Path(file).read_bytes() if file else sys.stdin.buffer.read()
    except OSError as error:
        raise EngineError(f"cannot read {file}: {error.strerror}") from None
    with hold_lock(target.workspace.backend.lock_folder(target.ref)):
        import_state(target, content, force=force)
    tell("Import complete.")


def read_outputs(target: Stack, *, show_secrets: bool) -> dict[str, Any]:
    """Return a stack's outputs as plain JSON data; secrets are `[secret]` unless shown."""
    from offline.engine.commands.state_exchange import reveal_json

    document = target.document()
    raw = next((each for each in document.resources if each.get("type") == STACK_TYPE), {})
    decrypt = target.crypter(document.salt_state).decrypt if show_secrets else None
    return {key: reveal_json(value, decrypt) for key, value in sorted((raw.get("outputs") or {}).items())}


def _one_line(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
