"""The API's calls, by name: paths and parameters in, values of `model` out.

Nothing of HTTP (that is `transport`) and nothing of Pulumi.
https://www.twilio.com/docs/conversations/api/service-resource and the pages beside it
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from ..errors import UnexpectedAnswerError
from .model import Account, Address, Part, Role, Service
from .transport import PAGE_SIZE, Form, Json, Transport

__all__ = ["ConversationsClient"]

_SERVICES = "/v1/Services"
# The API's maximum for roles; it differs from that of the other lists.
ROLES_PAGE_SIZE = 50
# What a service holds that is lost with it: the word for it, which is also the listing's key, path and page size.
_HELD = (("conversations", "Conversations", PAGE_SIZE), ("users", "Users", 50))
T = TypeVar("T")
Thing = TypeVar("Thing", Service, Role, Address)


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
        return _asked_for(action, _parsed(action, answer, Service.from_json, "service"), sid=sid)

    def list_services(self) -> list[Service]:
        """List all services of the account, as many pages as it takes."""
        action = "list conversation services"
        pages = self.transport.pages(action, _SERVICES, "services")
        return _listed(action, pages, Service.from_listing, "service")

    def delete_service(self, sid: str, *, before: Callable[[], None] | None = None) -> None:
        """Delete a service and all that it holds.

        Args:
            sid: the service's.
            before: what must hold, asked before each attempt.

        Raises:
            NotFoundError: if it is gone already.
        """
        self.transport.delete(f"delete conversation service {sid}", f"{_SERVICES}/{sid}", before=before)

    def count_held(self, sid: str) -> dict[str, int]:
        """Count what would be lost with a service, by kind, on the first page that holds any.

        Only a listing that was followed to its end proves that there is none: Twilio is known to send empty pages
        that lead on.

        Raises:
            NotFoundError: if a listing says that the service is gone.
        """
        return {
            kind: self._count_first(
                f"count {kind} of conversation service {sid}", f"{_SERVICES}/{sid}/{segment}", kind, size
            )
            for kind, segment, size in _HELD
        }

    def addresses_of(self, service_sid: str) -> list[str]:
        """List the SIDs of the address configurations whose conversations begin in a service.

        They are the account's, not the service's: the API has no other way than to look at each.
        """
        action = f"list address configurations of conversation service {service_sid}"
        pages = self.transport.pages(action, "/v1/Configuration/Addresses", "address_configurations", 50)
        addresses = _listed(action, pages, Address.from_json, "address configuration")
        return [each.sid for each in addresses if each.service_sid == service_sid.lower()]

    def fetch_account(self) -> Account:
        """Ask whose credentials these are, and how this API calls itself."""
        answer = self.transport.get("fetch the account's configuration", "/v1/Configuration")
        return Account.from_json(answer)

    def create_role(self, service_sid: str, friendly_name: str, type_: str, permissions: list[str]) -> Role:
        """Create a role; names are not unique, and no key makes two calls one."""
        action = f"create role in conversation service {service_sid}"
        form = {"FriendlyName": friendly_name, "Type": type_, "Permission": permissions}
        answer = self.transport.post(action, f"{_SERVICES}/{service_sid}/Roles", form)
        return _asked_for(action, _parsed(action, answer, Role.from_json, "role"), service_sid=service_sid)

    def fetch_role(self, service_sid: str, sid: str) -> Role:
        """Fetch a role."""
        action = f"fetch role {sid}"
        answer = self.transport.get(action, f"{_SERVICES}/{service_sid}/Roles/{sid}")
        role = _parsed(action, answer, Role.from_json, "role")
        return _asked_for(action, role, sid=sid, service_sid=service_sid)

    def update_role(self, service_sid: str, sid: str, permissions: list[str]) -> Role:
        """Give a role these permissions in place of those it has."""
        action = f"update role {sid}"
        path = f"{_SERVICES}/{service_sid}/Roles/{sid}"
        answer = self.transport.post(action, path, {"Permission": permissions}, repeatable=True)
        role = _parsed(action, answer, Role.from_json, "role")
        return _asked_for(action, role, sid=sid, service_sid=service_sid)

    def list_roles(self, service_sid: str) -> list[Role]:
        """List all roles of a service."""
        action = f"list roles of conversation service {service_sid}"
        pages = self.transport.pages(action, f"{_SERVICES}/{service_sid}/Roles", "roles", ROLES_PAGE_SIZE)
        return _listed(action, pages, Role.from_json, "role")

    def delete_role(self, service_sid: str, sid: str) -> None:
        """Delete a role.

        Raises:
            NotFoundError: if it is gone already.
        """
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
        part = _parsed(action, answer, lambda json: Part.from_json(json, names), kind)
        return _asked_for(action, part, service_sid=service_sid)

    def update_part(
        self, kind: str, path: str, service_sid: str, names: Mapping[str, type], form: Form
    ) -> Part:
        """Change what the form names in a part of a service, and leave the rest; arguments as for `fetch_part`."""
        action = f"update {kind} of conversation service {service_sid}"
        answer = self.transport.post(action, f"{_SERVICES}/{service_sid}/{path}", form, repeatable=True)
        part = _parsed(action, answer, lambda json: Part.from_json(json, names), kind)
        return _asked_for(action, part, service_sid=service_sid)

    def _count_first(self, action: str, path: str, key: str, size: int) -> int:
        for page in self.transport.pages(action, path, key, size):
            if page:
                return len(page)
        return 0


def _listed(
    action: str, pages: Iterable[list[Json]], parse: Callable[[Json], Thing], what: str
) -> list[Thing]:
    """Parse what a listing holds, each once: what is made meanwhile can move others onto the next page."""
    parsed = (_parsed(action, item, parse, what) for page in pages for item in page)
    return list({thing.sid: thing for thing in parsed}.values())


def _asked_for(action: str, thing: T, **sids: str) -> T:
    """Refuse the answer to another question: a cache between here and the API may mix them up."""
    for name, sid in sids.items():
        answered = getattr(thing, name)
        if answered != sid:
            raise UnexpectedAnswerError(
                action,
                f"the answer is about another one: its {name} is {answered}",
                hint="something between here and the API mixes answers up; run again, and look for a cache",
            )
    return thing


def _parsed(action: str, answer: Json, parse: Callable[[Json], T], what: str) -> T:
    if not isinstance(answer, Mapping):
        raise UnexpectedAnswerError(action, f"the answer does not describe a {what}: it is no JSON object")
    try:
        return parse(answer)
    except ValueError as error:
        raise UnexpectedAnswerError(action, f"the answer does not describe a {what}: {error}") from None
