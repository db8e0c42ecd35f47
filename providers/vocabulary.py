"""The words of the API that its description does not enumerate: a service's events, the permissions of roles.

A word that is missing here cannot be declared; add it with its source. Twilio's page on roles lists the permissions
of each type; those marked stand in published programs only.
https://www.twilio.com/docs/conversations/api/per-service-webhook-resource
https://www.twilio.com/docs/conversations/api/role-resource
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["EVENTS", "PERMISSIONS"]

EVENTS = (
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
)
"""Before it happens (a verb) and after (a participle); the account's own webhooks know three of users besides."""

_BOTH = (
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
)
PERMISSIONS: Mapping[str, tuple[str, ...]] = {
    "conversation": (
        *_BOTH,
        "deleteOwnMessage",
        "editNotificationLevel",  # in published programs only
        "leaveConversation",
        "sendMediaMessage",
        "sendMessage",
    ),
    "service": (*_BOTH, "createConversation", "joinConversation"),
}
"""By the type of a role."""
