"""ServiceWebhook: where a Conversation Service sends its events, and which of them.

One for all conversations of a service. Not here: the webhooks of single conversations and of the account.
https://www.twilio.com/docs/conversations/api/per-service-webhook-resource
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pulumi

from ._api.checks import known_items, one_of, same_url, web_url
from ._resource.dynamic import TwilioResource
from ._resource.singleton import Setting, Shape, SingletonProvider, singleton_inputs
from .vocabulary import EVENTS

__all__ = ["INPUTS", "ServiceWebhook", "ServiceWebhookProvider"]

_PAGE = "https://www.twilio.com/docs/conversations/api/per-service-webhook-resource"
_USER_INFO = re.compile(r"(?<=://)[^/?#]*@")

_URL = Setting(web_url, "", same_url)

SHAPE: Shape = {
    "pre_webhook_url": _URL,
    "post_webhook_url": _URL,
    "method": Setting(one_of("GET", "POST"), "", str.upper),
    "filters": Setting(known_items(EVENTS, "event", _PAGE), [], frozenset),
}
INPUTS = singleton_inputs(SHAPE)


class ServiceWebhookProvider(SingletonProvider):
    """Manage the webhooks of a Conversation Service; another service replaces them."""

    kind = "service webhook"
    path = "Configuration/Webhooks"
    shape = SHAPE
    inputs = INPUTS

    def shown(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Hide user and password of a URL that was set by other hands."""
        return {
            name: _USER_INFO.sub("[secret]@", value) if isinstance(value, str) else value
            for name, value in values.items()
        }


class ServiceWebhook(TwilioResource, module="twilio", name="ServiceWebhook"):
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

    service_sid: pulumi.Output[str]
    """The service; the resource's id."""
    account_sid: pulumi.Output[str]
    """The account that owns it."""
    pre_webhook_url: pulumi.Output[str | None]
    """As managed; None if it is not."""
    post_webhook_url: pulumi.Output[str | None]
    """As managed; None if it is not."""
    method: pulumi.Output[str | None]
    """As managed; None if it is not."""
    filters: pulumi.Output[Sequence[str] | None]
    """As managed; None if they are not."""
    url: pulumi.Output[str]
    """Its own URL in the API."""
    previous: pulumi.Output[Mapping[str, Any]]
    """What the managed values were before, by dotted name; secret."""

    provider_class = ServiceWebhookProvider
    outputs = ("service_sid", "account_sid", *SHAPE, "url", "previous")
    secret_outputs = ("previous",)

    def __init__(
        self,
        resource_name: str,
        *,
        service_sid: pulumi.Input[str],
        pre_webhook_url: pulumi.Input[str] | None = None,
        post_webhook_url: pulumi.Input[str] | None = None,
        method: pulumi.Input[Literal["GET", "POST"]] | None = None,
        filters: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs = {
            "service_sid": service_sid,
            "pre_webhook_url": pre_webhook_url,
            "post_webhook_url": post_webhook_url,
            "method": method,
            "filters": filters,
        }
        self._declare(resource_name, inputs, opts)
