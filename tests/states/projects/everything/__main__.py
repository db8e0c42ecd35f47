"""Everything that a state can hold of this provider: the checkout's own program, and what it does not declare."""

from __future__ import annotations

import declared  # the checkout's own `__main__.py`, under another name
import pulumi

from providers import (
    ConversationService,
    Role,
    ServiceConfiguration,
    ServiceNotification,
    ServiceWebhook,
    TwilioAccount,
)

assert declared
config = pulumi.Config("everything")

direct = ConversationService("direct", friendly_name="acme-direct-dev", force_destroy=True)
agent = Role(
    "direct-agent",
    service_sid=direct.sid,
    friendly_name="agent",
    type="conversation",
    permissions=["sendMessage", "addParticipant"],
)
ServiceConfiguration(
    "direct",
    service_sid=direct.sid,
    default_conversation_role_sid=agent.sid,
    reachability_enabled=True,
)
ServiceWebhook(
    "direct",
    service_sid=direct.sid,
    post_webhook_url=config.require_secret("hook"),
    method="POST",
    filters=["onMessageAdded", "onConversationAdded"],
)
ServiceNotification(
    "direct",
    service_sid=direct.sid,
    log_enabled=True,
    new_message={
        "enabled": True,
        "template": "New message",
        "badge_count_enabled": True,
        "with_media": {"enabled": True, "template": "New attachment"},
    },
    removed_from_conversation={"enabled": False},
    opts=pulumi.ResourceOptions(depends_on=[agent]),
)
second = TwilioAccount(
    "second", account_sid="AC" + "0" * 31 + "2", auth_token=config.require_secret("secondToken")
)
ConversationService(
    "elsewhere", friendly_name="acme-elsewhere-dev", opts=pulumi.ResourceOptions(provider=second)
)
read = ConversationService.get("by-hand", config.require("byHand"))

pulumi.export("read", read.friendly_name)
pulumi.export("hook", pulumi.Output.secret({"nested": [config.require("byHand"), True, 1.5, None]}))
