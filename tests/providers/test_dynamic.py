"""What all resources share: the pickle in the state, error texts, the connection of a process."""

from __future__ import annotations

import base64
import pickle
import pickletools
import sys
import traceback
from collections.abc import Callable
from inspect import ismodule
from pathlib import Path

import pytest
from pulumi.dynamic import ConfigureRequest
from pulumi.dynamic.config import Config
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime import rpc

import providers
from providers._api.config import Settings, read_settings
from providers._api.entity import Entity, Thing
from providers._api.fields import Field
from providers._resource.connection import connect
from providers._resource.dynamic import TwilioProvider
from providers._resource.inputs import Props
from providers._resource.pickles import same_provider
from providers.conversation_service import ConversationServiceProvider
from providers.errors import InternalError, RefusedError
from providers.role import RoleProvider
from providers.service_configuration import ServiceConfigurationProvider
from providers.service_notification import ServiceNotificationProvider
from providers.service_webhook import ServiceWebhookProvider
from tests.providers.conftest import ACCOUNT_SID, TOKEN
from tests.providers.test_singleton import BeginRun
from tests.support.dynamic_host import PROVIDER_KEY, Diff, DynamicHost, HostError, HostProcess
from tests.support.emulator import Emulator
from tests.support.registrations import register

MakeConfig = Callable[..., dict[str, object]]


@pytest.fixture
def provider(config: MakeConfig, monkeypatch: pytest.MonkeyPatch) -> ConversationServiceProvider:
    """A provider configured in this very process, as a Python program could."""
    monkeypatch.setattr(sys, "tracebacklimit", 1000, raising=False)  # configure() changes it: put it back
    configured = ConversationServiceProvider()
    configured.configure(ConfigureRequest(Config(config("http://127.0.0.1:9"), "tests")))
    return configured


def test_pickle_in_the_state_is_a_reference_only():
    """No code, no attribute, no secret: module path and class name, which must therefore stay."""
    pickled = base64.b64decode(serialize_provider(ConversationServiceProvider()))

    strings = [argument for _, argument, _ in pickletools.genops(pickled) if isinstance(argument, str)]
    assert ["providers.conversation_service", "ConversationServiceProvider"] == strings
    assert len(pickled) < 100
    assert {} == vars(ConversationServiceProvider())


ELSEWHERE = base64.b64encode(
    b"\x80\x04\x95.\x00\x00\x00\x00\x00\x00\x00\x8c\x03old\x8c\x1bConversationServiceProvider\x93)\x81."
).decode()


def installed(pickled: str) -> str:
    """Give the pickle that the package writes where it is installed; the length before a text is one byte."""
    name, module = b"pulumi_twilio_conversations", base64.b64decode(pickled)
    at = module.index(b"providers.")
    length = bytes([module[at - 1] + len(name) - len(b"providers")])
    frame = int.from_bytes(module[3:11], "little") + len(name) - len(b"providers")
    head = module[:3] + frame.to_bytes(8, "little") + module[11 : at - 1]
    return base64.b64encode(head + length + name + module[at + len(b"providers") :]).decode()


INSTALLED = installed(serialize_provider(ConversationServiceProvider()))
INSTALLED_ROLE = installed(serialize_provider(RoleProvider()))


def test_pickle_is_the_one_that_older_states_hold():
    """Byte for byte: no state of the first release shows a change because of it."""
    assert (
        "gASVRQAAAAAAAACMHnByb3ZpZGVycy5jb252ZXJzYXRpb25fc2VydmljZZSMG0NvbnZlcnNhdGlvblNlcnZpY2VQcm92aWRlcpSTlCmBlC4="
        == serialize_provider(ConversationServiceProvider())
    )


@pytest.mark.parametrize(
    ("recorded", "same"),
    [
        (serialize_provider(ConversationServiceProvider()), True),
        (base64.b64encode(pickle.dumps(ConversationServiceProvider(), protocol=5)).decode(), True),
        (base64.b64encode(pickle.dumps(ConversationServiceProvider(), protocol=2)).decode(), True),
        (serialize_provider(RoleProvider()), False),
        (ELSEWHERE, False),
        (INSTALLED, True),
        (INSTALLED_ROLE, False),
        (rpc.UNKNOWN, True),
        ("no pickle", True),
        ("", True),
        (None, True),
    ],
    ids=[
        "itself",
        "another protocol",
        "an old protocol",
        "another class",
        "another module",
        "installed",
        "installed, another class",
        "unknown",
        "text",
        "empty",
        "absent",
    ],
)
def test_same_provider_table(recorded: object, *, same: bool):
    """What a pickle refers to counts, not its bytes; what is no pickle is no reason for an update."""
    assert same == same_provider(recorded, serialize_provider(ConversationServiceProvider()))


def test_state_that_names_another_module_is_a_change_that_sends_nothing(
    host: DynamicHost, emulator: Emulator
):
    """The update writes the present module into the outputs, which refresh and destroy load."""
    declared = {"friendly_name": "support"}
    sid, outputs = host.create(declared)
    emulator.clear_requests()

    found = host.diff(sid, {**outputs, PROVIDER_KEY: ELSEWHERE}, declared)
    updated = host.update(sid, {**outputs, PROVIDER_KEY: ELSEWHERE}, declared)

    assert Diff(changes=True, replaces=[]) == found
    assert (outputs, {}) == (updated, emulator.counts())


@pytest.mark.parametrize(
    ("provider", "declared"),
    [
        (RoleProvider, {"friendly_name": "agent", "type": "conversation", "permissions": ["sendMessage"]}),
        (ServiceConfigurationProvider, {"reachability_enabled": True}),
        (ServiceWebhookProvider, {"method": "POST"}),
        (ServiceNotificationProvider, {"log_enabled": True}),
    ],
)
def test_state_of_a_part_that_names_another_module_is_a_change_that_sends_nothing(
    begin_run: BeginRun, emulator: Emulator, service_sid: str, provider: type[TwilioProvider], declared: Props
):
    """The same for everything that a state holds."""
    props = {"service_sid": service_sid, **declared}
    id_, outputs = begin_run()(provider).create(props)
    emulator.clear_requests()
    run = begin_run()(provider)

    found = run.diff(id_, {**outputs, PROVIDER_KEY: ELSEWHERE}, props)
    updated = run.update(id_, {**outputs, PROVIDER_KEY: ELSEWHERE}, props)

    assert Diff(changes=True, replaces=[]) == found
    assert (outputs, {}) == (updated, emulator.counts())


def test_pickle_of_a_configured_provider_fails_rather_than_leak(provider: ConversationServiceProvider):
    """Nobody pickles it then; should anybody try, locks and Secret refuse."""
    with pytest.raises(TypeError):
        serialize_provider(provider)


def test_environment_gives_settings_to_the_process(
    emulator: Emulator, new_process: Callable[..., HostProcess]
):
    """All that dev needs, without a line of configuration."""
    process = new_process(
        {"TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_BASE_URL": emulator.url}
    )

    DynamicHost(process, ConversationServiceProvider(), {}).create({"friendly_name": "support"})

    assert ["support"] == [service["friendly_name"] for service in emulator.services()]


def test_configuration_error_reaches_the_engine_as_two_lines(new_process: Callable[..., HostProcess]):
    """No traceback, no value: what is wrong, and both ways to set it."""
    with pytest.raises(HostError) as caught:
        DynamicHost(new_process(), ConversationServiceProvider(), {"twilio:authToken": TOKEN})

    line, hint = str(caught.value).rstrip().split("\n")
    assert line == (
        "providers.errors.ConfigurationError: [TC1001] cannot configure the Twilio provider: "
        "an auth token is set without an account SID"
    )
    assert hint.startswith(
        "hint: give an account SID with its auth token (pulumi config set twilio:accountSid"
    )
    assert TOKEN not in str(caught.value)


def test_errors_of_the_api_reach_the_engine_as_two_lines(host: DynamicHost, emulator: Emulator):
    """Neither a traceback nor the chain of errors below."""
    emulator.fault("GET /v1/Services", "status", status=400, times=1)

    with pytest.raises(HostError) as caught:
        host.create({"friendly_name": "support"})

    assert 2 >= len(str(caught.value).rstrip().split("\n"))
    assert str(caught.value).startswith(
        "providers.errors.ApiError: [TC2007] cannot list conversation services: HTTP 400"
    )


def test_process_writes_nothing_to_stderr(
    emulator: Emulator, config: MakeConfig, new_process: Callable[..., HostProcess]
):
    """An engine shows what a provider process writes: neither warnings nor credentials belong there."""
    process = new_process()
    host = DynamicHost(process, ConversationServiceProvider(), config(emulator.url))
    sid, outputs = host.create({"friendly_name": "support"})
    host.delete(sid, outputs)

    assert "" == process.stop()


class Broken(TwilioProvider):
    """A provider with bugs."""

    entity = Entity(kind="broken thing", path="/v1/Broken", fields=(Field("name"),))

    def create_thing(self, props: Props) -> Thing:
        """Meet an error whose text is a user's value."""
        raise KeyError(props["name"])

    def delete_thing(self, sid: str, props: Props) -> None:
        """Refuse because of such an error."""
        try:
            raise KeyError(props["name"])
        except KeyError as error:
            raise RefusedError(f"delete {sid}", "it is broken", hint="mend it") from error


def broken() -> Broken:
    """Connect a provider with bugs to nowhere."""
    provider = Broken()
    provider.connection = connect(read_settings({"accountSid": ACCOUNT_SID, "authToken": TOKEN}, {}))
    return provider


def test_error_with_a_cause_is_told_without_it():
    """A traceback shows causes even where its limit is 0."""
    with pytest.raises(RefusedError) as caught:
        broken().delete("IS1", {"name": "Jane Roe"})

    assert "Jane Roe" not in "".join(traceback.format_exception(caught.value, limit=0))


def test_error_unforeseen_tells_its_place_and_no_value():
    """The text of a foreign error may hold anything."""
    with pytest.raises(InternalError) as caught:
        broken().create({"name": "Jane Roe"})

    line, hint = str(caught.value).split("\n")
    assert line.startswith("[TC9001] cannot create a resource: KeyError in test_dynamic.py, line ")
    assert "hint: this is a bug of the provider; please report this line" == hint
    assert caught.value.__suppress_context__


def test_error_unforeseen_is_told_without_a_traceback_limit_too(provider: ConversationServiceProvider):
    """configure() sets the limit to 0, which must not hide the place."""
    assert 0 == sys.tracebacklimit

    with pytest.raises(InternalError, match=r"AttributeError in \w+\.py, line \d+"):
        provider.diff("IS1", {}, None)  # type: ignore[arg-type]


def test_connection_is_shared_by_equal_settings(settings: Callable[..., Settings]):
    """Providers of one process must agree on the listing and on the requests in flight."""
    one, other = settings("http://127.0.0.1:9"), settings("http://127.0.0.1:9")

    assert connect(one) is connect(one)
    assert connect(one) is not connect(other)


def test_connection_is_shared_by_the_providers_of_one_process(
    host: DynamicHost, host_process: HostProcess, emulator: Emulator
):
    """A pickle of an older state makes a second provider, which must know what the first one holds."""
    same = {"twilio:accountSid": ACCOUNT_SID, "twilio:authToken": TOKEN, "twilio:baseUrl": emulator.url}
    runs = [DynamicHost(host_process, ConversationServiceProvider(), same) for _ in range(2)]
    runs[0].create({"friendly_name": "support"})

    with pytest.raises(HostError, match="friendly_name is there already"):
        runs[1].create({"friendly_name": "support"})

    assert 1 == emulator.counts()["GET /v1/Services"]


def test_resource_registers_its_token_and_inputs():
    """The type token is a contract: policies and states hold it."""
    program = """
from providers import ConversationService
ConversationService("all", friendly_name="support", force_destroy=True, import_sid="IS1", on_name_conflict="adopt")
ConversationService("least", friendly_name="support")
ConversationService.get("theirs", "IS2")
"""

    found = {each["name"]: each for each in register(program)}

    for each in found.values():
        assert "pulumi-python:dynamic/twilio:ConversationService" == each["type"]
        assert ["__provider"] == each["secrets"]
        del each["inputs"]["__provider"]
    assert {
        "all": {
            "friendly_name": "support",
            "force_destroy": True,
            "import_sid": "IS1",
            "on_name_conflict": "adopt",
        },
        "least": {"friendly_name": "support"},
        "theirs": {},
    } == {name: each["inputs"] for name, each in found.items()}
    assert {"all": "", "least": "", "theirs": "IS2"} == {name: each["id"] for name, each in found.items()}


def test_package_exports_what_it_lists():
    """Public names only; everything else may change."""
    hidden = {"annotations", *(name for name, value in vars(providers).items() if ismodule(value))}
    public = {name for name in vars(providers) if not name.startswith("_")} - hidden

    assert public == set(providers.__all__)
    assert (Path(providers.__file__).parent / "py.typed").exists()
