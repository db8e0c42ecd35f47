"""Stacks whose file is gone: found in a change, in the order of environments and among the states; reported like any.

The removal of a stack file is a change of that stack: it is refused while the state holds anything at Twilio, which
nobody would watch any more.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from gitops.changes import Inclusion, git, inclusion_of
from gitops.environments.holding import StackState
from gitops.events import Problem, Record
from gitops.report import Kind, Report
from plain_yaml import YamlError, load_text
from tools.stack import ROOT
from tools.stack_files import known_stacks, order_entries
from tools.stack_names import is_stack_name
from tools.state import StateReader

__all__ = ["forgotten", "gone_inclusion", "removal", "removed", "was_known"]

EMPTY = "the stack is removed: its stack file is gone, and its state holds nothing"
REHEARSED = "only the rehearsal's state was looked at"
LEFT_IN_ORDER = "stacks/order.yaml still names it: make remove-stack takes the entry out"

_STACK_FILE = re.compile(r"stacks/Pulumi\.([^/]+)\.yaml")


def removed(files: Iterable[str]) -> list[str]:
    """Return the stacks, by name, whose files are among those that a change touches and are there no more."""
    names = {match[1] for name in files if (match := _STACK_FILE.fullmatch(name))}
    return sorted(name for name in names - {*known_stacks()} if is_stack_name(name))


def gone_inclusion(stack: str, base: str) -> Inclusion:
    """Return what a stack included whose file is gone since the base; unknown patterns where git cannot tell."""
    since = git("merge-base", "--end-of-options", base, "HEAD").strip()
    text = git("show", f"{since}:{_file(stack)}") if since else ""
    try:
        return inclusion_of(load_text(text))
    except YamlError:
        return Inclusion()


def forgotten(environment: dict[str, str] | None = None) -> list[str]:
    """Return the stacks, by name, that have no file and are known yet: by the order, or by a state that is not empty.

    States are looked for in a folder only; other backends cannot be asked without a stack's credentials.
    """
    known = {*known_stacks()}
    named = {entry for entry in order_entries() if is_stack_name(entry)}
    states = {stack for stack in _states(environment) - known - named if _holds(stack, environment)}
    return sorted((named - known) | states)


def removal(kind: Kind, stack: str, *, known: bool = False) -> Report | None:
    """Report on a stack whose file is gone; None for one that has a file, or that there never was.

    Args:
        kind: What was to be run.
        stack: Its name.
        known: Whether it is known already that there was such a stack.

    Raises:
        SystemExit: If its state cannot be read.
    """
    if (ROOT / _file(stack)).exists() or not is_stack_name(stack):
        return None
    state = StackState(stack)
    holding = state.holding
    if holding is None and not known and not was_known(stack):
        return None
    notes: list[str] = []
    record = Record(succeeded=True)
    if holding is None and state.is_nowhere:
        message = (
            f"{_file(stack)} is removed, and what its state holds cannot be told: {state.where} holds no state at all\n"
            f"hint: set PULUMI_BACKEND_URL to where the state of {stack} lies"
        )
        record = Record(problems=(Problem("", message),), succeeded=False)
    elif holding is not None and not holding.is_empty:
        message = (
            f"{_file(stack)} is removed, and its state still holds what is at Twilio: {holding}\n"
            f"hint: bring the file back; then `make destroy STACK={stack}` deletes them, or `make release "
            f"STACK={stack}` leaves them at Twilio; then `make remove-stack STACK={stack}`"
        )
        record = Record(problems=(Problem("", message, guard=True),), succeeded=False)
    else:
        notes.append(EMPTY)
    if stack in order_entries():
        notes.append(LEFT_IN_ORDER)
    if state.prepared.on_emulator:
        notes.append(REHEARSED)
    return Report(
        kind=kind,
        stack=stack,
        api="emulator" if state.prepared.on_emulator else "twilio",
        commit=git("rev-parse", "HEAD").strip(),
        record=record,
        notes=tuple(notes),
    )


def was_known(stack: str) -> bool:
    """Tell whether there was such a stack: the order names it, or git knows of its file."""
    return stack in order_entries() or bool(
        git("log", "-1", "--format=%H", "HEAD", "--", _file(stack)).strip()
    )


def _states(environment: dict[str, str] | None) -> set[str]:
    given = dict(os.environ) if environment is None else environment
    try:
        # Any name does: the folder is the same for all.
        prepared = StackState("any", given).prepared
    except SystemExit:
        return set()
    reader = StateReader(prepared.engine, "any", prepared.environment)
    return (
        {stack for stack in reader.stacks() if is_stack_name(stack)} if reader.folder is not None else set()
    )


def _holds(stack: str, environment: dict[str, str] | None) -> bool:
    try:
        holding = StackState(stack, environment).holding
    except SystemExit:
        return True  # It cannot be read: whoever reports on it says so.
    return holding is not None and not holding.is_empty


def _file(stack: str) -> str:
    return f"stacks/Pulumi.{stack}.yaml"
