"""How the program runs on Pulumi's SDK: without what nobody asked for, in a time that grows with the services only."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Callable, Iterable
from typing import Any

import pulumi

__all__ = ["ASKED", "run"]

ASKED = "PULUMI_SDK_DEBUG"
"""A variable: set to anything but nothing, debug lines are sent. `make` sets it where `--debug` is given."""


def run(declare: Callable[[], Iterable[pulumi.Resource]]) -> None:
    """Have the engine's program declare its resources, and wait until they are registered.

    Left to itself the SDK waits for whatever ends first and then looks at everything that is outstanding, again and
    again: of a thousand services, 12 of the program's 19 seconds. Where it has come to the end already, it looks once.

    Args:
        declare: Declares the resources, and returns them.
    """
    _drop_debug_lines()
    # What the SDK makes for a resource stays to the end. To look for garbage in it after each 700 objects, as Python
    # does, takes a fifth of the time of a thousand services.
    gc.set_threshold(100_000, 50, 50)

    async def program() -> None:
        await _registered(declare())

    try:
        pulumi.run(program)
    except (AttributeError, pulumi.RunError):
        # An SDK that has no programs of this kind, or a unit test with Pulumi's mocks: both wait for themselves.
        declare()


async def _registered(resources: Iterable[pulumi.Resource]) -> None:
    """Wait for the registration of all, or for the first that fails: what the SDK says of it, it says itself."""
    waits = [asyncio.ensure_future(each.urn.future()) for each in resources]
    for each in waits:
        each.add_done_callback(_seen)
    if waits:
        await asyncio.wait(waits, return_when=asyncio.FIRST_EXCEPTION)


def _seen(wait: asyncio.Future[Any]) -> None:
    """Take note of an exception, or asyncio would complain that nobody did."""
    if not wait.cancelled():
        wait.exception()


def _drop_debug_lines() -> None:
    """Keep debug lines of the SDK, and of the program, from the engine, unless somebody asked for them.

    The SDK sends some five for each resource, each a call for which the program's event loop waits.
    """
    if not os.environ.get(ASKED) and callable(getattr(pulumi.log, "debug", None)):
        pulumi.log.debug = _nothing


def _nothing(*_: Any, **__: Any) -> None:
    """Stand for `pulumi.log.debug`."""
