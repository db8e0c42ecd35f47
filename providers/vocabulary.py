"""The words of the API: a service's events, the permissions of roles, types and methods.

They are types, so that an editor completes them and a type checker finds a wrong one.

A word that is missing here cannot be declared; add it with its source. Twilio's page on roles lists the permissions
of each type; those marked stand in published programs only.
https://www.twilio.com/docs/conversations/api/per-service-webhook-resource
https://www.twilio.com/docs/conversations/api/role-resource
https://www.twilio.com/docs/conversations/api/address-configuration-resource
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

__all__ = [
    "EVENTS",
    "METHODS",
    "PERMISSIONS",
    "AddressEvent",
    "AddressType",
    "AutoCreationType",
    "ConversationPermission",
    "Event",
    "Method",
    "Permission",
    "RoleType",
    "ServicePermission",
]

Method = Literal["GET", "POST"]
METHODS: tuple[str, ...] = get_args(Method)

Event = Literal[
    "onConversationAdd",
    "onConversationAdded",
    "onConversationRemove",
    "onConversationRemoved",
    "onConversationStateUpdated",
    "onConversationUpdate",
    "onConversationUpdated",
    "onDeliveryUpdated",
    "onMessageAdd",
    "onMessageAdded",
    "onMessageRemove",
    "onMessageRemoved",
    "onMessageUpdate",
    "onMessageUpdated",
    "onParticipantAdd",
    "onParticipantAdded",
    "onParticipantRemove",
    "onParticipantRemoved",
    "onParticipantUpdate",
    "onParticipantUpdated",
]
"""Before it happens (a verb) and after (a participle); the account's own webhooks know three of users besides."""
EVENTS: tuple[str, ...] = get_args(Event)

AddressType = Literal["sms", "whatsapp", "messenger", "gbm", "email", "rcs", "apple", "chat"]
AutoCreationType = Literal["webhook", "studio", "default"]
AddressEvent = Literal[
    "onMessageAdded",
    "onMessageUpdated",
    "onMessageRemoved",
    "onConversationUpdated",
    "onConversationStateUpdated",
    "onConversationRemoved",
    "onParticipantAdded",
    "onParticipantUpdated",
    "onParticipantRemoved",
    "onDeliveryUpdated",
]

_AnyRole = Literal[
    "addNonChatParticipant",  # in published programs only
    "addParticipant",
    "deleteAnyMessage",
    "deleteConversation",
    "editAnyMessage",
    "editAnyMessageAttributes",
    "editAnyParticipantAttributes",  # in published programs only
    "editAnyUserInfo",
    "editConversationAttributes",
    "editConversationName",
    "editOwnMessage",
    "editOwnMessageAttributes",
    "editOwnParticipantAttributes",  # in published programs only
    "editOwnUserInfo",
    "removeParticipant",
]
ConversationPermission = Literal[
    _AnyRole,
    "deleteOwnMessage",
    "editNotificationLevel",  # in published programs only
    "leaveConversation",
    "sendMediaMessage",
    "sendMessage",
]
ServicePermission = Literal[_AnyRole, "createConversation", "joinConversation"]
Permission = Literal[ConversationPermission, ServicePermission]
RoleType = Literal["conversation", "service"]

PERMISSIONS: Mapping[str, tuple[str, ...]] = {
    "conversation": get_args(ConversationPermission),
    "service": get_args(ServicePermission),
}
"""By the type of a role."""
