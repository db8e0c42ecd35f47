"""Tests of a Pulumi program that declares Twilio Conversation Services: a pytest plugin, loaded by itself.

The fixture `twilio_emulator` is a stand-in of Twilio's API, a real process, empty at the start of each test; `stack`
runs a Pulumi project against it, with the Pulumi CLI where it is at hand and with the embedded engine otherwise
(`--twilio-engine` chooses). Nothing leaves the machine, and nothing of a project is changed.
"""

from __future__ import annotations

from .emulator import EmulatorError, TwilioEmulator
from .stack import Stack, StackError

__all__ = ["EmulatorError", "Stack", "StackError", "TwilioEmulator"]
