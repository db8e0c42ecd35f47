"""What Twilio makes with a service: four roles, of which three are its defaults. Left alone, they need no entry.

What is listed here is what has been published of it. A role that is otherwise is taken for changed, and written: that
is more than would be needed, and never too little.
Sources: https://www.twilio.com/docs/chat/permissions, the test data of https://github.com/RJPearson94/twilio-sdk-go
"""

from __future__ import annotations

from collections.abc import Mapping

from providers._api.entity import Thing

__all__ = ["DEFAULTS", "is_as_made"]

Key = tuple[str, str]
"""Type and name of a role."""

_ROLES: Mapping[Key, frozenset[str]] = {
    ("service", "service admin"): frozenset((
        "createConversation", "joinConversation", "deleteConversation", "editConversationAttributes",
        "editConversationName", "addParticipant", "removeParticipant", "editAnyParticipantAttributes",
        "editAnyMessage", "deleteAnyMessage", "editAnyMessageAttributes", "editAnyUserInfo",
    )),
    ("service", "service user"): frozenset(("createConversation", "editOwnUserInfo", "joinConversation")),
    ("conversation", "channel admin"): frozenset((
        "deleteConversation", "removeParticipant", "editConversationName", "editConversationAttributes",
        "addParticipant", "sendMessage", "sendMediaMessage", "leaveConversation", "editAnyMessage",
        "editAnyMessageAttributes", "editAnyParticipantAttributes", "deleteAnyMessage", "editNotificationLevel",
    )),
    ("conversation", "channel user"): frozenset((
        "sendMessage", "sendMediaMessage", "leaveConversation", "editNotificationLevel",
        "editOwnParticipantAttributes", "editOwnMessage", "editOwnMessageAttributes", "deleteOwnMessage",
    )),
}  # fmt: skip

DEFAULTS: Mapping[str, Key] = {
    "default_conversation_creator_role_sid": ("conversation", "channel admin"),
    "default_conversation_role_sid": ("conversation", "channel user"),
    "default_chat_service_role_sid": ("service", "service user"),
}
"""The role that each default names at first."""


def is_as_made(role: Thing) -> bool:
    """Tell whether a role is one that Twilio made with the service, and nobody has changed."""
    return frozenset(role.permissions) == _ROLES.get((role.type, role.friendly_name))
