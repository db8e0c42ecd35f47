"""ServiceNotification: which events of a Conversation Service are pushed to devices, and how they read and sound.

The texts are templates, of which Twilio fills in `${PARTICIPANT}` and the like. Not here: push credentials.
https://www.twilio.com/docs/conversations/api/service-notification-resource
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

import pulumi

from ._api.checks import flag, text
from ._api.entity import Entity
from ._api.fields import Field
from ._resource.singleton import SingletonProvider, SingletonResource
from .conversation_service import SERVICE

__all__ = [
    "NOTIFICATION",
    "MediaNotification",
    "MessageNotification",
    "Notification",
    "ServiceNotification",
    "ServiceNotificationProvider",
]

_ENABLED = Field("enabled", flag, bool)
_TEMPLATE = Field("template", text(1))
_EVENT = (_ENABLED, _TEMPLATE, Field("sound", text(1)))
_MEDIA = Field("with_media", type=dict, fields=(_ENABLED, _TEMPLATE))

NOTIFICATION = Entity(
    kind="service notification",
    path="Configuration/Notifications",
    parent=SERVICE,
    fields=(
        Field("log_enabled", flag, bool),
        Field("new_message", type=dict, fields=(*_EVENT, Field("badge_count_enabled", flag, bool), _MEDIA)),
        Field("added_to_conversation", type=dict, fields=_EVENT),
        Field("removed_from_conversation", type=dict, fields=_EVENT),
    ),
)


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

    entity = NOTIFICATION


class ServiceNotification(SingletonResource, module="twilio", name="ServiceNotification"):
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

    log_enabled: pulumi.Output[bool | None]
    """As managed; None if it is not."""
    new_message: pulumi.Output[Mapping[str, Any] | None]
    """What is managed of it."""
    added_to_conversation: pulumi.Output[Mapping[str, Any] | None]
    """What is managed of it."""
    removed_from_conversation: pulumi.Output[Mapping[str, Any] | None]
    """What is managed of it."""

    provider_class = ServiceNotificationProvider

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
        self._declare(locals())
