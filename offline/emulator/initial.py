"""What a new service comes with: four roles, and settings that name three of them as defaults.

Conversations is built on Programmable Chat, and its roles bear the names of then:
https://www.twilio.com/docs/chat/permissions has them, and the permissions of the first two, here under today's
names. Those of the third are in the test data of https://github.com/RJPearson94/twilio-sdk-go; those of the
fourth are how a published program restates them, and the least certain.
"""

from __future__ import annotations

from collections.abc import Mapping

from offline.emulator.kinds import Json, Kind
from offline.emulator.resources import CONFIGURATION, NOTIFICATION, ROLE, WEBHOOK
from offline.emulator.store import Row

__all__ = ["contents_of"]

ROLES: tuple[dict[str, Json], ...] = (
    {
        "friendly_name": "service admin",
        "type": "service",
        "permissions": [
            "createConversation",
            "joinConversation",
            "deleteConversation",
            "editConversationAttributes",
            "editConversationName",
            "addParticipant",
            "removeParticipant",
            "editAnyParticipantAttributes",
            "editAnyMessage",
            "deleteAnyMessage",
            "editAnyMessageAttributes",
            "editAnyUserInfo",
        ],
    },
    {
        "friendly_name": "service user",
        "type": "service",
        "permissions": ["createConversation", "editOwnUserInfo", "joinConversation"],
    },
    {
        "friendly_name": "channel admin",
        "type": "conversation",
        "permissions": [
            "deleteConversation",
            "removeParticipant",
            "editConversationName",
            "editConversationAttributes",
            "addParticipant",
            "sendMessage",
            "sendMediaMessage",
            "leaveConversation",
            "editAnyMessage",
            "editAnyMessageAttributes",
            "editAnyParticipantAttributes",
            "deleteAnyMessage",
            "editNotificationLevel",
        ],
    },
    {
        "friendly_name": "channel user",
        "type": "conversation",
        "permissions": [
            "sendMessage",
            "sendMediaMessage",
            "leaveConversation",
            "editNotificationLevel",
            "editOwnParticipantAttributes",
            "editOwnMessage",
            "editOwnMessageAttributes",
            "deleteOwnMessage",
        ],
    },
)
DEFAULT_ROLES = {
    "default_conversation_creator_role_sid": "channel admin",
    "default_conversation_role_sid": "channel user",
    "default_chat_service_role_sid": "service user",
}


def contents_of(service: Row) -> list[Row]:
    """Make what a service comes with, ready to be stored."""
    roles = [_below(service, ROLE, fields) for fields in ROLES]
    sids = {role.fields["friendly_name"]: role.sid for role in roles}
    defaults = {field: sids[name] for field, name in DEFAULT_ROLES.items()}
    return [
        *roles,
        _below(service, CONFIGURATION, {**CONFIGURATION.defaults(), **defaults}),
        *(_below(service, kind, kind.defaults()) for kind in (NOTIFICATION, WEBHOOK)),
    ]


def _below(service: Row, kind: Kind, fields: Mapping[str, Json]) -> Row:
    date = service.date_created
    sid = kind.new_sid(service.sid)
    return Row(0, sid, kind.name, service.account_sid, service.sid, dict(fields), date, date)
