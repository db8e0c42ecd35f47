"""What is emulated: one module a resource, each a description for the rules in models.py to work on.

A further resource is a further module and its name in KINDS. No state and no HTTP in here.
"""

from __future__ import annotations

from offline.emulator.resources.account_configuration import ACCOUNT_CONFIGURATION
from offline.emulator.resources.address_configuration import ADDRESS_CONFIGURATION
from offline.emulator.resources.configuration import CONFIGURATION
from offline.emulator.resources.conversation import CONVERSATION
from offline.emulator.resources.notification import NOTIFICATION
from offline.emulator.resources.role import ROLE
from offline.emulator.resources.service import SERVICE
from offline.emulator.resources.user import USER
from offline.emulator.resources.webhook import WEBHOOK

__all__ = [
    "ACCOUNT_CONFIGURATION",
    "ADDRESS_CONFIGURATION",
    "CONFIGURATION",
    "CONVERSATION",
    "KINDS",
    "NOTIFICATION",
    "ROLE",
    "SERVICE",
    "USER",
    "WEBHOOK",
]

KINDS = (
    SERVICE,
    CONVERSATION,
    USER,
    ROLE,
    CONFIGURATION,
    NOTIFICATION,
    WEBHOOK,
    ACCOUNT_CONFIGURATION,
    ADDRESS_CONFIGURATION,
)
