"""Look-ups: services and roles that are there, whoever made them, for programs that build on them.

The program itself asks the API, in a preview too, with the stack's default account; nothing enters the state but what
the program does with the answer. For what the same program declares, use the resources: they may not be there yet.
https://www.twilio.com/docs/conversations/api/service-resource
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import Any, TypeVar

import pulumi
from pulumi.runtime import get_config

from ._api.checks import Check, text
from ._api.config import KEYS, NAMESPACE, read_settings
from ._api.entity import Thing
from ._resource.connection import Connection, connect
from ._resource.telling import told_once
from .conversation_service import SERVICE
from .errors import InputError, NoneFoundError, SeveralFoundError, TwilioError
from .role import ROLE

__all__ = ["get_roles", "get_service", "get_services"]

R = TypeVar("R")


def get_service(
    *, friendly_name: pulumi.Input[str] | None = None, sid: pulumi.Input[str] | None = None
) -> pulumi.Output[Thing]:
    """Find one service by its name or by its SID; give exactly one of the two.

    Args:
        friendly_name: 1 to 256 characters; an error if several services bear it.
        sid: IS and 32 hexadecimal digits.

    Raises:
        InputError: if both are given, or neither.
    """
    action = "look up a conversation service"
    if (friendly_name is None) == (sid is None):
        raise InputError(action, "exactly one of friendly_name and sid must be given")
    if sid is not None:
        return _ask(
            action, "sid", SERVICE.check_sid, sid, lambda known, value: known.client.fetch(SERVICE, {}, value)
        )
    return _ask(action, "friendly_name", text(1, 256), friendly_name, _named)


def get_services() -> pulumi.Output[list[Thing]]:
    """Give all services of the account, as one listing for all look-ups of a run found them."""
    return _ask(
        "list conversation services",
        "",
        lambda _value: None,
        "",
        lambda known, _: known.listing(SERVICE, {}).all(),
    )


def get_roles(service_sid: pulumi.Input[str]) -> pulumi.Output[list[Thing]]:
    """Give all roles of a service, Twilio's own included.

    Args:
        service_sid: IS and 32 hexadecimal digits.
    """
    return _ask(
        "list roles",
        "service_sid",
        SERVICE.check_sid,
        service_sid,
        lambda known, value: known.listing(ROLE, {"service_sid": value}).all(),
    )


def _named(known: Connection, friendly_name: str) -> Thing:
    found = known.listing(SERVICE, {}).named(friendly_name)
    action = "look up a conversation service"
    if len(found) > 1:
        sids = [each.sid for each in found]
        raise SeveralFoundError(
            action,
            f"several bear this friendly_name: {', '.join(sids)}",
            hint="give the sid of one",
            sids=sids,
        )
    if not found:
        raise NoneFoundError(
            action,
            "there is none of this friendly_name in the account",
            hint="check the name, the credentials and the region; of a service that this program declares, use "
            "the resource",
        )
    return found[0]


def _ask(
    action: str, name: str, check: Check, given: Any, answer: Callable[[Connection, str], R]
) -> pulumi.Output[R]:
    """Answer in a thread, as the program's event loop serves all its resources; errors end the program in one text."""

    def now(value: Any) -> R:
        try:
            problem = check(value)
            if problem:
                raise InputError(action, f"{name} {problem}")
            return answer(_connection(), value)
        except TwilioError as error:
            raise pulumi.RunError(str(told_once(error))) from None

    async def later(value: Any) -> R:
        return await asyncio.to_thread(now, value)

    return pulumi.Output.from_input(given).apply(later)


def _connection() -> Connection:
    config = {f"{NAMESPACE}{key}": get_config(f"{NAMESPACE}{key}") for key in KEYS}
    return connect(read_settings(config, os.environ))
