"""Which provider process serves which resource: one per provider resource, started when first needed.

References are the state's own: `<urn>::<id>` of the provider resource.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from offline.engine.errors import StateError, UnsupportedError
from offline.engine.hosts.peer import NO_ENGINE, Peer
from offline.engine.hosts.processes import Child
from offline.engine.hosts.provider import Provider
from offline.engine.hosts.run import Run
from offline.engine.model.events import Diagnostic
from offline.engine.model.resource import Resource
from offline.engine.model.urn import PROVIDER_TYPE, parse_urn, provider_reference, split_reference
from offline.engine.model.values import Properties

__all__ = ["ProviderPool"]


class ProviderPool:
    """The providers of one run.

    Args:
        resources: Gives what the state holds now; providers that the run has not configured are found there.
    """

    def __init__(self, run: Run, resources: Callable[[], Iterable[Resource]]) -> None:
        self._run = run
        self._resources = resources
        self._spare: asyncio.Task[Child] | None = None
        self._running: dict[str, asyncio.Task[Provider]] = {}
        self._retired: list[asyncio.Task[Provider]] = []

    def warm_up(self) -> None:
        """Start a process that the first provider to be configured will use: its imports take their time."""
        self._spare = asyncio.create_task(self._start())

    async def get(self, reference: str) -> Provider:
        """Return a provider, from the state if this run has not configured it.

        Raises:
            StateError: if neither knows it.
            PluginError: if its process does not start.
            OperationError: if it does not accept its configuration.
        """
        if reference not in self._running:
            found = self._resource(reference)
            today = provider_reference(found.urn, found.id)
            if today not in self._running:
                self._connect(today, found.inputs)
            # The state may still name a provider as it was called before this run.
            self._running[reference] = self._running[today]
        return await asyncio.shield(self._running[reference])

    async def configure(self, urn: str, id_: str, inputs: Properties) -> Provider:
        """Start a provider with this configuration, in place of one that may run already."""
        reference = provider_reference(urn, id_)
        if reference in self._running:
            # Operations that began with it end with it.
            self._retired.append(self._running[reference])
        self._connect(reference, inputs)
        return await asyncio.shield(self._running[reference])

    async def close(self) -> None:
        """End every process."""
        started = {*self._running.values(), *self._retired}
        results = await asyncio.gather(*started, return_exceptions=True)
        ends = [provider.close() for provider in results if isinstance(provider, Provider)]
        if self._spare is not None:
            child = (await asyncio.gather(self._spare, return_exceptions=True))[0]
            if isinstance(child, Child):
                ends.append(child.end())
        await asyncio.gather(*ends)

    def _resource(self, reference: str) -> Resource:
        """Return the provider resource of the state that a reference names."""
        urn, id_ = split_reference(reference)
        for resource in self._resources():
            if resource.id == id_ and urn in (resource.urn, *resource.aliases):
                if resource.type != PROVIDER_TYPE:
                    raise UnsupportedError(
                        f"a provider of type {resource.type.removeprefix('pulumi:providers:')}"
                    )
                return resource
        raise StateError(f"the state names a provider that it does not hold: {reference}")

    def _connect(self, reference: str, inputs: Properties) -> None:
        spare, self._spare = self._spare, None
        name = parse_urn(split_reference(reference)[0]).name

        async def connect() -> Provider:
            child = await (spare if spare is not None else self._start())
            child.name = f"provider {name}"
            try:
                return await Provider.connect(await Peer.connect(child, self._run), inputs)
            except BaseException:
                await child.end()
                raise

        self._running[reference] = asyncio.create_task(connect())

    async def _start(self) -> Child:
        target = self._run.target
        return await Child.start(
            "provider",
            ["pulumi.dynamic", NO_ENGINE],
            python=target.python,
            folder=target.root,
            environment={"PULUMI_PROJECT": target.project},
            on_line=lambda severity, line: self._run.emit(Diagnostic(severity, line)),
            listen=self._run.sockets.new("provider"),
            sockets=self._run.sockets.folder,
        )
