"""What the commands share: flags that stand anywhere, as the Pulumi CLI allows, and how errors are told.

A flag or command that this engine does not know is an `UnsupportedError`, which names it and the CLI.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import click

from offline.engine.commands.prompts import ask_secret
from offline.engine.commands.workspace import Workspace, is_interactive
from offline.engine.errors import EngineError, UnsupportedError

__all__ = [
    "Command",
    "Global",
    "Group",
    "config_file_option",
    "current",
    "open_workspace",
    "print_table",
    "stack_option",
]


@dataclass(slots=True)
class Global:
    """Values of the flags that stand before or behind any command."""

    colour: str = field(default_factory=lambda: os.environ.get("PULUMI_COLOR", "auto"))
    non_interactive: bool = False
    verbose: int = 0
    stack: str = ""
    config_file: str = ""

    def reset(self) -> None:
        """Forget an earlier command's flags."""
        for name, value in asdict(Global()).items():
            setattr(self, name, value)


current = Global()
"""Those of the command that runs."""


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


def _kept(flags: list[str], name: str, help_: str, **settings: Any) -> click.Option:
    return click.Option(flags, expose_value=False, callback=_keep(name), help=help_, **settings)


_COLOURS = ("always", "never", "raw", "auto")
_ANYWHERE: list[click.Parameter] = [
    click.Option(
        ["-C", "--cwd"],
        metavar="FOLDER",
        expose_value=False,
        is_eager=True,
        callback=_change_folder,
        help="Run as if started in another folder.",
    ),
    _kept(["--color"], "colour", "Colour the output. [default: auto]", type=click.Choice(_COLOURS)),
    _kept(
        ["--non-interactive"], "non_interactive", "Ask nothing, and draw nothing that moves.", is_flag=True
    ),
    _kept(
        ["-v", "--verbose"],
        "verbose",
        "Show tracebacks of unexpected errors, from level 1.",
        type=int,
        metavar="LEVEL",
    ),
]
stack_option = click.option(
    "-s",
    "--stack",
    metavar="NAME",
    expose_value=False,
    callback=_keep("stack"),
    help="The stack to work on. [default: $PULUMI_STACK]",
)
config_file_option = click.option(
    "--config-file",
    envvar="PULUMI_OPTION_CONFIG_FILE",
    metavar="FILE",
    expose_value=False,
    callback=_keep("config_file"),
    help="Use this file instead of Pulumi.<stack>.yaml.",
)


class Command(click.Command):
    """A command that takes the flags that stand anywhere."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += _ANYWHERE

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse; a flag that is not known is an UnsupportedError."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            of = "" if isinstance(self, Group) else f" of {ctx.info_name}"
            found = UnsupportedError(f"the flag {error.option_name}{of}")
            if error.possibilities:
                found.hint = f"did you mean {' or '.join(error.possibilities)}? If not, {found.hint}"
            raise found from None


class Group(Command, click.Group):
    """A command with commands of its own."""

    command_class = Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command to call; one that is not known is an UnsupportedError."""
        if self.get_command(ctx, args[0]) is None:
            path = " ".join([*([ctx.info_name] if ctx.parent and ctx.info_name else []), args[0]])
            raise UnsupportedError(f"the command `{path}`")
        return super().resolve_command(ctx, args)


def open_workspace() -> Workspace:
    """Open the project that the current folder belongs to."""
    interactive = is_interactive(os.environ, refused=current.non_interactive)
    return Workspace.open(interactive=interactive, ask_secret=ask_secret)


def print_table(rows: Sequence[tuple[str, ...]]) -> None:
    """Print rows with their columns aligned, the first being the heads."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())
