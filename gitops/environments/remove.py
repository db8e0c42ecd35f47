"""Remove an environment: its state, if that holds nothing, its files and its place in the order, for review.

Nothing is asked of Twilio. Whether its services are deleted or stay is said before: `make destroy`, `make release`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gitops.changes import inclusions
from gitops.environments.gone import was_known
from gitops.environments.holding import Holding, StackState
from gitops.environments.order import without_stack
from gitops.exits import Exit, GitopsError
from gitops.files import delete, write
from tools.stack import ROOT
from tools.stack_files import ORDER, find_stack_file, known_stacks, order_entries, read

__all__ = ["Removal", "release", "remove_stack"]

WORKFLOWS = ROOT / ".github" / "workflows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What was done, a sentence each, and what is left for people to do; nothing was done of a stack that is gone."""

    done: tuple[str, ...]
    left: tuple[str, ...]


def remove_stack(stack: str) -> Removal:
    """Remove an environment that holds nothing any more.

    Args:
        stack: Its name.

    Raises:
        GitopsError: If its state still holds something, or `stacks/order.yaml` cannot be changed; nothing is changed.
        SystemExit: If there is no such stack and never was, or its state cannot be read or removed.
    """
    path = ROOT / "stacks" / f"Pulumi.{stack}.yaml"
    state = StackState(stack)
    holding = state.holding
    if not path.exists() and holding is None and not was_known(stack):
        find_stack_file(stack)  # raises, and suggests the nearest name
    if holding is not None and not holding.is_empty:
        raise GitopsError(
            f"{stack} is not removed: its state ({state.where}) still holds {holding}",
            hint=f"`make destroy STACK={stack}` deletes them, `make release STACK={stack}` leaves them at Twilio",
            code=Exit.GUARD,
        )
    order = without_stack(read(ORDER)[0], order_entries(), stack)
    alone = _included_alone(stack) if path.exists() else []

    done: list[str] = []
    if holding is not None:
        state.remove()
        done.append(f"removed the state of {stack}, which held nothing, from {state.where}")
    for name in [f"stacks/{path.name}"] if path.exists() else []:
        delete(path)
        done.append(f"deleted {name}")
    for file in alone:
        delete(file)
        done.append(f"deleted {file.relative_to(ROOT)}, which {stack} alone included")
    if order is not None:
        write(ORDER, order)
        done.append(f"took {stack} out of stacks/order.yaml")
    left = [*_left(stack)] if done else []
    if done and holding is None:
        left.insert(
            0, f"there was no state of {stack} in {state.where}: if it lies elsewhere, remove it there"
        )
    if done and state.prepared.on_emulator:
        left.insert(
            0,
            f"that was the rehearsal's state: run the command with EMULATOR=0 where the true one of {stack} lies",
        )
    return Removal(done=tuple(done), left=tuple(left))


def release(stack: str, *, confirmed: bool) -> Holding:
    """Remove a stack's state with everything that it holds; at Twilio everything stays as it is.

    Args:
        stack: Its name.
        confirmed: Whether the caller has said that it may be done.

    Raises:
        GitopsError: If nobody has confirmed it.
        SystemExit: If there is no such stack and never was, or its state cannot be read or removed.
    """
    state = StackState(stack)
    if state.holding is None and not was_known(stack):
        find_stack_file(stack)  # raises, if there is none
    if state.holding is None or state.holding.is_empty:
        return Holding()
    if not confirmed:
        raise GitopsError(
            f"nothing was released: the state of {stack} ({state.where}) holds {state.holding}",
            hint=f"it would forget them, and they would stay at Twilio: make release STACK={stack} ARGS=--yes",
        )
    state.remove(released=True)
    return state.holding


def _included_alone(stack: str) -> list[Path]:
    """Return the files that this stack includes and no other one does."""
    included = inclusions(known_stacks())
    others = [each for name, each in included.items() if name != stack]
    own = sorted(included[stack].files)
    return [ROOT / "stacks" / name for name in own if not any(each.holds(name) for each in others)]


def _left(stack: str) -> Iterator[str]:
    """Yield what else names the environment and is for people to change."""
    for path in sorted(WORKFLOWS.glob("*.y*ml")) if WORKFLOWS.is_dir() else []:
        if f"--stack {stack} " in path.read_text(encoding="utf-8", errors="replace"):
            yield f"{path.relative_to(ROOT)} has a job of its own for {stack}: take it out, also from `needs` of others"
    yield f"GitHub's environments {stack} and {stack}-preview, with their secrets, once this is merged"
