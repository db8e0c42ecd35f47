"""Faults on order: which of the next answers goes wrong, and how.

    status          answer `status` (with Retry-After: `retry_after`) without doing the work
    reset_before    reset the connection without doing the work
    reset_after     do the work, then reset the connection
    late            answer `status` (with Retry-After: `retry_after`) at once, do the work `seconds` later
    slow            do the work, answer `seconds` later
    truncate        do the work, cut the connection in the middle of the answer

Faults of one route apply in the order they were ordered. They live in memory. Not random: a test that
wants chance brings its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

__all__ = ["Fault", "FaultError", "FaultKind", "Faults"]


class FaultError(Exception):
    """An order that can't be taken; the text says why."""


class FaultKind(StrEnum):
    """How an answer goes wrong."""

    STATUS = "status"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    LATE = "late"
    SLOW = "slow"
    TRUNCATE = "truncate"


@dataclass
class Fault:
    """A fault on a route ("METHOD /template"): let `skip` requests pass, then spoil `times` of them."""

    route: str
    kind: FaultKind
    times: int = 1
    skip: int = 0
    status: int = 500
    retry_after: int | None = None
    seconds: float = 5.0

    @classmethod
    def from_json(cls, body: Mapping[str, object], routes: Collection[str]) -> Fault:
        """Read an order.

        Raises:
            FaultError: if a key is unknown, a value is of the wrong kind, or there is no such route.
        """
        unknown = sorted(set(body) - set(cls.__dataclass_fields__))
        if unknown:
            raise FaultError(f"unknown key {unknown[0]}; known: {', '.join(cls.__dataclass_fields__)}")
        # The specification calls a parent's SID {ChatServiceSid}: names in braces do not tell routes apart.
        by_shape = {_shape(route): route for route in routes}
        route = by_shape.get(_shape(str(body.get("route"))))
        if route is None:
            raise FaultError(f"route must be one of: {', '.join(sorted(routes))}")
        if body.get("kind") not in list(FaultKind):
            raise FaultError(f"kind must be one of: {', '.join(FaultKind)}")
        return cls(
            route=route,
            kind=FaultKind(str(body["kind"])),
            times=_whole(body, "times", 1, 1, 1_000_000),
            skip=_whole(body, "skip", 0, 0, 1_000_000),
            status=_whole(body, "status", 500, 400, 599),
            retry_after=None if body.get("retry_after") is None else _whole(body, "retry_after", 0, 0, 3600),
            seconds=_seconds(body),
        )


class Faults:
    """The faults that are left."""

    def __init__(self) -> None:
        self._left: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Order a fault."""
        self._left.append(fault)

    def take(self, route: str) -> Fault | None:
        """Tell what shall go wrong with this request, if anything, and count it."""
        for fault in self._left:
            if fault.route == route:
                if fault.skip > 0:
                    fault.skip -= 1
                    return None
                fault.times -= 1
                if fault.times == 0:
                    self._left.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Drop all that are left."""
        self._left.clear()

    def shape(self) -> list[dict[str, object]]:
        """List those left for the control route."""
        return [asdict(fault) for fault in self._left]


def _shape(route: str) -> str:
    return re.sub(r"{\w+}", "{}", route)


def _whole(body: Mapping[str, object], key: str, default: int, least: int, most: int) -> int:
    value = body.get(key, default)
    if type(value) is not int or not least <= value <= most:
        raise FaultError(f"{key} must be a whole number from {least} to {most}")
    return value


def _seconds(body: Mapping[str, object]) -> float:
    value = body.get("seconds", 5.0)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 3600:
        raise FaultError("seconds must be a number from 0 to 3600")
    return float(value)
