"""The commands `config`, `config get`, `config set` and `config rm`, and `-c key=value` of the operations."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click

from offline.engine.commands.common import (
    LazyGroup,
    config_file_option,
    current,
    open_workspace,
    stack_option,
    tell,
)
from offline.engine.commands.workspace import Stack
from offline.engine.errors import EngineError, UsageError
from offline.engine.files.config_path import MISSING, ConfigPath, coerce, get_at, parse_path
from offline.engine.files.config_schema import config_key
from offline.engine.files.stack_config import ConfigValue, contains_secure, format_config, reveal_config
from offline.engine.files.stack_file import StackFileEditor

__all__ = ["config", "save_pairs"]

_SECRET_KEY = re.compile(r"passw|pwd|passphrase|secret|token|private.?key|api.?key|credential", re.IGNORECASE)
_SECRET_LENGTH = 16


@click.group(cls=LazyGroup, invoke_without_command=True)
@stack_option
@config_file_option
@click.option("-j", "--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--show-secrets", is_flag=True, help="Show secrets in plain text; needs the passphrase.")
@click.pass_context
def config(context: click.Context, as_json: bool, show_secrets: bool) -> None:
    """List a stack's configuration; subcommands read and write single values."""
    if context.invoked_subcommand is not None:
        return
    stack: Stack = _stack()
    rows = {}
    for key, value in sorted(_merged(stack).items()):
        secret = contains_secure(value)
        entry: dict[str, Any] = {"secret": secret}
        if show_secrets or not secret:
            plain = reveal_config(value, _decrypt(stack))
            entry = {"value": format_config(plain), **_object(plain), "secret": secret}
        rows[key] = (entry, format_config(reveal_config(value, _decrypt(stack) if show_secrets else _hide)))
    if as_json:
        tell(json.dumps({key: entry for key, (entry, _) in rows.items()}, indent=2, ensure_ascii=False))
        return
    project = stack.workspace.project.name
    table = [("KEY", "VALUE"), *((key.removeprefix(f"{project}:"), text) for key, (_, text) in rows.items())]
    longest = max(len(key) for key, _ in table)
    for key, text in table:
        tell(f"{key.ljust(longest)}  {text}".rstrip())


@config.command("get")
@click.argument("key")
@click.option("--path", "is_path", is_flag=True, help="The key is a path into a map or list.")
@click.option("-j", "--json", "as_json", is_flag=True, help="Print JSON.")
@stack_option
@config_file_option
def get(key: str, is_path: bool, as_json: bool) -> None:
    """Print one value, decrypted."""
    stack: Stack = _stack()
    full_key, path = _split(stack, key, is_path)
    value = get_at(_merged(stack), (full_key, *path))
    if value is MISSING:
        raise EngineError(
            f"no configuration {key!r} for the stack {stack.ref.name}", hint="`config` lists all"
        )
    plain = reveal_config(value, _decrypt(stack))
    if as_json:
        entry = {"value": format_config(plain), **_object(plain), "secret": contains_secure(value)}
        tell(json.dumps(entry, indent=2, ensure_ascii=False))
    else:
        tell(format_config(plain))


@config.command("set")
@click.argument("key")
@click.argument("value", required=False)
@click.option("--secret", is_flag=True, help="Encrypt the value.")
@click.option("--plaintext", is_flag=True, help="Keep it in plain text, though it looks like a secret.")
@click.option("--path", "is_path", is_flag=True, help="The key is a path into a map or list.")
@stack_option
@config_file_option
def set_(key: str, value: str | None, secret: bool, plaintext: bool, is_path: bool) -> None:
    """Set one value; without VALUE it is read from stdin, or asked for."""
    if secret and plaintext:
        raise UsageError("--secret and --plaintext exclude each other")
    stack: Stack = _stack()
    full_key, path = _split(stack, key, is_path)
    if value is None:
        value = _read_value(stack, secret=secret)
    if not secret and not plaintext and _looks_secret(key, value):
        raise UsageError(
            f"the value of {key} looks like a secret",
            hint="pass --secret to encrypt it, or --plaintext to keep it so",
        )
    _save(stack, [(full_key, path, {"secure": stack.own_crypter().encrypt(value)} if secret else value)])


@config.command("rm")
@click.argument("key")
@click.option("--path", "is_path", is_flag=True, help="The key is a path into a map or list.")
@stack_option
@config_file_option
def remove(key: str, is_path: bool) -> None:
    """Remove one value."""
    stack: Stack = _stack()
    full_key, path = _split(stack, key, is_path)
    editor = StackFileEditor(stack.config_path, stack.workspace.project.name)
    editor.remove(full_key, path)
    editor.save()


def save_pairs(stack: Stack, pairs: Sequence[str], *, is_path: bool) -> None:
    """Save what `-c key=value` gives to the stack's file.

    Raises:
        UsageError: if one is not of that form.
    """
    changes = []
    for position, pair in enumerate(pairs, start=1):
        key, separator, value = pair.partition("=")
        if not separator or not key:
            raise UsageError(f"--config number {position} is not of the form key=value")
        changes.append((*_split(stack, key.strip("\"'"), is_path), value))
    _save(stack, changes)


def _save(stack: Stack, changes: Sequence[tuple[str, ConfigPath, ConfigValue]]) -> None:
    editor = StackFileEditor(stack.config_path, stack.workspace.project.name)
    for key, path, value in changes:
        # Inside maps and lists numbers and truth values are themselves; at the top all is text.
        editor.set(key, path, coerce(value) if path and isinstance(value, str) else value)
    editor.save()


def _stack() -> Stack:
    stack: Stack = open_workspace().stack(current.stack, current.config_file)
    return stack


def _merged(stack: Stack) -> Mapping[str, ConfigValue]:
    values = dict(stack.file().config)
    for entry in stack.workspace.project.schema:
        if entry.fallback is not None:
            values.setdefault(entry.key, entry.fallback)
    return values


def _split(stack: Stack, key: str, is_path: bool) -> tuple[str, ConfigPath]:
    project = stack.workspace.project.name
    if not is_path:
        return config_key(key, project, "the command line"), ()
    first, *rest = parse_path(key)
    return config_key(str(first), project, "the command line"), tuple(rest)


def _decrypt(stack: Stack) -> Any:
    return stack.crypter(stack.file().salt_state).decrypt


def _hide(_ciphertext: str) -> str:
    return "[secret]"


def _object(plain: ConfigValue) -> dict[str, ConfigValue]:
    return {"objectValue": plain} if isinstance(plain, Mapping | list) else {}


def _read_value(stack: Stack, *, secret: bool) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.read().removesuffix("\n").removesuffix("\r")
    if not stack.workspace.interactive:
        raise UsageError("the value is missing", hint="give it as an argument or on stdin")
    if secret:
        return stack.workspace.ask_secret("value")
    return str(click.prompt("value", default="", show_default=False))


def _looks_secret(key: str, value: str) -> bool:
    # Long, without spaces, and of letters and digits: no word, no sentence.
    return (
        _SECRET_KEY.search(key) is not None
        and len(value) >= _SECRET_LENGTH
        and not any(char.isspace() for char in value)
        and any(char.isdigit() for char in value)
        and any(char.isalpha() for char in value)
    )
