"""Property values as the engine holds them: JSON, secrets and unknowns.

Not here: how they travel (`wire.py`, protobuf) and how they rest (`state_values.py`, JSON with ciphertext).
A value is never changed in place; whoever needs another builds another.
Source: https://www.pulumi.com/docs/concepts/inputs-outputs/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, final

__all__ = [
    "UNKNOWN",
    "Properties",
    "Secret",
    "Unknown",
    "Value",
    "contains_secret",
    "contains_unknown",
    "reveal",
]


@final
class Unknown:
    """The value of an output that a preview cannot know; there is one, `UNKNOWN`."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A value that rests encrypted and is shown as `[secret]`."""

    value: Value

    def __repr__(self) -> str:
        return "Secret([secret])"


Value: TypeAlias = (
    "bool | int | float | str | Sequence[Value] | Mapping[str, Value] | Secret | Unknown | None"
)
Properties: TypeAlias = Mapping[str, Value]


def contains_unknown(value: Value) -> bool:
    """Tell whether any part of a value is unknown, secrets looked through."""
    return _any(value, lambda part: isinstance(part, Unknown))


def contains_secret(value: Value) -> bool:
    """Tell whether any part of a value is secret."""
    return _any(value, lambda part: isinstance(part, Secret))


def reveal(value: Value) -> Value:
    """Return the value with every secret in it replaced by what it holds; for the wire, never for people."""
    match value:
        case Secret():
            return reveal(value.value)
        case Mapping():
            return {key: reveal(part) for key, part in value.items()}
        case list() | tuple():
            return [reveal(part) for part in value]
        case _:
            return value


def _any(value: Value, test: Callable[[Value], bool]) -> bool:
    if test(value):
        return True
    match value:
        case Secret():
            return _any(value.value, test)
        case Mapping():
            return any(_any(part, test) for part in value.values())
        case list() | tuple():
            return any(_any(part, test) for part in value)
        case _:
            return False
