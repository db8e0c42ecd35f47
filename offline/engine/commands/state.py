"""The commands `stack output` and `stack export`: what a stack's state says.

They work on the JSON itself, so that what this engine does not know passes through unharmed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from offline.engine.commands.common import Command, current, open_workspace, print_table, stack_option
from offline.engine.commands.workspace import Stack
from offline.engine.errors import EngineError
from offline.engine.files.atomic_file import open_private
from offline.engine.model import marks
from offline.engine.model.urn import STACK_TYPE

__all__ = ["export", "output"]


@click.command("output", cls=Command)
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
        click.echo(json.dumps(outputs if name is None else outputs[name], indent=2, ensure_ascii=False))
    elif name is not None:
        click.echo(_one_line(outputs[name]))
    else:
        print_table([("OUTPUT", "VALUE"), *((key, _one_line(value)) for key, value in outputs.items())])


@click.command("export", cls=Command)
@stack_option
@click.option("--file", "file", metavar="FILE", help="Write to a file instead of stdout.")
def export(file: str | None) -> None:
    """Print the state of a stack, for `pulumi stack import`; secrets stay closed."""
    latest = open_workspace().stack(current.stack).document().latest
    text = json.dumps({"version": 3, "deployment": latest}, ensure_ascii=False, indent=4)
    if file is None:
        click.echo(text)
        return
    try:
        with open_private(Path(file)) as stream:
            stream.write(f"{text}\n")
    except OSError as error:
        raise EngineError(f"cannot write {file}: {error.strerror}") from None


def read_outputs(target: Stack, *, show_secrets: bool) -> dict[str, Any]:
    """Return a stack's outputs as plain JSON data; secrets are `[secret]` unless shown."""
    document = target.document()
    raw = next((each for each in document.resources if each.get("type") == STACK_TYPE), {})
    decrypt = target.crypter(document.salt_state).decrypt if show_secrets else None
    return {key: reveal_json(value, decrypt) for key, value in sorted((raw.get("outputs") or {}).items())}


def _one_line(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def reveal_json(value: Any, decrypt: Callable[[str], str] | None) -> Any:
    """Return a value of the state as plain JSON data: secrets decrypted, or `[secret]` without a way to."""
    match value:
        case {marks.SIGNATURE: marks.SECRET}:
            if decrypt is None:
                return "[secret]"
            return reveal_json(json.loads(value.get("plaintext") or decrypt(value["ciphertext"])), decrypt)
        case dict():
            return {key: reveal_json(part, decrypt) for key, part in sorted(value.items())}
        case list():
            return [reveal_json(part, decrypt) for part in value]
        case float() if value.is_integer() and abs(value) < 2**53:
            return int(value)
        case _:
            return value
