"""What is emulated: one module a resource, each a description for the rules in models.py to work on.

A further resource is a further module and its name in KINDS. No state and no HTTP in here.
"""

from __future__ import annotations

from emulator.resources.conversation import CONVERSATION
from emulator.resources.service import SERVICE

__all__ = ["CONVERSATION", "KINDS", "SERVICE"]

KINDS = (SERVICE, CONVERSATION)
