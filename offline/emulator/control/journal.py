"""What the API was asked: a log of requests, counts by route, the most in flight at once.

Control routes are not in it. It lives in memory and keeps the last MAX_ENTRIES requests; the counts go on.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from dataclasses import dataclass, field

__all__ = ["UNKNOWN_ROUTE", "Entry", "Journal"]

MAX_ENTRIES = 20_000
UNKNOWN_ROUTE = "unknown"


@dataclass
class Entry:
    """One request; `status` and `seconds` are None while it is worked on, `status` also when it was reset."""

    method: str
    path: str
    route: str
    started_at: float
    started_clock: float
    status: int | None = None
    account_sid: str | None = None
    seconds: float | None = None

    def shape(self) -> dict[str, object]:
        """Shape the entry for the control route."""
        return {
            "method": self.method,
            "path": self.path,
            "route": self.route,
            "status": self.status,
            "account_sid": self.account_sid,
            "started_at": self.started_at,
            "seconds": self.seconds,
        }


@dataclass
class Journal:
    """The log; `begin` and `end` frame every API request."""

    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=MAX_ENTRIES))
    counts: Counter[str] = field(default_factory=Counter)
    in_flight: int = 0
    in_flight_max: int = 0

    def begin(self, method: str, path: str, route: str) -> Entry:
        """Note that a request has come."""
        entry = Entry(method, path, route, time.time(), time.monotonic())
        self.entries.append(entry)
        self.counts[route] += 1
        self.in_flight += 1
        self.in_flight_max = max(self.in_flight_max, self.in_flight)
        return entry

    def end(self, entry: Entry, status: int | None) -> None:
        """Note that a request is about to be answered, or reset (`status` None)."""
        entry.status = status
        entry.seconds = time.monotonic() - entry.started_clock
        self.in_flight -= 1

    def clear(self) -> None:
        """Forget what was asked; requests still in flight stay counted as such."""
        self.entries.clear()
        self.counts.clear()
        self.in_flight_max = self.in_flight

    def shape(self) -> dict[str, object]:
        """Shape the log for the control route."""
        return {
            "requests": [entry.shape() for entry in self.entries],
            "counts": dict(self.counts),
            "in_flight_max": self.in_flight_max,
        }
