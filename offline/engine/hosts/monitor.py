"""The services that a program talks to: ResourceMonitor and Engine.

Requests become typed goals; what they ask for beyond the engine's subset becomes one clear error. What happens
to a goal is decided elsewhere (`Registrar`).
Source: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/resource.proto
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import unquote, urlsplit

import grpc
import grpc.aio
from google.protobuf import empty_pb2

from offline.engine.errors import EngineError, PluginError, UnsupportedError
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
from offline.engine.model.goal import Goal, ReadGoal, Registered
from offline.engine.model.marks import UNKNOWN_TEXT
from offline.engine.model.target import Target
from offline.engine.model.urn import PROVIDER_TYPE, Alias, is_provider
from offline.engine.model.values import Properties

__all__ = ["Monitor", "Registrar"]

_Result = TypeVar("_Result")

_FEATURES: Final = (
    resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
)
"""What the SDK may use; for the rest (transforms, hooks, references, …) it raises its own clear errors."""

_UNSUPPORTED_OPTIONS: Final = {
    "remote": "a component that runs in a provider",
    "importId": "the resource option import_",
    "replaceOnChanges": "the resource option replace_on_changes",
    "replace_with": "the resource option replace_with",
    "replacement_trigger": "the resource option replacement_trigger",
    "customTimeouts": "the resource option custom_timeouts",
    "version": "the resource option version",
    "pluginDownloadURL": "the resource option plugin_download_url",
    "packageRef": "a parameterized package",
    "transforms": "a resource transform",
    "state_migrations": "a state migration",
    "hooks": "a resource hook",
    "hideDiffs": "the resource option hide_diffs",
    "envVarMappings": "the resource option env_var_mappings",
}
_SEVERITIES: Final = ("debug", "info", "warning", "error")


class Registrar(Protocol):
    """Who fulfils goals; each method raises StoppedError once the run has stopped."""

    async def register(self, goal: Goal) -> Registered:
        """Make a resource what the program declares."""

    async def read(self, goal: ReadGoal) -> Registered:
        """Read a resource."""

    async def register_outputs(self, urn: str, outputs: Properties) -> None:
        """Take the outputs of a component."""

    def fail(self, error: EngineError, urn: str = "") -> None:
        """End the run with an error of the program's making."""


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
            supportedFeatures=_FEATURES,
        )

    async def RegisterResource(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Answer once the resource is what the program declares."""
        registered = await self._run(
            context, lambda: self._registrar.register(_goal(request, self._target.root))
        )
        return resource_pb2.RegisterResourceResponse(
            urn=registered.urn,
            id=registered.id,
            object=to_struct(registered.outputs, keep_secrets=request.acceptSecrets),
        )

    async def ReadResource(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Answer with what exists."""
        registered = await self._run(
            context, lambda: self._registrar.read(_read_goal(request, self._target.root))
        )
        return resource_pb2.ReadResourceResponse(
            urn=registered.urn, properties=to_struct(registered.outputs, keep_secrets=request.acceptSecrets)
        )

    async def RegisterResourceOutputs(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Take the outputs of a component, or of the stack."""
        await self._run(
            context, lambda: self._registrar.register_outputs(request.urn, from_struct(request.outputs))
        )
        return empty_pb2.Empty()

    async def SignalAndWaitForShutdown(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        """Learn that the program has declared everything."""
        self._heard_at = time.monotonic()
        self.done = True
        return empty_pb2.Empty()

    async def Invoke(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Refuse a function of a provider."""
        what = (
            "a StackReference"
            if request.tok == "pulumi:pulumi:getResource"
            else "a provider's function (invoke)"
        )
        await self._refuse(what, context)

    async def Call(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        """Refuse a method of a resource."""
        await self._refuse("a resource's method (call)", context)

    async def RegisterPackage(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        """Refuse a parameterized package."""
        await self._refuse("a parameterized package", context)

    async def Log(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        """Pass on what the program has to say.

        Left out: the SDK's talk to itself (debug), and its complaint that a run that has stopped answers no more.
        """
        self._heard_at = time.monotonic()
        if request.severity != engine_pb2.DEBUG and "Resource monitor has terminated" not in request.message:
            self.errors += request.severity == engine_pb2.ERROR
            severity: Any = _SEVERITIES[request.severity]
            self._emit(Diagnostic(severity, request.message.rstrip("\n"), request.urn))
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

    async def _refuse(self, feature: str, context: Any) -> None:
        async def refuse() -> None:
            raise UnsupportedError(feature)

        await self._run(context, refuse)

    async def _run(
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


def _goal(request: Any, root: Path) -> Goal:
    for option, feature in _UNSUPPORTED_OPTIONS.items():
        if _is_set(request, option):
            raise UnsupportedError(feature)
    _supported_type(request)
    properties = from_struct(request.object)
    dependencies = tuple(dict.fromkeys(request.dependencies))
    given = {key: tuple(dict.fromkeys(value.urns)) for key, value in request.propertyDependencies.items()}
    defined = request.deleteBeforeReplaceDefined or request.deleteBeforeReplace
    return Goal(
        type=request.type,
        name=request.name,
        custom=request.custom,
        properties=properties,
        parent=request.parent,
        provider=request.provider or request.providers.get("pulumi-python", ""),
        dependencies=dependencies,
        property_dependencies={
            key: given.get(key, ()) if given else dependencies for key in sorted({*properties, *given})
        },
        protect=request.protect if request.HasField("protect") else None,
        retain_on_delete=request.retainOnDelete if request.HasField("retainOnDelete") else None,
        delete_before_replace=request.deleteBeforeReplace if defined else None,
        deleted_with=request.deletedWith,
        ignore_changes=tuple(request.ignoreChanges),
        additional_secret_outputs=tuple(request.additionalSecretOutputs),
        aliases=(*(Alias(urn=urn) for urn in request.aliasURNs), *map(_alias, request.aliases)),
        source_position=_position(request.sourcePosition, root),
        stack_trace=_trace(request.stackTrace.frames, root),
    )


def _read_goal(request: Any, root: Path) -> ReadGoal:
    for option in ("version", "pluginDownloadURL", "packageRef"):
        if _is_set(request, option):
            raise UnsupportedError(_UNSUPPORTED_OPTIONS[option])
    _supported_type(request)
    return ReadGoal(
        type=request.type,
        name=request.name,
        id="" if request.id == UNKNOWN_TEXT else request.id,
        properties=from_struct(request.properties),
        parent=request.parent,
        provider=request.provider,
        dependencies=tuple(dict.fromkeys(request.dependencies)),
        additional_secret_outputs=tuple(request.additionalSecretOutputs),
        source_position=_position(request.sourcePosition, root),
        stack_trace=_trace(request.stackTrace.frames, root),
    )


def _is_set(request: Any, option: str) -> bool:
    value = getattr(request, option)
    if hasattr(value, "ByteSize"):
        return bool(value.ByteSize())
    return bool(value)


def _supported_type(request: Any) -> None:
    """Refuse what a provider of another kind would have to serve."""
    if not getattr(request, "custom", True):
        return
    if is_provider(request.type):
        if request.type != PROVIDER_TYPE:
            raise UnsupportedError(f"a provider of type {request.type.removeprefix('pulumi:providers:')}")
    elif request.type.partition(":")[0] != "pulumi-python":
        raise UnsupportedError(f"a resource of type {request.type}")


def _alias(alias: Any) -> Alias:
    if alias.WhichOneof("alias") == "urn":
        return Alias(urn=alias.urn)
    spec = alias.spec
    return Alias(
        name=spec.name,
        type=spec.type,
        stack=spec.stack,
        project=spec.project,
        parent=spec.parentUrn,
        no_parent=spec.noParent,
    )


def _position(position: Any, root: Path) -> str:
    """Return where in the project something was declared, as the state names it."""
    url = urlsplit(position.uri)
    if url.scheme != "file" or position.line <= 0:
        return ""
    relative = os.path.relpath(unquote(url.path), root)
    column = f",{position.column}" if position.column else ""
    return f"project:///{Path(relative).as_posix()}#{position.line}{column}"


def _trace(frames: Iterable[Any], root: Path) -> tuple[dict[str, str], ...]:
    return tuple({"sourcePosition": _position(frame.pc, root)} for frame in frames)
