"""The environment variables of a run: what is missing, what the emulator stands in for, and how a shell gets them."""

from __future__ import annotations

from tools.variables.credentials import ADDRESSES, CREDENTIALS, lacking, uses_emulator
from tools.variables.rehearsal import on_emulator, without_own
from tools.variables.shell import CONFIG_FILE, shell_lines

__all__ = [
    "ADDRESSES",
    "CONFIG_FILE",
    "CREDENTIALS",
    "lacking",
    "on_emulator",
    "shell_lines",
    "uses_emulator",
    "without_own",
]
