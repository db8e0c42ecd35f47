"""Accounts as others made them: by Twilio's own Python package, over the emulator's API."""

from __future__ import annotations

from typing import Any

from twilio.rest import Client  # type: ignore[import-untyped]

from tests.emulator.test_twilio_client import LocalHttpClient
from tools.local_emulator import ACCOUNT_SID

EVENTS = ["onMessageAdded", "onConversationAdded", "onDeliveryUpdated"]


def services_of(url: str) -> Any:
    """Return the package's way to the services of the clone's own account."""
    client = Client(ACCOUNT_SID, "emulator", account_sid=ACCOUNT_SID, http_client=LocalHttpClient(url))
    return client.conversations.v1.services


def client_of(url: str) -> Any:
    """Return the package's client of the clone's own account."""
    return Client(
        ACCOUNT_SID, "emulator", account_sid=ACCOUNT_SID, http_client=LocalHttpClient(url)
    ).conversations.v1


def mixed(url: str, count: int) -> list[str]:
    """Make services of which no two neighbours have the same settings; return their SIDs.

    Of seven in a row: nothing, a role, a role that is a default, a webhook, one that holds a token, notifications, and
    a role of Twilio's own that somebody changed.
    """
    services = services_of(url)
    sids = []
    for number in range(count):
        made = services.create(friendly_name=f"acme-desk-{number:03}")
        sids.append(made.sid)
        service = services(made.sid)
        match number % 7:
            case 1:
                service.roles.create(
                    friendly_name="agent", type="conversation", permission=["sendMessage", "addParticipant"]
                )
            case 2:
                role = service.roles.create(
                    friendly_name="planner", type="conversation", permission=["sendMessage"]
                )
                service.configuration().update(
                    default_conversation_creator_role_sid=role.sid, reachability_enabled=True
                )
            case 3:
                service.configuration.webhooks().update(
                    post_webhook_url=f"https://hooks.acme.example/{number}/events",
                    method="POST",
                    filters=EVENTS,
                )
            case 4:
                service.configuration.webhooks().update(
                    pre_webhook_url=f"https://hooks.acme.example/screen?token=s3cr3t-{number}", method="GET"
                )
            case 5:
                service.configuration.notifications().update(
                    log_enabled=True,
                    new_message_enabled=True,
                    new_message_template="New message",
                    new_message_with_media_enabled=True,
                    added_to_conversation_sound="chime",
                )
            case 6:
                user = next(each for each in service.roles.list() if each.friendly_name == "channel user")
                service.roles(user.sid).update(permission=["sendMessage", "leaveConversation"])
    return sids
