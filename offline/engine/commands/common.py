"""What the commands share: flags that stand anywhere, as the Pulumi CLI allows, and how errors are told.

A flag or command that this engine does not know is an `UnsupportedError`, which names it and the CLI.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from offline.engine.errors import EngineError, UnsupportedError

__all__ = [
    "Global",
    "LazyGroup",
    "config_file_option",
    "current",
    "open_workspace",
    "print_table",
    "stack_option",
    "tell",
]

_F = TypeVar("_F", bound=Callable[..., Any])


class Global:
    """Values of the flags that stand before or behind any command."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget an earlier command's flags."""
        self.colour = os.environ.get("PULUMI_COLOR", "auto")
        self.non_interactive = False
        self.stack = ""
        self.config_file = ""


current = Global()
"""Those of the command that runs."""


class _Command(click.Command):
    """A command that takes the global flags, too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += global_params()

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse; a flag that is not known is an UnsupportedError."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            raise _no_flag(error, f" of {ctx.info_name}") from None


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called: `lazy` maps name → (module, attribute, help)."""

    command_class = _Command

    def __init__(
        self, *args: Any, lazy: dict[str, tuple[str, str, str]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.params += global_params()
        self._lazy = lazy or {}
        self.aliases: dict[str, str] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands."""
        return [*self._lazy, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find a command by its name or an alias."""
        name = self.aliases.get(cmd_name, cmd_name)
        if name not in self._lazy:
            return super().get_command(ctx, name)
        import importlib

        module, attribute, _ = self._lazy[name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        rows = [(name, help_) for name, (_, _, help_) in self._lazy.items()]
        rows += [(name, command.get_short_help_str(80)) for name, command in self.commands.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse; a flag that is not known is an UnsupportedError."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            raise _no_flag(error, "") from None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command to call; one that is not known is an UnsupportedError."""
        if self.get_command(ctx, args[0]) is None:
            path = " ".join([*([ctx.info_name] if ctx.parent and ctx.info_name else []), args[0]])
            raise UnsupportedError(f"the command `{path}`")
        return super().resolve_command(ctx, args)


def global_params() -> list[click.Parameter]:
    """Make the flags that stand anywhere; each tells `current` at once."""
    return [
        click.Option(
            ["-C", "--cwd"],
            metavar="FOLDER",
            expose_value=False,
            is_eager=True,
            callback=_change_folder,
            help="Run as if started in another folder.",
        ),
        click.Option(
            ["--color"],
            type=click.Choice(["always", "never", "raw", "auto"]),
            expose_value=False,
            callback=_keep("colour"),
            help="Colour the output. [default: auto]",
        ),
        click.Option(
            ["--non-interactive"],
            is_flag=True,
            expose_value=False,
            callback=_keep("non_interactive"),
            help="Ask nothing, and draw nothing that moves.",
        ),
        click.Option(
            ["-v", "--verbose"],
            type=int,
            metavar="LEVEL",
            expose_value=False,
            callback=_be_verbose,
            help="Show tracebacks of unexpected errors, from level 1.",
        ),
    ]


def stack_option(command: _F) -> _F:
    """Add --stack, which may stand before or behind a subcommand."""
    return click.option(
        "-s",
        "--stack",
        metavar="NAME",
        expose_value=False,
        callback=_keep("stack"),
        help="The stack to work on. [default: $PULUMI_STACK]",
    )(command)


def config_file_option(command: _F) -> _F:
    """Add --config-file, which may stand before or behind a subcommand."""
    return click.option(
        "--config-file",
        metavar="FILE",
        expose_value=False,
        callback=_keep("config_file"),
        help="Use this file instead of Pulumi.<stack>.yaml.",
    )(command)


def open_workspace() -> Any:
    """Open the project that the current folder belongs to."""
    from offline.engine.commands.prompts import ask_secret
    from offline.engine.commands.workspace import Workspace, is_interactive

    interactive = is_interactive(os.environ, refused=current.non_interactive)
    return Workspace.open(interactive=interactive, ask_secret=ask_secret)


def tell(text: str) -> None:
    """Print a result on stdout."""
    click.echo(text)


def print_table(rows: Sequence[tuple[str, ...]], indent: int = 0) -> None:
    """Print rows with their columns aligned, the first being the heads."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        tell(" " * indent + "  ".join(cells).rstrip())


def _no_flag(error: click.NoSuchOption, of: str) -> UnsupportedError:
    found = UnsupportedError(f"the flag {error.option_name}{of}")
    if error.possibilities:
        found.hint = f"did you mean {' or '.join(error.possibilities)}? If not, {found.hint}"
    return found


def _keep(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def callback(_ctx: click.Context, _param: click.Parameter, value: Any) -> None:
        if value not in (None, False):
            setattr(current, name, value)

    return callback


def _change_folder(_ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    if value is None:
        return
    try:
        os.chdir(value)
    except OSError as error:
        raise EngineError(f"cannot change to {value}: {error.strerror}") from None


def _be_verbose(_ctx: click.Context, _param: click.Parameter, value: int | None) -> None:
    if value:
        sys.tracebacklimit = 1000
