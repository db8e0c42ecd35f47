"""Role: what a participant may do in a conversation, or a user in a Conversation Service.

Name and type stay as they were made, so that a new one makes a new role; permissions change in place and are a
set. Not here: who has the role, and which roles are the service's defaults (`ServiceConfiguration`).
https://www.twilio.com/docs/conversations/api/role-resource
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Literal

import pulumi
from pulumi import contains_unknowns
from pulumi.dynamic import CheckFailure, CheckResult

from ._api.checks import ROLE_SID, SERVICE_SID, known_items, one_of, sid_of
from ._api.model import Role as RoleAnswer
from ._resource.dynamic import IMPORT_SID, Field, Props, TwilioResource
from ._resource.listing import Listing
from ._resource.named import NamedProvider, OnNameConflict, name_input, naming_inputs
from ._resource.settling import settled
from .errors import AlteredError, TwilioError
from .vocabulary import PERMISSIONS

__all__ = ["INPUTS", "Role", "RoleProvider"]

_PAGE = "https://www.twilio.com/docs/conversations/api/role-resource"
_ANY = tuple(dict.fromkeys(each for known in PERMISSIONS.values() for each in known))

INPUTS = (
    Field("service_sid", sid_of(SERVICE_SID, "a service"), required=True, replaces=True),
    name_input(64),
    Field("type", one_of(*PERMISSIONS), required=True, replaces=True),
    Field("permissions", known_items(_ANY, "permission", _PAGE), required=True, meaning=frozenset),
    *naming_inputs(sid_of(ROLE_SID, "a role")),
)


class RoleProvider(NamedProvider[RoleAnswer]):
    """Create, adopt, read, change and delete a role; a new name, type or service replaces it."""

    kind = "role"
    resource_type = "pulumi-python:dynamic/twilio:Role"
    inputs = INPUTS

    def check(self, olds: Props, news: Props) -> CheckResult:
        """Name all bad inputs at once; a known permission must also be one of the role's type."""
        result = super().check(olds, news)
        known = PERMISSIONS.get(str(news.get("type")))
        if known and not result.failures and not contains_unknowns(news.get("permissions")):
            why = known_items(known, f"permission of a {news['type']} role", _PAGE)(news["permissions"])
            result.failures.extend([CheckFailure("", f"permissions{why}")] if why else [])
        return result

    def listing(self, props: Props) -> Listing[RoleAnswer]:
        """Give the service's roles."""
        return self.connection.roles(props["service_sid"])

    def name_of(self, props: Props) -> str:
        """Give type and name."""
        return f"{props['type']} {props['friendly_name']}"

    def fetch(self, sid: str, props: Props) -> RoleAnswer:
        """Fetch a role."""
        return self.connection.client.fetch_role(props["service_sid"], sid)

    def post(self, props: Props) -> RoleAnswer:
        """Create a role."""
        return self.connection.client.create_role(
            props["service_sid"], props["friendly_name"], props["type"], props["permissions"]
        )

    def remove(self, sid: str, props: Props) -> None:
        """Delete a role; the API refuses while it is a default role."""
        self.connection.client.delete_role(props["service_sid"], sid)

    def create_thing(self, props: Props) -> RoleAnswer:
        """Make or adopt the role; an adopted one gets the declared permissions."""
        role = super().create_thing(props)
        return self._permit(role, props["permissions"])

    def update_thing(self, sid: str, olds: Props, news: Props) -> RoleAnswer | None:
        """Give the role the declared permissions."""
        role = super().update_thing(sid, olds, news) or self.fetch(sid, news)
        return self._permit(role, news["permissions"])

    def _permit(self, role: RoleAnswer, permissions: list[str]) -> RoleAnswer:
        """Give a role permissions, all or none.

        Raises:
            AlteredError: if the API keeps others than it was sent.
        """
        if frozenset(role.permissions) == frozenset(permissions):
            return role
        client = self.connection.client
        permitted = settled(
            lambda: client.update_role(role.service_sid, role.sid, permissions),
            lambda: client.fetch_role(role.service_sid, role.sid),
            lambda found: frozenset(found.permissions) == frozenset(permissions),
        )
        if frozenset(permitted.permissions) == frozenset(permissions):
            return permitted
        action, reason = f"update role {role.sid}", "the API keeps its permissions otherwise than sent"
        hint = "declare permissions that the API keeps as they are"
        try:
            client.update_role(role.service_sid, role.sid, list(role.permissions))
        except TwilioError as error:
            raise AlteredError(
                action, f"{reason}, and putting back those of before failed: {error.reason}", hint=hint
            ) from None
        raise AlteredError(action, f"{reason}; those of before are put back", hint=hint)


class Role(TwilioResource, module="twilio", name="Role"):
    """A role of a Conversation Service.

    Args:
        resource_name: logical name in the Pulumi program.
        service_sid: the service; give `service.id`, which a preview knows. Another one replaces the role.
        friendly_name: 1 to 64 characters, no personal data. A new name replaces the role.
        type: `conversation` or `service`: where it permits. Another type replaces the role.
        permissions: what it permits, at least one; their order means nothing.
        import_sid: adopt this role instead of creating one; name and type must be those declared.
        on_name_conflict: what to do if a role of this name and type is there already: `error` (default), `adopt`
            it if it is the only one and nobody else in this run has it, or `allow` a second one.
        opts: Pulumi's options.
    """

    sid: pulumi.Output[str]
    """RL and 32 hexadecimal digits; the resource's id."""
    service_sid: pulumi.Output[str]
    """The service that holds it."""
    account_sid: pulumi.Output[str]
    """The account that owns it."""
    friendly_name: pulumi.Output[str]
    """Its name."""
    type: pulumi.Output[str]
    """Where it permits."""
    permissions: pulumi.Output[Sequence[str]]
    """What it permits."""
    date_created: pulumi.Output[str]
    """ISO 8601, UTC."""
    date_updated: pulumi.Output[str]
    """ISO 8601, UTC."""
    url: pulumi.Output[str]
    """Its own URL in the API."""

    provider_class = RoleProvider
    outputs = tuple(field.name for field in dataclasses.fields(RoleAnswer))

    def __init__(
        self,
        resource_name: str,
        *,
        service_sid: pulumi.Input[str],
        friendly_name: pulumi.Input[str],
        type: pulumi.Input[Literal["conversation", "service"]],  # noqa: A002 - Twilio's word
        permissions: pulumi.Input[Sequence[pulumi.Input[str]]],
        import_sid: pulumi.Input[str] | None = None,
        on_name_conflict: pulumi.Input[OnNameConflict] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs = {
            "service_sid": service_sid,
            "friendly_name": friendly_name,
            "type": type,
            "permissions": permissions,
            IMPORT_SID: import_sid,
            "on_name_conflict": on_name_conflict,
        }
        self._declare(resource_name, inputs, opts)
