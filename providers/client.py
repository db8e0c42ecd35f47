"""The API's calls, by name: paths and parameters in, values of `model` out.

Nothing of HTTP (that is `_transport`) and nothing of Pulumi.
https://www.twilio.com/docs/conversations/api/service-resource
"""

from __future__ import annotations

from ._transport import PAGE_SIZE, Json, Transport
from .errors import UnexpectedAnswerError
from .model import Service

__all__ = ["ConversationsClient"]

_SERVICES = "/v1/Services"


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
        return _service(action, self.transport.post(action, _SERVICES, {"FriendlyName": friendly_name}))

    def fetch_service(self, sid: str) -> Service:
        """Fetch a service."""
        action = f"fetch conversation service {sid}"
        return _service(action, self.transport.get(action, f"{_SERVICES}/{sid}"))

    def list_services(self) -> list[Service]:
        """List all services of the account, as many pages as it takes."""
        action = "list conversation services"
        pages = self.transport.pages(action, _SERVICES, "services")
        return [_service(action, item) for page in pages for item in page]

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


def _service(action: str, answer: Json) -> Service:
    try:
        return Service.from_json(answer)
    except ValueError as error:
        raise UnexpectedAnswerError(action, f"the answer does not describe a service: {error}") from None
