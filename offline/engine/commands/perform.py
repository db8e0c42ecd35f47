"""What `up`, `preview`, `refresh` and `destroy` do around the executor: lock, load, preview, ask, perform, note.

The order matters: the state is read under the lock, and the passphrase's key is derived while the executor loads.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import click

from offline.engine.commands.interrupts import Interrupts
from offline.engine.commands.prompts import choose
from offline.engine.commands.workspace import Stack
from offline.engine.display.board import Board
from offline.engine.display.details import details_lines
from offline.engine.display.event_json import EventLog
from offline.engine.display.progress import ProgressDisplay
from offline.engine.display.report import Showing
from offline.engine.display.screen import Screen, wants_colour
from offline.engine.errors import CancelledError, ChangesError, EngineError, UsageError
from offline.engine.model.events import Changed, Diagnostic, Emit
from offline.engine.model.resource import Snapshot
from offline.engine.model.target import Kind, Options, Outcome, Target
from offline.engine.state.integrity import check_integrity
from offline.engine.state.lock import hold_lock
from offline.engine.state.state_file import CheckpointWriter, StateCodec

__all__ = ["Request", "run_operation"]

_UNCHANGING: Final = frozenset({"same", "read", "read-replacement", "read-discard"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the command line asks for."""

    kind: Kind
    options: Options
    showing: Showing = field(default_factory=Showing)
    yes: bool = False
    skip_preview: bool = False
    preview_only: bool = False
    expect_no_changes: bool = False
    event_log: Path | None = None
    colour: str = "auto"
    message: str = ""

    @property
    def dry(self) -> bool:
        """Tell whether nothing at all shall change."""
        return self.kind == "preview" or self.preview_only

    @property
    def noun(self) -> str:
        """What is asked about: update, refresh, destroy."""
        return "update" if self.kind == "preview" else self.kind


def run_operation(stack: Stack, request: Request) -> None:
    """Perform an operation to its end.

    Raises:
        UsageError: if it would need a confirmation and nobody can give one.
        LockError: if another run holds the stack.
        ChangesError: if there were changes and none were expected.
        CancelledError: if a person stopped it.
        EngineError: if it failed; why has been shown already.
    """
    asks = not (request.dry or request.yes or request.skip_preview)
    if asks and not stack.workspace.interactive:
        raise UsageError(
            "nobody can be asked to confirm this", hint="pass --yes, --skip-preview or --preview-only"
        )
    screen = Screen(sys.stdout, wants_colour(request.colour, sys.stdout, os.environ))
    with contextlib.ExitStack() as exits:
        if not request.dry:
            for holder in exits.enter_context(hold_lock(stack.workspace.backend.lock_folder(stack.ref))):
                click.echo(f"took over the lock of a run that is gone: {holder}", err=True)
        _load(stack, request, screen, exits.enter_context(asyncio.Runner())).run(asks=asks)


def _load(stack: Stack, request: Request, screen: Screen, runner: asyncio.Runner) -> _Operation:
    document, file = stack.document(), stack.file()
    # A preview leaves the stack's file alone, even one without a salt: then there is nothing to decrypt, either.
    salt_state = file.salt_state or document.salt_state if request.dry else stack.own_crypter().salt_state
    crypter = stack.crypter(salt_state)
    reader = stack.crypter(document.salt_state or salt_state)
    if salt_state and (document.resources or file.secret_keys):
        crypter.start()
    from offline.engine.core import executor  # loads gRPC, while the key is being derived

    config = file.resolve(crypter.decrypt)
    codec = StateCodec(stack.ref, crypter)
    snapshot = codec.decode(document, reader=None if reader is crypter else reader)
    check_integrity(snapshot)
    project = stack.workspace.project
    return _Operation(
        stack=stack,
        request=request,
        screen=screen,
        runner=runner,
        perform=executor.run,
        target=Target(
            root=project.root,
            project=project.name,
            stack=stack.ref.name,
            python=project.python,
            main=project.main,
            config=config,
            secret_keys=file.secret_keys,
        ),
        snapshot=snapshot,
        writer=CheckpointWriter(stack.workspace.backend, stack.ref, codec),
    )


@dataclass(slots=True, kw_only=True)
class _Operation:
    stack: Stack
    request: Request
    screen: Screen
    runner: asyncio.Runner
    perform: Callable[..., Coroutine[Any, Any, Outcome]]
    target: Target
    snapshot: Snapshot
    writer: CheckpointWriter

    def run(self, *, asks: bool) -> None:
        request = self.request
        display = ProgressDisplay(self.screen, request.showing, live=self.stack.workspace.interactive)
        with contextlib.ExitStack() as exits:
            exits.callback(display.close)
            emit: Emit = display
            if request.event_log:
                emit = exits.enter_context(EventLog(request.event_log, display))
            changes: Changed = {}
            if request.dry or not request.skip_preview:
                changes = self._judge(self._phase(emit, dry_run=True), "preview").changes
            if asks:
                self._confirm(display.board)
            if not request.dry:
                changes = self._perform(emit).changes
        if request.expect_no_changes and any(count for op, count in changes.items() if op not in _UNCHANGING):
            raise ChangesError(f"no changes were expected, but this {request.noun} has some")

    def _perform(self, emit: Emit) -> Outcome:
        started_at = int(time.time())
        outcome: Outcome | None = None
        try:
            outcome = self._phase(emit, dry_run=False)
            if self.writer.writes == 0:
                self.writer.save(outcome.snapshot)
        finally:
            if self.writer.writes or outcome is not None:
                self._note_history(started_at, outcome)
        return self._judge(outcome, self.request.noun)

    def _phase(self, emit: Emit, *, dry_run: bool) -> Outcome:
        async def phase() -> Outcome:
            with Interrupts(lambda text: emit(Diagnostic("warning", text))) as interrupts:
                return await self.perform(
                    self.request.kind,
                    self.target,
                    self.snapshot,
                    self.request.options,
                    dry_run=dry_run,
                    save=self.writer.save,
                    emit=emit,
                    cancel=interrupts.cancel,
                )

        try:
            return self.runner.run(phase())
        except (asyncio.CancelledError, KeyboardInterrupt):
            raise CancelledError(
                "stopped at once, in the middle of operations",
                hint="run it again to go on; the state notes what was under way, and the next run names it",
            ) from None

    def _judge(self, outcome: Outcome, noun: str) -> Outcome:
        if outcome.result == "interrupted":
            raise CancelledError(f"the {noun} was stopped before its end", hint="run it again to go on")
        if outcome.result == "failed":
            reason = "a mandatory policy was violated" if outcome.policy_failed else "see above"
            raise EngineError(f"the {noun} failed: {reason}")
        return outcome

    def _confirm(self, board: Board) -> None:
        answers = ["yes", "no", *([] if self.request.showing.diff else ["details"])]
        question = f"Do you want to perform this {self.request.noun}?"
        while (answer := choose(question, answers, default="no")) == "details":
            self.screen.print(*details_lines(board))
        if answer == "no":
            raise CancelledError(f"confirmation declined, not proceeding with the {self.request.noun}")
        self.screen.print(())

    def _note_history(self, started_at: int, outcome: Outcome | None) -> None:
        changes = outcome.changes if outcome is not None else {}
        record = {
            "kind": self.request.noun,
            "startTime": started_at,
            "message": self.request.message,
            "environment": {"exec.kind": "cli", "pulumi.engine": "embedded", **_commit(self.target.root)},
            "config": {},
            "version": 0,
            "result": "succeeded" if outcome is not None and outcome.result == "succeeded" else "failed",
            "endTime": int(time.time()),
            "resourceChanges": {op: count for op, count in changes.items() if count},
        }
        try:
            self.stack.workspace.backend.add_history(self.stack.ref, record)
        except OSError as error:
            click.echo(f"warning: cannot note this run in the stack's history: {error.strerror}", err=True)


def _commit(root: Path) -> dict[str, str]:
    """Return the commit that a project is at, in the CLI's words; {} where git cannot tell."""
    command = ["git", "--no-optional-locks", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        told = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.strip()
        return {"git.head": told[:40], "git.dirty": str(told.endswith("-dirty")).lower()}
    return {}
