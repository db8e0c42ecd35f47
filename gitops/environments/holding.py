"""What the state of a stack holds of Twilio, told without its stack file, which may be gone.

Nothing is asked of Twilio, and no credential is needed. An engine is asked where the state lies in no folder, and for
its removal.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tools.run_facts import RunTimes
from tools.stack import ROOT, PreparedStack, prepare_state
from tools.stack_files import PROJECT
from tools.state import State, StateReader, ask

__all__ = ["Holding", "StackState", "Thing"]

SERVICE = "ConversationService"
MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing at Twilio that a state holds: the last part of its type, its logical name, its SID."""

    kind: str
    name: str
    sid: str


@dataclass(frozen=True, slots=True)
class Holding:
    """What a state holds."""

    things: tuple[Thing, ...] = ()
    unfinished: tuple[str, ...] = ()
    """Logical names of what a killed run was at: it may be there, or not."""
    records: int = 0
    """Entries that stand for nothing at Twilio: the stack itself, providers, components."""
    is_protected: frozenset[str] = field(default_factory=frozenset)
    """Logical names of the things that are protected."""

    @classmethod
    def of(cls, state: State) -> Holding:
        """Read a state."""
        things = [each for each in state.resources if _is_thing(each)]
        return cls(
            tuple(
                Thing(each["type"].rpartition(":")[2], _name(each), str(each.get("id", "")))
                for each in things
            ),
            tuple(sorted({_name(each["resource"]) for each in state.pending})),
            len(state.resources) - len(things),
            frozenset(_name(each) for each in things if each.get("protect")),
        )

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing at Twilio would be lost from sight with it."""
        return not self.things and not self.unfinished

    def __str__(self) -> str:
        """Count the things by type, and name the services."""
        counts = Counter(each.kind for each in self.things)
        parts = [", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))] if counts else []
        named = [f"{each.name} ({each.sid})" for each in self.things if each.kind == SERVICE]
        if named:
            more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
            parts.append(f"services: {', '.join(named[:MOST_NAMED])}{more}")
        if self.unfinished:
            parts.append(f"unfinished since a run was killed: {', '.join(self.unfinished[:MOST_NAMED])}")
        return "; ".join(parts)


class StackState:
    """The state of one stack, wherever it lies.

    Args:
        stack: The stack's name.
        environment: Says where: `PULUMI_BACKEND_URL`, `ENGINE`, `EMULATOR`.
        document: The stack file, or what stands for one that cannot be read; None to have it read where it decides.

    Raises:
        SystemExit: If there is no engine, or a variable has no known value.
    """

    def __init__(
        self,
        stack: str,
        environment: Mapping[str, str] | None = None,
        document: Mapping[str, Any] | None = None,
    ) -> None:
        given = os.environ if environment is None else environment
        self.prepared: PreparedStack = prepare_state(stack, given, document)
        self._reader = StateReader(self.prepared.engine, stack, self.prepared.environment)

    @property
    def stack(self) -> str:
        """The stack's name."""
        return self.prepared.name

    @property
    def where(self) -> str:
        """Where the state lies, for people; an address of a backend may hold a password."""
        if self.prepared.on_emulator:
            return "the emulator's rehearsals"
        folder = self._reader.folder
        if folder is None:
            return "the backend of PULUMI_BACKEND_URL"
        folder = folder.parent.resolve()
        return f"the folder {folder.relative_to(ROOT) if folder.is_relative_to(ROOT) else folder}"

    @property
    def is_nowhere(self) -> bool:
        """Tell whether there is no state of any stack: the wrong place, for all that is known."""
        folder = self._reader.folder
        return not self.prepared.on_emulator and folder is not None and not folder.exists()

    @property
    def state(self) -> State | None:
        """The state as it is; None if there is none.

        Raises:
            SystemExit: If that cannot be told.
        """
        return self._reader.read()

    def history(self, most: int) -> list[dict[str, Any]]:
        """Return what is kept of past runs, the newest first and at most so many."""
        return self._reader.history(most)

    @cached_property
    def holding(self) -> Holding | None:
        """What the state holds; None if there is none.

        Raises:
            SystemExit: If that cannot be told.
        """
        state = self._reader.read()
        try:
            return None if state is None else Holding.of(state)
        except (AttributeError, KeyError, TypeError):
            raise SystemExit(
                f"error: the state of {self.stack} is not as engines write it\n"
                f"hint: look at it with: pulumi stack export --stack {self.stack}"
            ) from None

    def remove(self, *, released: bool = False) -> None:
        """Remove the state; its backups and history go or stay as the engine sees fit.

        Args:
            released: Whether what it holds is to stay at Twilio, unknown to any state; else it must hold nothing.

        Raises:
            SystemExit: If the engine refuses, as it does while another run holds the stack's lock.
        """
        # The engines refuse as long as there is any entry; one may be left that stands for nothing at Twilio.
        force = ["--force"] if released or (self.holding and self.holding.records) else []
        self._ask("rm", "--yes", "--preserve-config", *force)
        self._times.forget()

    @property
    def _times(self) -> RunTimes:
        return RunTimes(self._reader.folder, self.stack)

    def _ask(self, *words: str) -> str:
        environment = dict(self.prepared.environment)
        if self._reader.folder is not None:
            # A relative one, or that of Pulumi.yaml, would be another one from the folder below.
            environment["PULUMI_BACKEND_URL"] = f"file://{quote(str(self._reader.folder.parent))}"
        with _project() as folder:
            command = [*self.prepared.engine, "-C", str(folder), "stack", *words]
            return ask([*command, "--stack", self.stack, "--non-interactive"], environment)


@contextmanager
def _project() -> Iterator[Path]:
    """Make a project of this name for a moment, so that no engine writes into a stack file."""
    with tempfile.TemporaryDirectory(prefix="project-") as folder:
        (Path(folder) / "Pulumi.yaml").write_text(f"name: {PROJECT}\nruntime: python\n", encoding="utf-8")
        yield Path(folder)


def _is_thing(resource: Mapping[str, Any]) -> bool:
    """Tell whether a resource stands for something at Twilio that is this stack's; a look-up does not."""
    return bool(
        resource.get("custom")
        and not resource.get("external")
        and not resource["type"].startswith("pulumi:providers:")
    )


def _name(resource: Mapping[str, Any]) -> str:
    return str(resource["urn"]).rpartition("::")[2]
