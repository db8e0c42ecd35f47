"""From the texts of a request to the fields of a resource, by the descriptions of the parameters.

Pure functions: what depends on other resources is checked in models.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from offline.emulator.exceptions import (
    InvalidParameterError,
    MissingParameterError,
    NotEmulatedError,
    UnknownParameterError,
)
from offline.emulator.kinds import Json, Kind, Parameter

__all__ = ["Texts", "check_agreement", "check_required", "read_fields"]

Texts = Mapping[str, list[str]]


def read_fields(
    kind: Kind, given: Texts, parameters: tuple[Parameter, ...], others: tuple[str, ...] = ()
) -> dict[str, Json]:
    """Read what was given into fields by name; `others` are names that the route takes besides.

    Raises:
        UnknownParameterError, NotEmulatedError: if the route does not have a parameter.
        InvalidParameterError: if a value breaks its parameter's rule.
    """
    known = {parameter.name: parameter for parameter in parameters}
    fields: dict[str, Json] = {}
    for name, texts in given.items():
        if name not in known:
            if name in kind.not_emulated:
                raise NotEmulatedError(name)
            raise UnknownParameterError(name, (*known, *others))
        try:
            fields[known[name].field] = known[name].value(texts)
        except ValueError as error:
            raise InvalidParameterError(name, str(error), known[name].code) from error
    return fields


def check_required(parameters: tuple[Parameter, ...], fields: Mapping[str, Json]) -> None:
    """Refuse a request in which a required parameter is absent."""
    for parameter in parameters:
        if parameter.required and parameter.field not in fields:
            raise MissingParameterError(parameter.name)


def check_agreement(
    parameters: tuple[Parameter, ...], changes: Mapping[str, Json], fields: Mapping[str, Json]
) -> None:
    """Refuse changes that don't go with the other fields of the resource."""
    for parameter in parameters:
        if parameter.agree and parameter.field in changes:
            try:
                parameter.agree(changes[parameter.field], fields)
            except ValueError as error:
                raise InvalidParameterError(parameter.name, str(error), parameter.code) from error
