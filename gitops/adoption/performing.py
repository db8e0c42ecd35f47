"""The work of the command `adopt`: adopt, write, tell."""

from __future__ import annotations

import argparse
import os

from gitops.adoption.adopt import Adoption, Wish, adopt
from gitops.adoption.telling import counted, lines, table
from gitops.console import result, say
from gitops.exits import Exit, GitopsError
from gitops.files import replace_all
from gitops.promotion import Written
from gitops.stack_file import StackFile
from tools.stack import prepare_api

__all__ = ["perform"]


def perform(given: argparse.Namespace) -> Exit:
    """Adopt as a command line says; give the exit code."""
    target = StackFile.of(given.stack, may_be_empty=True)
    prepared = prepare_api(given.stack, os.environ)
    wish = Wish((*given.service,), (*given.name,), writes=not given.dry_run)
    made = adopt(prepared, target, wish, os.environ)
    if given.dry_run:
        result(table(made))
        say(f"{given.stack}: {counted(made)} would be written; nothing was")
    elif made.adopted.files:
        _write(made.adopted.files)
        names = ", ".join(file.name for file in made.adopted.files)
        say(f"wrote {names}: {counted(made)} to adopt; nothing is written at Twilio")
    else:
        say(f"{given.stack}: there is nothing to adopt that is not managed already")
    for line in lines(made, given.stack, os.environ, left=not given.dry_run):
        say(line)
    if prepared.on_emulator and made.adopted.files and not given.dry_run:
        say("note: that was read from the emulator: nothing of it is at Twilio")
    return _ended(given, made)


def _ended(given: argparse.Namespace, made: Adoption) -> Exit:
    if made.interrupted or made.unread:
        why = "interrupted" if made.interrupted else f"{len(made.unread)} services could not be read"
        say(
            f"error: {why}; what was read whole counts, and `make adopt STACK={given.stack}` goes on with the rest"
        )
        return Exit.FAILED
    if made.entries and not given.dry_run:
        say(f"next: `make preview STACK={given.stack}` shows it, `make up STACK={given.stack}` takes it over")
    return Exit.FINE


def _write(files: list[Written]) -> None:
    """Write files that nobody has changed meanwhile.

    Raises:
        GitopsError: If one was changed since it was read, or cannot be written; nothing is written then.
    """
    for file in files:
        now = file.path.read_bytes().decode("utf-8-sig") if file.path.exists() else ""
        if now != file.before:
            raise GitopsError(f"{file.name} was changed while the account was read", hint="adopt again")
    replace_all({file.path: (file.before, file.text) for file in files})
