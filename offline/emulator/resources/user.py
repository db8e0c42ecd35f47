"""The User of a service: who may take part in its conversations, by an identity of the application's own.

Users come to be by themselves at Twilio, when a participant with a new identity joins; here they are created.
Source: https://www.twilio.com/docs/conversations/api/user-resource
"""

from __future__ import annotations

from offline.emulator.kinds import Action, Kind, Parameter, json_text, sid_of, text
from offline.emulator.resources.service import SERVICE

__all__ = ["USER"]

USER = Kind(
    name="user",
    prefix="US",
    path="/v1/Services/{ServiceSid}/Users",
    key="users",
    fields=(
        "sid",
        "account_sid",
        "chat_service_sid",
        "role_sid",
        "identity",
        "friendly_name",
        "attributes",
        "is_online",
        "is_notifiable",
        "date_created",
        "date_updated",
        "url",
        "links",
    ),
    parameters=(
        Parameter("Identity", "identity", text(1), required=True, fixed=True),
        Parameter("FriendlyName", "friendly_name", text()),
        Parameter("Attributes", "attributes", json_text, default="{}"),
        Parameter("RoleSid", "role_sid", sid_of("RL")),
    ),
    actions=(Action.LIST, Action.CREATE, Action.FETCH, Action.UPDATE, Action.DELETE),
    links=("user_conversations",),
    constants={"is_online": False, "is_notifiable": None},
    parent=SERVICE,
    parent_field="chat_service_sid",
    unique_field="identity",
    max_page_size=50,
)
