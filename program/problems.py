"""The texts of what is wrong with a stack file: one a key, with the place, and never with the value given.

Pydantic's own texts repeat values; a wrong value may be personal data.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError

from program.behaviour import suggestion
from tools.stack_shape import shown_key

__all__ = ["kind_of", "problems_of"]

Location = tuple[int | str, ...]

_LIMITS = {"friendlyName": "must have 1 to 256 characters", "[key]": "must be a name of 1 to 64 characters"}
_NOUNS = {
    "roles": "a role",
    "configuration": "the configuration",
    "webhook": "the webhook",
    "notifications": "the notifications",
    "autoCreation": "autoCreation",
}


def problems_of(wanted: Any, value: object, where: str, noun: str = "a service") -> Iterator[str]:
    """Yield one problem per wrong key of a value.

    Args:
        wanted: the model or type that the value must be of.
        value: as parsed from JSON.
        where: the path of the value in the stack file.
        noun: what the value describes.
    """
    try:
        _adapter(wanted).validate_python(value)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_context=True):
            location = detail["loc"]
            models = list(_models(wanted, location))
            reason = _reason(detail["type"], detail.get("ctx", {}), location, models, detail, noun)
            if detail["type"] == "extra_forbidden":
                location = (*location[:-1], shown_key(location[-1]))
            yield f"{_path(where, location)}: {reason}"


def kind_of(value: object) -> str:
    """Name the kind of a value: "text", "a number"."""
    names = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "text",
        list: "a list",
        dict: "a map",
    }
    return names.get(type(value), "nothing")


def _reason(
    kind: str,
    context: Mapping[str, Any],
    location: Location,
    models: list[type[BaseModel]],
    detail: Mapping[str, Any],
    noun: str,
) -> str:
    last, given = (str(location[-1]) if location else ""), detail["input"]
    match kind:
        case "rule":
            return str(detail["msg"])
        case "extra_forbidden":
            known = [field.alias or name for name, field in models[-1].model_fields.items()]
            noun = _NOUNS.get(str(location[0]), noun) if len(location) > 1 else noun
            return f"is no setting of {noun}{suggestion(last, known)}"
        case "missing":
            return "must be set"
        case "bool_type":
            return f"must be true or false, got {kind_of(given)}"
        case "string_type":
            return f"must be text, got {kind_of(given)}; put it in quotes if it is meant as text"
        case "list_type":
            return f"must be a list, got {kind_of(given)}"
        case "model_type" | "dict_type" | "model_attributes_type":
            return f"must be a map, got {kind_of(given)}"
        case "too_short":
            return "must hold at least one entry"
        case "string_too_short" | "string_too_long":
            limited = last in _LIMITS or not last.startswith("default")
            return _LIMITS.get(last, "must have at least 1 character") if limited else _LIMITS["[key]"]
        case "literal_error":
            return f"must be one of {context['expected']}"
        case "string_pattern_mismatch" if location:
            return "must be a service's SID: IS and 32 hexadecimal digits"
        case "string_pattern_mismatch":
            return "must be a logical name: a letter, then at most 99 letters, digits, - or _"
        case _:
            return "is not valid"


def _path(where: str, location: Location) -> str:
    for part in location:
        if isinstance(part, int):
            where += f"[{part}]"
        elif part != "[key]":
            where += f".{part}"
    return where


@functools.cache
def _adapter(wanted: Any) -> TypeAdapter[Any]:
    return TypeAdapter(wanted)


def _models(annotation: Any, location: Location) -> Iterator[type[BaseModel]]:
    """Yield the models that a location leads through, the innermost last."""
    for part in location:
        model = _model_in(annotation)
        if model is None:
            return
        yield model
        fields = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
        # A map of models has keys of its own between the two: the next part of the location is one of them.
        if part in fields:
            annotation = fields[str(part)]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for each in get_args(annotation) if (model := _model_in(each))), None)
