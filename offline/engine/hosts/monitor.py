"""The services that a program talks to: ResourceMonitor and Engine.

Requests become typed goals; what they ask for beyond the engine's subset becomes one clear error (`fields.py`). What
happens to a goal is decided elsewhere (`Registrar`).
Source: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/resource.proto
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import grpc
import grpc.aio
from google.protobuf import empty_pb2

from offline.engine.errors import EngineError, PluginError, UnsupportedError
from offline.engine.hosts.fields import fields_of
from offline.engine.hosts.protocol import (
    CHANNEL_OPTIONS,
    engine_pb2,
    engine_pb2_grpc,
    resource_pb2,
    resource_pb2_grpc,
)
from offline.engine.hosts.run import StoppedError
from offline.engine.hosts.wire import from_struct, to_struct
from offline.engine.model.events import Diagnostic, Emit
from offline.engine.model.goal import Goal, Registered
from offline.engine.model.marks import UNKNOWN_TEXT
from offline.engine.model.target import Target
from offline.engine.model.urn import PROVIDER_TYPE, is_provider
from offline.engine.model.values import Properties

__all__ = ["Monitor", "Registrar"]

_Result = TypeVar("_Result")

_FEATURES: Final = {
    "secrets": resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    "deletedWith": resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
}
"""What the SDK may use; for the rest (transforms, hooks, references, …) it raises its own clear errors, and aliases
it works out by itself. The names are those that an older SDK asks for, one by one."""

_SEVERITIES: Final = {1: "info", 2: "warning", 3: "error"}


class Registrar(Protocol):
    """Who fulfils goals; each method raises StoppedError once the run has stopped."""

    async def register(self, goal: Goal) -> Registered:
        """Make a resource what the program declares."""

    async def read(self, goal: Goal) -> Registered:
        """Read a resource."""

    async def register_outputs(self, urn: str, outputs: Properties) -> None:
        """Take the outputs of a component."""

    def fail(self, error: EngineError, urn: str = "") -> None:
        """End the run with an error of the program's making."""


def _refusing(feature: str) -> Any:
    """Make a method of a monitor that answers every request for a feature with one error."""

    async def refuse() -> None:
        raise UnsupportedError(feature)

    return lambda monitor, _request, context: monitor.run(context, refuse)


class Monitor(resource_pb2_grpc.ResourceMonitorServicer, engine_pb2_grpc.EngineServicer):
    """A server for one program; `done` tells whether the program has said that it declared everything."""

    def __init__(
        self, target: Target, parallel: int, *, dry_run: bool, registrar: Registrar, emit: Emit
    ) -> None:
        self.done = False
        self.errors = 0
        """Errors that the program itself has logged."""
        self._target = target
        self._parallel = parallel
        self._dry_run = dry_run
        self._registrar = registrar
        self._emit = emit
        self._heard_at = time.monotonic()
        self._server = grpc.aio.server(options=CHANNEL_OPTIONS)
        self._tasks: set[asyncio.Task[Any]] = set()

    async def start(self, socket: Path) -> str:
        """Listen on a socket, whose folder keeps others out; return the address."""
        resource_pb2_grpc.add_ResourceMonitorServicer_to_server(self, self._server)
        engine_pb2_grpc.add_EngineServicer_to_server(self, self._server)
        address = f"unix:{socket}"
        try:
            self._server.add_insecure_port(address)
        except RuntimeError:
            raise PluginError(
                f"cannot listen on the socket {socket}", hint="name a folder on a local disk with TMPDIR"
            ) from None
        await self._server.start()
        return address

    @property
    def quiet_seconds(self) -> float:
        """How long the program has said nothing; 0 while it waits for an answer."""
        return 0.0 if self._tasks else time.monotonic() - self._heard_at

    async def settle(self) -> None:
        """Wait for every request that is being worked on, whether the program still waits or not."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """Stop listening."""
        await self._server.stop(None)

    async def GetDeploymentInfo(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        """Tell the program where it runs."""
        return resource_pb2.DeploymentInfo(
            organization=self._target.organization,
            project=self._target.project,
            stack=self._target.stack,
            config=self._target.config,
            configSecretKeys=sorted(self._target.secret_keys),
            dryRun=self._dry_run,
            parallel=self._parallel,
            supportedFeatures=_FEATURES.values(),
        )

    async def SupportsFeature(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        """Tell an older SDK what it may use: without an answer it would send secrets as plain values."""
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in _FEATURES)

    async def RegisterResource(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Answer once the resource is what the program declares."""

        async def register() -> Any:
            given = fields_of(request)
            registered = await self._registrar.register(_goal(given))
            return resource_pb2.RegisterResourceResponse(
                urn=registered.urn, id=registered.id, object=_outputs(registered, given)
            )

        return await self.run(context, register)

    async def ReadResource(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Answer with what exists."""

        async def read() -> Any:
            given = fields_of(request)
            registered = await self._registrar.read(
                _goal({**given, "custom": True, "object": given.get("properties")})
            )
            return resource_pb2.ReadResourceResponse(
                urn=registered.urn, properties=_outputs(registered, given)
            )

        return await self.run(context, read)

    async def RegisterResourceOutputs(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Take the outputs of a component, or of the stack."""

        async def register() -> Any:
            given = fields_of(request)
            await self._registrar.register_outputs(given.get("urn", ""), from_struct(given.get("outputs")))
            return empty_pb2.Empty()

        return await self.run(context, register)

    async def SignalAndWaitForShutdown(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        """Learn that the program has declared everything."""
        self._heard_at = time.monotonic()
        self.done = True
        return empty_pb2.Empty()

    Invoke = _refusing("a provider's function or a StackReference (invoke)")
    Call = _refusing("a resource's method (call)")
    RegisterPackage = _refusing("a parameterized package")

    async def Log(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        """Pass on what the program has to say.

        Left out: the SDK's talk to itself (debug), and its complaint that a run that has stopped answers no more.
        """
        self._heard_at = time.monotonic()
        given = fields_of(request, self._registrar.fail)
        severity: Any = _SEVERITIES.get(given.get("severity", engine_pb2.DEBUG))
        message = given.get("message", "")
        if severity and "Resource monitor has terminated" not in message:
            self.errors += severity == "error"
            self._emit(Diagnostic(severity, message.rstrip("\n"), given.get("urn", "")))
        return empty_pb2.Empty()

    async def RequirePulumiVersion(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        """Accept any version asked for: this engine follows the SDK's, not the CLI's."""
        return engine_pb2.RequirePulumiVersionResponse()

    def _settled(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        self._heard_at = time.monotonic()
        if not task.cancelled():
            # Asked for, so that asyncio does not complain where the program is gone and nobody else asks.
            task.exception()

    async def run(
        self, context: grpc.aio.ServicerContext[Any, Any], work: Callable[[], Awaitable[_Result]]
    ) -> _Result:
        """Do the work in a task of its own: it must end, and be recorded, even if the program goes away."""

        async def report() -> _Result:
            try:
                return await work()
            except StoppedError:
                raise
            except EngineError as error:
                self._registrar.fail(error)
                raise StoppedError from error

        coroutine: Coroutine[Any, Any, _Result] = report()
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._settled)
        try:
            return await asyncio.shield(task)
        except StoppedError:
            # With this code the SDK ends the program instead of raising at the place that asked.
            await context.abort(grpc.StatusCode.UNAVAILABLE, "the run has stopped")
            raise


def _goal(given: Mapping[str, Any]) -> Goal:
    custom = given.get("custom", False)
    if custom:
        _supported_type(given.get("type", ""))
    properties = from_struct(given.get("object"))
    dependencies = _unique(given.get("dependencies", ()))
    named = {
        key: _unique(fields_of(value).get("urns", ()))
        for key, value in given.get("propertyDependencies", {}).items()
    }
    before = given.get("deleteBeforeReplace", False)
    return Goal(
        type=given.get("type", ""),
        name=given.get("name", ""),
        custom=custom,
        properties=properties,
        parent=given.get("parent", ""),
        provider=given.get("provider") or given.get("providers", {}).get("pulumi-python", ""),
        dependencies=dependencies,
        property_dependencies={
            key: named.get(key, ()) if named else dependencies for key in sorted({*properties, *named})
        },
        protect=given.get("protect"),
        retain_on_delete=given.get("retainOnDelete"),
        delete_before_replace=before if given.get("deleteBeforeReplaceDefined") or before else None,
        deleted_with=given.get("deletedWith", ""),
        ignore_changes=_top_level(given.get("ignoreChanges", ())),
        additional_secret_outputs=tuple(given.get("additionalSecretOutputs", ())),
        aliases=tuple(given.get("aliasURNs", ())),
        id="" if given.get("id") == UNKNOWN_TEXT else given.get("id", ""),
    )


def _outputs(registered: Registered, given: Mapping[str, Any]) -> Any:
    return to_struct(registered.outputs, keep_secrets=given.get("acceptSecrets", False))


def _unique(urns: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(urns))


def _top_level(paths: Iterable[str]) -> tuple[str, ...]:
    for path in paths:
        if any(mark in path for mark in '.[]"*'):
            raise UnsupportedError(f"ignore_changes below the top level or for all ({path})")
    return tuple(paths)


def _supported_type(type_: str) -> None:
    """Refuse what a provider of another kind would have to serve."""
    if is_provider(type_):
        if type_ != PROVIDER_TYPE:
            raise UnsupportedError(f"a provider of type {type_.removeprefix('pulumi:providers:')}")
    elif type_.partition(":")[0] != "pulumi-python":
        raise UnsupportedError(f"a resource of type {type_}")
