"""What a service has one of, over gRPC in the true provider host: one table of claims for all three kinds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from pulumi.runtime import rpc

from providers._resource.dynamic import TwilioProvider
from providers._resource.singleton import SingletonProvider
from providers.role import RoleProvider
from providers.service_configuration import ServiceConfigurationProvider
from providers.service_notification import ServiceNotificationProvider
from providers.service_webhook import ServiceWebhookProvider
from tests.emulator.api import Api
from tests.support.dynamic_host import Diff, DynamicHost, HostError
from tests.support.emulator import Emulator

Props = dict[str, Any]
BeginRun = Callable[..., Callable[[type[TwilioProvider]], DynamicHost]]

NOWHERE = "IS" + "0" * 32
SAME = Diff(changes=False, replaces=[])
IN_PLACE = Diff(changes=True, replaces=[])


@dataclass(frozen=True)
class Case:
    """A kind, what is declared of it, more of it, and what somebody else changes of the first."""

    provider: type[SingletonProvider]
    path: str
    declared: Props
    more: Props
    drift: dict[str, str]
    drifted: Props
    route: str

    @property
    def names(self) -> list[str]:
        """All that could be declared."""
        return [field.name for field in self.provider.entity.fields]


CASES = {
    "configuration": Case(
        ServiceConfigurationProvider,
        "Configuration",
        {"reachability_enabled": True},
        {},
        {"ReachabilityEnabled": "false"},
        {"reachability_enabled": False},
        "/v1/Services/{ServiceSid}/Configuration",
    ),
    "notifications": Case(
        ServiceNotificationProvider,
        "Configuration/Notifications",
        {"new_message": {"enabled": True, "with_media": {"template": "${MEDIA_COUNT} files"}}},
        {"log_enabled": True, "added_to_conversation": {"sound": "ring"}},
        {"NewMessage.WithMedia.Template": ""},
        {"new_message": {"enabled": True, "with_media": {"template": ""}}},
        "/v1/Services/{ServiceSid}/Configuration/Notifications",
    ),
    "webhooks": Case(
        ServiceWebhookProvider,
        "Configuration/Webhooks",
        {"post_webhook_url": "https://example.com/hook", "filters": ["onMessageAdded", "onMessageAdd"]},
        {"method": "POST"},
        {"Filters": "onMessageAdd"},
        {"post_webhook_url": "https://example.com/hook", "filters": ["onMessageAdd"]},
        "/v1/Services/{ServiceSid}/Configuration/Webhooks",
    ),
}


@pytest.fixture(params=list(CASES.values()), ids=list(CASES))
def case(request: pytest.FixtureRequest) -> Case:
    """Each kind in turn."""
    found: Case = request.param
    return found


@pytest.fixture
def host(begin_run: BeginRun, case: Case) -> DynamicHost:
    """The first run."""
    return begin_run()(case.provider)


@pytest.fixture
def next_host(begin_run: BeginRun, case: Case) -> Callable[[], DynamicHost]:
    """Begin the next run."""
    return lambda: begin_run()(case.provider)


def live(api: Api, service_sid: str, case: Case) -> Props:
    """Give what the API holds."""
    answer: Props = api.get(f"/v1/Services/{service_sid}/{case.path}").json()
    return answer


def parts(emulator: Emulator) -> list[Props]:
    """Give all that the emulator holds, but for dates."""

    def undated(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: undated(each) for key, each in value.items() if key != "date_updated"}
        return [undated(each) for each in value] if isinstance(value, list) else value

    services: list[Props] = undated(emulator.state()["services"])
    return services


def test_create_takes_over_sets_what_is_declared_and_remembers_what_was(
    host: DynamicHost, emulator: Emulator, service_sid: str, case: Case
):
    """The state holds what is managed, nothing of what is not, and the values before."""
    id_, outputs = host.create({"service_sid": service_sid, **case.declared})

    facts = {"service_sid", "account_sid", "url", "previous"}
    assert service_sid == id_
    assert facts | case.declared.keys() == outputs.keys()
    assert case.declared == {name: outputs[name] for name in case.declared}
    assert {f"GET {case.route}": 1, f"POST {case.route}": 1} == {
        route: count for route, count in emulator.counts().items() if route.endswith(case.route)
    }


def test_create_of_what_is_so_already_sends_no_change(
    host: DynamicHost,
    next_host: Callable[[], DynamicHost],
    emulator: Emulator,
    service_sid: str,
    case: Case,
):
    """A second owner of the same mind writes nothing."""
    host.create({"service_sid": service_sid, **case.declared})
    emulator.clear_requests()

    next_host().create({"service_sid": service_sid, **case.declared})

    assert {f"GET {case.route}": 1} == emulator.counts()


@pytest.mark.parametrize("fault", [{"kind": "reset_after"}, {"kind": "status", "status": 503}], ids=str)
def test_create_with_a_lost_answer_sets_again(
    host: DynamicHost, emulator: Emulator, service_sid: str, case: Case, fault: Props
):
    """Setting twice is as good as once, and what was there is remembered all the same."""
    before = parts(emulator)
    emulator.fault(f"POST {case.route}", times=2, **fault)

    _, outputs = host.create({"service_sid": service_sid, **case.declared})

    assert 3 == emulator.counts()[f"POST {case.route}"]
    assert case.declared == {name: outputs[name] for name in case.declared}
    assert before != parts(emulator)


def test_update_whose_answers_are_all_lost_is_done_if_it_is(
    begin_run: BeginRun, host: DynamicHost, emulator: Emulator, service_sid: str, case: Case
):
    """Failed in the state's eyes and done in truth, it would be no change once the old values are declared again."""
    id_, outputs = host.create({"service_sid": service_sid, **case.declared})
    emulator.fault(f"POST {case.route}", "truncate", times=10_000)

    updated = begin_run(retryCeilingSeconds="0.1")(case.provider).update(
        id_, outputs, {"service_sid": service_sid, **case.declared, **case.more}
    )

    assert {**case.declared, **case.more} == {name: updated[name] for name in {**case.declared, **case.more}}


def test_delete_whose_answers_are_all_lost_is_done_if_it_is(
    begin_run: BeginRun, host: DynamicHost, emulator: Emulator, service_sid: str, case: Case
):
    """What is put back is no longer as the state has it."""
    before = parts(emulator)
    id_, outputs = host.create({"service_sid": service_sid, **case.declared})
    emulator.fault(f"POST {case.route}", "truncate", times=10_000)

    begin_run(retryCeilingSeconds="0.1")(case.provider).delete(id_, outputs)

    assert before == parts(emulator)


@pytest.mark.parametrize("fault", [{"kind": "reset_before"}, {"kind": "status", "status": 500}], ids=str)
def test_update_that_is_never_done_is_an_error(
    begin_run: BeginRun,
    host: DynamicHost,
    api: Api,
    emulator: Emulator,
    service_sid: str,
    case: Case,
    fault: Props,
):
    """The look finds what was there before."""
    declared = {"service_sid": service_sid, **case.declared}
    id_, outputs = host.create(declared)
    api.post(f"/v1/Services/{service_sid}/{case.path}", **case.drift)
    emulator.fault(f"POST {case.route}", times=10_000, **fault)
    run = begin_run(retryCeilingSeconds="0.1")(case.provider)

    with pytest.raises(HostError, match=r"ServerError|AnswerLostError"):
        run.update(id_, outputs | case.drifted, declared)


def test_create_twice_in_a_program_is_an_error(host: DynamicHost, service_sid: str, case: Case):
    """Two resources would undo each other's settings, run after run."""
    host.create({"service_sid": service_sid, **case.declared})

    with pytest.raises(
        HostError, match="another resource of this program manages it\nhint: a service has only one"
    ):
        host.create({"service_sid": service_sid})


def test_create_beside_one_in_the_state_is_an_error(
    host: DynamicHost, next_host: Callable[[], DynamicHost], service_sid: str, case: Case
):
    """The older resource is known by its diff."""
    declared = {"service_sid": service_sid, **case.declared}
    id_, outputs = host.create(declared)
    run = next_host()
    run.check(declared)

    assert SAME == run.diff(id_, outputs, declared)
    with pytest.raises(HostError, match="another resource of this program manages it"):
        run.create(declared)


def test_create_in_a_service_that_is_not_there_is_an_error(host: DynamicHost, case: Case):
    """It names kind and service."""
    with pytest.raises(
        HostError, match=f"fetch {case.provider.kind} of conversation service {NOWHERE}: HTTP 404"
    ):
        host.create({"service_sid": NOWHERE, **case.declared})


def test_read_shows_drift_of_declared_values(
    host: DynamicHost, next_host: Callable[[], DynamicHost], api: Api, service_sid: str, case: Case
):
    """As inputs, which is what a refresh compares."""
    declared = {"service_sid": service_sid, **case.declared}
    id_, outputs = host.create(declared)
    api.post(f"/v1/Services/{service_sid}/{case.path}", **case.drift)

    run = next_host()
    _, drifted, inputs = run.read(id_, outputs=outputs)

    assert {"service_sid": service_sid, **case.drifted} == inputs
    assert {**outputs, **case.drifted} == drifted
    assert IN_PLACE == run.diff(id_, drifted, declared)


def test_read_sees_no_drift_of_what_is_left_out(
    host: DynamicHost, next_host: Callable[[], DynamicHost], api: Api, service_sid: str, case: Case
):
    """Somebody else may manage it."""
    declared = {"service_sid": service_sid}
    id_, outputs = host.create(declared)
    api.post(f"/v1/Services/{service_sid}/{case.path}", **case.drift)

    run = next_host()

    assert (id_, outputs, declared) == run.read(id_, outputs=outputs)
    assert SAME == run.diff(id_, outputs, declared)


def test_read_of_a_get_gives_everything_and_remembers_nothing(
    host: DynamicHost, service_sid: str, case: Case
):
    """A resource that others own shows all its values."""
    id_, outputs, _ = host.read(service_sid)

    assert service_sid == id_
    assert {"service_sid", "account_sid", "url", *case.names} == outputs.keys()


def test_read_of_a_service_that_is_gone_leaves_the_state(
    host: DynamicHost, emulator: Emulator, service_sid: str, case: Case
):
    """With a state; for a `get` it is an error."""
    id_, outputs = host.create({"service_sid": service_sid, **case.declared})
    emulator.delete_service(service_sid)

    assert ("", {}, {}) == host.read(id_, outputs=outputs)
    with pytest.raises(HostError, match="HTTP 404"):
        host.read(id_)


def test_read_of_a_get_with_a_bad_id_is_an_error(host: DynamicHost, case: Case):
    """No request is made of it."""
    with pytest.raises(HostError, match=r"its id must be the SID of a service.*\nhint: give get"):
        host.read("RL" + "0" * 32)


def test_update_sets_what_is_declared_and_puts_back_what_no_longer_is(
    host: DynamicHost,
    next_host: Callable[[], DynamicHost],
    emulator: Emulator,
    service_sid: str,
    case: Case,
):
    """An input that comes is remembered from then on; one that goes gets its old value."""
    before = parts(emulator)
    bare = {"service_sid": service_sid}
    id_, first = host.create(bare | case.more)
    run = next_host()

    second = run.update(id_, first, bare | case.more | case.declared)
    third = run.update(id_, second, bare | case.declared)
    last = run.update(id_, third, bare)

    assert {*first, *case.declared} == second.keys()
    assert case.declared == {name: third[name] for name in case.declared}
    assert not case.more.keys() & third.keys()
    assert {} == last["previous"]
    assert first.keys() - case.more.keys() == set(last)
    assert before == parts(emulator)


def test_update_mends_drift_of_every_declared_value(
    host: DynamicHost, next_host: Callable[[], DynamicHost], api: Api, service_sid: str, case: Case
):
    """Also of one that no refresh has seen; and what was remembered stays so."""
    declared = {"service_sid": service_sid, **case.declared}
    id_, outputs = host.create(declared)
    as_set = live(api, service_sid, case)
    api.post(f"/v1/Services/{service_sid}/{case.path}", **case.drift)

    updated = next_host().update(id_, outputs | case.drifted, declared)

    assert outputs == updated
    assert as_set == live(api, service_sid, case)


def test_delete_puts_back_what_was_there(
    host: DynamicHost,
    next_host: Callable[[], DynamicHost],
    api: Api,
    emulator: Emulator,
    service_sid: str,
    case: Case,
):
    """The values that were managed, whatever they have become; not those that were not."""
    api.post(f"/v1/Services/{service_sid}/{case.path}", **case.drift)
    before = parts(emulator)
    id_, outputs = host.create({"service_sid": service_sid, **case.declared, **case.more})

    next_host().delete(id_, outputs)

    assert before == parts(emulator)


def test_delete_with_nothing_managed_makes_no_request(
    host: DynamicHost, next_host: Callable[[], DynamicHost], emulator: Emulator, service_sid: str
):
    """There is nothing to put back."""
    id_, outputs = host.create({"service_sid": service_sid})
    emulator.clear_requests()

    next_host().delete(id_, outputs)

    assert {} == emulator.counts()


def test_delete_after_the_service_succeeds(
    host: DynamicHost, next_host: Callable[[], DynamicHost], emulator: Emulator, service_sid: str, case: Case
):
    """As when a service was deleted out of band: its settings went with it."""
    id_, outputs = host.create({"service_sid": service_sid, **case.declared})
    emulator.delete_service(service_sid)

    next_host().delete(id_, outputs)

    assert [] == emulator.services()


def test_delete_lets_go_of_what_another_resource_has_taken_over(
    host: DynamicHost, next_host: Callable[[], DynamicHost], api: Api, service_sid: str, case: Case
):
    """A resource with a new logical name is created first: the old one's deletion must not undo it."""
    declared = {"service_sid": service_sid, **case.declared}
    id_, outputs = host.create(declared)
    as_set = live(api, service_sid, case)
    run = next_host()
    run.create(declared)

    run.delete(id_, outputs)

    assert as_set == live(api, service_sid, case)


def test_another_account_is_refused(
    host: DynamicHost, next_host: Callable[[], DynamicHost], service_sid: str, case: Case
):
    """There, the service would merely seem to be gone."""
    id_, outputs = host.create({"service_sid": service_sid, **case.declared})
    outputs["account_sid"] = "AC" + "f" * 32

    with pytest.raises(HostError, match="it belongs to account"):
        next_host().delete(id_, outputs)


@pytest.mark.parametrize("other", [NOWHERE, rpc.UNKNOWN], ids=["known", "unknown"])
def test_diff_another_service_replaces(host: DynamicHost, service_sid: str, case: Case, other: str):
    """Also one that is known only later: a service that is replaced has a new SID."""
    id_, outputs = host.create({"service_sid": service_sid, **case.declared})

    assert Diff(changes=True, replaces=["service_sid"]) == host.diff(
        id_, outputs, {"service_sid": other, **case.declared}
    )


def test_diff_sees_each_input_that_comes_or_goes(host: DynamicHost, service_sid: str, case: Case):
    """In place."""
    declared = {"service_sid": service_sid, **case.declared}
    id_, outputs = host.create(declared)

    for name in case.declared:
        assert IN_PLACE == host.diff(id_, outputs, {k: v for k, v in declared.items() if k != name})
    if case.more:
        assert IN_PLACE == host.diff(id_, outputs, declared | case.more)
    assert SAME == host.diff(id_, outputs, declared)


def test_check_demands_the_service_and_lets_unknown_values_through(host: DynamicHost, case: Case):
    """All else may be left out."""
    assert [": [TC4001] service_sid must be given"] == host.check({})
    assert [
        ": [TC4001] service_sid must be the SID of a service: IS and 32 hexadecimal digits"
    ] == host.check({"service_sid": "RL" + "0" * 32})
    assert [] == host.check(dict.fromkeys(["service_sid", *case.names], rpc.UNKNOWN))


@dataclass(frozen=True)
class Altered:
    """A field that the API keeps otherwise, how, and a declaration that meets it; its name in the error."""

    provider: type[SingletonProvider]
    field: str
    way: str
    declared: Props
    name: str


ALTERED = {
    "a URL with a slash": Altered(
        ServiceWebhookProvider,
        "post_webhook_url",
        "slash",
        {"post_webhook_url": "https://example.com/hook", "method": "POST"},
        "post_webhook_url",
    ),
    "a template trimmed": Altered(
        ServiceNotificationProvider,
        "new_message.template",
        "trim",
        {"new_message": {"enabled": True, "template": "new: "}},
        "new_message.template",
    ),
    "a list cut short": Altered(
        ServiceWebhookProvider,
        "filters",
        "drop_last",
        {"filters": ["onMessageAdded", "onMessageAdd"]},
        "filters",
    ),
}


@pytest.mark.parametrize("call", ["create", "update"])
@pytest.mark.parametrize("altered", ALTERED.values(), ids=ALTERED)
def test_value_that_the_api_keeps_otherwise_is_an_error_and_nothing_is_changed(
    begin_run: BeginRun, emulator: Emulator, service_sid: str, altered: Altered, call: str
):
    """Told, by name and SID: unsaid, it would be an update in every run. The memory of what was there is not lost."""
    bare = {"service_sid": service_sid}
    made = begin_run()(altered.provider)
    id_, outputs = made.create(bare) if call == "update" else ("", {})
    before = parts(emulator)
    emulator.alter(**{altered.field: altered.way})
    run = begin_run()(altered.provider)
    calls: dict[str, Callable[[], object]] = {
        "create": lambda: run.create(bare | altered.declared),
        "update": lambda: run.update(id_, outputs, bare | altered.declared),
    }

    with pytest.raises(HostError) as caught:
        calls[call]()

    line, hint = str(caught.value).rstrip().split("\n")
    assert line == (
        f"providers.errors.AlteredError: [TC4004] cannot set {altered.provider.kind} of conversation service "
        f"{service_sid}: the API keeps otherwise than sent: {altered.name}; what was set before is put back"
    )
    assert "hint: declare a value that the API keeps as it is" == hint
    assert before == parts(emulator)


@pytest.mark.parametrize(
    ("field", "way", "declared"),
    [
        ("method", "lower", {"method": "POST"}),
        ("post_webhook_url", "slash", {"post_webhook_url": "https://Example.com"}),
    ],
    ids=["method in lower case", "slash after the host"],
)
def test_value_that_the_api_writes_otherwise_is_the_same(
    begin_run: BeginRun, emulator: Emulator, service_sid: str, field: str, way: str, declared: Props
):
    """A spelling without a meaning of its own is no change, neither in this run nor after a refresh."""
    emulator.alter(**{field: way})
    props = {"service_sid": service_sid, **declared}

    id_, outputs = begin_run()(ServiceWebhookProvider).create(props)
    run = begin_run()(ServiceWebhookProvider)
    _, refreshed, inputs = run.read(id_, outputs=outputs)

    assert [SAME, SAME] == [run.diff(id_, each, props) for each in (outputs, refreshed)]
    assert props == inputs


def test_role_that_becomes_a_default_can_be_deleted_after_the_configuration(
    begin_run: BeginRun, api: Api, emulator: Emulator, service_sid: str
):
    """The configuration gives the default back first; a default that is gone meanwhile is left out."""
    configuration = f"/v1/Services/{service_sid}/Configuration"
    created = begin_run()
    role_props = {"friendly_name": "agent", "type": "conversation", "permissions": ["sendMessage"]}
    role_sid, role = created(RoleProvider).create({"service_sid": service_sid, **role_props})
    before = api.get(configuration).json()
    declared = {
        "service_sid": service_sid,
        "default_conversation_role_sid": role_sid,
        "reachability_enabled": True,
    }
    id_, outputs = created(ServiceConfigurationProvider).create(declared)
    deleted = begin_run()

    with pytest.raises(HostError, match=f"cannot delete role {role_sid}: HTTP 409"):
        deleted(RoleProvider).delete(role_sid, role)
    deleted(ServiceConfigurationProvider).delete(id_, outputs)
    after = api.get(configuration).json()
    deleted(RoleProvider).delete(role_sid, role)

    assert before == after
    assert role_sid not in {each["sid"] for each in emulator.state()["services"][0]["roles"]}


def test_default_role_that_is_gone_is_not_put_back(
    begin_run: BeginRun, api: Api, emulator: Emulator, service_sid: str
):
    """What remains is put back all the same."""
    configuration = f"/v1/Services/{service_sid}/Configuration"
    old = api.get(configuration).json()["default_conversation_role_sid"]
    roles = f"/v1/Services/{service_sid}/Roles"
    new = api.post(roles, FriendlyName="a", Type="conversation", Permission="sendMessage").json()["sid"]
    declared = {
        "service_sid": service_sid,
        "default_conversation_role_sid": new,
        "reachability_enabled": True,
    }
    id_, outputs = begin_run()(ServiceConfigurationProvider).create(declared)
    assert 204 == api.delete(f"{roles}/{old}").status_code

    begin_run()(ServiceConfigurationProvider).delete(id_, outputs)

    left = api.get(configuration).json()
    assert (new, False) == (left["default_conversation_role_sid"], left["reachability_enabled"])
