"""The API's calls, by name: paths and parameters in, values of `model` out.

Nothing of HTTP (that is `_transport`) and nothing of Pulumi.
https://www.twilio.com/docs/conversations/api/service-resource and the pages beside it
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from ._transport import PAGE_SIZE, Form, Json, Transport
from .errors import UnexpectedAnswerError
from .model import Part, Role, Service

__all__ = ["ConversationsClient"]

_SERVICES = "/v1/Services"
# The API's maximum for roles; it differs from that of the other lists.
ROLES_PAGE_SIZE = 50
T = TypeVar("T")


class ConversationsClient:
    """Twilio Conversations of one account.

    Args:
        transport: sends the requests.
    """

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def create_service(self, friendly_name: str) -> Service:
        """Create a service; names are not unique, and no key makes two calls one."""
        action = "create conversation service"
        answer = self.transport.post(action, _SERVICES, {"FriendlyName": friendly_name})
        return _parsed(action, answer, Service.from_json, "service")

    def fetch_service(self, sid: str) -> Service:
        """Fetch a service."""
        action = f"fetch conversation service {sid}"
        answer = self.transport.get(action, f"{_SERVICES}/{sid}")
        return _parsed(action, answer, Service.from_json, "service")

    def list_services(self) -> list[Service]:
        """List all services of the account, as many pages as it takes."""
        action = "list conversation services"
        pages = self.transport.pages(action, _SERVICES, "services")
        return [_parsed(action, item, Service.from_json, "service") for page in pages for item in page]

    def delete_service(self, sid: str) -> None:
        """Delete a service and all that it holds; a missing one is no error."""
        self.transport.delete(f"delete conversation service {sid}", f"{_SERVICES}/{sid}")

    def count_conversations(self, sid: str) -> int:
        """Count a service's conversations on one page: from 100 on, there are at least so many."""
        action = f"count conversations of conversation service {sid}"
        page = self.transport.get(action, f"{_SERVICES}/{sid}/Conversations", {"PageSize": str(PAGE_SIZE)})
        conversations = page.get("conversations")
        if not isinstance(conversations, list):
            raise UnexpectedAnswerError(action, "a page of the listing lacks conversations")
        return len(conversations)

    def create_role(self, service_sid: str, friendly_name: str, type_: str, permissions: list[str]) -> Role:
        """Create a role; names are not unique, and no key makes two calls one."""
        action = f"create role in conversation service {service_sid}"
        form = {"FriendlyName": friendly_name, "Type": type_, "Permission": permissions}
        answer = self.transport.post(action, f"{_SERVICES}/{service_sid}/Roles", form)
        return _parsed(action, answer, Role.from_json, "role")

    def fetch_role(self, service_sid: str, sid: str) -> Role:
        """Fetch a role."""
        action = f"fetch role {sid}"
        answer = self.transport.get(action, f"{_SERVICES}/{service_sid}/Roles/{sid}")
        return _parsed(action, answer, Role.from_json, "role")

    def update_role(self, service_sid: str, sid: str, permissions: list[str]) -> Role:
        """Give a role these permissions in place of those it has."""
        action = f"update role {sid}"
        path = f"{_SERVICES}/{service_sid}/Roles/{sid}"
        answer = self.transport.post(action, path, {"Permission": permissions}, repeatable=True)
        return _parsed(action, answer, Role.from_json, "role")

    def list_roles(self, service_sid: str) -> list[Role]:
        """List all roles of a service."""
        action = f"list roles of conversation service {service_sid}"
        pages = self.transport.pages(action, f"{_SERVICES}/{service_sid}/Roles", "roles", ROLES_PAGE_SIZE)
        return [_parsed(action, item, Role.from_json, "role") for page in pages for item in page]

    def delete_role(self, service_sid: str, sid: str) -> None:
        """Delete a role; a missing one is no error."""
        self.transport.delete(f"delete role {sid}", f"{_SERVICES}/{service_sid}/Roles/{sid}")

    def fetch_part(self, kind: str, path: str, service_sid: str, names: Mapping[str, type]) -> Part:
        """Fetch a part of a service.

        Args:
            kind: what it is, for errors.
            path: below the service's, e.g. "Configuration/Webhooks".
            service_sid: the service that has it.
            names: the settings to read, by dotted name, and the type of each.
        """
        action = f"fetch {kind} of conversation service {service_sid}"
        answer = self.transport.get(action, f"{_SERVICES}/{service_sid}/{path}")
        return _parsed(action, answer, lambda json: Part.from_json(json, names), kind)

    def update_part(
        self, kind: str, path: str, service_sid: str, names: Mapping[str, type], form: Form
    ) -> Part:
        """Change what the form names in a part of a service, and leave the rest; arguments as for `fetch_part`."""
        action = f"update {kind} of conversation service {service_sid}"
        answer = self.transport.post(action, f"{_SERVICES}/{service_sid}/{path}", form, repeatable=True)
        return _parsed(action, answer, lambda json: Part.from_json(json, names), kind)


def _parsed(action: str, answer: Json, parse: Callable[[Json], T], what: str) -> T:
    try:
        return parse(answer)
    except ValueError as error:
        raise UnexpectedAnswerError(action, f"the answer does not describe a {what}: {error}") from None
