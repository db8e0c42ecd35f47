"""One provider process: resources written in Python, served by `python -m pulumi.dynamic`.

There is one per provider resource. It wants no secrets marked and knows no previews, so values go out bare and the
answers are marked like the questions. Which provider serves which resource is `provider_pool.py`'s business.
Source: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from offline.engine.errors import EngineError, PluginError
from offline.engine.hosts.fields import fields_of
from offline.engine.hosts.peer import Peer, RefusalError
from offline.engine.hosts.protocol import provider_pb2, provider_pb2_grpc
from offline.engine.hosts.wire import from_struct, to_struct
from offline.engine.model.answers import Diff, ReadAnswer
from offline.engine.model.masking import mark_like
from offline.engine.model.resource import Resource
from offline.engine.model.values import Properties, contains_unknown

__all__ = ["OperationError", "Provider"]


class OperationError(EngineError):
    """Raised if a provider refuses an operation, or its own code fails."""


class Provider:
    """A running, configured provider; every method raises OperationError, and PluginError if the process is gone."""

    def __init__(self, peer: Peer, *, known: bool) -> None:
        self.known = known
        """False in a preview that does not know the provider's configuration: it cannot be asked anything."""
        self._peer = peer
        self._stub = provider_pb2_grpc.ResourceProviderStub(peer.channel)
        # Side by side, Check and Diff keep the process from ever using more than a few of its threads (CPython 3.11).
        self._one_question = asyncio.Lock()
        self._first_call = asyncio.Lock()
        self._called = False

    @classmethod
    async def connect(cls, peer: Peer, inputs: Properties) -> Provider:
        """Configure a process that has been connected to."""
        provider = cls(peer, known=not contains_unknown(inputs))
        if provider.known:
            arguments = to_struct(inputs, keep_secrets=True)
            await provider._call(
                provider._stub.Configure,
                provider_pb2.ConfigureRequest(args=arguments, acceptSecrets=True, acceptResources=True),
            )
        return provider

    async def close(self) -> None:
        """End the process."""
        await self._peer.close()

    async def check(self, urn: str, olds: Properties, news: Properties) -> tuple[Properties, tuple[str, ...]]:
        """Return the inputs as the provider wants them, and what is wrong with them, values left out."""
        if not self.known:
            return news, ()
        request = provider_pb2.CheckRequest(urn=urn, olds=_bare(olds), news=_bare(news))
        async with self._one_question:
            answer = await self._call(self._stub.Check, request)
        given = [fields_of(failure) for failure in answer.get("failures", ())]
        failures = tuple(
            f"property {each['property']}: {each.get('reason', '')}"
            if "property" in each
            else each.get("reason", "")
            for each in given
        )
        return mark_like(from_struct(answer.get("inputs")), news), failures

    async def diff(self, old: Resource, news: Properties, ignore_changes: tuple[str, ...]) -> Diff:
        """Return what changes from an existing resource to new inputs."""
        if not self.known:
            return Diff(True)
        request = provider_pb2.DiffRequest(**_change(old, news, ignore_changes))
        async with self._one_question:
            answer = await self._call(self._stub.Diff, request)
        changes = {provider_pb2.DiffResponse.DIFF_SOME: True, provider_pb2.DiffResponse.DIFF_NONE: False}
        return Diff(
            changes.get(answer.get("changes", provider_pb2.DiffResponse.DIFF_UNKNOWN)),
            tuple(answer.get("replaces", ())),
            answer.get("deleteBeforeReplace", False),
        )

    async def create(self, urn: str, inputs: Properties) -> tuple[str, Properties]:
        """Create a resource; return its id and outputs."""
        request = provider_pb2.CreateRequest(urn=urn, properties=_bare(inputs))
        answer = await self._call(self._stub.Create, request)
        if not answer.get("id"):
            raise OperationError("the provider returned no id from create")
        return answer["id"], mark_like(from_struct(answer.get("properties")), inputs)

    async def update(self, old: Resource, news: Properties, ignore_changes: tuple[str, ...]) -> Properties:
        """Change a resource in place; return its outputs."""
        request = provider_pb2.UpdateRequest(**_change(old, news, ignore_changes))
        answer = await self._call(self._stub.Update, request)
        return mark_like(from_struct(answer.get("properties")), news)

    async def read(self, urn: str, id_: str, inputs: Properties, state: Properties) -> ReadAnswer:
        """Return what exists."""
        request = provider_pb2.ReadRequest(id=id_, urn=urn, inputs=_bare(inputs), properties=_bare(state))
        answer = await self._call(self._stub.Read, request)
        return ReadAnswer(
            answer.get("id", ""),
            mark_like(from_struct(answer.get("properties")), state),
            mark_like(from_struct(answer["inputs"]), inputs) if "inputs" in answer else None,
        )

    async def delete(self, old: Resource) -> None:
        """Delete a resource."""
        request = provider_pb2.DeleteRequest(
            id=old.id, urn=old.urn, properties=_bare(old.outputs), old_inputs=_bare(old.inputs)
        )
        await self._call(self._stub.Delete, request)

    async def _call(self, method: Callable[[Any], Any], request: Any) -> dict[str, Any]:
        """Call the process; the first operation goes alone.

        In that one a provider is configured, and may give its process more threads. Requests that wait for the few it
        begins with would keep it from starting them.
        """
        if not self._called and method is not self._stub.Configure:
            async with self._first_call:
                if not self._called:
                    try:
                        return await self._ask(method, request)
                    finally:
                        self._called = True
        return await self._ask(method, request)

    async def _ask(self, method: Callable[[Any], Any], request: Any) -> dict[str, Any]:
        what = request.DESCRIPTOR.name.removesuffix("Request").lower()
        try:
            return await self._peer.ask(method, request, what, getattr(request, "urn", ""))
        except RefusalError as error:
            raise OperationError(str(error)) from error
        except PluginError as error:
            listed = "operations it was at are listed as interrupted; check them before the next update"
            raise PluginError(
                error.message, hint=f"{listed}; {error.hint}" if error.hint else listed
            ) from error


def _change(old: Resource, news: Properties, ignore_changes: tuple[str, ...]) -> dict[str, Any]:
    return {
        "id": old.id,
        "urn": old.urn,
        "olds": _bare(old.outputs),
        "old_inputs": _bare(old.inputs),
        "news": _bare(news),
        "ignoreChanges": ignore_changes,
    }


def _bare(properties: Properties) -> Any:
    return to_struct(properties, keep_secrets=False)
