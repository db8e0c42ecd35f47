"""ServiceWebhook: where a Conversation Service sends its events, and which of them.

One for all conversations of a service. Not here: the webhooks of single conversations and of the account.
https://www.twilio.com/docs/conversations/api/per-service-webhook-resource
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pulumi

from ._api.checks import KnownItems, OneOf, same_url, web_url
from ._api.entity import Entity
from ._api.fields import Field
from ._resource.settings import Values
from ._resource.singleton import SingletonProvider, SingletonResource
from .conversation_service import SERVICE
from .vocabulary import EVENTS, METHODS, Event, Method

__all__ = ["WEBHOOK", "ServiceWebhook", "ServiceWebhookProvider"]

_PAGE = "https://www.twilio.com/docs/conversations/api/per-service-webhook-resource"
_USER_INFO = re.compile(r"(?<=://)[^/?#]*@")

WEBHOOK = Entity(
    kind="service webhook",
    path="Configuration/Webhooks",
    parent=SERVICE,
    fields=(
        Field("pre_webhook_url", web_url, meaning=same_url),
        Field("post_webhook_url", web_url, meaning=same_url),
        Field("method", OneOf(METHODS), meaning=str.upper),
        Field("filters", KnownItems(EVENTS, "event", _PAGE), list, meaning=frozenset),
    ),
)


class ServiceWebhookProvider(SingletonProvider):
    """Manage the webhooks of a Conversation Service; another service replaces them."""

    entity = WEBHOOK

    def shown(self, values: Values) -> Values:
        """Hide user and password of a URL that was set by other hands."""
        return {
            name: _USER_INFO.sub("[secret]@", value) if isinstance(value, str) else value
            for name, value in values.items()
        }


class ServiceWebhook(SingletonResource, module="twilio", name="ServiceWebhook"):
    """The webhooks of a Conversation Service. What is left out is not managed.

    Args:
        resource_name: logical name in the Pulumi program.
        service_sid: the service; give `service.id`, which a preview knows. Another one replaces the resource.
        pre_webhook_url: asked before an event takes place; https, or http to loopback; no user and password.
        post_webhook_url: told after an event; the same rules.
        method: GET or POST.
        filters: the events to send, at least one; their order means nothing.
        opts: Pulumi's options.
    """

    pre_webhook_url: pulumi.Output[str | None]
    """As managed; None if it is not."""
    post_webhook_url: pulumi.Output[str | None]
    """As managed; None if it is not."""
    method: pulumi.Output[str | None]
    """As managed; None if it is not."""
    filters: pulumi.Output[Sequence[str] | None]
    """As managed; None if they are not."""

    provider_class = ServiceWebhookProvider

    def __init__(
        self,
        resource_name: str,
        *,
        service_sid: pulumi.Input[str],
        pre_webhook_url: pulumi.Input[str] | None = None,
        post_webhook_url: pulumi.Input[str] | None = None,
        method: pulumi.Input[Method] | None = None,
        filters: pulumi.Input[Sequence[pulumi.Input[Event]]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self._declare(locals())
