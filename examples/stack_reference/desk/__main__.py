"""A service, whose SID other projects may ask for."""

import pulumi

from pulumi_twilio_conversations import ConversationService

pulumi.export("sid", ConversationService("desk", friendly_name="acme-desk").sid)
