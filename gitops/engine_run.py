"""Runs of an engine on one stack, as commands, each read from its event log.

The engine's own display is kept back unless the environment says `GITOPS_VERBOSE=1`: a pipeline's log may be public,
and a display shows names. The event log lies in a temporary folder that is gone afterwards.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from gitops.changes import git
from gitops.console import say
from gitops.drift import drift_of
from gitops.environments.letting_go import with_released
from gitops.environments.protection import with_keys
from gitops.events import Problem, Record, read_events
from gitops.exits import GitopsError
from gitops.masking import sanitised
from gitops.report import Kind, Report
from gitops.review.digests import SALT, Digests, read_salt
from gitops.review.secret_values import SecretValues
from tools.engine_process import Ended
from tools.interrupted import unlocking
from tools.stack import PreparedStack, prepare

__all__ = ["StackRuns"]

STOPPED = "stopped as asked, before its end"
UNSALTED = (
    f"some of the new values are not shown, and without {SALT} no deployment can hold them against a review: set it "
    "for previews and deployments (docs/gitops.md, Values that are not shown)"
)


class StackRuns:
    """Runs of one stack.

    Args:
        stack: The stack's name.
        environment: Environment of the engine: credentials, `ENGINE`, `EMULATOR`, Pulumi's variables; the salt of
            digests, which the engine does not get.

    Raises:
        GitopsError: If the salt is too short.
        SystemExit: If no engine can be started on the stack.
    """

    def __init__(self, stack: str, environment: Mapping[str, str] | None = None) -> None:
        given = os.environ if environment is None else environment
        self._verbose = given.get("GITOPS_VERBOSE") == "1"
        self._salt = read_salt(given)
        engines = {name: value for name, value in given.items() if name != SALT}
        self.prepared: PreparedStack = prepare(stack, engines)
        self._digests = Digests(self._salt, SecretValues(self.prepared).declared)
        # The real CLI offers --event-log, which Pulumi's Automation API uses, under this variable only.
        self._environment = {"PULUMI_DEBUG_COMMANDS": "true", "NO_COLOR": "1"}

    def preview(self, *, refresh: bool) -> Record:
        """Ask policy, provider and state what `up` would do; with `refresh`, after a look at Twilio."""
        return self._run("preview", ["--refresh"] if refresh else [])

    def up(self) -> Record:
        """Bring the stack up, without another preview."""
        return self._run("up", ["--yes", "--skip-preview"])

    def refresh(self) -> Record:
        """Bring the state up to date with what exists; differences are drift."""
        return self._run("refresh", ["--yes", "--skip-preview"])

    def drift(self) -> Record:
        """Look for drift, against what is declared, and change nothing."""
        return drift_of(self._run("compare", []))

    def outputs(self) -> dict[str, Any]:
        """Return the stack's outputs, secrets masked.

        Raises:
            GitopsError: If the engine cannot read them.
        """
        done = self._start("outputs")
        if done.code:
            raise GitopsError(f"cannot read the outputs of {self.prepared.name}: {self._last_error(done)}")
        outputs: dict[str, Any] = json.loads(done.stdout)
        return outputs

    def report(self, kind: Kind, record: Record, notes: Sequence[str] = ()) -> Report:
        """Make a report on this stack of what a run told."""
        unsalted = kind == "preview" and not self._salt and any(each.digests for each in record.operations)
        return Report(
            kind=kind,
            stack=self.prepared.name,
            api="emulator" if self.prepared.on_emulator else "twilio",
            commit=git("rev-parse", "HEAD").strip(),
            record=record,
            notes=(*notes, *((UNSALTED,) if unsalted else ())),
            salt=self._salt.which if self._salt else "",
        )

    def _run(self, command: str, flags: list[str]) -> Record:
        start = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="gitops-") as folder:
            log = Path(folder) / "events"
            flags = [*flags, "--non-interactive", "--event-log", str(log)]
            done = self._start(command, flags)
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
        record = read_events(lines, self._digests)
        if done.silence:
            problems = (*record.problems, Problem("", done.silence))
            record = replace(record, problems=problems, succeeded=False)
        elif done.asked_to_stop and done.code:
            record = replace(record, problems=(*record.problems, Problem("", STOPPED)), succeeded=False)
        elif done.code not in (0, 7) and not (record.problems or record.violations):
            record = replace(record, problems=(Problem.of("", self._last_error(done)),), succeeded=False)
        elif record.succeeded is None or done.code not in (0, 7):
            record = replace(record, succeeded=False)
        record = with_released(record, self.prepared.document)
        record = with_keys(record, self.prepared.name, self.prepared.document)
        record = replace(record, interrupted=done.interrupted)
        say(f"{self.prepared.name}: {command} took {time.monotonic() - start:.1f} s")
        return record

    def _start(self, command: str, flags: Sequence[str] = ()) -> Ended:
        """Run the engine to its end; a signal is its business: it ends after the operations in flight.

        Raises:
            GitopsError: If it was asked to stop, and changes nothing of which there would be more to tell.
        """
        done = self.prepared.run(command, flags, captured=True, environment=self._environment)
        if self._verbose:
            say(done.stdout + done.stderr)
        if done.asked_to_stop and command != "up":
            raise GitopsError(
                f"{self.prepared.name}: {command}: {STOPPED}", hint="run the same command again"
            )
        return done

    def _last_error(self, done: Ended) -> str:
        """Return the error that a run ended with, and what helps if it is another run's lock."""
        text = _last_error(done)
        hint = unlocking(text, self.prepared.name, self.prepared.environment)
        return f"{text}\nhint: {hint}" if hint else text


def _last_error(done: Ended) -> str:
    """Return the error that a run ended with, without anything else of what it printed."""
    if done.silence:
        return done.silence
    found: list[str] = []
    for line in f"{done.stdout}\n{done.stderr}".splitlines():
        text = line.strip()
        if text.startswith("error: "):
            found = [text]
        elif found and text.startswith("hint: "):
            found.append(text)
    return sanitised("\n".join(found)) or f"the engine ended with exit code {done.code} and no error"
