"""What the request handlers share: the model, the log, the faults, the latency, the limit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from offline.emulator.control.faults import Faults
from offline.emulator.control.journal import Journal
from offline.emulator.models import Model

__all__ = ["CONTEXT", "Context"]


@dataclass
class Context:
    """One emulator.

    `latency_seconds` passes before each API answer; more requests at once than `most_in_flight`, unless that is 0, are
    refused; `routes` are the names faults may have.
    """

    model: Model
    journal: Journal = field(default_factory=Journal)
    faults: Faults = field(default_factory=Faults)
    latency_seconds: float = 0.0
    most_in_flight: int = 0
    url: str = ""
    routes: tuple[str, ...] = ()
    late: set[asyncio.Task[None]] = field(default_factory=set)

    def do_later(self, seconds: float, work: Callable[[], Awaitable[object]]) -> None:
        """Do the work of a request that is answered already; a reset forgets it."""

        async def wait() -> None:
            await asyncio.sleep(seconds)
            await work()

        task = asyncio.create_task(wait())
        self.late.add(task)
        task.add_done_callback(self.late.discard)

    def reset(self) -> None:
        """Clear data, accounts, log, faults, alterations, late work, latency and limit."""
        for task in self.late:
            task.cancel()
        self.model.store.reset()
        self.model.alterations.clear()
        # A new one: what is still in flight belongs to the past and must not show up in it.
        self.journal = Journal()
        self.faults.clear()
        self.latency_seconds = 0.0
        self.most_in_flight = 0


CONTEXT: web.AppKey[Context] = web.AppKey("context", Context)
