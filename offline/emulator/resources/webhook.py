"""The Webhooks of a service: where its events are sent. The emulator keeps the settings and sends nothing.

Source: https://www.twilio.com/docs/conversations/api/per-service-webhook-resource
"""

from __future__ import annotations

from offline.emulator.kinds import Action, Kind, Parameter, one_of, web_url
from offline.emulator.resources.events import EVENTS
from offline.emulator.resources.service import SERVICE

__all__ = ["WEBHOOK"]

WEBHOOK = Kind(
    name="webhook",
    path="/v1/Services/{ServiceSid}/Configuration/Webhooks",
    key="webhooks",
    fields=(
        "account_sid",
        "chat_service_sid",
        "pre_webhook_url",
        "post_webhook_url",
        "filters",
        "method",
        "url",
    ),
    parameters=(
        Parameter("PreWebhookUrl", "pre_webhook_url", web_url, can_unset=True, code=50077),
        Parameter("PostWebhookUrl", "post_webhook_url", web_url, can_unset=True, code=50078),
        Parameter("Filters", "filters", one_of(*EVENTS), many=True, can_unset=True, code=50054),
        Parameter("Method", "method", one_of("GET", "POST"), can_unset=True, code=50055),
    ),
    actions=(Action.FETCH, Action.UPDATE),
    parent=SERVICE,
    parent_field="chat_service_sid",
)
