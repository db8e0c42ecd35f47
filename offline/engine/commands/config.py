"""The commands `config` and `config set`, and `-c key=value` of the operations."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any

import click

from offline.engine.commands.common import (
    Group,
    config_file_option,
    current,
    open_workspace,
    print_table,
    stack_option,
)
from offline.engine.commands.workspace import Stack
from offline.engine.errors import UnsupportedError, UsageError
from offline.engine.files.stack_config import config_key, contains_secure, format_config, reveal_config
from offline.engine.files.stack_file import StackFileEditor

__all__ = ["config", "save_pairs"]

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")


@click.group(cls=Group, invoke_without_command=True)
@stack_option
@config_file_option
@click.option("-j", "--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--show-secrets", is_flag=True, help="Show secrets in plain text; needs the passphrase.")
@click.pass_context
def config(context: click.Context, as_json: bool, show_secrets: bool) -> None:
    """List a stack's configuration."""
    if context.invoked_subcommand is not None:
        return
    stack = _stack()
    file, own = stack.file(), f"{stack.workspace.project.name}:"
    reveal: Callable[[str], str] = stack.crypter(file.salt_state).decrypt if show_secrets else _hide
    values = {key: format_config(reveal_config(value, reveal)) for key, value in sorted(file.config.items())}
    if as_json:
        secret = {key: contains_secure(value) for key, value in file.config.items()}
        shown = {
            key: {"value": text} if show_secrets or not secret[key] else {} for key, text in values.items()
        }
        click.echo(
            json.dumps({key: {**entry, "secret": secret[key]} for key, entry in shown.items()}, indent=2)
        )
        return
    print_table([("KEY", "VALUE"), *((key.removeprefix(own), text) for key, text in values.items())])


@config.command("set")
@click.argument("key")
@click.argument("value", required=False)
@click.option("--secret", is_flag=True, help="Encrypt the value.")
@click.option("--path", "is_path", is_flag=True, help="The key leads into a map: names.joined.by.dots.")
@stack_option
@config_file_option
def set_(key: str, value: str | None, secret: bool, is_path: bool) -> None:
    """Set one value; without VALUE it is read from stdin, or asked for."""
    stack = _stack()
    names = _names(key) if is_path else [key]
    if value is None:
        value = _read_value(stack, secret=secret)
    _save(stack, [(names, {"secure": stack.own_crypter().encrypt(value)} if secret else value)])


def save_pairs(stack: Stack, pairs: Sequence[str]) -> None:
    """Save what `-c key=value` gives to the stack's file.

    Raises:
        UsageError: if one is not of that form.
    """
    changes: list[tuple[Sequence[str], Any]] = []
    for position, pair in enumerate(pairs, start=1):
        key, separator, value = pair.partition("=")
        if not separator or not key:
            raise UsageError(f"--config number {position} is not of the form key=value")
        changes.append(([key], value))
    _save(stack, changes)


def _save(stack: Stack, changes: Sequence[tuple[Sequence[str], Any]]) -> None:
    project = stack.workspace.project.name
    editor = StackFileEditor(stack.config_path, project)
    for (key, *path), value in changes:
        # Within maps numbers and truth values are themselves; at the top all is text.
        typed = _typed(value) if path and isinstance(value, str) else value
        editor.set(config_key(key, project, "the command line"), path, typed)
    editor.save()


def _stack() -> Stack:
    return open_workspace().stack(current.stack, current.config_file)


def _names(path: str) -> list[str]:
    if any(mark in path for mark in "[]\"'"):
        raise UnsupportedError("a configuration path with brackets or quotes")
    names = path.split(".")
    if not all(names):
        raise UsageError("malformed configuration path", hint="write it like key.parent.name")
    return names


def _typed(text: str) -> Any:
    if text in ("true", "false"):
        return text == "true"
    return int(text) if _INTEGER.fullmatch(text) else text


def _hide(_ciphertext: str) -> str:
    return "[secret]"


def _read_value(stack: Stack, *, secret: bool) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.read().removesuffix("\n").removesuffix("\r")
    if not stack.workspace.interactive:
        raise UsageError("the value is missing", hint="give it as an argument or on stdin")
    if secret:
        return stack.workspace.ask_secret("value")
    return str(click.prompt("value", default="", show_default=False))
