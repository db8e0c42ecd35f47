"""What a creation would meet is told when its inputs are checked, which every preview does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent import futures
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2_grpc

from providers.address_configuration import AddressConfigurationProvider
from providers.conversation_service import ConversationServiceProvider
from providers.role import RoleProvider
from tests.support.dynamic_host import DynamicHost, HostError

MISSING = "IS" + "0" * 32
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
TYPE = "pulumi-python:dynamic/twilio:ConversationService"
URN = f"urn:pulumi:dev::p::{TYPE}::{{}}"


def test_name_that_is_there_is_refused_with_its_sid_and_the_ways_on(host, api):
    """Today's preview is what tomorrow's update does: it used to promise the creation."""
    sid = api.create_service("acme-support")["sid"]

    with pytest.raises(HostError, match=rf"TC5001.*friendly_name is there already: {sid}") as told:
        host.foresee({"friendly_name": "acme-support"})

    assert "import_sid" in str(told.value)


@pytest.mark.parametrize("conflict", ["adopt", "allow"])
def test_name_that_is_there_passes_where_that_is_settled(host, api, conflict):
    """What the update would do is no failure."""
    api.create_service("acme-support")

    assert [] == host.foresee({"friendly_name": "acme-support", "on_name_conflict": conflict})


def test_free_name_passes_and_all_names_cost_one_listing(host, emulator, api):
    """A hundred services are one request, or as many as the listing has pages."""
    api.create_service("other")
    emulator.clear_requests()

    found = [host.foresee({"friendly_name": f"acme-{number}"}) for number in range(20)]

    assert [[]] * 20 == found
    assert {"GET /v1/Services": 1} == emulator.counts()


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"friendly_name": "acme-support", "import_sid": MISSING}, "TC5003.*there is none in this account"),
        ({"friendly_name": "renamed"}, "TC5003.*it differs from what is declared in: friendly_name"),
    ],
)
def test_adoption_that_could_not_be_is_refused(host, api, declared, said):
    """A SID that is not there, or a name that is another one."""
    sid = api.create_service("acme-support")["sid"]

    with pytest.raises(HostError, match=said):
        host.foresee({"import_sid": sid, **declared})


def test_two_resources_that_would_adopt_one_thing_are_told(host, api):
    """The second one would meet what the first has taken."""
    declared = {"friendly_name": "acme-support", "import_sid": api.create_service("acme-support")["sid"]}

    first = host.foresee(declared, urn=URN.format("one"))
    again = host.foresee(declared, urn=URN.format("one"))

    assert ([], []) == (first, again)
    with pytest.raises(HostError, match=r"TC5004.*another resource of this program holds it: one"):
        host.foresee(declared, urn=URN.format("two"))


def test_adoptions_are_seen_in_the_listing(host, emulator, api):
    """Forty adoptions are no forty requests more."""
    made = [api.create_service(f"acme-{number}") for number in range(10)]
    emulator.clear_requests()

    for each in made:
        host.foresee({"friendly_name": each["friendly_name"], "import_sid": each["sid"]})

    assert {"GET /v1/Services": 1} == emulator.counts()


def test_creation_that_was_foreseen_is_done_as_ever(host, api):
    """The look before takes nothing away from the create after it."""
    sid = api.create_service("acme-support")["sid"]
    adopting = {"friendly_name": "acme-support", "import_sid": sid}

    host.foresee(adopting, urn=URN.format("one"))
    host.foresee({"friendly_name": "new"}, urn=URN.format("new"))

    assert sid == host.create(adopting, urn=URN.format("one"))[0]
    assert host.create({"friendly_name": "new"}, urn=URN.format("new"))[0].startswith("IS")


def test_what_is_not_known_yet_is_left_to_the_update(begin_run, emulator):
    """A role of a service that is still to be made, or a name that another resource gives."""
    provider = begin_run()
    role, service = provider(RoleProvider), provider(ConversationServiceProvider)
    emulator.clear_requests()

    found = [
        role.foresee({
            "service_sid": UNKNOWN, "friendly_name": "agent", "type": "conversation", "permissions": ["sendMessage"],
        }),
        service.foresee({"friendly_name": UNKNOWN}),
    ]  # fmt: skip

    assert [[], []] == found
    assert {} == emulator.counts()


def test_new_half_of_a_replacement_is_let_pass(begin_run, api):
    """An address goes before its successor: the look would meet the very one that is replaced."""
    address = begin_run()(AddressConfigurationProvider)
    old = {"type": "sms", "address": "+15550100"}
    urn = URN.replace("ConversationService", "AddressConfiguration").format("hotline")
    sid, outputs = address.create(old, urn=urn)
    again = begin_run()(AddressConfigurationProvider)
    new = {**old, "type": "whatsapp"}

    found = again.diff(sid, outputs, new, urn=urn)

    assert found.goes_first
    assert [] == again.foresee(new, urn=urn)


def test_comparison_is_not_stopped(new_process, emulator, config, tmp_path, api):
    """A drift report must go on: what is gone may have its name taken by another."""
    api.create_service("acme-support")
    facts = tmp_path / "facts.json"
    facts.write_text('{"version": 1, "only_compares": true}')
    process = new_process({"TWILIO_RUN_FACTS": str(facts)})

    host = DynamicHost(process, ConversationServiceProvider(), config(emulator.url))

    assert [] == host.foresee({"friendly_name": "acme-support"})


class Listening(engine_pb2_grpc.EngineServicer):
    """An engine that listens to what is told."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self.address = ""

    def Log(self, request: Any, context: Any) -> empty_pb2.Empty:  # noqa: ARG002, N802
        self.heard.append((request.urn, request.message))
        return empty_pb2.Empty()


@pytest.fixture
def listening() -> Iterator[Listening]:
    """An engine that listens, at an address of its own."""
    engine, server = Listening(), grpc.server(futures.ThreadPoolExecutor(1))
    engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
    engine.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    yield engine
    server.stop(None)


def test_engine_that_listens_is_told_of_each_adoption(listening, new_process, emulator, config, api):
    """The Pulumi CLI knows no word for it and shows a creation; a line below it says what it is."""
    sid = api.create_service("acme-support")["sid"]
    process = new_process(engine=listening.address)
    host = DynamicHost(process, ConversationServiceProvider(), config(emulator.url))

    host.foresee({"friendly_name": "acme-support", "on_name_conflict": "adopt"}, urn=URN.format("support"))
    host.foresee({"friendly_name": "new"}, urn=URN.format("new"))

    said = f"adopt: takes over conversation service {sid}, and creates none"
    assert [(URN.format("support"), said)] == listening.heard


def test_creation_that_a_killed_run_began_is_no_adoption(
    listening, new_process, emulator, config, tmp_path, api
):
    """It goes on with what the stack itself began: the plan is the one that was reviewed, a creation."""
    api.create_service("acme-support")
    begun = {"type": TYPE, "friendly_name": "acme-support", "since": "2000-01-01T00:00:00Z"}
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({"version": 1, "pending": [begun]}))
    process = new_process({"TWILIO_RUN_FACTS": str(facts)}, engine=listening.address)
    host = DynamicHost(process, ConversationServiceProvider(), config(emulator.url))

    assert [] == host.foresee({"friendly_name": "acme-support"}, urn=URN.format("support"))
    assert [] == listening.heard
