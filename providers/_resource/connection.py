"""What all resource providers of one process share, per account: the client and the memory of this run.

The dynamic provider host makes one provider object per resource class (and one more per pickle left in an older
state); they must agree on the requests in flight, on the listing, and on what was declared.
"""

from __future__ import annotations

import os
import threading

from .._api.client import Account, ConversationsClient
from .._api.config import Settings
from .._api.entity import Entity, Place
from .claims import Claims
from .facts import read_facts
from .listing import Listing

__all__ = ["Connection", "connect"]


class Connection:
    """One account, as one process sees it.

    Args:
        settings: how to reach it.
    """

    def __init__(self, settings: Settings) -> None:
        # Not at the top: a program declares resources, and speaks to no API.
        from .._api.transport import Transport

        self.account_sid = settings.account_sid
        self.client = ConversationsClient(Transport(settings))
        self.facts = read_facts(os.environ)
        self.claims = Claims(self.facts.held)
        # Kinds and SIDs read, and inputs checked: how a provider tells a refresh from a program, see `dynamic`.
        self.read: set[tuple[str, str]] = set()
        self.checked: set[str] = set()
        # The force_destroy that this run's program declares, by SID; newer than what the state holds.
        self.force_destroy: dict[str, bool] = {}
        self._lock = threading.Lock()
        # Of its own: an answer that takes its time must not hold up what needs none.
        self._asking = threading.Lock()
        self._account: Account | None = None
        self._listings: dict[str, Listing] = {}

    def account(self) -> Account:
        """Tell whose credentials these are, by the API's own word, asked once.

        An account SID among the settings proves nothing beside an API key: no request names the account.
        """
        with self._asking:
            if self._account is None:
                self._account = self.client.account()
            return self._account

    def listing(self, entity: Entity, place: Place) -> Listing:
        """Give the run's memory of the things of one kind in one place."""
        with self._lock:
            return self._listings.setdefault(entity.where(place), self._begin(entity, place))

    def _begin(self, entity: Entity, place: Place) -> Listing:
        if entity.unique:
            return Listing(list, self.claims, lambda name: self.client.find(entity, place, name))
        return Listing(lambda: self.client.list(entity, place, lenient=True), self.claims)


_lock = threading.Lock()
_connections: dict[Settings, Connection] = {}


def connect(settings: Settings) -> Connection:
    """Give the process's connection to an account, made at first use."""
    with _lock:
        if settings not in _connections:
            _connections[settings] = Connection(settings)
        return _connections[settings]
