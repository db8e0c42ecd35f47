"""Things that people know by a name which the API does not keep apart: what a name that is there already means.

Shared by services and roles: creating without twins, adopting by SID or by name, finishing what a killed run began, and
letting go of what another resource of the run has. A resource brings the calls that differ. Not for what a service has
one of (`singleton`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, Generic, Literal, TypeVar

from pulumi import contains_unknowns

from .._api.checks import Check, one_of
from ..errors import (
    AlteredError,
    NotAdoptableError,
    NotFoundError,
    RefusedError,
    TwilioError,
    UnexpectedAnswerError,
)
from .caller import calling_urn
from .creation import create_once
from .dynamic import IMPORT_SID, Field, Props, TwilioProvider
from .facts import parse_time
from .listing import Listing, Named
from .names import first_difference, name, reading
from .refusals import held_by_another, name_is_own, name_is_taken, shared

__all__ = ["NamedProvider", "OnNameConflict", "name_input", "naming_inputs"]

OnNameConflict = Literal["error", "adopt", "allow"]

T = TypeVar("T", bound=Named)


def name_input(most: int) -> Field:
    """Give the input that is the name; names that read the same are the same, for the API may tidy them up."""
    return Field("friendly_name", name(1, most), required=True, replaces=True, meaning=reading)


def naming_inputs(check_sid: Check) -> tuple[Field, ...]:
    """Give the inputs that say which thing a resource is: `import_sid` and `on_name_conflict`."""
    return (
        Field(IMPORT_SID, check_sid, replaces=True),
        Field("on_name_conflict", one_of("error", "adopt", "allow"), default="error"),
    )


class NamedProvider(TwilioProvider, Generic[T]):
    """Base of the providers of named things; subclasses bring their type and the five calls that follow."""

    resource_type: ClassVar[str]

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
            AlteredError: if the API keeps what it was sent otherwise.
        """
        if props.get(IMPORT_SID):
            return self._import(props[IMPORT_SID], props)
        listing = self.listing(props)
        # One after the other, or two creates of one name could take the same thing for theirs.
        with listing.name_lock(self.name_of(props)):
            there = listing.alike(self.name_of(props))
            adopted = self._to_adopt(there, props)
            return self._take_over(adopted) if adopted else self._make(there, props)

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

    def update_thing(self, sid: str, olds: Props, news: Props) -> T | None:
        """Record the name of a thing that was renamed by other hands, and then in the program.

        Raises:
            RefusedError: if it has another name again, which this API cannot change.
        """
        fixed = [each.name for each in self._changed(sid, olds, news) if each.replaces]
        if not fixed:
            return None
        thing = self.fetch(sid, news)
        if self._differing(thing, news):
            raise RefusedError(
                f"update {self.kind} {sid}",
                f"it no longer has the declared {', '.join(fixed)}",
                hint="it was changed between this run's preview and update; run it again",
            )
        return thing

    def delete_thing(self, sid: str, props: Props) -> None:
        """Delete the thing, unless another resource of this run has it.

        Then it stays, and this resource merely lets go of it, as when a resource gets a new logical name.
        """
        claims = self.connection.claims
        if claims.lets_go(sid, calling_urn()):
            return
        try:
            self.remove(sid, props)
        except NotFoundError:
            self._forget(sid, props)
            raise
        self._forget(sid, props)

    def _forget(self, sid: str, props: Props) -> None:
        self.listing(props).forget(sid)
        self.connection.claims.gone(sid)

    def still_replacing(self, sid: str, _olds: Props, news: Props, replaces: list[str]) -> list[str]:
        """Leave out a name that the live thing has already: somebody renamed it first, with other means."""
        if replaces != ["friendly_name"] or contains_unknowns(news):
            return replaces
        try:
            return self._differing(self.fetch(sid, news), news)
        except NotFoundError:
            return replaces

    def claim(self, sid: str, urn: str, *, replaced: bool) -> None:
        """Note which resource has the thing.

        Raises:
            NotAdoptableError: if another resource of this run has it, too, or is about to.
        """
        claims = self.connection.claims
        other = claims.replace(sid, urn) if replaced else claims.keep(sid, urn)
        if other is not None:
            raise shared(self.kind, self.noun, sid, other)

    def before_replacement(self, sid: str, olds: Props, news: Props) -> None:
        """Refuse, already in a preview, a new name that is taken: the new thing is made before the old one goes.

        Raises:
            NameTakenError: if the name is there and `on_name_conflict` does not settle it.
            NotAdoptableError: if the thing to adopt is held by another resource.
        """
        places = [each for each in self.inputs if each.replaces and each.name.endswith("_sid")]
        if contains_unknowns(news) or any(self._differs(each, sid, olds, news) for each in places):
            return
        listing = self.listing(news)
        adopted = self._to_adopt(listing.alike(self.name_of(news)), news, replaces=sid)
        if adopted:
            holder = self.connection.claims.want(adopted.sid, calling_urn())
            if holder is not None:
                raise held_by_another(self.kind, self.noun, adopted.sid, holder)

    def _to_adopt(self, there: Sequence[T], props: Props, *, replaces: str | None = None) -> T | None:
        """Choose, of the things that bear the name, the one to take over; None if one is to be made.

        Raises:
            NameTakenError: if neither is right.
        """
        if not there:
            return None
        conflict = props.get("on_name_conflict") or "error"
        begun = self._begun_by_a_killed_run(there, props)
        if conflict == "allow":
            return begun[0] if begun else None
        if conflict == "adopt":
            # What a killed run made, or the one that is spelled so, goes before others.
            spelled = [each for each in there if each.known_as == self.name_of(props)]
            for choice in (there, spelled, begun):
                if len(choice) == 1:
                    return choice[0]
        elif len(there) == 1 and begun:
            return begun[0]
        claims = self.connection.claims
        urn = calling_urn()
        for each in there:
            if claims.is_own(each.sid, urn):
                raise name_is_own(self.kind, self.noun, each.sid)
        holders = {each.sid: claims.holder(each.sid) for each in there}
        raise name_is_taken(self.kind, self.noun, holders, replaces=replaces)

    def _begun_by_a_killed_run(self, there: Sequence[T], props: Props) -> list[T]:
        """Give the things that a killed run must have made: new enough, nobody's, and no more than it was at."""
        read = reading(props["friendly_name"])
        pending = [
            each
            for each in self.connection.facts.pending
            if each.type == self.resource_type
            and reading(each.friendly_name) == read
            and (each.service_sid, each.role_type) == (props.get("service_sid"), props.get("type"))
        ]
        if not pending:
            return []
        # The API's times are whole seconds, and by its own clock: what is yet to come says that the clocks differ.
        since, now = min(each.since for each in pending).replace(microsecond=0), datetime.now(UTC)
        begun = [
            each
            for each in there
            if (created := parse_time(each.date_created)) is not None
            and since <= created <= now
            and self.connection.claims.holder(each.sid) is None
        ]
        return begun if len(begun) <= len(pending) else []

    def _make(self, there: Sequence[T], props: Props) -> T:
        """Create the thing, and hold the answer against what was sent."""
        transport, listing, known_as = (
            self.connection.client.transport,
            self.listing(props),
            self.name_of(props),
        )
        listed = {thing.sid for thing in listing.all()}
        before = {thing.sid for thing in there}
        answered: set[str] = set()

        def post() -> T:
            thing = self.post(props)
            if thing.sid in listed or self.connection.claims.holder(thing.sid) is not None:
                raise UnexpectedAnswerError(
                    f"create {self.kind}",
                    f"the answer is about {thing.sid}, which was there before",
                    hint="something between here and the API mixes answers up; run again, and look for a cache",
                )
            answered.add(thing.sid)
            return thing

        thing = create_once(
            f"create {self.kind}",
            post,
            lambda: listing.new_ones(known_as, before),
            backoff=transport.backoff(),
            late_seconds=transport.read_timeout_seconds,
            lost=listing.was_lost(known_as),
        )
        listing.add(thing)
        altered = self._altered(thing, props)
        if altered:
            # Only what this very request has made is undone.
            raise self._refuse_altered(thing, props, altered, made=thing.sid in answered)
        self.connection.claims.make(thing.sid, calling_urn())
        return thing

    def _altered(self, thing: T, props: Props) -> list[str]:
        """Name the inputs that the API keeps otherwise than it was sent them."""
        kept = thing.outputs()
        return [
            each.name
            for each in self.inputs
            if each.name in kept
            and not (
                # Texts letter by letter: who looks for the name that was declared must find it.
                kept[each.name] == props.get(each.name)
                if isinstance(kept[each.name], str)
                else each.same(kept[each.name], props.get(each.name))
            )
        ]

    def _refuse_altered(self, thing: T, props: Props, altered: list[str], *, made: bool) -> AlteredError:
        names = ", ".join(altered)
        if altered == ["friendly_name"]:
            place = first_difference(props["friendly_name"], thing.outputs()["friendly_name"])
            names += f" (from character {place} on)"
        reason = f"the API keeps {names} of {thing.sid} otherwise than sent"
        if made:
            try:
                with contextlib.suppress(NotFoundError):
                    self.remove(thing.sid, {**props, "force_destroy": False})
                self.listing(props).forget(thing.sid)
            except TwilioError as error:
                reason += f", and deleting it again failed: {error.reason}"
            else:
                return AlteredError(
                    f"create {self.kind}",
                    f"{reason}; it is deleted again",
                    hint="declare a value that the API keeps as it is",
                )
        return AlteredError(
            f"create {self.kind}",
            reason,
            hint=f"declare what {thing.sid} has, and adopt it with {IMPORT_SID}; or delete it, and declare a value "
            "that the API keeps as it is",
        )

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
        differing = self._differing(thing, props)
        if differing:
            raise NotAdoptableError(
                action,
                f"it differs from what is declared in: {', '.join(differing)}",
                hint=f"declare the name it has; to rename it later, remove {IMPORT_SID} first (a new name replaces it)"
                if differing == ["friendly_name"]
                else f"declare what it has; to change it later, remove {IMPORT_SID} first (a change replaces it)",
            )
        return self._take_over(thing)

    def _take_over(self, thing: T) -> T:
        holder = self.connection.claims.adopt(thing.sid, calling_urn())
        if holder is not None:
            raise held_by_another(self.kind, self.noun, thing.sid, holder)
        return thing

    def _differing(self, thing: T, props: Props) -> list[str]:
        """Name the inputs that replace and in which a live thing is not what is declared."""
        fixed: dict[str, Any] = thing.outputs()
        return [
            each.name
            for each in self.inputs
            if each.replaces and each.name in fixed and not each.same(props.get(each.name), fixed[each.name])
        ]

    @property
    def noun(self) -> str:
        """The last word of the kind: service, role."""
        return self.kind.rpartition(" ")[2]
