"""What all resource providers of one process share, per account: the client and the memory of this run.

The dynamic provider host makes one provider object per resource class (and one more per pickle left in an older
state); they must agree on the requests in flight, on the listing, and on what was declared.
"""

from __future__ import annotations

import threading

from ._config import Settings
from ._listing import ServiceListing
from ._transport import Transport
from .client import ConversationsClient

__all__ = ["Connection", "connect"]


class Connection:
    """One account, as one process sees it.

    Args:
        settings: how to reach it.
    """

    def __init__(self, settings: Settings) -> None:
        self.account_sid = settings.account_sid
        self.client = ConversationsClient(Transport(settings))
        self.services = ServiceListing(self.client.list_services)
        # Kinds and SIDs read, and inputs checked: how a provider tells a refresh from a program, see `_dynamic`.
        self.read: set[tuple[str, str]] = set()
        self.checked: set[str] = set()


_lock = threading.Lock()
_connections: dict[Settings, Connection] = {}


def connect(settings: Settings) -> Connection:
    """Give the process's connection to an account, made at first use."""
    with _lock:
        if settings not in _connections:
            _connections[settings] = Connection(settings)
        return _connections[settings]
