"""Addresses of the account, as a stack file declares them: where their messages begin conversations.

Unlike roles and webhooks they are no service's own: an address that is led to another service stays the same.
Docs: docs/stacks.md
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from program.behaviour import Section, WebUrl, by_rule, distinct, secret_or, suggestion
from program.settings import LogicalName
from providers.rules import ADDRESS, OnUniqueConflict
from providers.vocabulary import AddressEvent, AddressType, AutoCreationType, Method

__all__ = ["AddressSettings", "AutoCreationSettings", "leading_problems"]

_CHECKS = {name: field.check for name, field in ADDRESS.leaves.items()}


class AutoCreationSettings(Section):
    """How conversations begin by themselves; what is left out is left alone."""

    enabled: bool | None = None
    """Whether they do."""
    type: AutoCreationType | None = None
    """What is told of it."""
    service: LogicalName | None = None
    """Logical name of the service of this stack in which they begin."""
    webhook_url: WebUrl | None = None
    """What is called, of type webhook."""
    webhook_method: Method | None = None
    """How it is called."""
    webhook_filters: Annotated[list[AddressEvent], Field(min_length=1), distinct] | None = None
    """The events to send."""
    studio_flow_sid: Annotated[str, by_rule(_CHECKS["auto_creation.studio_flow_sid"])] | None = None
    """The flow that is begun, of type studio."""
    studio_retry_count: Literal[0, 1, 2, 3] | None = None
    """How often it is tried again."""


class AddressSettings(Section):
    """An address of the account, such as a phone number."""

    type: AddressType
    """The kind of address. Another one replaces the configuration."""
    address: Annotated[str, by_rule(_CHECKS["address"]), secret_or({"type": "string", "minLength": 1})]
    """The address, such as a number in E.164. Another one replaces the configuration."""
    friendly_name: (
        Annotated[str, Field(min_length=1, max_length=256), by_rule(_CHECKS["friendly_name"])] | None
    ) = None
    """1 to 256 characters, no personal data."""
    address_country: Annotated[str, by_rule(_CHECKS["address_country"])] | None = None
    """The number's country, two capitals."""
    auto_creation: AutoCreationSettings | None = None
    """How conversations begin by themselves."""
    import_sid: Annotated[str, by_rule(ADDRESS.check_sid)] | None = None
    """SID of an existing configuration to adopt instead of creating one."""
    on_name_conflict: OnUniqueConflict = "error"
    """What a create does about an address that is configured already."""
    protect: bool = False
    """No run deletes or replaces the configuration while this is true."""
    retain_on_delete: bool = False
    """An address that leaves the stack file is forgotten, not deleted."""

    def inputs(self, sids: Mapping[str, Any]) -> dict[str, Any]:
        """Give the resource's inputs, without what is left out.

        Args:
            sids: SID of each service, by logical name.
        """
        given = self.model_dump(exclude={"protect", "retain_on_delete"}, exclude_none=True)
        creation = given.get("auto_creation", {})
        if "service" in creation:
            creation["conversation_service_sid"] = sids[creation.pop("service")]
        return given


def leading_problems(
    addresses: Mapping[str, AddressSettings], services: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield place and text of each address that leads to no service of the stack."""
    for name, address in addresses.items():
        wanted = address.auto_creation.service if address.auto_creation else None
        if wanted is not None and wanted not in services:
            suggested = suggestion(wanted, services, list_all=False) if services else ""
            yield f"{name}.autoCreation.service", f"names no service of this stack{suggested}"
