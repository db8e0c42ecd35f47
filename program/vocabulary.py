"""The words of Twilio that a stack file may use: events of webhooks, permissions of roles by type.

Written down here, too, as the provider is not imported; a test compares the two.
https://www.twilio.com/docs/conversations/api/per-service-webhook-resource
https://www.twilio.com/docs/conversations/api/role-resource
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["EVENTS", "PERMISSIONS"]

_CHANGES = ("Add", "Added", "Remove", "Removed", "Update", "Updated")
EVENTS = (
    *(f"on{thing}{change}" for thing in ("Conversation", "Message", "Participant") for change in _CHANGES),
    "onConversationStateUpdated",
    "onDeliveryUpdated",
)

_BOTH = (
    "addNonChatParticipant",
    "addParticipant",
    "deleteAnyMessage",
    "deleteConversation",
    "editAnyMessage",
    "editAnyMessageAttributes",
    "editAnyParticipantAttributes",
    "editAnyUserInfo",
    "editConversationAttributes",
    "editConversationName",
    "editOwnMessage",
    "editOwnMessageAttributes",
    "editOwnParticipantAttributes",
    "editOwnUserInfo",
    "removeParticipant",
)
_IN_A_CONVERSATION = (
    "deleteOwnMessage",
    "editNotificationLevel",
    "leaveConversation",
    "sendMediaMessage",
    "sendMessage",
)
PERMISSIONS: Mapping[str, tuple[str, ...]] = {
    "conversation": (*_BOTH, *_IN_A_CONVERSATION),
    "service": (*_BOTH, "createConversation", "joinConversation"),
}
