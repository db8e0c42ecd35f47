"""The Notifications of a service: which events are pushed, and how they read and sound.

Source: https://www.twilio.com/docs/conversations/api/service-notification-resource
"""

from __future__ import annotations

from offline.emulator.kinds import Action, Kind, Parameter, boolean
from offline.emulator.resources.service import SERVICE

__all__ = ["NOTIFICATION"]


def _switch(name: str, field: str) -> Parameter:
    return Parameter(name, field, boolean, default=False)


def _text(name: str, field: str) -> Parameter:
    # Twilio has errors for texts that are too long (50058, 50059), and publishes no limits.
    return Parameter(name, field, str, can_unset=True)


NOTIFICATION = Kind(
    name="notification",
    path="/v1/Services/{ServiceSid}/Configuration/Notifications",
    key="notifications",
    fields=(
        "account_sid",
        "chat_service_sid",
        "log_enabled",
        "added_to_conversation",
        "new_message",
        "removed_from_conversation",
        "url",
    ),
    parameters=(
        _switch("LogEnabled", "log_enabled"),
        _switch("NewMessage.Enabled", "new_message.enabled"),
        _text("NewMessage.Template", "new_message.template"),
        _text("NewMessage.Sound", "new_message.sound"),
        _switch("NewMessage.BadgeCountEnabled", "new_message.badge_count_enabled"),
        _switch("NewMessage.WithMedia.Enabled", "new_message.with_media.enabled"),
        _text("NewMessage.WithMedia.Template", "new_message.with_media.template"),
        _switch("AddedToConversation.Enabled", "added_to_conversation.enabled"),
        _text("AddedToConversation.Template", "added_to_conversation.template"),
        _text("AddedToConversation.Sound", "added_to_conversation.sound"),
        _switch("RemovedFromConversation.Enabled", "removed_from_conversation.enabled"),
        _text("RemovedFromConversation.Template", "removed_from_conversation.template"),
        _text("RemovedFromConversation.Sound", "removed_from_conversation.sound"),
    ),
    actions=(Action.FETCH, Action.UPDATE),
    parent=SERVICE,
    parent_field="chat_service_sid",
)
