"""What all resource providers of one process share, per account: the client and the memory of this run.

The dynamic provider host makes one provider object per resource class (and one more per pickle left in an older
state); they must agree on the requests in flight, on the listing, and on what was declared.
"""

from __future__ import annotations

import os
import threading

from .._api.client import ConversationsClient
from .._api.config import Settings
from .._api.model import Account, Role
from .._api.transport import Transport
from .claims import Claims
from .facts import read_facts
from .listing import Listing, ServiceListing

__all__ = ["Connection", "connect"]


class Connection:
    """One account, as one process sees it.

    Args:
        settings: how to reach it.
    """

    def __init__(self, settings: Settings) -> None:
        self.account_sid = settings.account_sid
        self.client = ConversationsClient(Transport(settings))
        self.facts = read_facts(os.environ)
        self.claims = Claims(self.facts.held)
        self.services = ServiceListing(self.client.list_services, self._is_held)
        # Kinds and SIDs read, and inputs checked: how a provider tells a refresh from a program, see `dynamic`.
        self.read: set[tuple[str, str]] = set()
        self.checked: set[str] = set()
        self._lock = threading.Lock()
        # Of its own: an answer that takes its time must not hold up what needs none.
        self._asking = threading.Lock()
        self._account: Account | None = None
        self._roles: dict[str, Listing[Role]] = {}

    def account(self) -> Account:
        """Tell whose credentials these are, by the API's own word, asked once.

        An account SID among the settings proves nothing beside an API key: no request names the account.
        """
        with self._asking:
            if self._account is None:
                self._account = self.client.fetch_account()
            return self._account

    def roles(self, service_sid: str) -> Listing[Role]:
        """Give the run's listing of a service's roles."""
        with self._lock:
            if service_sid not in self._roles:
                self._roles[service_sid] = Listing(lambda: self.client.list_roles(service_sid), self._is_held)
            return self._roles[service_sid]

    def _is_held(self, sid: str) -> bool:
        return self.claims.holder(sid) is not None


_lock = threading.Lock()
_connections: dict[Settings, Connection] = {}


def connect(settings: Settings) -> Connection:
    """Give the process's connection to an account, made at first use."""
    with _lock:
        if settings not in _connections:
            _connections[settings] = Connection(settings)
        return _connections[settings]
