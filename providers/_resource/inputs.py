"""Inputs as an engine hands them over, held against their description: some of a preview are not known yet.

Pulumi's unknown values are let through by a check, and equal nothing in a comparison.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

from pulumi import contains_unknowns
from pulumi.dynamic import CheckFailure

from .._api.checks import OneOf, did_you_mean
from .._api.entity import Entity
from .._api.fields import Field
from ..errors import InputError

__all__ = [
    "IMPORT_SID",
    "OnNameConflict",
    "OnUniqueConflict",
    "Props",
    "failure",
    "naming_inputs",
    "problem",
    "same",
    "sentence",
]

Props = dict[str, Any]

OnNameConflict = Literal["error", "adopt", "allow"]
OnUniqueConflict = Literal["error", "adopt"]
"""Of what the API keeps apart itself."""

# The input that says which thing a resource is, as the ways on name it.
IMPORT_SID = "import_sid"


def problem(field: Field, props: Mapping[str, Any]) -> str | None:
    """Tell what is wrong with an input, or None: "must be …", "[1] …" or ".enabled …" of what it holds."""
    value = props.get(field.name)
    if value is None:
        return "must be given" if field.required else None
    if field.fields and isinstance(value, Mapping):
        return _problem_within(field.fields, value)
    if contains_unknowns(value):
        return None
    return f"must be a map with {_names(field.fields)}" if field.fields else field.check(value)


def sentence(name: str, why: str) -> str:
    """Write what is wrong with an input: "filters[1] is no event", "new_message.enabled must be true or false"."""
    return f"{name}{why}" if why[0] in ".[" else f"{name} {why}"


def failure(name: str, why: str) -> CheckFailure:
    """Fail a check, by the reference of a wrong input.

    A failure that names its property makes the engine print the value, which may be a person's name or a credential
    put in the wrong place: the reason names it instead.
    """
    return CheckFailure("", f"[{InputError.reference}] {sentence(name, why)}")


def same(field: Field, one: Any, other: Any) -> bool:
    """Tell whether two values of an input mean the same."""
    if one is None or other is None or contains_unknowns([one, other]):
        return one is other
    return bool(field.meant(one) == field.meant(other))


def naming_inputs(entity: Entity) -> tuple[Field, ...]:
    """Give the inputs that say which thing a resource is: `import_sid` and `on_name_conflict`."""
    choices = get_args(OnUniqueConflict if entity.unique else OnNameConflict)
    return (
        Field(IMPORT_SID, entity.check_sid, replaces=True, local=True),
        Field("on_name_conflict", OneOf(choices), default="error", local=True),
    )


def _problem_within(fields: Sequence[Field], value: Mapping[str, Any]) -> str | None:
    for key in value:
        if key not in {each.name for each in fields}:
            suggested = did_you_mean(key, [each.name for each in fields])
            return f"must hold no other keys than {_names(fields)}{suggested}"
    for each in fields:
        why = problem(each, value)
        if why:
            return sentence(f".{each.name}", why)
    return None


def _names(fields: Sequence[Field]) -> str:
    return ", ".join(each.name for each in fields)
