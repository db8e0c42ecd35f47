"""One run: its settings, its news to whoever displays it, and whether it may go on.

A run stops at the first failure, or when it is cancelled: no new operation starts, those in flight end.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace

from offline.engine.errors import EngineError
from offline.engine.hosts.sockets import SocketFolder
from offline.engine.model.events import Changed, Diagnostic, Emit, Event, PolicyViolation, Step
from offline.engine.model.masking import Masker
from offline.engine.model.target import Options, Result, Target
from offline.engine.model.urn import is_provider

__all__ = ["Run", "StoppedError"]


class StoppedError(EngineError):
    """Raised where a run that has stopped is asked for more; its reason has been told already."""

    def __init__(self) -> None:
        super().__init__("the run has stopped")


class Run:
    """What all parts of a run share."""

    def __init__(self, target: Target, options: Options, *, dry_run: bool, emit: Emit) -> None:
        self.target = target
        self.options = options
        self.dry_run = dry_run
        self.slots = asyncio.Semaphore(options.parallel)
        """One for each operation that may be under way."""
        self.sockets = SocketFolder()
        """Where the processes of this run talk to one another."""
        self.stopping = asyncio.Event()
        self.failed = False
        self.interrupted = False
        self._emit = emit
        self._mask = Masker(target.config[key] for key in target.secret_keys)
        self._changes: Counter[str] = Counter()

    @property
    def result(self) -> Result:
        """How the run stands."""
        if self.failed:
            return "failed"
        return "interrupted" if self.interrupted else "succeeded"

    @property
    def changes(self) -> Changed:
        """Resources per operation."""
        return dict(self._changes)

    def emit(self, event: Event) -> None:
        """Tell what happens, secrets masked."""
        match event:
            case Diagnostic() | PolicyViolation():
                event = replace(event, message=self._mask(event.message))
        self._emit(event)

    def count(self, step: Step) -> None:
        """Count an operation that has been done; half a replacement and the engine's own providers do not count.

        What an earlier run left over does: nothing else would tell of it.
        """
        if (step.logical or step.leftover) and not is_default_provider(step):
            self._changes[step.op.value] += 1

    def reset_changes(self) -> None:
        """Begin to count anew."""
        self._changes.clear()

    def check(self) -> None:
        """Raise StoppedError if the run may not go on."""
        if self.stopping.is_set():
            raise StoppedError

    def fail(self, error: Exception, urn: str = "") -> None:
        """Stop the run with an error; what has stopped it once is not told again."""
        self.record_failure(error, urn)
        self.stopping.set()

    def record_failure(self, error: Exception, urn: str = "") -> None:
        """Count an error against the run and let it go on."""
        if not isinstance(error, StoppedError):
            self.failed = True
            self.emit(Diagnostic("error", str(error) or type(error).__name__, urn))

    def interrupt(self) -> None:
        """Stop the run because somebody asked for it."""
        self.interrupted = True
        self.stopping.set()


def is_default_provider(step: Step) -> bool:
    """Tell whether a step is about a provider resource that the engine made, not the program."""
    return is_provider(step.type) and step.urn.endswith("::default")
