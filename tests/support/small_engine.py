"""The part that an engine plays towards one provider, call by call: for tests that look for sequences of runs.

It keeps a state, declares, compares, creates, replaces and deletes in the order of the Pulumi CLI, over gRPC in the
true provider host, and may die in the middle of a create. It is not an engine: no preview, no dependencies.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from providers.conversation_service import ConversationServiceProvider
from tests.support.dynamic_host import DynamicHost, HostError, HostProcess

__all__ = ["Held", "SmallEngine"]

Props = dict[str, Any]
_TYPE = "pulumi-python:dynamic/twilio:ConversationService"


@dataclass
class Held:
    """A resource in the state."""

    logical: str
    id: str
    outputs: Props


@dataclass
class SmallEngine:
    """An engine and its state.

    Args:
        process: the provider host; its TWILIO_RUN_FACTS names `facts`.
        config: the stack's configuration.
        facts: file for what a run is told of earlier ones.
    """

    process: HostProcess
    config: Mapping[str, object]
    facts: Path
    state: dict[str, Held] = field(default_factory=dict)
    doomed: list[Held] = field(default_factory=list)
    """Replaced or removed, and not deleted yet."""
    pending: list[str] = field(default_factory=list)
    """Names of the creates that a killed run was at."""
    errors: list[str] = field(default_factory=list)
    """Of the last run."""
    ended: str = "2000-01-01T00:00:00Z"
    """When the last run ended that was not killed."""
    _runs: ClassVar[Iterator[int]] = itertools.count()

    def up(self, declared: Mapping[str, Props], order: Sequence[str], *, dies_at: int | None = None) -> bool:
        """Make what exists equal to what is declared; give whether all went well.

        Args:
            declared: inputs by logical name.
            order: in which the program registers them.
            dies_at: number of the create in whose middle the engine is killed.
        """
        self.errors = []
        host = self._begin(declared)
        creates = itertools.count()
        for logical in order:
            news = declared[logical]
            held = self.state.get(logical)
            try:
                olds = held.outputs if held else {}
                if failures := host.check(news, olds):
                    self.errors += failures
                    continue
                diff = host.diff(held.id, olds, news, urn=_urn(logical)) if held else None
                if held and diff and not diff.replaces:
                    if diff.changes:
                        held.outputs = host.update(held.id, olds, news)
                    continue
                self.pending.append(str(news["friendly_name"]))
                if next(creates) == dies_at:
                    self._last_breath(host, news, logical)
                    return False
                try:
                    id_, outputs = host.create(news, urn=_urn(logical))
                finally:
                    self.pending.remove(str(news["friendly_name"]))
                if held:
                    self.doomed.append(held)
                self.state[logical] = Held(logical, id_, outputs)
            except HostError as error:
                self.errors.append(str(error))
        if not self.errors:
            self.doomed += [self.state.pop(logical) for logical in [*self.state] if logical not in declared]
            self._delete(host)
        self._end()
        return not self.errors

    def refresh(self, declared: Mapping[str, Props]) -> bool:
        """Read what exists into the state; give whether all went well."""
        self.errors = []
        host = self._begin(declared)
        for logical, held in [*self.state.items()]:
            try:
                id_, outputs, _ = host.read(held.id, outputs=held.outputs)
            except HostError as error:
                self.errors.append(str(error))
                continue
            if id_:
                held.outputs = outputs
            else:
                del self.state[logical]
        self._end()
        return not self.errors

    def _begin(self, declared: Mapping[str, Props]) -> DynamicHost:
        held = {each.id: logical for logical, each in self.state.items() if logical in declared}
        creates = [
            {
                "type": _TYPE,
                "friendly_name": name,
                "service_sid": None,
                "role_type": None,
                "since": self.ended,
            }
            for name in self.pending
        ]
        self.facts.write_text(json.dumps({"version": 1, "held": held, "pending": creates}), encoding="utf-8")
        self.pending = []
        # Another number is another connection, with another run's memory.
        delay = f"{0.01 + next(self._runs) / 1_000_000:f}"
        config = {**self.config, "twilio:retryMaxDelaySeconds": delay}
        return DynamicHost(self.process, ConversationServiceProvider(), config)

    def _delete(self, host: DynamicHost) -> None:
        for held in [*self.doomed]:
            try:
                host.delete(held.id, held.outputs, urn=_urn(held.logical))
            except HostError as error:
                self.errors.append(str(error))
            else:
                self.doomed.remove(held)

    def _last_breath(self, host: DynamicHost, news: Props, logical: str) -> None:
        """Send a create, and hear no answer any more."""
        try:
            host.create(news, urn=_urn(logical))
        except HostError as error:
            self.errors.append(f"never heard: {error}")

    def _end(self) -> None:
        self.ended = datetime.now(UTC).isoformat()


def _urn(logical: str) -> str:
    return f"urn:pulumi:dev::conversation-services::{_TYPE}::{logical}"
