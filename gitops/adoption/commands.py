"""The command `adopt`: its flags. What it does is imported when it runs, for no other command needs Pulumi's SDK."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path

from gitops.adoption.settle import settle
from gitops.console import say
from gitops.environments.holding import StackState
from gitops.exits import Exit, GitopsError
from gitops.promotion.writing import write_all
from gitops.stack_file import StackFile
from tools.stack_names import check_stack_name

__all__ = ["add_commands"]

MOST_TOLD = 20
Command = Callable[[argparse.Namespace], Exit]


def add_commands(command: Callable[[str, Command], argparse.ArgumentParser]) -> None:
    """Add the command to a parser; `command` adds one by name."""
    adopting = command("adopt", adopt_account)
    adopting.add_argument("--stack", required=True, type=lambda text: check_stack_name(text, "STACK"))
    adopting.add_argument(
        "--service",
        action="append",
        default=[],
        type=_sid,
        metavar="IS…",
        help="only this service; more than once",
    )
    adopting.add_argument(
        "--name", action="append", default=[], metavar="GLOB", help="only services of such names, as 'acme-*'"
    )
    adopting.add_argument(
        "--terraform", type=Path, metavar="STATE", help="only what a Terraform state manages, under its names"
    )
    instead = adopting.add_mutually_exclusive_group()
    instead.add_argument("--dry-run", action="store_true", help="print a table of what would be written")
    instead.add_argument(
        "--settle", action="store_true", help="take importSid out again, of what the state holds by now"
    )
    instead.add_argument(
        "--format",
        choices=("yaml", "python"),
        default="yaml",
        help="python prints a program, and writes nothing",
    )


def adopt_account(given: argparse.Namespace) -> Exit:
    """Write into a stack file what its account has already; nothing is written at Twilio."""
    if given.settle:
        if given.service or given.name or given.terraform:
            raise GitopsError("--settle settles all that the state holds", hint="leave the other flags out")
        return settle_stack(given)
    if given.terraform and (given.service or given.name):
        raise GitopsError("--terraform chooses by itself", hint="leave --service and --name out")
    from gitops.adoption.performing import perform

    try:
        return perform(given)
    except KeyboardInterrupt:
        raise GitopsError(f"{given.stack}: interrupted; nothing was written", hint="adopt again") from None


def settle_stack(given: argparse.Namespace) -> Exit:
    """Take out of a stack's files the SIDs of what its state holds."""
    target = StackFile.of(given.stack, may_be_empty=True)
    made = settle(target, StackState(given.stack).state)
    if made.files:
        write_all(made.files)
        names = ", ".join(file.name for file in made.files)
        say(f"wrote {names}: {made.settled} importSid taken out, and a preview shows no difference")
    else:
        say(f"{given.stack}: there is no importSid that could be taken out")
    for place in made.waiting[:MOST_TOLD]:
        say(f"note: {place} is not adopted yet: its importSid stays")
    if len(made.waiting) > MOST_TOLD:
        say(f"note: … and {len(made.waiting) - MOST_TOLD} more")
    return Exit.FINE


def _sid(text: str) -> str:
    if not re.fullmatch("IS[0-9a-fA-F]{32}", text):
        raise GitopsError(
            "--service: must be the SID of a service: IS and 32 hexadecimal digits", hint="--name takes names"
        )
    return text
