"""The dynamic provider host as an engine runs it: a real `python -m pulumi.dynamic`, spoken to over gRPC.

It plays the engine's part of the protocol, call by call, and decides nothing.
"""

from __future__ import annotations

import itertools
import os
import pickle
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct
from pulumi.dynamic import ResourceProvider
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.proto import provider_pb2
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

ROOT = Path(__file__).resolve().parents[2]
CALL_SECONDS = 60
PROVIDER_KEY = "__provider"

Props = dict[str, Any]


class HostError(Exception):
    """A call failed; the text is what an engine would show."""


@dataclass(frozen=True)
class Diff:
    """What a diff found; `goes_first` if a replacement deletes before it creates."""

    changes: bool
    replaces: list[str]
    goes_first: bool = False


class HostProcess:
    """A running host process.

    Args:
        environment: variables to add to those of this process, less every TWILIO_… one.
        engine: where an engine listens; by default nobody does.
    """

    def __init__(self, environment: dict[str, str] | None = None, engine: str = "127.0.0.1:0") -> None:
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("TWILIO_")}
        self._process = subprocess.Popen(
            [sys.executable, "-u", "-m", "pulumi.dynamic", engine],
            cwd=ROOT,
            env={**inherited, "PULUMI_PROJECT": "tests", **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        port = int(self._process.stdout.readline())
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self.stub = ResourceProviderStub(self._channel)

    def stop(self) -> str:
        """End the process; give what it wrote to stderr."""
        self._channel.close()
        self._process.kill()
        return self._process.communicate()[1]


class DynamicHost:
    """One provider in a host process, configured as at the start of a run.

    Args:
        process: where it lives; it may serve several, one after the other configured.
        provider: what it shall serve; props may name another by PROVIDER_KEY.
        config: all configuration of the stack, or the inputs of an explicit provider.
    """

    _runs = itertools.count()

    def __init__(self, process: HostProcess, provider: ResourceProvider, config: Props) -> None:
        self._stub = process.stub
        # The process keeps one provider per pickle: another number is another provider, configured anew.
        provider.run = next(self._runs)  # type: ignore[attr-defined]
        self._serialized = _pickled(provider)
        self._call("Configure", provider_pb2.ConfigureRequest(args=_struct(config)))
        # The first call hands the configuration over, before another run's can take its place.
        self.check({})

    def check(self, news: Props, olds: Props | None = None) -> list[str]:
        """Check inputs; give "property: reason" per failure."""
        request = provider_pb2.CheckRequest(olds=self._props(olds or {}), news=self._props(news))
        return [f"{each.property}: {each.reason}" for each in self._call("Check", request).failures]

    def foresee(self, news: Props, *, urn: str = "") -> list[str]:
        """Check the inputs of what is to be made, as an engine does: without old ones."""
        request = provider_pb2.CheckRequest(urn=urn, news=self._props(news))
        return [f"{each.property}: {each.reason}" for each in self._call("Check", request).failures]

    def diff(self, id_: str, olds: Props, news: Props, *, urn: str = "") -> Diff:
        """Compare the state's outputs with inputs."""
        request = provider_pb2.DiffRequest(id=id_, urn=urn, olds=self._props(olds), news=self._props(news))
        answer = self._call("Diff", request)
        changes = answer.changes == provider_pb2.DiffResponse.DIFF_SOME
        return Diff(changes, list(answer.replaces), answer.deleteBeforeReplace)

    def create(self, props: Props, *, urn: str = "") -> tuple[str, Props]:
        """Create a resource; give its id and outputs."""
        answer = self._call("Create", provider_pb2.CreateRequest(urn=urn, properties=self._props(props)))
        return answer.id, _plain(answer.properties)

    def read(self, id_: str, *, outputs: Props | None = None) -> tuple[str, Props, Props]:
        """Read a resource, as a refresh (with the state's outputs) or a `get`; give id, outputs, inputs."""
        request = provider_pb2.ReadRequest(id=id_, properties=self._props(outputs or {}))
        answer = self._call("Read", request)
        return answer.id, _plain(answer.properties), _plain(answer.inputs)

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Update a resource; give its outputs."""
        request = provider_pb2.UpdateRequest(id=id_, olds=self._props(olds), news=self._props(news))
        return _plain(self._call("Update", request).properties)

    def delete(self, id_: str, outputs: Props, *, urn: str = "") -> None:
        """Delete a resource."""
        self._call("Delete", provider_pb2.DeleteRequest(id=id_, urn=urn, properties=self._props(outputs)))

    def _props(self, props: Props) -> Struct:
        return _struct({PROVIDER_KEY: self._serialized, **props})

    def _call(self, name: str, request: Any) -> Any:
        try:
            return getattr(self._stub, name)(request, timeout=CALL_SECONDS, wait_for_ready=True)
        except grpc.RpcError as error:
            raise HostError(error.details()) from None


def _pickled(provider: ResourceProvider) -> str:
    # Each call of the SDK's wraps the pickler's method once more, and the thousandth would go too deep.
    pickler = pickle._Pickler
    method = pickler._batch_setitems  # type: ignore[attr-defined]
    try:
        return str(serialize_provider(provider))
    finally:
        pickler._batch_setitems = method  # type: ignore[attr-defined]


def _struct(values: Props) -> Struct:
    struct = Struct()
    struct.update(values)
    return struct


def _plain(struct: Struct) -> Props:
    values = MessageToDict(struct)
    values.pop(PROVIDER_KEY, None)
    return values
