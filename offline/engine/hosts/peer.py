"""A process that answers questions by gRPC, a provider or a policy pack: connecting to it, and asking within bounds.

What it is asked is `provider.py`'s and `analyzer.py`'s business.
"""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
import grpc.aio

from offline.engine.errors import EngineError, PluginError
from offline.engine.hosts.fields import fields_of
from offline.engine.hosts.processes import Child
from offline.engine.hosts.protocol import CHANNEL_OPTIONS
from offline.engine.hosts.run import Run
from offline.engine.model.durations import format_seconds
from offline.engine.model.events import Diagnostic

__all__ = ["NO_ENGINE", "Peer", "RefusalError"]

NO_ENGINE = "127.0.0.1:0"
"""What a provider or a pack is given as the engine's address; the SDK demands one and does not use it."""

DEATH_SECONDS = 2.0
"""How long a process may take to be gone after its connection broke."""


class RefusalError(EngineError):
    """Raised if a process answers with an error of its own: its text, or the name of the gRPC status."""


class Peer:
    """A running process and the channel to it."""

    def __init__(self, child: Child, channel: grpc.aio.Channel, run: Run) -> None:
        self.child = child
        self.channel = channel
        self._run = run
        self._silent = False
        """Whether it once left a question without an answer: it is asked no other."""

    @classmethod
    async def connect(cls, child: Child, run: Run) -> Peer:
        """Connect to a process once it listens.

        Raises:
            PluginError: if it ends instead, or takes too long.
        """
        address = await child.address()
        if child.is_exposed:
            text = (
                f"{child.name} serves a port that every user of this machine can reach, and the configuration with it: "
                "this version of pulumi starts its server in a way that the engine does not know"
            )
            run.emit(Diagnostic("warning", text))
        return cls(child, grpc.aio.insecure_channel(address, options=CHANNEL_OPTIONS), run)

    async def ask(self, method: Any, request: Any, what: str, urn: str = "") -> dict[str, Any]:
        """Ask something (`what`: create, check …); return the answer's fields.

        Tells after a while that it takes long, and gives up at the limit. An answer that says more than this engine
        knows counts, for what was asked is done by then; but the run stops.

        Raises:
            RefusalError: if it answers with an error.
            PluginError: if it is gone, or does not answer in time.
        """
        options, name = self._run.options, self.child.name
        limit, notice = format_seconds(options.call_seconds), format_seconds(options.notice_seconds)
        if self._silent:
            raise PluginError(f"{name} has left an earlier question without an answer, and is asked no other")
        warning = Diagnostic(
            "warning", f"{name} has not answered for {notice} ({what}); it has {limit} in all", urn
        )
        reminder = asyncio.get_running_loop().call_later(
            options.notice_seconds, lambda: self._run.emit(warning)
        )
        try:
            answer = await method(request, timeout=options.call_seconds)
            return fields_of(answer, self._run.fail)
        except grpc.aio.AioRpcError as error:
            if error.code() is grpc.StatusCode.UNAVAILABLE and await self.child.dead(DEATH_SECONDS):
                raise PluginError(await self.child.how_it_ended()) from error
            if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
                self._silent = True
                raise PluginError(
                    f"{name} has not answered for {limit} ({what})",
                    hint="if it does need longer, set ENGINE_CALL_SECONDS",
                ) from error
            raise RefusalError((error.details() or error.code().name).strip()) from error
        finally:
            reminder.cancel()

    async def close(self) -> None:
        """End the process."""
        await self.channel.close()
        await self.child.end()
