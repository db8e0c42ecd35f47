"""What a role may permit, by the type of the role; not a resource of its own.

Twilio's page lists the permissions of each type (Permission Values); this is that list as two published programs
transcribe it, and four more that others create roles with: being too strict would be worse than too lenient.
Source: https://www.twilio.com/docs/conversations/api/role-resource
"""

from __future__ import annotations

__all__ = ["PERMISSIONS"]

BOTH = {
    "addNonChatParticipant",  # not in that list
    "addParticipant",
    "deleteAnyMessage",
    "deleteConversation",
    "editAnyMessage",
    "editAnyMessageAttributes",
    "editAnyParticipantAttributes",  # not in that list
    "editAnyUserInfo",
    "editConversationAttributes",
    "editConversationName",
    "editOwnMessage",
    "editOwnMessageAttributes",
    "editOwnParticipantAttributes",  # not in that list
    "editOwnUserInfo",
    "removeParticipant",
}
SERVICE_ONLY = {"createConversation", "joinConversation"}
CONVERSATION_ONLY = {
    "deleteOwnMessage",
    "editNotificationLevel",  # not in that list
    "leaveConversation",
    "sendMediaMessage",
    "sendMessage",
}

PERMISSIONS = {"conversation": BOTH | CONVERSATION_ONLY, "service": BOTH | SERVICE_ONLY}
