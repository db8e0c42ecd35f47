"""A stack file's services as typed models, and one clear error for all that is wrong with them.

The configuration of a stack declares services under two keys of the project's namespace: `services`, a map
from logical name to settings, and `defaults`, settings for all of them. Nothing here speaks to Pulumi or Twilio.
Docs: docs/stacks.md
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

__all__ = ["KEYS", "NAMESPACE", "DefaultSettings", "ServiceSettings", "SettingsError", "read_services"]

NAMESPACE = "conversation-services"
KEYS = ("defaults", "services")

LogicalName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,99}$")]
OnNameConflict = Literal["error", "adopt", "allow"]


class DefaultSettings(BaseModel):
    """Settings that every service of the stack shares unless it says otherwise."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, strict=True)

    protect: bool = False
    """No run deletes or replaces the service while this is true."""
    retain_on_delete: bool = False
    """A service that leaves the stack file is forgotten, not deleted."""
    force_destroy: bool = False
    """Conversations are no obstacle to a deletion or a replacement."""
    on_name_conflict: OnNameConflict = "error"
    """What a create does about a service of that name that exists already."""


class ServiceSettings(DefaultSettings):
    """One Conversation Service as a stack file declares it."""

    friendly_name: Annotated[str, Field(min_length=1, max_length=256)]
    """1 to 256 characters, no personal data."""
    import_sid: Annotated[str, Field(pattern=r"^IS[0-9a-fA-F]{32}$")] | None = None
    """SID of an existing service to adopt instead of creating one."""


class SettingsError(Exception):
    """Raised if a stack's settings are wrong; its text lists every problem with file, key and remedy."""

    def __init__(self, stack_file: str, problems: Iterable[str]) -> None:
        lines = [f"{stack_file}: {problem}" for problem in problems]
        super().__init__(
            "\n".join([*lines, "hint: every key and its values are described in docs/stacks.md"])
        )


def read_services(configuration: Mapping[str, str], stack_file: str) -> dict[str, ServiceSettings]:
    """Read the services that a stack declares, in the order of the file.

    Args:
        configuration: The stack's whole configuration, `namespace:key` to text; maps and lists as JSON.
        stack_file: Path of the stack file, for messages only.

    Raises:
        SettingsError: If any key or value is wrong; nothing is returned in part.
    """
    problems = list(_unknown_keys(configuration))
    documents = {key: _parse(configuration.get(f"{NAMESPACE}:{key}"), key, problems) for key in KEYS}
    defaults = documents["defaults"] or {}
    declared = documents["services"]
    if declared is None and not problems:
        problems.append(
            f"{NAMESPACE}:services: must be set, as a map from logical name to settings; {{}} for none"
        )

    problems += _check(TypeAdapter(DefaultSettings), defaults, f"{NAMESPACE}:defaults")
    services: dict[str, ServiceSettings] = {}
    for name, given in (declared or {}).items():
        where = f"{NAMESPACE}:services.{name}"
        found = list(_check(TypeAdapter(LogicalName), name, where))
        if not isinstance(given, Mapping):
            found.append(f"{where}: must be a map of settings, such as {{friendlyName: acme-support-dev}}")
        else:
            found += _check(TypeAdapter(ServiceSettings), given, where)
        if not found and not problems:
            services[name] = ServiceSettings.model_validate({**defaults, **given})
        problems += found
    if problems:
        raise SettingsError(stack_file, problems)
    return services


def _unknown_keys(configuration: Mapping[str, str]) -> Iterator[str]:
    for full_key in configuration:
        namespace, _, key = full_key.partition(":")
        if namespace == NAMESPACE and key not in KEYS:
            yield f"{full_key}: is no key of this project{_suggestion(key, KEYS)}"


def _parse(text: str | None, key: str, problems: list[str]) -> Mapping[str, Any] | None:
    if text is None:
        return None
    try:
        document = json.loads(text)
    except json.JSONDecodeError:
        document = text
    if isinstance(document, Mapping):
        return document
    problems.append(f"{NAMESPACE}:{key}: must be a map, got {_kind(document)}")
    return {}


def _check(adapter: TypeAdapter[Any], value: object, where: str) -> Iterator[str]:
    """Yield one problem per wrong key; the text names keys and limits, never the value given."""
    try:
        adapter.validate_python(value)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_context=True):
            path = ".".join([where, *(str(part) for part in detail["loc"])])
            yield f"{path}: {_reason(detail['type'], detail.get('ctx', {}), detail['loc'], detail['input'])}"


def _reason(kind: str, context: Mapping[str, Any], location: tuple[int | str, ...], given: object) -> str:
    match kind:
        case "extra_forbidden":
            known = [field.alias or name for name, field in ServiceSettings.model_fields.items()]
            return f"is no setting of a service{_suggestion(str(location[-1]), known)}"
        case "missing":
            return "must be set"
        case "bool_type":
            return f"must be true or false, got {_kind(given)}"
        case "string_type":
            return f"must be text, got {_kind(given)}; put it in quotes if it is meant as text"
        case "string_too_short" | "string_too_long":
            return "must have 1 to 256 characters"
        case "literal_error":
            return f"must be one of {context['expected']}"
        case "string_pattern_mismatch" if location:
            return "must be a service's SID: IS and 32 hexadecimal digits"
        case "string_pattern_mismatch":
            return "must be a logical name: a letter, then at most 99 letters, digits, - or _"
        case _:
            return "is not valid"


def _suggestion(key: str, known: Iterable[str]) -> str:
    by_lower = {candidate.lower(): candidate for candidate in known}
    close = difflib.get_close_matches(key.lower().replace("_", ""), by_lower, n=1, cutoff=0.6)
    return f"; did you mean {by_lower[close[0]]}?" if close else f"; known: {', '.join(by_lower.values())}"


def _kind(value: object) -> str:
    names = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "text",
        list: "a list",
        dict: "a map",
    }
    return names.get(type(value), "nothing")
