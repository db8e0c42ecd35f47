"""What an account holds, read by the provider's own descriptions: services with all that is below them, and addresses.

Several requests are in flight; each has the provider's deadlines. What cannot be read stands in no one's way: it is
told, and the next run begins with it, since what a stack file has is not read again. Nothing is written at Twilio.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from gitops.console import say
from providers._api.client import ConversationsClient
from providers._api.config import Settings
from providers._api.entity import Thing
from providers._api.transport import Transport
from providers.address_configuration import ADDRESS
from providers.conversation_service import SERVICE
from providers.errors import NotFoundError, TwilioError
from providers.role import ROLE
from providers.service_configuration import CONFIGURATION
from providers.service_notification import NOTIFICATION
from providers.service_webhook import WEBHOOK

__all__ = ["Account", "AccountReader", "Found", "Unread"]

PROGRESS_SECONDS = 2.0
MOST_FAILURES = 5
"""Services that cannot be read, before the rest is left to another run: the API is not well then."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Found:
    """A service and what is below it."""

    service: Thing
    roles: tuple[Thing, ...]
    configuration: Thing
    webhook: Thing
    notifications: Thing


@dataclass(frozen=True, slots=True)
class Unread:
    """A service that was not read, and why."""

    sid: str
    reason: str


@dataclass(slots=True)
class Account:
    """What was read.

    `services` and `addresses` are all there are, the oldest first; `found` those services that were wanted and read
    whole.
    """

    services: tuple[Thing, ...] = ()
    addresses: tuple[Thing, ...] = ()
    found: list[Found] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    interrupted: bool = False


Results: TypeAlias = "queue.SimpleQueue[tuple[str, Found | TwilioError | BaseException]]"


class AccountReader:
    """Reads one account.

    Args:
        settings: How to reach it.
        say: Tells progress, a line each.
        silent_seconds: How long nothing is said, and then between two lines.
    """

    def __init__(
        self, settings: Settings, say: Say = say, *, silent_seconds: float = PROGRESS_SECONDS
    ) -> None:
        self._client = ConversationsClient(Transport(settings))
        self._workers = settings.max_concurrency
        self._say = say
        self._silent_seconds = silent_seconds

    def listed(self) -> Account:
        """List services and addresses.

        Raises:
            TwilioError: If they cannot be listed.
        """
        services = self._client.list(SERVICE, {}, lenient=True)
        addresses = self._client.list(ADDRESS, {}, lenient=True)
        return Account(_by_age(services), _by_age(addresses))

    def read(self, account: Account, wanted: Sequence[Thing]) -> None:
        """Read all that is below services; what could not be read, or not any more, is noted.

        Args:
            account: Takes what is found.
            wanted: Services of it.
        """
        by_sid: dict[str, Found | TwilioError] = {}
        done: Results = queue.SimpleQueue()
        try:
            # One after the other, so that what came before an interruption stays.
            by_sid.update(self._each(wanted, done))
        except KeyboardInterrupt:
            account.interrupted = True
        # What has come by then counts as well, however the reading ended.
        while not done.empty():
            sid, last = done.get_nowait()
            if isinstance(last, Found | TwilioError):
                by_sid[sid] = last
        for service in wanted:
            match by_sid.get(service.sid):
                case Found() as found:
                    account.found.append(found)
                case NotFoundError():
                    # Deleted since it was listed.
                    pass
                case TwilioError() as error:
                    account.unread.append(Unread(service.sid, error.reason))
                case None:
                    account.unread.append(Unread(service.sid, "not read any more"))

    def _each(self, wanted: Sequence[Thing], done: Results) -> Iterator[tuple[str, Found | TwilioError]]:
        """Read services side by side until too many fail; yield each as it is there, and has come by `done`."""
        waiting: queue.SimpleQueue[Thing] = queue.SimpleQueue()
        for service in wanted:
            waiting.put(service)
        stopped = threading.Event()
        failed: list[str] = []

        def work() -> None:
            while not stopped.is_set():
                try:
                    service = waiting.get_nowait()
                except queue.Empty:
                    return
                try:
                    done.put((service.sid, self._whole(service)))
                except NotFoundError as error:
                    done.put((service.sid, error))
                except BaseException as error:  # noqa: BLE001 - who waits must be told
                    # Counted here, not by who takes the results: that may be late, and the API asked on till then.
                    failed.append(service.sid)
                    if len(failed) >= MOST_FAILURES:
                        stopped.set()
                    done.put((service.sid, error))

        # Daemons: an answer that takes its time must not hold up an end that was asked for.
        for _ in range(min(self._workers, len(wanted))):
            threading.Thread(target=work, name="adoption", daemon=True).start()
        told = time.monotonic()
        try:
            for count in range(1, len(wanted) + 1):
                sid, found = done.get()
                if not isinstance(found, Found | TwilioError):
                    raise found
                yield sid, found
                if stopped.is_set():
                    return
                if time.monotonic() - told >= self._silent_seconds:
                    told = time.monotonic()
                    self._say(f"read {count} of {len(wanted)} services")
        finally:
            stopped.set()

    def _whole(self, service: Thing) -> Found:
        place = {"service_sid": service.sid}
        return Found(
            service,
            _by_age(self._client.list(ROLE, place, lenient=True)),
            self._client.fetch(CONFIGURATION, place, service.sid),
            self._client.fetch(WEBHOOK, place, service.sid),
            self._client.fetch(NOTIFICATION, place, service.sid),
        )


def _by_age(things: Sequence[Thing]) -> tuple[Thing, ...]:
    return tuple(sorted(things, key=lambda each: (each.date_created, each.sid)))
