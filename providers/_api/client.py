"""The calls that every kind of thing has in common, by its description: paths and parameters in, things out.

Nothing of HTTP (that is `transport`) and nothing of Pulumi; what a kind looks like is `entity`'s.
https://www.twilio.com/docs/conversations/api
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from ..errors import NotFoundError, UnexpectedAnswerError
from .entity import Entity, Place, Thing
from .reads import FETCHED_FIRST, Reads
from .shared import Shared

if TYPE_CHECKING:
    from .transport import Json, Transport

__all__ = ["Account", "ConversationsClient", "host_of"]

T = TypeVar("T")

Values = Mapping[str, Any]
"""By dotted name, as an entity's `leaves` call them."""


@dataclass(frozen=True)
class Account:
    """What the API says of the account that asks.

    Args:
        sid: AC and 32 hexadecimal digits; "" where it does not say.
        host: by which this API names itself in its URLs, with port; "" where it does not say. A region has its own.
    """

    sid: str
    host: str


class ConversationsClient:
    """Twilio Conversations of one account.

    Args:
        transport: sends the requests.
    """

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self._lock = threading.Lock()
        self._reads: dict[str, Reads] = {}
        self._lists: dict[str, Shared[list[Thing]]] = {}
        self._has_written = False
        # Threads that stay, and keep their connections.
        self._aside = ThreadPoolExecutor(transport.most_at_once)

    def create(self, entity: Entity, place: Place, values: Values) -> Thing:
        """Create a thing; unless the API keeps its identity unique, no key makes two calls one."""
        action = entity.action("create", place)
        self._writes()
        answer = self.transport.post(action, entity.where(place), entity.form(values))
        return _asked_for(action, entity, _parsed(action, entity, answer), place)

    def fetch(self, entity: Entity, place: Place, sid: str) -> Thing:
        """Fetch a thing.

        Raises:
            NotFoundError: if there is none.
        """
        action = entity.action("fetch", place, sid)
        answer = self.transport.get(action, entity.where(place, sid))
        return _asked_for(action, entity, _parsed(action, entity, answer), place, sid)

    def read(self, entity: Entity, place: Place, sid: str) -> Thing:
        """Give a thing as `fetch` does, from a listing where many are asked for and nothing was written before.

        Raises:
            NotFoundError: if there is none.
        """
        where = entity.where(place)
        with self._lock:
            reads = self._reads.get(where)
            if reads is None:
                # Of what few have in common, a second one is worth a listing.
                first = FETCHED_FIRST if not entity.parents else 1
                reads = self._reads[where] = Reads(
                    lambda each: self.fetch(entity, place, each),
                    lambda: self._pages(entity, place),
                    fetched_first=first,
                )
                if self._has_written:
                    reads.end()
        return reads.read(sid)

    def find(self, entity: Entity, place: Place, identity: str) -> Thing | None:
        """Fetch a thing by what the API keeps unique of it; None if there is none. No error repeats the identity."""
        action, (name,) = f"find {entity.kind}", entity.identity
        try:
            answer = self.transport.get(action, entity.where(place, identity), hide={name: identity})
        except NotFoundError:
            return None
        found = _parsed(action, entity, answer)
        if found.known_as.casefold() != identity.casefold():
            raise _another(action, f"{name} is not what was asked for")
        return found

    def update(self, entity: Entity, place: Place, sid: str, values: Values) -> Thing:
        """Change values of a thing, and leave the rest."""
        action = entity.action("update", place, sid)
        self._writes()
        answer = self.transport.post(action, entity.where(place, sid), entity.form(values), repeatable=True)
        return _asked_for(action, entity, _parsed(action, entity, answer), place, sid)

    def delete(
        self, entity: Entity, place: Place, sid: str, *, before: Callable[[], None] | None = None
    ) -> None:
        """Delete a thing and all that it holds.

        Args:
            entity: its kind.
            place: where it is.
            sid: its own.
            before: what must hold, asked before each attempt.

        Raises:
            NotFoundError: if it is gone already.
        """
        self._writes()
        self.transport.delete(entity.action("delete", place, sid), entity.where(place, sid), before=before)

    def list(self, entity: Entity, place: Place, *, lenient: bool = False) -> list[Thing]:
        """List all things in one place, as many pages as it takes; each once, for what is made meanwhile moves others.

        Args:
            entity: their kind.
            place: where they are.
            lenient: what is odd in one counts as absent.
        """
        action = entity.action("list", place)
        pages = self.transport.pages(action, entity.where(place), entity.key, entity.page_size)
        parsed = (_parsed(action, entity, item, lenient=lenient) for page in pages for item in page)
        return [*{thing.sid: thing for thing in parsed}.values()]

    def list_now(self, entity: Entity, place: Place) -> Sequence[Thing]:
        """List all things as `list` does; who asks while a listing is under way shares the next one, never that one."""
        with self._lock:
            shared = self._lists.setdefault(entity.where(place), Shared(lambda: self.list(entity, place)))
        return shared.answer()

    def aside(self, call: Callable[[], T]) -> Future[T]:
        """Begin a call beside the one of this thread; its result is waited for there."""
        return self._aside.submit(call)

    def _pages(self, entity: Entity, place: Place) -> Iterator[Sequence[Thing]]:
        """List things a page at a time, those alone that `fetch` would take for an answer."""
        action = entity.action("list", place)
        for page in self.transport.pages(action, entity.where(place), entity.key, entity.page_size):
            things = []
            for item in page:
                with contextlib.suppress(UnexpectedAnswerError):
                    things.append(_asked_for(action, entity, _parsed(action, entity, item), place))
            yield things

    def _writes(self) -> None:
        """Note that something is about to be written: what was listed before it says nothing any more."""
        with self._lock:
            self._has_written = True
            for reads in self._reads.values():
                reads.end()

    def count(self, entity: Entity, place: Place) -> int:
        """Count the things on the first page of a listing that holds any.

        Only a listing that was followed to its end proves that there is none: Twilio is known to send empty pages
        that lead on.

        Raises:
            NotFoundError: if the listing says that the parent is gone.
        """
        action = entity.action("count", place)
        for page in self.transport.pages(action, entity.where(place), entity.key, entity.page_size):
            if page:
                return len(page)
        return 0

    def account(self) -> Account:
        """Ask whose credentials these are, and how this API calls itself; what is odd counts as not said."""
        answer = self.transport.get("fetch the account's configuration", "/v1/Configuration")
        sid = answer.get("account_sid")
        return Account(sid if isinstance(sid, str) else "", host_of(answer.get("url")))


def host_of(url: object) -> str:
    """Give host and port of a URL, "" if it is none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower() if isinstance(url, str) else ""
    except ValueError:
        return ""


def _asked_for(action: str, entity: Entity, thing: Thing, place: Place, sid: str | None = None) -> Thing:
    """Refuse the answer to another question: a cache between here and the API may mix them up."""
    answered = {name: thing.about[name] for name in place}
    asked = dict(place)
    if sid is not None and not entity.is_single:
        answered["sid"], asked["sid"] = thing.sid, sid
    for name, wanted in asked.items():
        if answered[name] != wanted:
            raise _another(action, f"{name} is {answered[name]}")
    return thing


def _another(action: str, difference: str) -> UnexpectedAnswerError:
    return UnexpectedAnswerError(
        action,
        f"the answer is about another one: its {difference}",
        hint="something between here and the API mixes answers up; run again, and look for a cache",
    )


def _parsed(action: str, entity: Entity, answer: Json, *, lenient: bool = False) -> Thing:
    what = f"the answer does not describe {entity.one}"
    if not isinstance(answer, Mapping):
        raise UnexpectedAnswerError(action, f"{what}: it is no JSON object")
    try:
        return entity.parse(answer, lenient=lenient)
    except ValueError as error:
        raise UnexpectedAnswerError(action, f"{what}: {error}") from None
