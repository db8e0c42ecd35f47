"""The provider's client of the API, with a call for each thing that a test wants done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from providers._api.client import Account, ConversationsClient
from providers._api.entity import Entity, Thing
from providers.conversation_service import SERVICE, addresses_of, count_held
from providers.role import ROLE

__all__ = ["Client"]


class Client(ConversationsClient):
    """Twilio Conversations of one account; each call is one of the generic ones."""

    def create_service(self, friendly_name: str) -> Thing:
        """Create a service."""
        return self.create(SERVICE, {}, {"friendly_name": friendly_name})

    def fetch_service(self, sid: str) -> Thing:
        """Fetch a service."""
        return self.fetch(SERVICE, {}, sid)

    def list_services(self) -> list[Thing]:
        """List all services, as a create does."""
        return self.list(SERVICE, {}, lenient=True)

    def delete_service(self, sid: str, *, before: Callable[[], None] | None = None) -> None:
        """Delete a service."""
        self.delete(SERVICE, {}, sid, before=before)

    def count_held(self, sid: str) -> dict[str, int]:
        """Count what would be lost with a service."""
        return count_held(self, sid)

    def addresses_of(self, sid: str) -> list[str]:
        """List the address configurations that lead to a service."""
        return addresses_of(self, sid)

    def fetch_account(self) -> Account:
        """Ask whose credentials these are."""
        return self.account()

    def create_role(self, service_sid: str, friendly_name: str, type_: str, permissions: list[str]) -> Thing:
        """Create a role."""
        values = {"friendly_name": friendly_name, "type": type_, "permissions": permissions}
        return self.create(ROLE, {"service_sid": service_sid}, values)

    def fetch_role(self, service_sid: str, sid: str) -> Thing:
        """Fetch a role."""
        return self.fetch(ROLE, {"service_sid": service_sid}, sid)

    def update_role(self, service_sid: str, sid: str, permissions: list[str]) -> Thing:
        """Give a role these permissions."""
        return self.update(ROLE, {"service_sid": service_sid}, sid, {"permissions": permissions})

    def list_roles(self, service_sid: str) -> list[Thing]:
        """List a service's roles."""
        return self.list(ROLE, {"service_sid": service_sid})

    def delete_role(self, service_sid: str, sid: str) -> None:
        """Delete a role."""
        self.delete(ROLE, {"service_sid": service_sid}, sid)

    def fetch_part(self, entity: Entity, service_sid: str) -> Thing:
        """Fetch what a service has one of."""
        return self.fetch(entity, {"service_sid": service_sid}, service_sid)

    def update_part(self, entity: Entity, service_sid: str, values: Mapping[str, Any]) -> Thing:
        """Change values of what a service has one of."""
        return self.update(entity, {"service_sid": service_sid}, service_sid, values)
