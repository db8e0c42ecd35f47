"""The Address Configuration of an account: what happens to a message that arrives at an address of its own.

It names the service in which conversations begin by themselves. The emulator keeps the settings; no message
arrives. Source: https://www.twilio.com/docs/conversations/api/address-configuration-resource
"""

from __future__ import annotations

from offline.emulator.kinds import Action, Json, Kind, Parameter, boolean, one_of, sid_of, text, web_url

__all__ = ["ADDRESS_CONFIGURATION"]

TYPES = ("sms", "whatsapp", "messenger", "gbm", "email", "rcs", "apple", "chat")
EVENTS = (
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
)
MOST_RETRIES = 3


def _type(value: str) -> Json:
    # The specification's example createWhatsappCaseInsensitive.
    return one_of(*TYPES)(value.lower())


def _method(value: str) -> Json:
    # Lower case in the specification's list, upper case in its examples and on the page.
    return one_of("GET", "POST")(value.upper())


def _retries(value: str) -> Json:
    if not (value.isascii() and value.isdigit() and int(value[:3]) <= MOST_RETRIES):
        raise ValueError(f"must be a whole number from 0 to {MOST_RETRIES}")
    return int(value)


ADDRESS_CONFIGURATION = Kind(
    name="address_configuration",
    prefix="IG",
    path="/v1/Configuration/Addresses",
    key="address_configurations",
    fields=(
        "account_sid",
        "sid",
        "address",
        "type",
        "friendly_name",
        "address_country",
        "auto_creation",
        "date_created",
        "date_updated",
        "url",
    ),
    parameters=(
        Parameter("Type", "type", _type, required=True, fixed=True),
        Parameter("Address", "address", text(1), required=True, fixed=True),
        Parameter("FriendlyName", "friendly_name", text()),
        Parameter("AddressCountry", "address_country", text(2, 2), fixed=True),
        Parameter("AutoCreation.Enabled", "auto_creation.enabled", boolean, default=False),
        Parameter("AutoCreation.Type", "auto_creation.type", one_of("webhook", "studio", "default")),
        Parameter(
            "AutoCreation.ConversationServiceSid", "auto_creation.conversation_service_sid", sid_of("IS")
        ),
        Parameter("AutoCreation.WebhookUrl", "auto_creation.webhook_url", web_url, can_unset=True),
        Parameter("AutoCreation.WebhookMethod", "auto_creation.webhook_method", _method, can_unset=True),
        Parameter(
            "AutoCreation.WebhookFilters",
            "auto_creation.webhook_filters",
            one_of(*EVENTS),
            many=True,
            can_unset=True,
        ),
        Parameter("AutoCreation.StudioFlowSid", "auto_creation.studio_flow_sid", sid_of("FW")),
        Parameter("AutoCreation.StudioRetryCount", "auto_creation.studio_retry_count", _retries),
    ),
    filters=(Parameter("Type", "type", _type),),
    actions=(Action.LIST, Action.CREATE, Action.FETCH, Action.UPDATE, Action.DELETE),
    unique_field="address",
    max_page_size=50,
)
