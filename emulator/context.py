"""What the request handlers share: the model, the log, the faults, the latency."""

from __future__ import annotations

from dataclasses import dataclass, field

from aiohttp import web

from emulator.faults import Faults
from emulator.journal import Journal
from emulator.models import Model

__all__ = ["CONTEXT", "Context"]


@dataclass
class Context:
    """One emulator: `latency_seconds` passes before each API answer, `routes` are the names faults may have."""

    model: Model
    journal: Journal = field(default_factory=Journal)
    faults: Faults = field(default_factory=Faults)
    latency_seconds: float = 0.0
    url: str = ""
    routes: tuple[str, ...] = ()

    def reset(self) -> None:
        """Clear data, accounts, log, faults and latency."""
        self.model.store.reset()
        # A new one: what is still in flight belongs to the past and must not show up in it.
        self.journal = Journal()
        self.faults.clear()
        self.latency_seconds = 0.0


CONTEXT: web.AppKey[Context] = web.AppKey("context", Context)
