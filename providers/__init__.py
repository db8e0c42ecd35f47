"""Twilio Conversations for Pulumi programs: the public names, and nothing else.

Imports within the package are relative, so that a distribution may carry it under another name. State refers to
the provider classes by module path: those paths stay as they are.
"""

from __future__ import annotations

from .account import TwilioAccount
from .address_configuration import AddressConfiguration, AutoCreation
from .conversation_service import ConversationService, OnNameConflict
from .environment import (
    ConversationEnvironment,
    EnvironmentConfiguration,
    EnvironmentNotifications,
    EnvironmentRole,
    EnvironmentWebhook,
)
from .errors import TwilioError
from .lookups import get_roles, get_service, get_services
from .role import Role
from .service_configuration import ServiceConfiguration
from .service_notification import (
    MediaNotification,
    MessageNotification,
    Notification,
    ServiceNotification,
)
from .service_webhook import ServiceWebhook

__version__ = "0.1.0"

__all__ = [
    "AddressConfiguration",
    "AutoCreation",
    "ConversationEnvironment",
    "ConversationService",
    "EnvironmentConfiguration",
    "EnvironmentNotifications",
    "EnvironmentRole",
    "EnvironmentWebhook",
    "MediaNotification",
    "MessageNotification",
    "Notification",
    "OnNameConflict",
    "Role",
    "ServiceConfiguration",
    "ServiceNotification",
    "ServiceWebhook",
    "TwilioAccount",
    "TwilioError",
    "get_roles",
    "get_service",
    "get_services",
]
