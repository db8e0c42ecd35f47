"""The events that a service's webhooks can be told of; not a resource of their own.

A verb announces what is about to happen (pre-event), a participle what has happened (post-event). The account's
own webhooks know three events of users besides.
Source: https://www.twilio.com/docs/conversations/api/per-service-webhook-resource
"""

from __future__ import annotations

__all__ = ["EVENTS"]

EVENTS = (
    "onConversationAdd",
    "onConversationAdded",
    "onConversationRemove",
    "onConversationRemoved",
    "onConversationStateUpdated",
    "onConversationUpdate",
    "onConversationUpdated",
    "onDeliveryUpdated",
    "onMessageAdd",
    "onMessageAdded",
    "onMessageRemove",
    "onMessageRemoved",
    "onMessageUpdate",
    "onMessageUpdated",
    "onParticipantAdd",
    "onParticipantAdded",
    "onParticipantRemove",
    "onParticipantRemoved",
    "onParticipantUpdate",
    "onParticipantUpdated",
)
