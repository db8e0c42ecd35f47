"""A stack file's services as typed models, and one clear error for all that is wrong with them.

The configuration of a stack declares services under two keys of the project's namespace: `services`, a map
from logical name to settings, and `defaults`, settings for all of them. Nothing here speaks to Pulumi or Twilio.
Docs: docs/stacks.md
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from program.behaviour import (
    ConfigurationSettings,
    NotificationsSettings,
    RoleName,
    RoleSettings,
    Section,
    WebhookSettings,
    suggestion,
    wiring_problems,
)
from program.problems import kind_of, problems_of

__all__ = [
    "KEYS",
    "NAMESPACE",
    "DefaultSettings",
    "LogicalName",
    "ServiceSettings",
    "SettingsError",
    "read_services",
]

NAMESPACE = "conversation-services"
KEYS = ("defaults", "services")

LogicalName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,99}$")]
OnNameConflict = Literal["error", "adopt", "allow"]


class DefaultSettings(Section):
    """Settings that every service of the stack shares unless it says otherwise."""

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
    roles: dict[RoleName, RoleSettings] = Field(default_factory=dict)
    """The service's roles, by name."""
    configuration: ConfigurationSettings | None = None
    """Default roles and reachability."""
    webhook: WebhookSettings | None = None
    """Where the service sends its events."""
    notifications: NotificationsSettings | None = None
    """What the service pushes to devices."""

    def behaviour(self) -> dict[str, Any]:
        """Give roles, configuration, webhook and notifications in snake case, without what is left out."""
        sections = {"roles", "configuration", "webhook", "notifications"}
        return self.model_dump(include=sections, exclude_none=True)


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

    problems += problems_of(TypeAdapter(DefaultSettings), defaults, f"{NAMESPACE}:defaults")
    services: dict[str, ServiceSettings] = {}
    for name, given in (declared or {}).items():
        where = f"{NAMESPACE}:services.{name}"
        found = list(problems_of(TypeAdapter(LogicalName), name, where))
        if not isinstance(given, Mapping):
            found.append(f"{where}: must be a map of settings, such as {{friendlyName: acme-support-dev}}")
        else:
            found += problems_of(TypeAdapter(ServiceSettings), given, where)
        if not found and not problems:
            services[name] = read = ServiceSettings.model_validate({**defaults, **given})
            wrong = wiring_problems(read.roles, read.configuration)
            found = [f"{where}.{place}: {reason}" for place, reason in wrong]
        problems += found
    if problems:
        raise SettingsError(stack_file, problems)
    return services


def _unknown_keys(configuration: Mapping[str, str]) -> Iterator[str]:
    for full_key in configuration:
        namespace, _, key = full_key.partition(":")
        if namespace == NAMESPACE and key not in KEYS:
            yield f"{full_key}: is no key of this project{suggestion(key, KEYS)}"


def _parse(text: str | None, key: str, problems: list[str]) -> Mapping[str, Any] | None:
    if text is None:
        return None
    try:
        document = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        document = text
    if isinstance(document, Mapping):
        return document
    problems.append(f"{NAMESPACE}:{key}: must be a map, got {kind_of(document)}")
    return {}
