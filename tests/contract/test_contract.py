"""What the providers take for granted about the API, and what the emulator decides where Twilio publishes nothing.

Each claim is held against the emulator; `make test ARGS="-m live"` holds the same against Twilio, in the account of
TWILIO_ACCOUNT_SID: it makes some services whose names begin with `contract-test-`, and deletes them.
"""

from __future__ import annotations

from typing import Any

import pytest

from providers.errors import ApiError, NotFoundError
from providers.service_configuration import CONFIGURATION
from providers.service_notification import NOTIFICATION
from providers.service_webhook import WEBHOOK
from tests.contract.conftest import Account

PARTS = {"configuration": CONFIGURATION, "notifications": NOTIFICATION, "webhooks": WEBHOOK}


def part(account: Account, kind: str, service_sid: str, **values: Any) -> dict[str, Any]:
    """Fetch a part's settings, or change what is given first; `__` stands for the dot of a name."""
    if values:
        named = {key.replace("__", "."): value for key, value in values.items()}
        return dict(account.client.update_part(PARTS[kind], service_sid, named).values)
    return dict(account.client.fetch_part(PARTS[kind], service_sid).values)


def test_service_is_what_was_created_until_it_is_deleted(account: Account):
    """Create, fetch and list agree; a second deletion meets Twilio's own word that it is gone."""
    made = account.service()

    assert made == account.client.fetch_service(made.sid)
    assert made.sid in [each.sid for each in account.client.list_services()]

    account.client.delete_service(made.sid)

    with pytest.raises(NotFoundError):
        account.client.delete_service(made.sid)
    with pytest.raises(NotFoundError):
        account.client.fetch_service(made.sid)
    assert made.sid not in [each.sid for each in account.client.list_services()]


def test_names_of_services_and_roles_are_not_unique(account: Account):
    """So the providers themselves ask who bears a name already."""
    first = account.service()
    second = account.service(first.friendly_name)
    roles = [account.client.create_role(first.sid, "twin", "service", ["joinConversation"]) for _ in range(2)]

    assert first.sid != second.sid
    assert roles[0].sid != roles[1].sid


def test_longest_name_has_256_characters(account: Account):
    """The limit that check demands before any request is the API's."""
    name = "contract-test-" + "x" * 242

    assert name == account.service(name).friendly_name
    with pytest.raises(ApiError) as refused:
        account.service(name + "x")
    assert 400 == refused.value.status


def test_new_service_has_default_roles_of_the_right_types(account: Account):
    """A default role is remembered by its SID when another one takes its place."""
    service = account.service()

    roles = {role.sid: role.type for role in account.client.list_roles(service.sid)}
    found = part(account, "configuration", service.sid)

    assert ["conversation", "conversation", "service"] == [
        roles.get(found[f"default_{name}_role_sid"])
        for name in ("conversation_creator", "conversation", "chat_service")
    ]


def test_update_of_a_role_replaces_its_permissions(account: Account):
    """Permissions are a set: those that an update does not name are gone."""
    service = account.service()
    role = account.client.create_role(
        service.sid, "agent", "conversation", ["sendMessage", "leaveConversation"]
    )

    account.client.update_role(service.sid, role.sid, ["sendMediaMessage", "sendMessage"])

    found = account.client.fetch_role(service.sid, role.sid)
    assert {"sendMediaMessage", "sendMessage"} == {*found.permissions}
    assert ("agent", "conversation") == (found.friendly_name, found.type)


def test_role_that_the_configuration_names_is_not_deleted(account: Account):
    """A service never points at a role that is gone."""
    service = account.service()
    role = account.client.create_role(service.sid, "agent", "conversation", ["sendMessage"])
    part(account, "configuration", service.sid, default_conversation_role_sid=role.sid)

    with pytest.raises(ApiError):
        account.client.delete_role(service.sid, role.sid)
    assert role.sid == account.client.fetch_role(service.sid, role.sid).sid


@pytest.mark.parametrize(
    ("kind", "form", "expected"),
    [
        pytest.param(
            "configuration", {"reachability_enabled": True}, {"reachability_enabled": True}, id="switch"
        ),
        pytest.param(
            "notifications",
            {"new_message__enabled": True, "new_message__template": "News", "new_message__sound": "chime"},
            {"new_message.enabled": True, "new_message.template": "News", "new_message.sound": "chime"},
            id="push",
        ),
        pytest.param(
            "webhooks",
            {
                "post_webhook_url": "https://hooks.example.com/a",
                "filters": ["onMessageAdded", "onMessageAdd"],
            },
            {
                "post_webhook_url": "https://hooks.example.com/a",
                "filters": ["onMessageAdd", "onMessageAdded"],
            },
            id="webhook",
        ),
    ],
)
def test_update_of_a_part_changes_what_it_names_and_leaves_the_rest(
    account: Account, kind: str, form: dict[str, Any], expected: dict[str, Any]
):
    """What is not declared is not managed."""
    service = account.service()
    before = part(account, kind, service.sid)

    part(account, kind, service.sid, **form)

    after = part(account, kind, service.sid)
    changed = {key: sorted(value) if isinstance(value, list) else value for key, value in after.items()}
    assert {**before, **expected} == changed


@pytest.mark.parametrize(
    ("kind", "form", "keys"),
    [
        pytest.param(
            "notifications",
            {"new_message__template": "News", "new_message__sound": "chime"},
            ("new_message.template", "new_message.sound"),
            id="texts of a push",
        ),
        pytest.param(
            "webhooks",
            {
                "pre_webhook_url": "https://hooks.example.com/a",
                "post_webhook_url": "https://hooks.example.com/b",
                "method": "POST",
                "filters": ["onMessageAdded"],
            },
            ("pre_webhook_url", "post_webhook_url", "method", "filters"),
            id="webhook",
        ),
    ],
)
def test_empty_value_unsets_a_text(account: Account, kind: str, form: dict[str, Any], keys: tuple[str, ...]):
    """Deleting a singleton puts back what was before, which may be nothing."""
    service = account.service()
    part(account, kind, service.sid, **form)

    part(account, kind, service.sid, **dict.fromkeys(form, ""))

    found = part(account, kind, service.sid)
    assert dict.fromkeys(keys, False) == {key: bool(found[key]) for key in keys}


def test_account_tells_whose_it_is(account: Account):
    """What is gone is told from another account's by the account's own word, which a key needs not name."""
    assert account.service().account_sid == account.client.fetch_account().sid


def test_no_address_leads_to_a_new_service(account: Account):
    """The guard reads the account's address configurations, which these credentials must be allowed to."""
    assert [] == account.client.addresses_of(account.service().sid)


def test_service_is_deleted_with_its_conversations(account: Account):
    """The API asks nobody: that is why the providers count first."""
    service = account.service()
    path = f"/v1/Services/{service.sid}/Conversations"
    account.transport.post("create conversation", path, {"FriendlyName": "contract-test"})

    assert {"conversations": 1, "users": 0} == account.client.count_held(service.sid)

    account.client.delete_service(service.sid)

    with pytest.raises(NotFoundError):
        account.client.count_held(service.sid)
