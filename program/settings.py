"""A stack's services as typed models, and the one error for all that is wrong with them.

Reading them from a configuration and from included files is the business of `reading`.
Docs: docs/stacks.md
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field

from program.behaviour import (
    ConfigurationSettings,
    NotificationsSettings,
    RoleName,
    RoleSettings,
    Section,
    WebhookSettings,
    WebUrl,
    by_rule,
)
from providers.rules import OnNameConflict, tidy_name

__all__ = [
    "KEYS",
    "LOGICAL_NAME",
    "NAMESPACE",
    "DefaultSettings",
    "LogicalName",
    "SecretSettings",
    "ServiceSettings",
    "SettingsError",
]

NAMESPACE = "conversation-services"
KEYS = ("addresses", "defaults", "include", "secrets", "services")

LOGICAL_NAME = r"^[A-Za-z][A-Za-z0-9_-]{0,99}$"
LogicalName = Annotated[str, Field(pattern=LOGICAL_NAME)]


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

    friendly_name: Annotated[str, Field(min_length=1, max_length=256), by_rule(tidy_name(1, 256))]
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


class SecretWebhookSettings(Section):
    """Webhook URLs that hold a secret, such as a token in a query."""

    pre_webhook_url: WebUrl | None = None
    """Asked before an event takes place."""
    post_webhook_url: WebUrl | None = None
    """Told after an event."""


class SecretSettings(Section):
    """What of a service is encrypted, and stands in the stack file wherever the service itself does."""

    webhook: SecretWebhookSettings | None = None
    """Where the service sends its events."""


class SettingsError(Exception):
    """Raised if a stack's settings are wrong; its text lists every problem with file, key and remedy."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = [*problems]
        super().__init__(
            "\n".join([*self.problems, "hint: every key and its values are described in docs/stacks.md"])
        )
