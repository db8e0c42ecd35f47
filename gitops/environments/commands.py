"""The commands by which environments come and go: `add-stack`, `release`, `remove-stack`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial

from gitops.console import say
from gitops.environments.add import add_stack
from gitops.environments.holding import Holding, StackState
from gitops.environments.letting_go import KEEP, release_service
from gitops.environments.remove import release, remove_stack
from gitops.exits import Exit, GitopsError
from gitops.promotion.writing import write_all
from gitops.stack_file import StackFile
from tools.stack_names import check_stack_name

__all__ = ["add_commands"]

DEPLOYED_BY = "a job {0} in .github/workflows/deploy.yml, and its name in `needs` of those that follow it"
ENVIRONMENTS = "GitHub's environments {0} and {0}-preview, with their secrets"

Command = Callable[[argparse.Namespace], Exit]


def add_commands(command: Callable[[str, Command], argparse.ArgumentParser]) -> None:
    """Add the commands to a parser; `command` adds one of them by name."""
    adding = command("add-stack", add)
    adding.add_argument(
        "--from",
        dest="source",
        required=True,
        type=partial(_name, variable="FROM"),
        help="the one that is copied",
    )
    adding.add_argument("--name", required=True, type=partial(_name, variable="NAME"), help="the new one")
    releasing = command("release", release_stack)
    releasing.add_argument("--stack", required=True, type=partial(_name, variable="STACK"))
    releasing.add_argument(
        "--yes", action="store_true", help="do it; without this it only says what it would do"
    )
    releasing.add_argument(
        "--service",
        metavar="NAME",
        help="write the change that lets one service go, for review; no state is touched",
    )
    removing = command("remove-stack", remove)
    removing.add_argument("--stack", required=True, type=partial(_name, variable="STACK"))


def add(given: argparse.Namespace) -> Exit:
    """Add an environment as a copy of another one, for review."""
    added = add_stack(given.source, given.name)
    for file in added.files:
        say(f"wrote {file}")
    place = "stacks/order.yaml"
    say(
        f"gave {given.name} a place in {place}"
        if added.in_order
        else f"{place} has a place for {given.name} already"
    )
    for title, lines in (
        ("fill in", added.fill_in),
        ("check", added.check),
        ("still another environment's", added.others),
        ("left to do", (DEPLOYED_BY.format(given.name), ENVIRONMENTS.format(given.name))),
    ):
        for line in lines:
            say(f"{title}: {line}")
    say(
        f"nothing is deployed: look at it with `make preview STACK={given.name}`, and commit it on a branch for review"
    )
    return Exit.FINE


def release_stack(given: argparse.Namespace) -> Exit:
    """Remove a stack's state, or let one service go, and leave what it holds at Twilio."""
    if given.service is not None:
        return _release_service(given.stack, given.service)
    holding = release(given.stack, confirmed=given.yes)
    if holding.is_empty:
        say(f"the state of {given.stack} holds nothing: nothing was to be released")
        return Exit.FINE
    for each in holding.things:
        say(f"released {each.kind} {each.name} {each.sid}")
    for name in holding.unfinished:
        say(f"forgot {name}, which a killed run was at: look at Twilio whether it is there")
    say(f"they stay at Twilio, and nobody watches them; next: make remove-stack STACK={given.stack}")
    return Exit.FINE


def _release_service(stack: str, name: str) -> Exit:
    done = release_service(StackFile.of(stack), StackState(stack).holding or Holding(), name)
    write_all(done.files)
    say(f"wrote {', '.join(file.name for file in done.files)}: {name} ({done.sid}) is managed no longer")
    say(
        "nothing is deployed: commit it on a branch for review; its deployment lets the state forget the service, and"
    )
    say(f"sends nothing to Twilio; after that {KEEP} may be taken out again")
    return Exit.FINE


def remove(given: argparse.Namespace) -> Exit:
    """Take a stack's empty state, its files and its place in the order away, for review."""
    removal = remove_stack(given.stack)
    if not removal.done:
        say(f"{given.stack} is gone already: no stack file, no entry in stacks/order.yaml, no state")
        return Exit.FINE
    for line in removal.done:
        say(line)
    for line in removal.left:
        say(f"left to do: {line}")
    say("commit it on a branch for review")
    return Exit.FINE


def _name(text: str, *, variable: str) -> str:
    """Read the name of a stack that must be given: a default would be taken for one that was meant.

    Raises:
        GitopsError: If there is none.
        SystemExit: If it is none.
    """
    if not text:
        raise GitopsError(f"{variable} is missing", hint=f"say which stack is meant: {variable}=…")
    return check_stack_name(text, variable)
