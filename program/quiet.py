"""The SDK's talk to itself, which nobody asked for.

For each resource the SDK sends some five debug lines to the engine, each a call that the program's event loop waits
for: with a hundred services that is a third of the program's time, and no engine shows them unless `--debug` is given.
"""

from __future__ import annotations

import os
from typing import Any

import pulumi

__all__ = ["ASKED", "drop_debug_lines"]

ASKED = "PULUMI_SDK_DEBUG"
"""A variable: set to anything but nothing, debug lines are sent. `make` sets it where `--debug` is given."""


def drop_debug_lines() -> None:
    """Keep debug lines of the SDK, and of the program, from the engine, unless somebody asked for them."""
    if os.environ.get(ASKED) or not callable(getattr(pulumi.log, "debug", None)):
        return
    pulumi.log.debug = _nothing


def _nothing(*_: Any, **__: Any) -> None:
    """Stand for `pulumi.log.debug`."""
