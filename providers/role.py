"""Role: what a participant may do in a conversation, or a user in a Conversation Service.

Name and type stay as they were made, so that a new one makes a new role; permissions change in place and are a
set. Not here: who has the role, and which roles are the service's defaults (`ServiceConfiguration`).
https://www.twilio.com/docs/conversations/api/role-resource
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import pulumi
from pulumi import contains_unknowns
from pulumi.dynamic import CheckFailure

from ._api.checks import KnownItems, OneOf
from ._api.entity import Entity
from ._api.fields import Field
from ._api.names import name, reading
from ._resource.inputs import OnNameConflict, Props, failure
from ._resource.named import NamedProvider, NamedResource
from .conversation_service import SERVICE
from .vocabulary import PERMISSIONS, Permission, RoleType

__all__ = ["ROLE", "Role", "RoleProvider"]

_PAGE = "https://www.twilio.com/docs/conversations/api/role-resource"
_ANY = KnownItems(get_args(Permission), "permission", _PAGE)

ROLE = Entity(
    kind="role",
    prefix="RL",
    path="Roles",
    key="roles",
    page_size=50,
    parent=SERVICE,
    fields=(
        Field("friendly_name", name(1, 64), required=True, replaces=True, meaning=reading),
        Field("type", OneOf(get_args(RoleType)), required=True, replaces=True),
        Field("permissions", _ANY, list, required=True, meaning=frozenset, parameter="Permission"),
    ),
    # A role of the other type may bear the same name.
    identity=("type", "friendly_name"),
)


class RoleProvider(NamedProvider):
    """Create, adopt, read, change and delete a role; a new name, type or service replaces it."""

    entity = ROLE

    def misfits(self, news: Props) -> list[CheckFailure]:
        """Demand of a known permission that it is one of the role's type."""
        known = PERMISSIONS.get(str(news.get("type")))
        if not known or contains_unknowns(news.get("permissions")):
            return []
        why = KnownItems(known, f"permission of a {news['type']} role", _PAGE)(news["permissions"])
        return [failure("permissions", why)] if why else []


class Role(NamedResource, module="twilio", name="Role"):
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

    service_sid: pulumi.Output[str]
    """The service that holds it."""
    friendly_name: pulumi.Output[str]
    """Its name."""
    type: pulumi.Output[str]
    """Where it permits."""
    permissions: pulumi.Output[Sequence[str]]
    """What it permits."""

    provider_class = RoleProvider

    def __init__(
        self,
        resource_name: str,
        *,
        service_sid: pulumi.Input[str],
        friendly_name: pulumi.Input[str],
        type: pulumi.Input[RoleType],  # noqa: A002 - Twilio's word
        permissions: pulumi.Input[Sequence[pulumi.Input[Permission]]],
        import_sid: pulumi.Input[str] | None = None,
        on_name_conflict: pulumi.Input[OnNameConflict] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self._declare(locals())
