"""ServiceConfiguration: who gets which role in a Conversation Service, and whether users see who is reachable.

Not here: its notifications and webhooks, which the API keeps below it and which are entities of their own.
https://www.twilio.com/docs/conversations/api/service-configuration-resource
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from ._api.checks import ROLE_SID, sid_of
from ._resource.dynamic import TwilioResource
from ._resource.singleton import SWITCH, Setting, Shape, SingletonProvider, singleton_inputs

__all__ = ["INPUTS", "ServiceConfiguration", "ServiceConfigurationProvider"]

_ROLE = Setting(sid_of(ROLE_SID, "a role"), "")

SHAPE: Shape = {
    "default_conversation_creator_role_sid": _ROLE,
    "default_conversation_role_sid": _ROLE,
    "default_chat_service_role_sid": _ROLE,
    "reachability_enabled": SWITCH,
}
INPUTS = singleton_inputs(SHAPE)


class ServiceConfigurationProvider(SingletonProvider):
    """Manage the configuration of a Conversation Service; another service replaces it."""

    kind = "service configuration"
    path = "Configuration"
    shape = SHAPE
    inputs = INPUTS

    def restorable(self, service_sid: str, previous: Mapping[str, Any]) -> Mapping[str, Any]:
        """Leave out default roles that were not set or are gone: the API knows no way to unset one."""
        if not any(name.endswith("_role_sid") for name in previous):
            return previous
        there = {role.sid for role in self.connection.client.list_roles(service_sid)}
        return {
            name: value
            for name, value in previous.items()
            if not name.endswith("_role_sid") or value in there
        }


class ServiceConfiguration(TwilioResource, module="twilio", name="ServiceConfiguration"):
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

    service_sid: pulumi.Output[str]
    """The service; the resource's id."""
    account_sid: pulumi.Output[str]
    """The account that owns it."""
    default_conversation_creator_role_sid: pulumi.Output[str | None]
    """As managed; None if it is not."""
    default_conversation_role_sid: pulumi.Output[str | None]
    """As managed; None if it is not."""
    default_chat_service_role_sid: pulumi.Output[str | None]
    """As managed; None if it is not."""
    reachability_enabled: pulumi.Output[bool | None]
    """As managed; None if it is not."""
    url: pulumi.Output[str]
    """Its own URL in the API."""
    previous: pulumi.Output[Mapping[str, Any]]
    """What the managed values were before, by dotted name; secret."""

    provider_class = ServiceConfigurationProvider
    outputs = ("service_sid", "account_sid", *SHAPE, "url", "previous")
    secret_outputs = ("previous",)

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
        inputs = {
            "service_sid": service_sid,
            "default_conversation_creator_role_sid": default_conversation_creator_role_sid,
            "default_conversation_role_sid": default_conversation_role_sid,
            "default_chat_service_role_sid": default_chat_service_role_sid,
            "reachability_enabled": reachability_enabled,
        }
        self._declare(resource_name, inputs, opts)
