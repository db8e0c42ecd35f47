"""ServiceNotification: which events of a Conversation Service are pushed to devices, and how they read and sound.

The texts are templates, of which Twilio fills in `${PARTICIPANT}` and the like. Not here: push credentials.
https://www.twilio.com/docs/conversations/api/service-notification-resource
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

import pulumi

from ._resource.dynamic import TwilioResource
from ._resource.singleton import SWITCH, TEXT, Shape, SingletonProvider, singleton_inputs

__all__ = [
    "INPUTS",
    "MediaNotification",
    "MessageNotification",
    "Notification",
    "ServiceNotification",
    "ServiceNotificationProvider",
]

_EVENT: Shape = {"enabled": SWITCH, "template": TEXT, "sound": TEXT}
SHAPE: Shape = {
    "log_enabled": SWITCH,
    "new_message": {
        **_EVENT,
        "badge_count_enabled": SWITCH,
        "with_media": {"enabled": SWITCH, "template": TEXT},
    },
    "added_to_conversation": _EVENT,
    "removed_from_conversation": _EVENT,
}
INPUTS = singleton_inputs(SHAPE)


class MediaNotification(TypedDict, total=False):
    """The push of a new message with media; what is left out is not managed."""

    enabled: pulumi.Input[bool]
    template: pulumi.Input[str]


class Notification(TypedDict, total=False):
    """The push of an event; what is left out is not managed."""

    enabled: pulumi.Input[bool]
    template: pulumi.Input[str]
    sound: pulumi.Input[str]


class MessageNotification(Notification, total=False):
    """The push of a new message; what is left out is not managed."""

    badge_count_enabled: pulumi.Input[bool]
    with_media: pulumi.Input[MediaNotification]


class ServiceNotificationProvider(SingletonProvider):
    """Manage the push notifications of a Conversation Service; another service replaces them."""

    kind = "service notification"
    path = "Configuration/Notifications"
    shape = SHAPE
    inputs = INPUTS


class ServiceNotification(TwilioResource, module="twilio", name="ServiceNotification"):
    """The push notifications of a Conversation Service. What is left out, at any depth, is not managed.

    Args:
        resource_name: logical name in the Pulumi program.
        service_sid: the service; give `service.id`, which a preview knows. Another one replaces the resource.
        log_enabled: whether Twilio logs what it pushes.
        new_message: enabled, template, sound, badge_count_enabled, with_media (enabled, template).
        added_to_conversation: enabled, template, sound.
        removed_from_conversation: enabled, template, sound.
        opts: Pulumi's options.
    """

    service_sid: pulumi.Output[str]
    """The service; the resource's id."""
    account_sid: pulumi.Output[str]
    """The account that owns it."""
    log_enabled: pulumi.Output[bool | None]
    """As managed; None if it is not."""
    new_message: pulumi.Output[Mapping[str, Any] | None]
    """What is managed of it."""
    added_to_conversation: pulumi.Output[Mapping[str, Any] | None]
    """What is managed of it."""
    removed_from_conversation: pulumi.Output[Mapping[str, Any] | None]
    """What is managed of it."""
    url: pulumi.Output[str]
    """Its own URL in the API."""
    previous: pulumi.Output[Mapping[str, Any]]
    """What the managed values were before, by dotted name; secret."""

    provider_class = ServiceNotificationProvider
    outputs = ("service_sid", "account_sid", *SHAPE, "url", "previous")
    secret_outputs = ("previous",)

    def __init__(
        self,
        resource_name: str,
        *,
        service_sid: pulumi.Input[str],
        log_enabled: pulumi.Input[bool] | None = None,
        new_message: pulumi.Input[MessageNotification] | None = None,
        added_to_conversation: pulumi.Input[Notification] | None = None,
        removed_from_conversation: pulumi.Input[Notification] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs = {
            "service_sid": service_sid,
            "log_enabled": log_enabled,
            "new_message": new_message,
            "added_to_conversation": added_to_conversation,
            "removed_from_conversation": removed_from_conversation,
        }
        self._declare(resource_name, inputs, opts)
