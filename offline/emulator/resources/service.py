"""The Service: what conversations, users and roles live in. It has no update.

Source: https://www.twilio.com/docs/conversations/api/service-resource
"""

from __future__ import annotations

from offline.emulator.kinds import Action, Kind, Parameter, text

__all__ = ["SERVICE"]

SERVICE = Kind(
    name="service",
    prefix="IS",
    path="/v1/Services",
    key="services",
    fields=("sid", "account_sid", "friendly_name", "date_created", "date_updated", "url", "links"),
    # The specification calls the name optional in words and requires it in its schema.
    parameters=(Parameter("FriendlyName", "friendly_name", text(1, 256), required=True),),
    actions=(Action.LIST, Action.CREATE, Action.FETCH, Action.DELETE),
    links=(
        "conversations",
        "users",
        "roles",
        "bindings",
        "configuration",
        "participant_conversations",
        "conversation_with_participants",
    ),
)
