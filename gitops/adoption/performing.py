"""The work of the command `adopt`: adopt, write, tell."""

from __future__ import annotations

import argparse
import os

from gitops.adoption.adopt import Adoption, Wish, adopt
from gitops.adoption.program import program
from gitops.adoption.telling import counted, lines, moved, table
from gitops.adoption.terraform import read_terraform
from gitops.console import result, say
from gitops.exits import Exit
from gitops.promotion.writing import write_all
from gitops.stack_file import StackFile
from tools.stack import prepare_api

__all__ = ["perform"]


def perform(given: argparse.Namespace) -> Exit:
    """Adopt as a command line says; give the exit code."""
    target = StackFile.of(given.stack, may_be_empty=True)
    prepared = prepare_api(given.stack, os.environ)
    state = read_terraform(given.terraform) if given.terraform else None
    wish = Wish((*given.service,), (*given.name,), state, writes=not given.dry_run and given.format == "yaml")
    made = adopt(prepared, target, wish, os.environ)
    if given.format == "python":
        result(program(made.entries))
        say(f"{given.stack}: a program for {counted(made)}; nothing was written")
    elif given.dry_run:
        result(table(made))
        say(f"{given.stack}: {counted(made)} would be written; nothing was")
    elif made.adopted.files:
        write_all(made.adopted.files)
        names = ", ".join(file.name for file in made.adopted.files)
        say(f"wrote {names}: {counted(made)} to adopt; nothing is written at Twilio")
    else:
        say(f"{given.stack}: there is nothing to adopt that is not managed already")
    for line in lines(made, given.stack, os.environ, left=not given.dry_run):
        say(line)
    for line in moved(made, state) if state else ():
        say(line)
    if prepared.on_emulator and made.adopted.files and wish.writes:
        say("note: that was read from the emulator: nothing of it is at Twilio")
    return _ended(given, made)


def _ended(given: argparse.Namespace, made: Adoption) -> Exit:
    if made.interrupted or made.unread:
        why = "interrupted" if made.interrupted else f"{len(made.unread)} services could not be read"
        say(
            f"error: {why}; what was read whole counts, and `make adopt STACK={given.stack}` goes on with the rest"
        )
        return Exit.FAILED
    if made.entries and not given.dry_run and given.format == "yaml":
        say(f"next: `make preview STACK={given.stack}` shows it, `make up STACK={given.stack}` takes it over")
    return Exit.FINE
