"""A phone number that leads to a service of another project."""

import pulumi

from pulumi_twilio_conversations import AddressConfiguration

config = pulumi.Config("desk")
desk = pulumi.StackReference(config.require("stack"))

AddressConfiguration(
    "hotline",
    type="sms",
    address=config.require_secret("number"),
    auto_creation={
        "enabled": True,
        "type": "default",
        "conversation_service_sid": desk.require_output("sid"),
    },
)
