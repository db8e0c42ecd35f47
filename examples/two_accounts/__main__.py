"""A service in the stack's own account, and one in a subaccount."""

import pulumi

from pulumi_twilio_conversations import ConversationService, TwilioAccount

config = pulumi.Config("accounts")
eu = TwilioAccount("eu", account_sid=config.require("euSid"), auth_token=config.require_secret("euToken"))

home = ConversationService("support", friendly_name="acme-support")
away = ConversationService(
    "support-eu", friendly_name="acme-support-eu", opts=pulumi.ResourceOptions(provider=eu)
)
pulumi.export("accounts", {"home": home.account_sid, "eu": away.account_sid})
