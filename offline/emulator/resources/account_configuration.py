"""The Configuration of an account: defaults for conversations that name no service. Nothing here acts on them.

Source: https://www.twilio.com/docs/conversations/api/configuration-resource
"""

from __future__ import annotations

from offline.emulator.kinds import Action, Kind, Parameter, sid_of, text

__all__ = ["ACCOUNT_CONFIGURATION"]

ACCOUNT_CONFIGURATION = Kind(
    name="account_configuration",
    path="/v1/Configuration",
    key="configuration",
    fields=(
        "account_sid",
        "default_chat_service_sid",
        "default_messaging_service_sid",
        "default_inactive_timer",
        "default_closed_timer",
        "url",
        "links",
    ),
    parameters=(
        Parameter("DefaultChatServiceSid", "default_chat_service_sid", sid_of("IS")),
        Parameter("DefaultMessagingServiceSid", "default_messaging_service_sid", sid_of("MG")),
        Parameter("DefaultInactiveTimer", "default_inactive_timer", text(1)),
        Parameter("DefaultClosedTimer", "default_closed_timer", text(1)),
    ),
    actions=(Action.FETCH, Action.UPDATE),
    links=("webhooks",),
)
