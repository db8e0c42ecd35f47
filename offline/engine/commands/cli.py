"""The command line: a subset of the Pulumi CLI's commands and flags, with the same names, meanings and exit codes.

Commands are imported when called, so that `version` and errors are quick.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import click

from offline.engine.commands.common import LazyGroup, current
from offline.engine.errors import CancelledError, EngineError, UsageError

__all__ = ["cli", "main"]

_HELP = """Run a Pulumi program written in Python, without the Pulumi CLI.

Takes the CLI's commands and flags, where it has them; what it lacks it says. State, stack files, secrets and
locks are the CLI's own, so that either may go on where the other has stopped.
"""


@click.command(
    cls=LazyGroup,
    name="engine",
    help=_HELP,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    lazy={
        "up": ("offline.engine.commands.operations", "up", "Create or update the resources in a stack."),
        "preview": ("offline.engine.commands.operations", "preview", "Show what an update would do."),
        "refresh": ("offline.engine.commands.operations", "refresh", "Read what exists into the state."),
        "destroy": ("offline.engine.commands.operations", "destroy", "Delete all resources of a stack."),
        "cancel": (
            "offline.engine.commands.stack",
            "cancel",
            "Remove the locks of a stack whose run is dead.",
        ),
        "stack": ("offline.engine.commands.stack", "stack", "Make, read and remove stacks."),
        "config": ("offline.engine.commands.config", "config", "Read and write a stack's configuration."),
        "version": (
            "offline.engine.commands.version",
            "version",
            "Print the version of the protocol spoken.",
        ),
    },
)
def cli() -> None:
    """Run a command."""


assert isinstance(cli, LazyGroup)  # noqa: S101  what @click.command(cls=…) makes
cli.aliases = {"update": "up", "pre": "preview", "down": "destroy", "dn": "destroy"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; every error is one message on stderr."""
    current.reset()
    try:
        cli.main(
            prog_name="python -m offline.engine",
            args=list(sys.argv[1:] if arguments is None else arguments),
            standalone_mode=False,
        )
    except EngineError as error:
        return _fail(error)
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.Abort:
        return _fail(CancelledError("cancelled"))
    except click.ClickException as error:
        message = error.format_message().rstrip(".")
        return _fail(UsageError(message[:1].lower() + message[1:], hint="--help lists what there is"))
    except KeyboardInterrupt:
        return _fail(CancelledError("cancelled"))
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except Exception as error:  # noqa: BLE001  the last resort: a message without what it may quote
        return _report_mistake(error)
    return 0


def _fail(error: EngineError) -> int:
    message, _, hint = str(error).partition("\nhint: ")
    if getattr(sys, "tracebacklimit", 0):
        traceback.print_exc()
    click.echo(f"error: {message}" + (f"\nhint: {hint}" if hint else ""), err=True)
    return error.exit_code


def _report_mistake(error: Exception) -> int:
    if getattr(sys, "tracebacklimit", 0):
        traceback.print_exc()
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(frame.filename).name}:{frame.lineno}"
    click.echo(
        f"error: unexpected {type(error).__name__} at {where}: this is a mistake in the engine\n"
        "hint: run it again with --verbose 1 and report what it prints (remove values that are secret)",
        err=True,
    )
    return 1
