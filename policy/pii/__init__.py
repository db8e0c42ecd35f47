"""Detect personal data in short texts: people's names, e-mail addresses, phone numbers, postal addresses.

Pure Python, offline, deterministic. It knows nothing of Pulumi or Twilio.
"""

from __future__ import annotations

from .base import KINDS, TIERS, Finding, Kind, Recognizer, Tier
from .registry import Detector, detect

__all__ = ["KINDS", "TIERS", "Detector", "Finding", "Kind", "Recognizer", "Tier", "detect"]
