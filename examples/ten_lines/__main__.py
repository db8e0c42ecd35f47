"""A service, and what an agent may do in its conversations."""

import pulumi

from pulumi_twilio_conversations import ConversationService, Role

support = ConversationService("support", friendly_name="acme-support")
Role(
    "agent",
    service_sid=support.id,
    friendly_name="agent",
    type="conversation",
    permissions=["sendMessage", "addParticipant"],
)
pulumi.export("sid", support.sid)
