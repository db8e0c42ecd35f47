"""The command `adopt`: its flags. What it does is imported when it runs, for no other command needs Pulumi's SDK."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable

from gitops.exits import Exit, GitopsError
from tools.stack_names import check_stack_name

__all__ = ["add_commands"]

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
    adopting.add_argument("--dry-run", action="store_true", help="print a table of what would be written")


def adopt_account(given: argparse.Namespace) -> Exit:
    """Write into a stack file what its account has already; nothing is written at Twilio."""
    from gitops.adoption.performing import perform

    return perform(given)


def _sid(text: str) -> str:
    if not re.fullmatch("IS[0-9a-fA-F]{32}", text):
        raise GitopsError(
            "--service: must be the SID of a service: IS and 32 hexadecimal digits", hint="--name takes names"
        )
    return text
