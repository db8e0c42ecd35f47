"""Things that people know by a name which the API does not keep apart: what a name that is there already means.

Shared by services and roles: creating without twins, adopting by SID or by name, and letting go of what another
resource of the run has adopted. A resource brings the calls that differ. Not for what a service has one of
(`_singleton`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, Literal, NoReturn, TypeVar

from ._checks import Check, one_of
from ._creation import create_once
from ._dynamic import IMPORT_SID, Field, Props, TwilioProvider
from ._listing import Listing, Named
from .errors import NameTakenError, NotAdoptableError, NotFoundError, RefusedError

__all__ = ["NamedProvider", "OnNameConflict", "naming_inputs"]

OnNameConflict = Literal["error", "adopt", "allow"]

T = TypeVar("T", bound=Named)


def naming_inputs(check_sid: Check) -> tuple[Field, ...]:
    """Give the inputs that say which thing a resource is: `import_sid` and `on_name_conflict`."""
    return (
        Field(IMPORT_SID, check_sid, replaces=True),
        Field("on_name_conflict", one_of("error", "adopt", "allow"), default="error"),
    )


class NamedProvider(TwilioProvider, Generic[T]):
    """Base of the providers of named things; subclasses bring the five calls that follow."""

    def listing(self, props: Props) -> Listing[T]:
        """Give the run's listing of the place where such things are."""
        raise NotImplementedError

    def name_of(self, props: Props) -> str:
        """Tell what the declared thing will be `known_as`."""
        raise NotImplementedError

    def fetch(self, sid: str, props: Props) -> T:
        """Fetch a thing."""
        raise NotImplementedError

    def post(self, props: Props) -> T:
        """Create a thing."""
        raise NotImplementedError

    def remove(self, sid: str, props: Props) -> None:
        """Delete a thing, unless that would lose data.

        Raises:
            NotFoundError: if it is gone already.
        """
        raise NotImplementedError

    def create_thing(self, props: Props) -> T:
        """Make the thing, or take over the one that `import_sid` or its name points at.

        Raises:
            NameTakenError: if the name is there and `on_name_conflict` does not settle it.
            NotAdoptableError: if the thing to adopt is missing, differs, or is held by another resource.
            AmbiguousError: if an answer was lost and several things could be the one.
        """
        if props.get(IMPORT_SID):
            return self._import(props[IMPORT_SID], props)
        transport, listing, name = self.connection.client.transport, self.listing(props), self.name_of(props)
        # One after the other, or two creates of one name could take the same thing for theirs.
        with listing.name_lock(name):
            taken = listing.named(name)
            if taken and props.get("on_name_conflict") == "adopt":
                if len(taken) > 1:
                    self._refuse_name(taken)
                return self._take_over(taken[0], props)
            if taken and props.get("on_name_conflict") != "allow":
                self._refuse_name(taken)
            before = {thing.sid for thing in taken}
            thing = create_once(
                f"create {self.kind}",
                lambda: self.post(props),
                lambda: listing.new_ones(name, before),
                backoff=transport.backoff(),
                late_seconds=transport.read_timeout_seconds,
            )
            listing.add(thing)
        return thing

    def read_thing(self, sid: str, props: Props) -> T:
        """Fetch the thing.

        Raises:
            NotFoundError: if there is none.
        """
        (problem,) = (each.check(sid) for each in self.inputs if each.name == IMPORT_SID)
        if problem:
            raise RefusedError(
                f"read {self.kind}", f"its id {problem}", hint=f"give get() the SID of a {self.noun}"
            )
        return self.fetch(sid, props)

    def delete_thing(self, sid: str, props: Props) -> None:
        """Delete the thing, unless another resource of this run has adopted it.

        Then it stays, and this resource merely lets go of it, as when a resource gets a new logical name.
        """
        listing = self.listing(props)
        if listing.was_taken_over(sid):
            return
        try:
            self.remove(sid, props)
        finally:
            # Also where it turns out to be gone; after a refusal this run has no more use for it.
            listing.forget(sid)

    def _import(self, sid: str, props: Props) -> T:
        action = f"adopt {self.kind} {sid}"
        try:
            thing = self.fetch(sid, props)
        except NotFoundError:
            raise NotAdoptableError(
                action,
                "there is none in this account",
                hint=f"check {IMPORT_SID} and the credentials, or remove {IMPORT_SID} to create a {self.noun}",
            ) from None
        fixed: dict[str, Any] = thing.outputs()
        differing = [
            each.name
            for each in self.inputs
            if each.replaces and each.name in fixed and not each.same(props.get(each.name), fixed[each.name])
        ]
        if differing:
            raise NotAdoptableError(
                action,
                f"it differs from what is declared in: {', '.join(differing)}",
                hint=f"declare the name it has; to rename it later, remove {IMPORT_SID} first (a new name replaces it)"
                if differing == ["friendly_name"]
                else f"declare what it has; to change it later, remove {IMPORT_SID} first (a change replaces it)",
            )
        return self._take_over(thing, props)

    def _take_over(self, thing: T, props: Props) -> T:
        if not self.listing(props).take_over(thing.sid):
            raise NotAdoptableError(
                f"adopt {self.kind} {thing.sid}",
                "another resource of this program holds it",
                hint=f"declare each {self.noun} once",
            )
        return thing

    def _refuse_name(self, taken: Sequence[T]) -> NoReturn:
        sids = [thing.sid for thing in taken]
        raise NameTakenError(
            f"create {self.kind}",
            f"its friendly_name is there already: {', '.join(sids)}",
            hint=f"adopt one with {IMPORT_SID}, or the only one with on_name_conflict: adopt; make another with "
            "on_name_conflict: allow; delete what is there, or choose another name",
            sids=sids,
        )

    @property
    def noun(self) -> str:
        """The last word of the kind: service, role."""
        return self.kind.rpartition(" ")[2]
