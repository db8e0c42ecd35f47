"""Twilio Conversations for Pulumi programs: the public names, and nothing else.

Imports within the package are relative, so that a distribution may carry it under another name. State refers to
the provider classes by module path: those paths stay as they are.
"""

from __future__ import annotations

from .account import TwilioAccount
from .conversation_service import ConversationService, OnNameConflict
from .errors import TwilioError

__all__ = ["ConversationService", "OnNameConflict", "TwilioAccount", "TwilioError"]
