"""Address configurations over gRPC in the true provider host: unique by address, nested, created and deleted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime import rpc

from offline.emulator.resources import ADDRESS_CONFIGURATION as EMULATED
from providers._resource.facts import VARIABLE
from providers.address_configuration import ADDRESS, AddressConfigurationProvider
from providers.conversation_service import ConversationServiceProvider
from tests.emulator.api import Api
from tests.providers.test_singleton import BeginRun
from tests.support.dynamic_host import Diff, DynamicHost, HostError, HostProcess
from tests.support.emulator import Emulator
from tests.support.registrations import register
from tests.support.scripted_server import Answer, ScriptedServer

Props = dict[str, Any]

PATH = "/v1/Configuration/Addresses"
NUMBER, OTHER = "+15550100", "whatsapp:+15550101"
TYPE = "pulumi-python:dynamic/twilio:AddressConfiguration"
SAME, IN_PLACE = Diff(changes=False, replaces=[]), Diff(changes=True, replaces=[])


@pytest.fixture
def run(begin_run: BeginRun) -> Callable[[], DynamicHost]:
    """Begin a run of an engine."""
    return lambda: begin_run()(AddressConfigurationProvider)


@pytest.fixture
def host(run: Callable[[], DynamicHost]) -> DynamicHost:
    """The first run of a test."""
    return run()


@pytest.fixture
def declared(service_sid: str) -> Props:
    """An address that leads to a service, with a webhook of its own."""
    return {
        "type": "sms",
        "address": NUMBER,
        "friendly_name": "hotline",
        "auto_creation": {
            "enabled": True,
            "type": "webhook",
            "conversation_service_sid": service_sid,
            "webhook_url": "https://hooks.example.com/hotline",
            "webhook_method": "POST",
            "webhook_filters": ["onMessageAdded", "onParticipantAdded"],
        },
    }


def there(api: Api) -> list[Props]:
    """Give all address configurations of the account."""
    found: list[Props] = api.get(PATH).json()["address_configurations"]
    return found


def test_create_sends_what_is_declared_and_lists_nothing(
    host: DynamicHost, api: Api, emulator: Emulator, declared: Props
):
    """The API finds an address by itself: among 100,000 of them, too, one look is enough."""
    emulator.clear_requests()

    sid, outputs = host.create(declared)

    assert {f"GET {PATH}/{{Sid}}": 1, f"POST {PATH}": 1} == emulator.counts()
    (made,) = there(api)
    assert sid == made["sid"]
    assert declared["auto_creation"] == {
        key: value for key, value in made["auto_creation"].items() if key in declared["auto_creation"]
    }
    assert declared == {key: value for key, value in outputs.items() if key in declared}
    assert {"sid", "account_sid", "date_created", "date_updated", "url", *declared} == outputs.keys()


def test_what_is_left_out_is_not_managed(host: DynamicHost, run: Callable[[], DynamicHost], api: Api):
    """Somebody else may set it, and no run sees a difference."""
    bare = {"type": "sms", "address": NUMBER, "auto_creation": {"enabled": True}}
    sid, outputs = host.create(bare)
    api.post(f"{PATH}/{sid}", **{"FriendlyName": "theirs", "AutoCreation.WebhookUrl": "https://example.com/"})

    id_, read, inputs = run().read(sid, outputs=outputs)

    assert (sid, bare) == (id_, inputs)
    assert SAME == run().diff(sid, read, bare)


def test_nested_settings_change_in_place_and_are_unset_when_left_out(
    host: DynamicHost, run: Callable[[], DynamicHost], api: Api, declared: Props
):
    """What the API can unset is unset; where it knows no way, the value stays."""
    sid, outputs = host.create(declared)
    kept = {key: declared["auto_creation"][key] for key in ("enabled", "webhook_url")}
    less = {**declared, "auto_creation": {**kept, "webhook_method": "GET"}}
    del less["friendly_name"]
    second = run()

    assert IN_PLACE == second.diff(sid, outputs, less)
    updated = second.update(sid, outputs, less)

    assert less["auto_creation"] == updated["auto_creation"]
    assert "friendly_name" not in updated
    (found,) = there(api)
    assert ("", "GET", []) == (
        found["friendly_name"],
        found["auto_creation"]["webhook_method"],
        found["auto_creation"].get("webhook_filters") or [],
    )
    assert (
        declared["auto_creation"]["conversation_service_sid"]
        == (found["auto_creation"]["conversation_service_sid"])
    )


def test_drift_of_a_nested_setting_is_seen_and_mended(
    host: DynamicHost, run: Callable[[], DynamicHost], api: Api, declared: Props
):
    """What is managed is brought back, the order of events and the case of methods aside."""
    sid, outputs = host.create(declared)
    api.post(f"{PATH}/{sid}", **{"AutoCreation.WebhookFilters": ["onParticipantAdded", "onMessageAdded"]})
    _, same, _ = run().read(sid, outputs=outputs)
    api.post(f"{PATH}/{sid}", **{"AutoCreation.Enabled": "false"})
    second = run()

    _, drifted, _ = second.read(sid, outputs=outputs)

    assert SAME == run().diff(sid, same, declared)
    assert drifted["auto_creation"]["enabled"] is False
    assert [] == second.check(declared)
    assert IN_PLACE == second.diff(sid, drifted, declared)
    second.update(sid, drifted, declared)
    assert there(api)[0]["auto_creation"]["enabled"] is True


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"address": OTHER}, Diff(changes=True, replaces=["address"])),
        ({"type": "whatsapp"}, Diff(changes=True, replaces=["type"], goes_first=True)),
        ({"address_country": "US"}, Diff(changes=True, replaces=["address_country"], goes_first=True)),
        ({"friendly_name": None}, IN_PLACE),
        ({"auto_creation": rpc.UNKNOWN}, IN_PLACE),
        ({"friendly_name": "line"}, IN_PLACE),
        ({"import_sid": "IG" + "0" * 32}, Diff(changes=True, replaces=["import_sid"], goes_first=True)),
    ],
)
def test_diff_table(
    host: DynamicHost, run: Callable[[], DynamicHost], declared: Props, change: Props, expected: Diff
):
    """The API takes an address once: what keeps it goes before its successor comes."""
    sid, outputs = host.create(declared)

    assert expected == run().diff(sid, outputs, declared | change)


def test_replacement_that_keeps_the_address_comes_after_the_deletion(
    host: DynamicHost, run: Callable[[], DynamicHost], api: Api, declared: Props
):
    """As an engine does it: delete, then create."""
    sid, outputs = host.create(declared)
    news = {**declared, "type": "whatsapp"}
    second = run()
    second.diff(sid, outputs, news)

    second.delete(sid, outputs)
    new_sid, _ = second.create(news)

    assert [(new_sid, "whatsapp")] == [(each["sid"], each["type"]) for each in there(api)]
    assert sid != new_sid


def test_country_left_out_later_is_no_longer_managed(
    host: DynamicHost, run: Callable[[], DynamicHost], declared: Props
):
    """Nothing is made anew for it."""
    sid, outputs = host.create({**declared, "address_country": "US"})

    assert SAME == run().diff(sid, outputs, declared)


@pytest.mark.parametrize("conflict", [None, "error"])
def test_address_that_is_there_is_an_error_that_does_not_repeat_it(
    host: DynamicHost, api: Api, declared: Props, conflict: str | None
):
    """It may be somebody else's; a phone number stands in no log."""
    theirs = api.post(PATH, Type="sms", Address=NUMBER).json()["sid"]

    with pytest.raises(HostError) as caught:
        host.create(declared | ({"on_name_conflict": conflict} if conflict else {}))

    line, hint = str(caught.value).rstrip().split("\n")
    assert line.endswith(
        f"[TC5001] cannot create address configuration: its address is there already: {theirs}"
    )
    assert "adopt what is there with import_sid or on_name_conflict: adopt" in hint
    assert NUMBER not in str(caught.value)


@pytest.mark.parametrize("way", ["on_name_conflict", "import_sid"])
def test_adopted_address_gets_what_is_declared(host: DynamicHost, api: Api, declared: Props, way: str):
    """And no second one is made."""
    theirs = api.post(PATH, Type="sms", Address=NUMBER).json()["sid"]
    value = {"on_name_conflict": "adopt", "import_sid": theirs}[way]

    sid, outputs = host.create({**declared, way: value})

    assert theirs == sid
    assert declared["auto_creation"] == outputs["auto_creation"]
    assert ["hotline"] == [each["friendly_name"] for each in there(api)]


def test_import_of_another_address_is_refused(host: DynamicHost, api: Api, declared: Props):
    """The declaration must say what it adopts."""
    theirs = api.post(PATH, Type="sms", Address="+15550199").json()["sid"]

    with pytest.raises(HostError, match="it differs from what is declared in: address") as caught:
        host.create({**declared, "import_sid": theirs})

    assert "+1555" not in str(caught.value)


@pytest.mark.parametrize("late", [False, True], ids=["done", "done late"])
def test_lost_answer_makes_one(
    begin_run: BeginRun, api: Api, emulator: Emulator, declared: Props, *, late: bool
):
    """It is found by its address, and never sent again before a look."""
    host = begin_run(readTimeoutSeconds="0.3")(AddressConfigurationProvider)
    fault: Props = {"seconds": 0.4} if late else {}
    emulator.fault(f"POST {PATH}", "late" if late else "reset_after", times=1, **fault)

    sid, _ = host.create(declared)

    assert [sid] == [each["sid"] for each in there(api)]


def test_two_resources_of_one_address_are_an_error(host: DynamicHost, api: Api, declared: Props):
    """They would undo each other's settings."""
    host.create(declared, urn="urn:pulumi:t::t::x::one")

    with pytest.raises(
        HostError, match=r"its address is there already: IG\w{32} \(held by one\)\n.*declare it once"
    ):
        host.create(declared, urn="urn:pulumi:t::t::x::two")

    assert 1 == len(there(api))


def test_second_deletion_is_no_error(
    host: DynamicHost, run: Callable[[], DynamicHost], api: Api, declared: Props
):
    """The wanted state already holds; a refresh forgets it."""
    sid, outputs = host.create(declared)
    host.delete(sid, outputs)

    run().delete(sid, outputs)

    assert [] == there(api)
    assert "" == run().read(sid, outputs=outputs)[0]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"type": "fax"}, "type must be one of sms, whatsapp, messenger, gbm, email, rcs, apple, chat"),
        ({"address": None}, "address must be given"),
        (
            {"address": " +15550100"},
            "address must begin and end with a visible character: leave out the white space",
        ),
        ({"address_country": "us"}, "address_country must be a country's code of two capitals, such as US"),
        ({"auto_creation": {"enable": True}}, "auto_creation must hold no other keys than enabled, type"),
        (
            {"auto_creation": {"studio_retry_count": 4.0}},
            "auto_creation.studio_retry_count must be a whole number from",
        ),
        (
            {"auto_creation": {"studio_retry_count": 1.5}},
            "auto_creation.studio_retry_count must be a whole number from",
        ),
        ({"auto_creation": {"studio_retry_count": 3.0}}, None),
        (
            {"auto_creation": {"studio_retry_count": True}},
            "auto_creation.studio_retry_count must be a whole number",
        ),
        (
            {"auto_creation": {"webhook_filters": ["onMessageAdd"]}},
            "auto_creation.webhook_filters[0] must be a known",
        ),
        (
            {"auto_creation": {"conversation_service_sid": "support"}},
            "auto_creation.conversation_service_sid must be",
        ),
        (
            {"auto_creation": {"conversation_service_sid": rpc.UNKNOWN, "type": "fax"}},
            "auto_creation.type must be one of webhook, studio, default",
        ),
        ({"on_name_conflict": "allow"}, "on_name_conflict must be one of error, adopt"),
    ],
)
def test_check_table(host: DynamicHost, declared: Props, change: Props, problem: str | None):
    """One reason, without the value; what is beside an unknown value is looked at, too."""
    found = host.check({**declared, **change})

    assert (problem is None) == ([] == found)
    assert all(each.startswith(f": [TC4001] {problem}") for each in found)


def test_every_parameter_of_the_emulator_is_a_field():
    """And the other way round; the emulator compares its own with the specification."""
    assert {each.name: each.field for each in EMULATED.parameters} == {
        parameter: name for name in ADDRESS.leaves for parameter in ADDRESS.form({name: "x"})
    }
    assert {each.name for each in EMULATED.parameters if each.fixed} == {
        parameter for each in ADDRESS.fields if each.replaces for parameter in ADDRESS.form({each.name: "x"})
    }


def test_address_is_a_secret_of_the_engine():
    """In state and display it is a person's number, at times."""
    program = """
from providers import AddressConfiguration
AddressConfiguration("hotline", type="sms", address="+15550100")
"""

    (found,) = (each for each in register(program) if each["name"] == "hotline")

    assert TYPE == found["type"]
    assert "address" in found["secrets"]


def test_errors_of_a_look_do_not_tell_the_address(
    serve: Callable[..., ScriptedServer],
    config: Callable[..., Props],
    host_process: HostProcess,
    declared: Props,
):
    """Neither the path that was asked nor what the API says of it."""
    message = f"Address {NUMBER} (%2B15550100) is odd"
    for answer in (
        Answer.json({"code": 20001, "message": message, "status": 400}, status=400),
        Answer(404, "<html>", {"Content-Type": "text/html"}),
        Answer.json({"sid": "IG" + "0" * 32, "address": "+15550111"}),
    ):
        host = DynamicHost(host_process, AddressConfigurationProvider(), config(serve(answer).url))

        with pytest.raises(HostError) as caught:
            host.create(declared)

        assert "15550" not in str(caught.value)


@pytest.fixture(scope="module")
def process_with_facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[HostProcess, Path]]:
    """One host process that is told where facts lie, and that place."""
    path = tmp_path_factory.mktemp("facts") / "facts.json"
    process = HostProcess({VARIABLE: str(path)})
    yield process, path
    process.stop()


def test_create_of_a_killed_run_is_finished(
    process_with_facts: tuple[HostProcess, Path],
    emulator: Emulator,
    config: Callable[..., Props],
    api: Api,
    declared: Props,
):
    """Such an address was not there before that run; what was is an error."""
    process, path = process_with_facts
    made = api.post(PATH, Type="sms", Address=NUMBER).json()["sid"]

    def create(since: str) -> str:
        path.write_text(json.dumps({"version": 1, "pending": [{"type": TYPE, "since": since}]}))
        return DynamicHost(process, AddressConfigurationProvider(), config(emulator.url)).create(declared)[0]

    with pytest.raises(HostError, match="its address is there already"):
        create("2100-01-01T00:00:00Z")
    assert made == create("2000-01-01T00:00:00Z")


@pytest.mark.parametrize("managed", [True, False])
def test_replacement_of_a_service_passes_by_addresses_that_this_stack_manages(
    process_with_facts: tuple[HostProcess, Path],
    emulator: Emulator,
    config: Callable[..., Props],
    api: Api,
    service_sid: str,
    *,
    managed: bool,
):
    """The same run leads them to the new service, or deletes them, before the old one goes; its deletion asks again."""
    process, path = process_with_facts
    address = api.post(
        PATH, Type="sms", Address=NUMBER, **{"AutoCreation.ConversationServiceSid": service_sid}
    ).json()["sid"]
    path.write_text(json.dumps({"version": 1, "addresses": [address] if managed else []}))
    host = DynamicHost(process, ConversationServiceProvider(), config(emulator.url))
    outputs = {"friendly_name": "support-eu"}
    told = rf"messages are led to it by address configurations \({address}\)"

    if managed:
        assert ["friendly_name"] == host.diff(service_sid, outputs, {"friendly_name": "new"}).replaces
    else:
        with pytest.raises(HostError, match=told):
            host.diff(service_sid, outputs, {"friendly_name": "new"})
    with pytest.raises(HostError, match=told):
        host.delete(service_sid, outputs)
