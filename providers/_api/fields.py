"""What a kind of thing is made of, field by field, as data: what each value must be, how it is sent and compared.

A field is an input of a resource and, unless it is the provider's own, a parameter and an answer's field of the API.
Fields nest as the answers do; `new_message.enabled` is the dotted name of one value, and NewMessage.Enabled its
parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .checks import Check

__all__ = ["Field", "Form", "flat", "form_of", "leaves", "nested"]

Form = Mapping[str, str | Sequence[str]]


def _itself(value: Any) -> Any:
    return value


def _any(_value: object) -> str | None:
    return None


@dataclass(frozen=True)
class Field:
    """An input of a resource.

    Args:
        name: as in Pulumi and in the API's answers.
        check: tells what a value must be ("must be …"), or None if it is right; sees known values only.
        type: of its values; what the API tells as null is `type()`, and that, sent, unsets it.
        default: what a value left out means; never written into the state.
        required: whether it must be given.
        replaces: the API never changes it: another value makes a new thing and deletes the old one.
        local: it is the provider's own, which the API neither takes nor tells.
        write_only: the API takes it and never tells it; what was declared last stands for it.
        keeps: the API cannot unset it: what is left out later stays as it is.
        secret: it is personal, or proves something: an engine keeps it encrypted, and shows it nowhere.
        may_lack: the API may hold a thing without it, which then takes the declared one.
        meaning: what makes two values the same, for those that may be written in several ways.
        parameter: the API's, where that is not the name in capitals.
        fields: of a map, what it holds.
    """

    name: str
    check: Check = _any
    type: type = str
    default: Any = None
    required: bool = False
    replaces: bool = False
    local: bool = False
    write_only: bool = False
    keeps: bool = False
    secret: bool = False
    may_lack: bool = False
    meaning: Callable[[Any], Any] = _itself
    parameter: str = ""
    fields: tuple[Field, ...] = ()

    def of(self, props: Mapping[str, Any]) -> Any:
        """Give the value in `props`, or the default."""
        value = props.get(self.name)
        return self.default if value is None else value

    def meant(self, value: Any) -> Any:
        """Give what two values share if they mean the same."""
        if not self.fields:
            return self.meaning(value)
        return {name: each.meaning(given) for name, given, each in _flat(value, self.fields)}

    def read(self, value: object) -> Any:
        """Give what the API tells of it, null as `type()`.

        Raises:
            ValueError: if it is of another type.
        """
        if value is None:
            return self.type()
        if self.may_lack and isinstance(value, str) and not self.meaning(value):
            # A name of blanks alone is none: nobody could declare it.
            return self.type()
        fits = isinstance(value, self.type) and (self.type is bool or not isinstance(value, bool))
        if not fits or (isinstance(value, list) and not all(isinstance(each, str) for each in value)):
            raise ValueError("of another type than the API describes")
        return value


def leaves(fields: Sequence[Field], prefix: str = "") -> dict[str, Field]:
    """Give the fields that hold values, by dotted name."""
    found: dict[str, Field] = {}
    for each in fields:
        inner = leaves(each.fields, f"{prefix}{each.name}.") if each.fields else {prefix + each.name: each}
        found |= inner
    return found


def flat(values: Mapping[str, Any], fields: Sequence[Field]) -> dict[str, Any]:
    """Give the values that are given, by dotted name."""
    return {name: value for name, value, _ in _flat(values, fields)}


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """Turn values by dotted name into maps within maps."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        *path, last = name.split(".")
        inner = found
        for key in path:
            inner = inner.setdefault(key, {})
        inner[last] = value
    return found


def form_of(values: Mapping[str, Any], fields: Mapping[str, Field]) -> Form:
    """Write values by dotted name as the API's parameters."""
    return {_parameter(name, fields[name]): _text(value) for name, value in values.items()}


def _flat(
    values: Mapping[str, Any], fields: Sequence[Field], prefix: str = ""
) -> Iterator[tuple[str, Any, Field]]:
    for each in fields:
        value = values.get(each.name)
        if not each.fields and value is not None:
            yield prefix + each.name, value, each
        elif isinstance(value, Mapping):
            yield from _flat(value, each.fields, f"{prefix}{each.name}.")


def _parameter(name: str, field: Field) -> str:
    return field.parameter or name.replace("_", " ").title().replace(" ", "")


def _text(value: object) -> str | Sequence[str]:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return [str(each) for each in value] or ""
    # Pulumi's numbers are floats.
    return f"{value:g}" if isinstance(value, float) else str(value)
