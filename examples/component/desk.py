"""A team's own component: a desk, as this company runs it."""

import pulumi

from pulumi_twilio_conversations import ConversationService, Role, ServiceConfiguration


class Desk(pulumi.ComponentResource):
    """A service whose conversations begin with the company's roles.

    Args:
        name: of the desk; the service is called `acme-NAME-desk`.
        may_remove: whether agents may remove messages.
    """

    service: ConversationService

    def __init__(
        self, name: str, *, may_remove: bool = False, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("acme:talks:Desk", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.service = ConversationService(name, friendly_name=f"acme-{name}-desk", opts=child)
        agent = Role(
            f"{name}-agent",
            service_sid=self.service.id,
            friendly_name="agent",
            type="conversation",
            permissions=["sendMessage", "deleteAnyMessage"] if may_remove else ["sendMessage"],
            opts=child,
        )
        ServiceConfiguration(
            name, service_sid=self.service.id, default_conversation_creator_role_sid=agent.id, opts=child
        )
        self.register_outputs({"sid": self.service.sid})
