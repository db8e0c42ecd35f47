"""What to say after a run that did not come to its end: commands that work.

The engines' own words name neither `make` nor the variables that a stack needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from tools.interrupted.locks import locks_of

__all__ = ["GUIDE", "locks_in_the_way", "make_command", "unlocking", "way_on"]

GUIDE = "docs/guides/interrupted-run.md"
_LOCKED = ("the stack is currently locked by", "the stack is locked by")
"""How the engines, the CLI first, say that another run has the stack."""


def make_command(command: str, stack: str, environment: Mapping[str, str], arguments: str = "") -> str:
    """Return the line of `make` that runs a command on a stack, with what decides where it runs."""
    given = [f"{name}={environment[name]}" for name in ("ENGINE", "EMULATOR") if environment.get(name)]
    return " ".join(["make", command, f"STACK={stack}", *given, *([arguments] if arguments else [])])


def way_on(command: str, stack: str, environment: Mapping[str, str], folder: Path | None) -> str:
    """Return what to run after a run that was stopped or killed.

    Args:
        command: What was run.
        stack: On which stack.
        environment: The engine's environment.
        folder: `.pulumi` of a file backend; None for any other one, where no run is told when the last began.
    """
    line = f"go on with: {make_command(command, stack, environment)}"
    if command != "up":
        return line
    if folder is None:
        return f"{line}\nif it refuses a name that the interrupted run has made already: {GUIDE}"
    return f"{line}\nit finishes what was under way, too"


def locks_in_the_way(stack: str, environment: Mapping[str, str], folder: Path | None) -> Iterator[str]:
    """Tell of each lock that a stack has whose it is, and what takes it away; nothing of other than file backends."""
    take_away = f"take its lock away with: {_unlocking(stack, environment)}"
    for lock in locks_of(folder, stack):
        if lock.is_dead:
            yield f"{stack} is locked by {lock}, a run that is gone: {take_away}"
        else:
            yield f"{stack} is locked by {lock}: wait for that run, or, if it is dead, {take_away}"


def unlocking(text: str, stack: str, environment: Mapping[str, str]) -> str:
    """Return the hint for an engine's error if it says that another run has the stack; else ""."""
    if not any(each in text for each in _LOCKED):
        return ""
    return f"if that run is dead, take its lock away with: {_unlocking(stack, environment)}"


def _unlocking(stack: str, environment: Mapping[str, str]) -> str:
    # Where nobody can be asked, too.
    return make_command("cancel", stack, environment, "ARGS=--yes")
