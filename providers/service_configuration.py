"""ServiceConfiguration: who gets which role in a Conversation Service, and whether users see who is reachable.

Not here: its notifications and webhooks, which the API keeps below it and which are entities of their own.
https://www.twilio.com/docs/conversations/api/service-configuration-resource
"""

from __future__ import annotations

import pulumi

from ._api.checks import flag
from ._api.entity import Entity
from ._api.fields import Field
from ._resource.settings import Values
from ._resource.singleton import SingletonProvider, SingletonResource
from .conversation_service import SERVICE
from .role import ROLE

__all__ = ["CONFIGURATION", "ServiceConfiguration", "ServiceConfigurationProvider"]

CONFIGURATION = Entity(
    kind="service configuration",
    path="Configuration",
    parent=SERVICE,
    fields=(
        Field("default_conversation_creator_role_sid", ROLE.check_sid),
        Field("default_conversation_role_sid", ROLE.check_sid),
        Field("default_chat_service_role_sid", ROLE.check_sid),
        Field("reachability_enabled", flag, bool),
    ),
)


class ServiceConfigurationProvider(SingletonProvider):
    """Manage the configuration of a Conversation Service; another service replaces it."""

    entity = CONFIGURATION

    def restorable(self, service_sid: str, previous: Values) -> Values:
        """Leave out default roles that were not set or are gone: the API knows no way to unset one."""
        if not any(name.endswith("_role_sid") for name in previous):
            return previous
        there = {role.sid for role in self.connection.client.list(ROLE, {"service_sid": service_sid})}
        return {
            name: value
            for name, value in previous.items()
            if not name.endswith("_role_sid") or value in there
        }


class ServiceConfiguration(SingletonResource, module="twilio", name="ServiceConfiguration"):
    """The configuration of a Conversation Service. What is left out is not managed.

    Args:
        resource_name: logical name in the Pulumi program.
        service_sid: the service; give `service.id`, which a preview knows. Another one replaces the resource.
        default_conversation_creator_role_sid: conversation role of who creates a conversation.
        default_conversation_role_sid: conversation role of who is added to a conversation.
        default_chat_service_role_sid: service role of who is added to the service.
        reachability_enabled: whether users see if others are reachable.
        opts: Pulumi's options.
    """

    default_conversation_creator_role_sid: pulumi.Output[str | None]
    """As managed; None if it is not."""
    default_conversation_role_sid: pulumi.Output[str | None]
    """As managed; None if it is not."""
    default_chat_service_role_sid: pulumi.Output[str | None]
    """As managed; None if it is not."""
    reachability_enabled: pulumi.Output[bool | None]
    """As managed; None if it is not."""

    provider_class = ServiceConfigurationProvider

    def __init__(
        self,
        resource_name: str,
        *,
        service_sid: pulumi.Input[str],
        default_conversation_creator_role_sid: pulumi.Input[str] | None = None,
        default_conversation_role_sid: pulumi.Input[str] | None = None,
        default_chat_service_role_sid: pulumi.Input[str] | None = None,
        reachability_enabled: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self._declare(locals())
