"""The command line: a subset of the Pulumi CLI's commands and flags, with the same names, meanings and exit codes."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

import click

from offline.engine.commands.common import Group, current
from offline.engine.commands.config import config
from offline.engine.commands.operations import destroy, preview, refresh, up
from offline.engine.commands.stack import cancel, stack
from offline.engine.errors import CancelledError, EngineError, UsageError

__all__ = ["cli", "main"]


@click.group(
    cls=Group,
    name="engine",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
def cli() -> None:
    """Run a Pulumi program written in Python, without the Pulumi CLI.

    Takes the CLI's commands and flags, where it has them; what it lacks it says. State, stack files, secrets and
    locks are the CLI's own, so that either may go on where the other has stopped.
    """


for _command in (up, preview, refresh, destroy, cancel, stack, config):
    cli.add_command(_command)


@cli.command("version")
def version() -> None:
    """Print which engine this is, and the version of the Pulumi SDK whose protocol it speaks."""
    click.echo(f"embedded engine for pulumi v{metadata.version('pulumi')}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; every error is one message on stderr."""
    current.reset()
    try:
        cli.main(
            prog_name=f"python -m {__package__.removesuffix('.commands')}",
            args=list(sys.argv[1:] if arguments is None else arguments),
            standalone_mode=False,
        )
    except EngineError as error:
        return _fail(error)
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _fail(CancelledError("cancelled"))
    except click.ClickException as error:
        message = error.format_message().rstrip(".")
        return _fail(UsageError(message[:1].lower() + message[1:], hint="--help lists what there is"))
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except Exception as error:  # noqa: BLE001  the last resort: a message without what it may quote
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(frame.filename).name}:{frame.lineno}"
        return _fail(
            EngineError(
                f"unexpected {type(error).__name__} at {place}: this is a mistake in the engine",
                hint="run it again with --verbose 1 and report what it prints (remove values that are secret)",
            )
        )
    return 0


def _fail(error: EngineError) -> int:
    if current.verbose:
        traceback.print_exc()
    click.echo(f"error: {error}", err=True)
    return error.exit_code
