"""Role over gRPC in the true provider host; what it shares with services is tested there."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime import rpc

from providers._resource.inputs import problem as problem_of
from providers._resource.inputs import same
from providers.role import RoleProvider
from providers.vocabulary import PERMISSIONS
from tests.emulator.api import Api
from tests.providers.test_singleton import BeginRun
from tests.support.dynamic_host import Diff, DynamicHost, HostError
from tests.support.emulator import Emulator

INPUTS = RoleProvider.inputs

Props = dict[str, Any]

NEW = "POST /v1/Services/{ServiceSid}/Roles"
LIST = "GET /v1/Services/{ServiceSid}/Roles"
ONE = "POST /v1/Services/{ServiceSid}/Roles/{Sid}"
SAME = Diff(changes=False, replaces=[])


@pytest.fixture
def new_run(begin_run: BeginRun) -> Callable[[], DynamicHost]:
    """Begin a run."""
    return lambda: begin_run()(RoleProvider)


@pytest.fixture
def host(new_run: Callable[[], DynamicHost]) -> DynamicHost:
    """The first run."""
    return new_run()


@pytest.fixture
def agent(service_sid: str) -> Props:
    """A role as declared."""
    return {
        "service_sid": service_sid,
        "friendly_name": "agent",
        "type": "conversation",
        "permissions": ["sendMessage", "leaveConversation"],
    }


def roles(emulator: Emulator) -> list[Props]:
    """Give the roles that Twilio has not made itself."""
    (service,) = emulator.state()["services"]
    return [role for role in service["roles"] if role["friendly_name"] in ("agent", "helper")]


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("service_sid", "IS" + "aB" * 16, None),
        ("service_sid", None, "must be given"),
        ("service_sid", "RL" + "aB" * 16, "must be the SID of a service: IS and 32 hexadecimal digits"),
        ("friendly_name", "x", None),
        ("friendly_name", "x" * 64, None),
        ("friendly_name", "x" * 65, "must be text of 1 to 64 characters"),
        ("friendly_name", "", "must be text of 1 to 64 characters"),
        ("friendly_name", 7.0, "must be text of 1 to 64 characters"),
        ("friendly_name", None, "must be given"),
        ("type", "conversation", None),
        ("type", "service", None),
        ("type", "channel", "must be one of conversation, service"),
        ("type", ["service"], "must be one of conversation, service"),
        ("type", None, "must be given"),
        ("permissions", ["sendMessage"], None),
        ("permissions", list(PERMISSIONS["service"]), None),
        ("permissions", ["sendMessage", pulumi.UNKNOWN], None),
        ("permissions", [], "must be a list of at least one permission"),
        ("permissions", "sendMessage", "must be a list of at least one permission"),
        ("permissions", [7.0], "[0] must be a known permission"),
        (
            "permissions",
            ["sendMessage", "sendMesage"],
            "[1] must be a known permission; did you mean sendMessage?",
        ),
        ("permissions", ["sendMessage", "sendMessage"], "[1] must not name the same permission again"),
        ("permissions", None, "must be given"),
        ("import_sid", "RL" + "aB" * 16, None),
        ("import_sid", "IS" + "aB" * 16, "must be the SID of a role: RL and 32 hexadecimal digits"),
        ("on_name_conflict", "adopt", None),
        ("on_name_conflict", "take", "must be one of error, adopt, allow"),
    ],
)
def test_check_input_table(name: str, value: object, problem: str | None):
    """Boundaries, wrong types, suggestions."""
    found = problem_of(next(each for each in INPUTS if each.name == name), {name: value})

    assert (found or "").startswith(problem or "")
    assert (problem is None) == (found is None)


@pytest.mark.parametrize(
    ("type_", "permission"), [("service", "sendMessage"), ("conversation", "createConversation")]
)
def test_check_permission_of_the_other_type_is_an_error(
    host: DynamicHost, agent: Props, type_: str, permission: str
):
    """Each type has permissions of its own."""
    (failure,) = host.check(agent | {"type": type_, "permissions": ["addParticipant", permission]})

    assert failure.startswith(f": [TC4001] permissions[1] must be a known permission of a {type_} role")


def test_check_of_a_preview_lets_unknown_values_through(host: DynamicHost):
    """What other resources yield is known only when the update runs."""
    assert [] == host.check(dict.fromkeys((each.name for each in INPUTS), rpc.UNKNOWN))


def test_create_gives_the_answer_and_what_was_declared(host: DynamicHost, emulator: Emulator, agent: Props):
    """One listing for twins, one request for the role; permissions in the order declared."""
    emulator.clear_requests()

    id_, outputs = host.create(agent)

    (role,) = roles(emulator)
    assert role["sid"] == id_
    assert {**agent, **{key: role[key] for key in role if key != "chat_service_sid"}} == outputs
    assert {LIST: 1, NEW: 1} == emulator.counts()


def test_create_many_share_one_listing_per_service(
    host: DynamicHost, emulator: Emulator, api: Api, agent: Props
):
    """Ten roles in each of two services are two listings."""
    other = str(api.create_service("other")["sid"])
    emulator.clear_requests()
    wanted = [agent | {"service_sid": sid, "friendly_name": f"r{n}"} for sid in (agent["service_sid"], other)
              for n in range(10)]  # fmt: skip

    with ThreadPoolExecutor(8) as engine:
        made = list(engine.map(lambda props: host.create(props)[0], wanted))

    assert 20 == len(set(made))
    assert {LIST: 2, NEW: 20} == emulator.counts()


@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
def test_create_with_lost_answers_makes_one(begin_run: BeginRun, emulator: Emulator, agent: Props, kind: str):
    """No twin, none lost."""
    host = begin_run(readTimeoutSeconds="1")(RoleProvider)
    emulator.fault(NEW, kind, times=2)

    id_, _ = host.create(agent)

    assert [id_] == [role["sid"] for role in roles(emulator)]


def test_create_name_that_is_there_is_an_error_and_can_be_adopted(
    host: DynamicHost, new_run: Callable[[], DynamicHost], emulator: Emulator, agent: Props
):
    """An adopted role gets the declared permissions; one of the other type is none of its name."""
    sid, _ = host.create(agent)

    with pytest.raises(HostError, match=f"cannot create role: its friendly_name is there already: {sid}"):
        new_run().create(agent)
    adopted, outputs = new_run().create(agent | {"on_name_conflict": "adopt", "permissions": ["sendMessage"]})
    other, _ = new_run().create(agent | {"type": "service", "permissions": ["joinConversation"]})

    assert (sid, ["sendMessage"]) == (adopted, outputs["permissions"])
    assert [sid, other] == [role["sid"] for role in roles(emulator)]
    assert ["sendMessage"] == roles(emulator)[0]["permissions"]


def test_create_import_adopts_the_role_and_sets_its_permissions(
    host: DynamicHost, new_run: Callable[[], DynamicHost], agent: Props
):
    """Name and type must agree, as they cannot be changed."""
    sid, _ = host.create(agent)

    adopted, outputs = new_run().create(agent | {"import_sid": sid, "permissions": ["sendMessage"]})
    with pytest.raises(
        HostError, match="differs from what is declared in: friendly_name, type\nhint: declare what"
    ):
        new_run().create(agent | {"import_sid": sid, "friendly_name": "helper", "type": "service"})
    with pytest.raises(HostError, match=r"there is none in this account\nhint: .* to create a role"):
        new_run().create(agent | {"import_sid": "RL" + "0" * 32})

    assert (sid, ["sendMessage"]) == (adopted, outputs["permissions"])


def test_diff_compares_permissions_as_a_set(host: DynamicHost, agent: Props):
    """Another order is no change; another permission changes in place."""
    id_, outputs = host.create(agent)

    assert SAME == host.diff(id_, outputs, agent | {"permissions": agent["permissions"][::-1]})
    assert Diff(changes=True, replaces=[]) == host.diff(
        id_, outputs, agent | {"permissions": ["sendMessage"]}
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("friendly_name", "helper"),
        ("type", "service"),
        ("service_sid", "IS" + "0" * 32),
        ("service_sid", rpc.UNKNOWN),
        ("import_sid", "RL" + "0" * 32),
    ],
)
def test_diff_what_stays_as_made_replaces(host: DynamicHost, agent: Props, name: str, value: str):
    """The API changes permissions only."""
    id_, outputs = host.create(agent)

    assert Diff(changes=True, replaces=[name]) == host.diff(id_, outputs, agent | {name: value})


def test_read_keeps_the_declared_order_and_shows_drift(
    host: DynamicHost, new_run: Callable[[], DynamicHost], api: Api, agent: Props
):
    """The API's order means nothing; another set does."""
    id_, outputs = host.create(agent)
    path = f"/v1/Services/{agent['service_sid']}/Roles/{id_}"
    api.post(path, Permission=agent["permissions"][::-1])

    _, same, inputs = new_run().read(id_, outputs=outputs)
    api.post(path, Permission="sendMediaMessage")
    _, _, drifted = new_run().read(id_, outputs=outputs)

    assert (agent, agent["permissions"]) == (inputs, same["permissions"])
    assert agent | {"permissions": ["sendMediaMessage"]} == drifted


def test_read_of_a_role_that_is_gone_leaves_the_state(host: DynamicHost, api: Api, agent: Props):
    """For a `get` it is an error."""
    id_, outputs = host.create(agent)
    api.delete(f"/v1/Services/{agent['service_sid']}/Roles/{id_}")

    assert ("", {}, {}) == host.read(id_, outputs=outputs)
    with pytest.raises(HostError, match=f"cannot fetch role {id_}: HTTP 404"):
        host.read(id_, outputs={"service_sid": agent["service_sid"]})


def test_update_whose_answers_are_all_lost_is_done_if_it_is(
    begin_run: BeginRun, host: DynamicHost, emulator: Emulator, agent: Props
):
    """Failed in the state's eyes and done in truth, it would be no change once the old ones are declared again."""
    id_, outputs = host.create(agent)
    emulator.fault(ONE, "truncate", times=10_000)

    run = begin_run(retryCeilingSeconds="0.1")(RoleProvider)
    updated = run.update(id_, outputs, agent | {"permissions": ["sendMediaMessage"]})

    assert ["sendMediaMessage"] == updated["permissions"] == roles(emulator)[0]["permissions"]


def test_update_replaces_the_permissions_even_if_an_answer_is_lost(
    host: DynamicHost, emulator: Emulator, agent: Props
):
    """Setting twice is as good as once."""
    id_, outputs = host.create(agent)
    emulator.fault(ONE, "reset_after", times=2)

    updated = host.update(id_, outputs, agent | {"permissions": ["sendMediaMessage"]})

    assert ["sendMediaMessage"] == updated["permissions"]
    assert [["sendMediaMessage"]] == [role["permissions"] for role in roles(emulator)]


@pytest.mark.parametrize("gone", ["role", "service"])
def test_delete_of_what_is_gone_succeeds(
    host: DynamicHost, new_run: Callable[[], DynamicHost], api: Api, agent: Props, gone: str
):
    """The wanted state already holds."""
    id_, outputs = host.create(agent)
    path = f"/v1/Services/{agent['service_sid']}"
    api.delete(path if gone == "service" else f"{path}/Roles/{id_}")

    new_run().delete(id_, outputs)


def test_delete_removes_the_role_unless_another_resource_has_adopted_it(
    host: DynamicHost, new_run: Callable[[], DynamicHost], emulator: Emulator, agent: Props
):
    """As when a resource gets a new logical name."""
    id_, outputs = host.create(agent)
    run = new_run()
    run.create(agent | {"on_name_conflict": "adopt"})

    run.delete(id_, outputs)
    kept = roles(emulator)
    new_run().delete(id_, outputs)

    assert [id_] == [role["sid"] for role in kept]
    assert [] == roles(emulator)


PERMISSION_LISTS = st.lists(st.sampled_from(PERMISSIONS["conversation"]), min_size=1, unique=True)


@given(one=PERMISSION_LISTS, other=PERMISSION_LISTS)
def test_permissions_are_the_same_exactly_if_their_sets_are(one: list[str], other: list[str]):
    """Whatever the order."""
    (permissions,) = (each for each in INPUTS if each.name == "permissions")

    assert (set(one) == set(other)) == same(permissions, one, other)
