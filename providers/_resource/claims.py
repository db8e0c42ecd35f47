"""Who holds what: which resource of the program has which thing, as far as this run knows.

From the run's facts before anything happens, and from the engine's calls as they come: a `diff` that keeps a thing, a
`create` that made or adopted one. An engine calls in no order that could be relied on, so each claim is held against
those that came before it. A thing's key is its SID, or kind and service for what a service has one of.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping

from .host.caller import logical_name

__all__ = ["Claims"]


class Claims:
    """The claims of one run; each method is one step, whatever the threads do.

    Resources are told apart by their URNs; "" stands for one that is not known, and never for another one.
    A holder is told by its logical name, or as "" if even that is not known; None means that there is none.

    Args:
        held: logical names by SID, of what the state holds for resources that are still declared.
    """

    def __init__(self, held: Mapping[str, str]) -> None:
        self._facts = held
        self._lock = threading.Lock()
        self._kept: defaultdict[str, set[str]] = defaultdict(set)
        self._replaced: defaultdict[str, set[str]] = defaultdict(set)
        self._made: dict[str, str] = {}
        self._adopted: dict[str, str] = {}
        self._wanted: dict[str, str] = {}
        self._foreseen: dict[str, str] = {}

    def keep(self, key: str, urn: str) -> str | None:
        """Note that a resource keeps a thing; give who else claims it."""
        with self._lock:
            others = [*self._of_others(key, urn), *(self._kept[key] - {urn} if urn else ())]
            self._kept[key].add(urn)
            return logical_name(others[0]) if others else None

    def replace(self, key: str, urn: str) -> str | None:
        """Note that a resource is to be replaced, and its thing to be deleted; give who else claims that."""
        with self._lock:
            self._replaced[key].add(urn)
            wanted = self._wanted.get(key)
            return None if wanted in (None, urn) else logical_name(str(wanted))

    def want(self, key: str, urn: str) -> str | None:
        """Note that a resource will adopt a thing when it is replaced; give who holds that."""
        with self._lock:
            holder = self._holder(key, urn) or self._named(self._replaced[key] - {urn})
            if holder is None:
                self._wanted[key] = urn
            return holder

    def foresee(self, key: str, urn: str) -> str | None:
        """Note that a resource will adopt a thing when it is made; give who holds that, or will adopt it too."""
        with self._lock:
            holder = self._holder(key, urn)
            if holder is None and urn and self._foreseen.setdefault(key, urn) != urn:
                holder = logical_name(self._foreseen[key])
            return holder

    def adopt(self, key: str, urn: str) -> str | None:
        """Give a thing to a resource, unless another one holds it: then give who."""
        with self._lock:
            holder = self._holder(key, urn)
            if holder is None:
                self._adopted[key] = urn
            return holder

    def make(self, key: str, urn: str) -> None:
        """Note that a resource has made a thing."""
        with self._lock:
            self._made[key] = urn

    def holder(self, key: str) -> str | None:
        """Give who holds a thing."""
        with self._lock:
            return self._holder(key)

    def is_own(self, key: str, urn: str) -> bool:
        """Tell whether a thing is the resource's own, to be kept or replaced."""
        with self._lock:
            return bool(urn) and urn in self._kept[key] | self._replaced[key]

    def may_return(self, key: str, urn: str) -> bool:
        """Tell whether the state holds a thing for the resource itself, and nobody else has it in this run."""
        with self._lock:
            own = bool(urn) and self._facts.get(key) == logical_name(urn)
            return own and self._holder(key, urn) is None

    def lets_go(self, key: str, urn: str) -> bool:
        """Tell whether a resource that is to be deleted merely lets go of its thing, for another one has it."""
        with self._lock:
            if key in self._adopted or (urn and self._kept[key] - {urn}):
                return True
            named = self._facts.get(key)
            # Not told of one that is replaced: an alias may give it another name than the facts know.
            unknown = named is None or not urn or self._replaced[key] | self._kept[key]
            return not unknown and named != logical_name(urn)

    def gone(self, key: str) -> None:
        """Note that a thing is gone."""
        with self._lock:
            self._made.pop(key, None)
            self._kept.pop(key, None)

    def _holder(self, key: str, urn: str = "") -> str | None:
        for claims in (self._made, self._adopted):
            if key in claims:
                return logical_name(claims[key])
        known = self._facts.get(key)
        # What the resource itself has replaced and not deleted yet is nobody else's: it may come back to it.
        if known is not None and urn and known == logical_name(urn) and not self._kept[key] - {urn}:
            return None
        return known or self._named(self._kept[key])

    def _named(self, urns: set[str]) -> str | None:
        return logical_name(min(urns)) if urns else None

    def _of_others(self, key: str, urn: str) -> list[str]:
        claims = (self._adopted.get(key), self._wanted.get(key))
        return [each for each in claims if each is not None and each != urn]
