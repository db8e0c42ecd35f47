"""Roles of a service: the default ones, what create and update take, what may be deleted."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offline.emulator.resources.permissions import PERMISSIONS
from tests.emulator.api import ACCOUNT_SID, MISSING_SID, OTHER_ACCOUNT_SID, Api, error

NEW = {"FriendlyName": "agent", "Type": "conversation", "Permission": ["sendMessage", "leaveConversation"]}
RULES = {
    type_: f"Invalid parameter Permission: must each be one of {', '.join(sorted(known))}, "
    f"for a role of type {type_}"
    for type_, known in PERMISSIONS.items()
}


@pytest.fixture
def path(api: Api) -> str:
    """The roles of a new service."""
    return f"/v1/Services/{api.create_service()['sid']}/Roles"


def test_new_service_has_the_default_roles(api, path):
    """Four roles are there from the start, in the account and the service they belong to."""
    roles = api.get(path).json()["roles"]

    expected = [
        ("service admin", "service", 12),
        ("service user", "service", 3),
        ("channel admin", "conversation", 13),
        ("channel user", "conversation", 8),
    ]
    assert expected == [(role["friendly_name"], role["type"], len(role["permissions"])) for role in roles]
    assert {(ACCOUNT_SID, path.split("/")[3])} == {
        (role["account_sid"], role["chat_service_sid"]) for role in roles
    }
    assert all(PERMISSIONS[role["type"]].issuperset(role["permissions"]) for role in roles)
    assert roles == [api.get(role["url"]).json() for role in roles]


def test_create_role_answers_the_whole_resource(api, path):
    """The answer has every field of the specification, and is what is fetched and listed."""
    answer = api.post(path, **NEW)

    role = answer.json()
    expected = {
        "sid": role["sid"],
        "account_sid": ACCOUNT_SID,
        "chat_service_sid": path.split("/")[3],
        "friendly_name": "agent",
        "type": "conversation",
        "permissions": ["sendMessage", "leaveConversation"],
        "date_created": role["date_created"],
        "date_updated": role["date_created"],
        "url": f"{api.emulator.url}{path}/{role['sid']}",
    }
    assert (201, expected) == (answer.status_code, role)
    assert re.fullmatch(r"RL[0-9a-f]{32}", role["sid"])
    assert [role, role] == [api.get(role["url"]).json(), api.get(path).json()["roles"][-1]]


def test_create_role_same_name_twice_makes_two(api, path):
    """Names of roles are not unique."""
    sids = {api.post(path, **NEW).json()["sid"] for _ in range(2)}

    assert 2 == len(sids)


@pytest.mark.parametrize("type_", list(PERMISSIONS))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_permissions_of_the_type_are_kept_in_order_and_once(api, type_, data):
    """Any of a type's permissions, in any order, some of them twice; create and update alike."""
    api.emulator.reset()
    path = f"/v1/Services/{api.create_service()['sid']}/Roles"
    wanted = st.lists(st.sampled_from(sorted(PERMISSIONS[type_])), min_size=1, max_size=30)
    first, second = data.draw(wanted), data.draw(wanted)

    created = api.post(path, FriendlyName="x", Type=type_, Permission=first).json()
    updated = api.post(created["url"], Permission=second).json()

    expected = [list(dict.fromkeys(each)) for each in (first, second)]
    assert expected == [created["permissions"], updated["permissions"]]


@pytest.mark.parametrize("type_", list(PERMISSIONS))
def test_create_role_takes_every_permission_of_its_type(api, path, type_):
    """None of the known ones is refused."""
    role = api.post(path, FriendlyName="all", Type=type_, Permission=sorted(PERMISSIONS[type_])).json()

    assert sorted(PERMISSIONS[type_]) == role["permissions"]


@pytest.mark.parametrize("length", [1, 64])
def test_create_role_name_within_its_limits_is_taken(api, path, length):
    """From 1 to 64 characters, of any kind."""
    role = api.post(path, **{**NEW, "FriendlyName": "é" * length}).json()

    assert "é" * length == role["friendly_name"]


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        pytest.param(
            {"FriendlyName": None},
            20001,
            "Missing required parameter FriendlyName in the post body",
            id="no name",
        ),
        pytest.param(
            {"FriendlyName": ""},
            20002,
            "Invalid parameter FriendlyName: must have 1 to 64 characters, has 0",
            id="empty name",
        ),
        pytest.param(
            {"FriendlyName": "x" * 65},
            20002,
            "Invalid parameter FriendlyName: must have 1 to 64 characters, has 65",
            id="name of 65 characters",
        ),
        pytest.param({"Type": None}, 20001, "Missing required parameter Type in the post body", id="no type"),
        pytest.param(
            {"Type": "channel"},
            50105,
            "Invalid parameter Type: must be one of conversation, service",
            id="type of Programmable Chat",
        ),
        pytest.param(
            {"Permission": None},
            20001,
            "Missing required parameter Permission in the post body",
            id="no permission",
        ),
        pytest.param({"Permission": ""}, 50104, RULES["conversation"], id="empty permission"),
        pytest.param(
            {"Permission": "sendmessage"}, 50104, RULES["conversation"], id="permission in lower case"
        ),
        pytest.param({"Permission": "leaveChannel"}, 50104, RULES["conversation"], id="permission of Chat"),
        pytest.param(
            {"Permission": ["sendMessage", "fly"]}, 50104, RULES["conversation"], id="one of two unknown"
        ),
        pytest.param(
            {"Permission": "createConversation"},
            50104,
            RULES["conversation"],
            id="permission of a service role",
        ),
        pytest.param(
            {"Type": "service", "Permission": "sendMessage"},
            50104,
            RULES["service"],
            id="permission of a conversation role",
        ),
        pytest.param(
            {"Permissions": "sendMessage"},
            20001,
            "Unknown parameter Permissions; this route takes: FriendlyName, Type, Permission",
            id="mistyped parameter",
        ),
    ],
)
def test_create_role_bad_input_is_one_error_and_no_role(api, path, change, code, message):
    """The error says the rule and never the value; nothing is made."""
    before = api.emulator.state()

    answer = api.post(path, **{**NEW, **change})

    assert (400, error(400, code, message)) == (answer.status_code, answer.json())
    assert before == api.emulator.state()


def test_update_role_replaces_its_permissions_and_nothing_else(api, path):
    """What is not named again is no longer permitted."""
    before = api.post(path, **NEW).json()

    answer = api.post(before["url"], Permission=["sendMediaMessage"])

    changed = {"permissions": ["sendMediaMessage"], "date_updated": answer.json()["date_updated"]}
    assert (200, {**before, **changed}) == (answer.status_code, answer.json())
    assert answer.json() == api.get(before["url"]).json()


@pytest.mark.parametrize(
    ("given_", "code", "message"),
    [
        pytest.param({}, 20001, "Missing required parameter Permission in the post body", id="nothing"),
        pytest.param(
            {"Permission": "sendMessage", "FriendlyName": "new"},
            20001,
            "Unknown parameter FriendlyName; this route takes: Permission",
            id="name",
        ),
        pytest.param(
            {"Permission": "sendMessage", "Type": "conversation"},
            20001,
            "Unknown parameter Type; this route takes: Permission",
            id="type",
        ),
        pytest.param(
            {"Permission": "joinConversation"}, 50104, RULES["conversation"], id="other type's permission"
        ),
    ],
)
def test_update_role_bad_input_is_one_error_and_changes_nothing(api, path, given_, code, message):
    """Name and type are fixed, the permissions are those of the type."""
    before = api.post(path, **NEW).json()

    answer = api.post(before["url"], **given_)

    assert (400, error(400, code, message)) == (answer.status_code, answer.json())
    assert before == api.get(before["url"]).json()


def test_delete_role_takes_it_away_once(api, path):
    """The second delete finds nothing, the default roles stay."""
    role = api.post(path, **NEW).json()

    first, second = api.delete(role["url"]), api.delete(role["url"])

    text = f"The requested resource {path.removeprefix('/v1')}/{role['sid']} was not found"
    assert (204, b"") == (first.status_code, first.content)
    assert (404, error(404, 20404, text)) == (second.status_code, second.json())
    assert 4 == len(api.get(path).json()["roles"])


@pytest.mark.parametrize(
    ("field", "parameter"),
    [
        ("default_conversation_creator_role_sid", "DefaultConversationCreatorRoleSid"),
        ("default_conversation_role_sid", "DefaultConversationRoleSid"),
        ("default_chat_service_role_sid", "DefaultChatServiceRoleSid"),
    ],
)
def test_delete_role_that_is_a_default_is_refused_until_another_is(api, path, field, parameter):
    """No configuration names a role that is not there."""
    configuration = path.replace("Roles", "Configuration")
    role = api.get(f"{path}/{api.get(configuration).json()[field]}").json()
    form = {"FriendlyName": "other", "Type": role["type"], "Permission": "editOwnMessage"}
    other = api.post(path, **form).json()

    refused = api.delete(role["url"])
    api.post(configuration, **{parameter: other["sid"]})
    accepted = api.delete(role["url"])

    text = f"Role is in use: the configuration names it as {field}"
    assert (409, error(409, 20409, text)) == (refused.status_code, refused.json())
    assert (204, other["sid"]) == (accepted.status_code, api.get(configuration).json()[field])


def test_roles_follow_their_service(api, path):
    """Deleting a service deletes its roles, defaults or not."""
    role = api.post(path, **NEW).json()

    api.delete(path.removesuffix("/Roles"))

    assert [404, 404] == [api.get(role["url"]).status_code, api.get(path).status_code]


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_role_is_found_only_below_its_service_and_in_its_account(api, path, method):
    """A right SID on a wrong path, or from another account, is a 404 and changes nothing."""
    role = api.post(path, **NEW).json()
    elsewhere = f"/v1/Services/{api.create_service()['sid']}/Roles"
    before = api.emulator.state()
    form = {"Permission": "sendMessage"} if method == "POST" else None

    statuses = [
        api.request(method, f"{elsewhere}/{role['sid']}", data=form).status_code,
        api.request(method, f"/v1/Services/{MISSING_SID}/Roles/{role['sid']}", data=form).status_code,
        Api(api.emulator, OTHER_ACCOUNT_SID).request(method, role["url"], data=form).status_code,
        api.request(
            method, path.replace("Roles", "Conversations") + f"/{role['sid']}", data=None
        ).status_code,
    ]

    assert [404] * 4 == statuses
    assert before == api.emulator.state()


def test_roles_come_in_pages_of_at_most_fifty(api, path):
    """The limit of this list is its own."""
    for _ in range(3):
        api.post(path, **NEW)

    first = api.get(path, PageSize=5).json()
    second = api.get(first["meta"]["next_page_url"]).json()

    assert (5, 2, None) == (len(first["roles"]), len(second["roles"]), second["meta"]["next_page_url"])
    text = "Invalid parameter PageSize: must be a whole number from 1 to 50"
    assert error(400, 20001, text) == api.get(path, PageSize=51).json()
