"""Messages of a later SDK: a field that this engine does not know is refused, one that is gone is not missed."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, empty_pb2, message_factory
from google.protobuf.descriptor import Descriptor

from offline.engine.errors import EngineError
from offline.engine.hosts.fields import KNOWN, fields_of
from offline.engine.hosts.monitor import Monitor
from offline.engine.hosts.protocol import (
    analyzer_pb2,
    engine_pb2,
    provider_pb2,
    resource_pb2,
    resource_pb2_grpc,
)
from offline.engine.model.goal import Goal, Registered
from offline.engine.model.target import Target
from offline.engine.model.values import Properties
from tests.engine.things import TYPE, Stack

FUTURE = b"\xa2\x38\x01x"
"""Field number 900 with the text `x`, as it travels."""
HINT = "hint: the Pulumi CLI has it (make pulumi): https://www.pulumi.com/docs/iac/download-install/"


class Listener:
    """Takes goals and fulfils none; keeps what it was asked for."""

    def __init__(self) -> None:
        self.goals: list[Goal] = []
        self.errors: list[str] = []

    async def register(self, goal: Goal) -> Registered:
        self.goals.append(goal)
        return Registered("urn", "id", {})

    async def read(self, goal: Goal) -> Registered:
        raise NotImplementedError

    async def register_outputs(self, urn: str, outputs: Properties) -> None:
        raise NotImplementedError

    def fail(self, error: EngineError, urn: str = "") -> None:  # noqa: ARG002
        self.errors.append(str(error))


def changed(name: str, *, add: str = "", drop: str = "") -> Any:
    """RegisterResourceRequest, or another message of resource.proto, as an SDK with other fields has it."""
    file = descriptor_pb2.FileDescriptorProto()
    resource_pb2.DESCRIPTOR.CopyToProto(file)
    message = next(each for each in file.message_type if each.name == name)
    if add:
        message.field.add(name=add, number=900, type="TYPE_STRING", label="LABEL_OPTIONAL")
    for field in [each for each in message.field if each.name == drop]:
        message.field.remove(field)
        if field.proto3_optional:
            del message.oneof_decl[field.oneof_index]
            for other in message.field:
                if other.HasField("oneof_index") and other.oneof_index > field.oneof_index:
                    other.oneof_index -= 1
    pool = descriptor_pool.DescriptorPool()

    def add_file(found: Any) -> None:
        for needed in found.dependencies:
            add_file(needed)
        copy = descriptor_pb2.FileDescriptorProto()
        found.CopyToProto(copy)
        pool.Add(copy) if found.name != file.name else pool.Add(file)

    add_file(resource_pb2.DESCRIPTOR)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"pulumirpc.{name}"))


async def _ask(folder: Path, sent: bytes, message: Any) -> Listener:
    listener = Listener()
    target = Target(root=folder, project="p", stack="dev", python=sys.executable, main=folder)
    monitor = Monitor(target, 1, dry_run=False, registrar=listener, emit=lambda _: None)
    server, address = grpc.aio.server(), f"unix:{folder / 'socket'}"
    method = grpc.unary_unary_rpc_method_handler(
        monitor.RegisterResource,
        request_deserializer=message.FromString,
        response_serializer=resource_pb2.RegisterResourceResponse.SerializeToString,
    )
    handlers = grpc.method_handlers_generic_handler("pulumirpc.ResourceMonitor", {"RegisterResource": method})
    server.add_generic_rpc_handlers((handlers,))
    server.add_insecure_port(address)
    await server.start()
    async with grpc.aio.insecure_channel(address) as channel:
        try:
            ask: Any = channel.unary_unary("/pulumirpc.ResourceMonitor/RegisterResource")
            await ask(sent)
        except grpc.aio.AioRpcError as error:
            listener.errors.append(error.code().name)
    await server.stop(None)
    return listener


def register(folder: Path, sent: bytes, message: Any = resource_pb2.RegisterResourceRequest) -> Listener:
    """Send a monitor, over gRPC, a request that it knows as `message`; return what came of it."""
    return asyncio.run(_ask(folder, sent, message))


GOAL = resource_pb2.RegisterResourceRequest(
    type=TYPE,
    name="a",
    custom=True,
    protect=False,
    deletedWith="urn:b",
    aliasURNs=["urn:old"],
    acceptSecrets=True,
).SerializeToString()


@pytest.mark.parametrize(
    ("message", "told"),
    [
        pytest.param(
            resource_pb2.RegisterResourceRequest,
            "field number 900 of RegisterResourceRequest, which a newer version of pulumi has,",
            id="newer-than-the-engine-s",
        ),
        pytest.param(
            changed("RegisterResourceRequest", add="from_the_future"),
            "what the field from_the_future of RegisterResourceRequest asks for",
            id="of-the-engine-s-own",
        ),
    ],
)
def test_field_of_a_later_sdk_is_one_error_and_no_resource(tmp_path: Path, message: Any, told: str) -> None:
    """Passed over in silence, a wish would look granted."""
    seen = register(tmp_path, GOAL + FUTURE, message)

    error = f"{told} is outside what the embedded engine runs\n{HINT}"
    assert ([], [error, "UNAVAILABLE"]) == (seen.goals, seen.errors)


def test_field_of_a_later_sdk_within_a_message_is_refused(tmp_path: Path) -> None:
    """Messages within messages grow, too."""
    sent = resource_pb2.RegisterResourceRequest(type=TYPE, name="a", custom=True)
    sent.propertyDependencies["text"].MergeFromString(FUTURE)

    seen = register(tmp_path, sent.SerializeToString())

    assert [] == seen.goals
    assert seen.errors[0].startswith("field number 900 of PropertyDependencies, ")


@pytest.mark.parametrize(
    ("drop", "expected"),
    [
        pytest.param("", Goal(type=TYPE, name="a", protect=False, deleted_with="urn:b"), id="nothing"),
        pytest.param("deletedWith", Goal(type=TYPE, name="a", protect=False), id="text"),
        pytest.param("protect", Goal(type=TYPE, name="a", deleted_with="urn:b"), id="optional"),
        pytest.param("propertyDependencies", None, id="map"),
        pytest.param("acceptSecrets", None, id="of-the-answer"),
    ],
)
def test_field_that_a_later_sdk_dropped_is_not_missed(
    tmp_path: Path, drop: str, expected: Goal | None
) -> None:
    """What no program can ask for any more needs no answer, least of all an AttributeError."""
    message = changed("RegisterResourceRequest", drop=drop)
    sent = message.FromString(GOAL)
    sent.DiscardUnknownFields()

    seen = register(tmp_path, sent.SerializeToString(), message)

    (goal,) = seen.goals
    if expected is not None:
        assert (expected.protect, expected.deleted_with) == (goal.protect, goal.deleted_with)
    assert [] == seen.errors


LATER_PROVIDER = """
import sys
_main = sys.modules["__main__"]
if hasattr(_main, "proto") and not hasattr(_main, "later"):
    _main.later = _main.proto.CreateResponse
    def _create_response(**fields):
        return _main.later.FromString(_main.later(**fields).SerializeToString() + b"\\xa2\\x38\\x01x")
    _main.proto.CreateResponse = _create_response
"""


def test_field_of_a_later_sdk_in_an_answer_ends_the_run_and_loses_nothing(tmp_path: Path) -> None:
    """By then the work is done: it is recorded, and no other begins."""
    stack = Stack(tmp_path)
    things = stack.project / "things.py"
    things.write_text(things.read_text(encoding="utf-8") + LATER_PROVIDER, encoding="utf-8")

    seen = stack.up({"thing": "a"}, {"thing": "b", "options": {"depends_on": ["a"]}})

    told = "field number 900 of CreateResponse, which a newer version of pulumi has, is outside what the embedded"
    assert ("failed", [True]) == (seen.result, [error.startswith(told) for error in seen.errors])
    assert (["a"], ["a"]) == (stack.names, list(stack.files))


def _messages(kind: Descriptor) -> Iterator[Descriptor]:
    yield kind
    for field in kind.fields:
        inner = field.message_type
        if inner is not None and field.name in KNOWN.get(kind.name, ()):
            if inner.GetOptions().map_entry:
                inner = inner.fields_by_name["value"].message_type
            if inner is not None and inner.name in KNOWN:
                yield from _messages(inner)


LACKING = {
    "aliases",
    "remote",
    "importId",
    "replaceOnChanges",
    "replace_with",
    "replacement_trigger",
    "customTimeouts",
    "version",
    "pluginDownloadURL",
    "pluginChecksums",
    "packageRef",
    "transforms",
    "state_migrations",
    "hooks",
    "hideDiffs",
    "envVarMappings",
    "snippetId",
    "refresh_before_update",
}
"""Fields that are known and refused."""
ASKED = ("ReadResource", "RegisterResource", "RegisterResourceOutputs")
RECEIVED = [
    *(
        resource_pb2.DESCRIPTOR.services_by_name["ResourceMonitor"].methods_by_name[name].input_type
        for name in ASKED
    ),
    *(
        engine_pb2.DESCRIPTOR.message_types_by_name[name]
        for name in ("LogRequest", "RequirePulumiVersionRequest")
    ),
    *(
        provider_pb2.DESCRIPTOR.services_by_name["ResourceProvider"].methods_by_name[name].output_type
        for name in ("Configure", "Check", "Diff", "Create", "Read", "Update", "Delete")
    ),
    *(
        analyzer_pb2.DESCRIPTOR.services_by_name["Analyzer"].methods_by_name[name].output_type
        for name in ("ConfigureStack", "GetAnalyzerInfo", "Configure", "Remediate", "Analyze", "AnalyzeStack")
    ),
]


@pytest.mark.parametrize(
    "kind",
    {each.full_name: each for top in RECEIVED for each in _messages(top)}.values(),
    ids=lambda kind: kind.name,
)
def test_every_field_of_the_installed_sdk_has_been_decided_on(kind: Descriptor) -> None:
    """An upgrade of the SDK that brings a field stops here: read it, name it as lacking, or let it pass on purpose."""
    undecided = {field.name for field in kind.fields} - KNOWN.get(kind.name, frozenset()) - LACKING

    assert set() == undecided
    assert {} == fields_of(message_factory.GetMessageClass(kind)())


async def _features(folder: Path) -> tuple[set[int], set[str]]:
    """Ask a monitor what a program may use, as SDKs of now do at once and older ones by name."""
    target = Target(root=folder, project="p", stack="dev", python=sys.executable, main=folder)
    monitor = Monitor(target, 1, dry_run=False, registrar=Listener(), emit=lambda _: None)
    address = await monitor.start(folder / "socket")
    async with grpc.aio.insecure_channel(address) as channel:
        stub: Any = resource_pb2_grpc.ResourceMonitorStub(channel)
        told = await stub.GetDeploymentInfo(empty_pb2.Empty())
        answers = [
            (name, await stub.SupportsFeature(resource_pb2.SupportsFeatureRequest(id=name)))
            for name in ("secrets", "deletedWith", "aliasSpecs", "transforms", "outputValues", "unheard-of")
        ]
    await monitor.close()
    return {*told.supportedFeatures}, {name for name, answer in answers if answer.hasSupport}


def test_older_sdk_is_told_the_same_of_what_it_may_use(tmp_path: Path) -> None:
    """One that is told of no support for secrets, as SDK 3.250 was, sends them as plain values, into the state."""
    at_once, by_name = asyncio.run(_features(tmp_path))

    assert {"secrets", "deletedWith"} == by_name
    assert {
        resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
        resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    } == at_once
