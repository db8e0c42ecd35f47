"""The Conversation of a service, without timers, bindings, participants and messages.

Source: https://www.twilio.com/docs/conversations/api/conversation-resource
"""

from __future__ import annotations

from offline.emulator.kinds import Action, Kind, Parameter, json_text, one_of, sid_of, text
from offline.emulator.resources.service import SERVICE

__all__ = ["CONVERSATION"]

STATE = one_of("initializing", "inactive", "active", "closed")

CONVERSATION = Kind(
    name="conversation",
    prefix="CH",
    path="/v1/Services/{ServiceSid}/Conversations",
    key="conversations",
    fields=(
        "sid",
        "account_sid",
        "chat_service_sid",
        "messaging_service_sid",
        "friendly_name",
        "unique_name",
        "attributes",
        "date_created",
        "date_updated",
        "state",
        "timers",
        "bindings",
        "url",
        "links",
    ),
    parameters=(
        Parameter("FriendlyName", "friendly_name", text()),
        Parameter("UniqueName", "unique_name", text(1)),
        Parameter("Attributes", "attributes", json_text, default="{}"),
        Parameter("MessagingServiceSid", "messaging_service_sid", sid_of("MG")),
        Parameter("State", "state", STATE, default="active"),
    ),
    actions=(Action.LIST, Action.CREATE, Action.FETCH, Action.UPDATE, Action.DELETE),
    links=("participants", "messages", "webhooks", "export"),
    filters=(Parameter("State", "state", STATE),),
    not_emulated=(
        "DateCreated",
        "DateUpdated",
        "Timers.Inactive",
        "Timers.Closed",
        "Bindings.Email.Address",
        "Bindings.Email.Name",
        "StartDate",
        "EndDate",
    ),
    constants={"timers": {}, "bindings": {}},
    parent=SERVICE,
    parent_field="chat_service_sid",
    unique_field="unique_name",
)
