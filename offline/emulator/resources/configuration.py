"""The Configuration of a service: who gets which role, and reachability.

Source: https://www.twilio.com/docs/conversations/api/service-configuration-resource
"""

from __future__ import annotations

from offline.emulator.kinds import Action, Kind, Parameter, Reference, boolean, sid_of
from offline.emulator.resources.role import ROLE
from offline.emulator.resources.service import SERVICE

__all__ = ["CONFIGURATION"]

ROLE_SID = sid_of("RL")
CONVERSATION_ROLE = Reference(ROLE, "conversation", code=50109)
SERVICE_ROLE = Reference(ROLE, "service", code=50102)

CONFIGURATION = Kind(
    name="configuration",
    path="/v1/Services/{ServiceSid}/Configuration",
    key="configuration",
    fields=(
        "chat_service_sid",
        "default_conversation_creator_role_sid",
        "default_conversation_role_sid",
        "default_chat_service_role_sid",
        "reachability_enabled",
        "url",
        "links",
    ),
    parameters=(
        Parameter(
            "DefaultConversationCreatorRoleSid",
            "default_conversation_creator_role_sid",
            ROLE_SID,
            reference=CONVERSATION_ROLE,
        ),
        Parameter(
            "DefaultConversationRoleSid",
            "default_conversation_role_sid",
            ROLE_SID,
            reference=CONVERSATION_ROLE,
        ),
        Parameter(
            "DefaultChatServiceRoleSid", "default_chat_service_role_sid", ROLE_SID, reference=SERVICE_ROLE
        ),
        Parameter("ReachabilityEnabled", "reachability_enabled", boolean, default=False),
    ),
    actions=(Action.FETCH, Action.UPDATE),
    links=("notifications", "webhooks"),
    parent=SERVICE,
    parent_field="chat_service_sid",
)
