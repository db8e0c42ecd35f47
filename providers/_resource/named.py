"""Things that people know by a name which the API does not keep apart: what a name that is there already means.

Creating without twins, adopting by SID or by name, finishing what a killed run began, changing in place, and letting go
of what another resource of the run has: all by the description of the kind (`Entity`). A resource brings what differs.
Not for what a service has one of (`singleton`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import pulumi
from pulumi import contains_unknowns

from .._api.entity import Entity, Thing
from .._api.fields import Field
from .._api.names import first_difference, reading
from ..errors import (
    AlteredError,
    ChangedError,
    InputError,
    NotAdoptableError,
    NotFoundError,
    TwilioError,
    UnexpectedAnswerError,
)
from .creation import create_once
from .dynamic import TwilioProvider, TwilioResource
from .facts import PendingCreate, made_by
from .host.caller import calling_urn, logical_name
from .host.log import say
from .inputs import IMPORT_SID, OnNameConflict, Props, naming_inputs, same
from .listing import Listing
from .refusals import held_by_another, name_is_own, name_is_taken, shared
from .settings import differing, set_values

__all__ = ["NamedProvider", "NamedResource", "OnNameConflict"]


class NamedProvider(TwilioProvider):
    """Base of the providers of named things; subclasses bring the description, and what is different about theirs."""

    resource_type: ClassVar[str]

    def __init_subclass__(cls) -> None:
        """Make the type token, which states and run facts name."""
        super().__init_subclass__()
        cls.resource_type = f"pulumi-python:dynamic/twilio:{cls.__name__.removesuffix('Provider')}"

    @classmethod
    def inputs_of(cls, entity: Entity) -> tuple[Field, ...]:
        """Give the inputs of such a resource: those of the description, and which thing it is."""
        return (*entity.inputs, *naming_inputs(entity))

    def listing(self, props: Props) -> Listing:
        """Give the run's listing of the place where such things are."""
        return self.connection.listing(self.entity, self.entity.place(props))

    def fetch(self, sid: str, props: Props) -> Thing:
        """Fetch a thing."""
        return self.connection.client.fetch(self.entity, self.entity.place(props), sid)

    def create_thing(self, props: Props) -> Thing:
        """Make the thing, or take over the one that `import_sid` or its name points at, and give it what is declared.

        Raises:
            NameTakenError: if the name is there and `on_name_conflict` does not settle it.
            NotAdoptableError: if the thing to adopt is missing, differs, or is held by another resource.
            AmbiguousError: if an answer was lost and several things could be the one.
            AlteredError: if the API keeps what it was sent otherwise.
        """
        if props.get(IMPORT_SID):
            return self._settle(self._import(props[IMPORT_SID], props), props, {})
        listing, known_as = self.listing(props), self.entity.known_as(props)
        # One after the other, or two creates of one name could take the same thing for theirs.
        with listing.name_lock(known_as):
            there = listing.alike(known_as)
            adopted = self._to_adopt(there, props)
            if not adopted:
                return self._make(there, props)
            self._take_over(adopted)
        return self._settle(adopted, props, {})

    def read_thing(self, sid: str, props: Props) -> Thing:
        """Fetch the thing.

        Raises:
            NotFoundError: if there is none.
        """
        problem = self.entity.check_sid(sid)
        if problem:
            raise InputError(
                f"read {self.kind}", f"its id {problem}", hint=f"give get() the SID of {self.entity.one}"
            )
        return self.connection.client.read(self.entity, self.entity.place(props), sid)

    def update_thing(self, sid: str, olds: Props, news: Props) -> Thing | None:
        """Set what has changed; record the name of a thing that was renamed by other hands, and then in the program.

        Raises:
            ChangedError: if it has another name again, which this API cannot change.
            AlteredError: if the API keeps what it was sent otherwise; all is as before then.
        """
        changed = self._changed(sid, olds, news)
        fixed = [each.name for each in changed if each.replaces]
        if not fixed and all(each.local for each in changed):
            return None
        thing = self.fetch(sid, news)
        if fixed and self._differing(thing, news):
            raise ChangedError(
                f"update {self.kind} {sid}",
                f"it no longer has the declared {', '.join(fixed)}",
                hint="it was changed between this run's preview and update; run it again",
            )
        return self._settle(thing, news, olds)

    def _settle(self, thing: Thing, props: Props, olds: Props) -> Thing:
        """Give a thing the declared values that the API changes; unset what is declared no longer."""
        settings, declared, before = self.entity.settings, self.entity.values(props), self.entity.values(olds)
        wanted = {
            name: value
            for name, value in declared.items()
            # What the API never tells is sent only where it is new.
            if name in settings and not (settings[name].write_only and before.get(name) == value)
        }
        dropped = {
            name: settings[name].type()
            for name in before.keys() - declared.keys()
            if name in settings and not settings[name].keeps
        }
        place = self.entity.place(props)
        return set_values(self.connection.client, self.entity, place, thing, wanted, dropped=dropped)

    def delete_thing(self, sid: str, props: Props) -> None:
        """Delete the thing, unless that would lose data.

        Raises:
            NotFoundError: if it is gone already.
        """
        self.connection.client.delete(self.entity, self.entity.place(props), sid)

    def forget(self, sid: str, props: Props) -> None:
        """Note that it is gone: its name is free, and nobody has it."""
        self.listing(props).forget(sid)
        self.connection.claims.gone(sid)

    def still_replacing(self, sid: str, _olds: Props, news: Props, replaces: list[str]) -> list[str]:
        """Leave out a name that the live thing has already: somebody renamed it first, with other means."""
        if not {*replaces} <= {*self.entity.identity} or contains_unknowns(news):
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
            raise shared(self.entity, sid, other)

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
        adopted = self._to_adopt(listing.alike(self.entity.known_as(news)), news, replaces=sid)
        if adopted:
            holder = self.connection.claims.want(adopted.sid, calling_urn())
            if holder is not None:
                raise held_by_another(self.entity, adopted.sid, holder)

    def _to_adopt(self, there: Sequence[Thing], props: Props, *, replaces: str | None = None) -> Thing | None:
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
            spelled = [each for each in there if each.known_as == self.entity.known_as(props)]
            for choice in (there, spelled, begun):
                if len(choice) == 1:
                    return choice[0]
        claims, urn = self.connection.claims, calling_urn()
        if conflict == "error" and len(there) == 1 and (begun or self._left_behind(there[0], urn)):
            return there[0]
        for each in there:
            if claims.is_own(each.sid, urn):
                raise name_is_own(self.entity, each.sid)
        holders = {each.sid: claims.holder(each.sid) for each in there}
        raise name_is_taken(self.entity, holders, own=logical_name(urn), replaces=replaces)

    def _left_behind(self, thing: Thing, urn: str) -> bool:
        """Tell whether the resource comes back to what it has replaced in an earlier run, and not deleted yet."""
        return thing.sid in self.connection.facts.left and self.connection.claims.may_return(thing.sid, urn)

    def _begun_by_a_killed_run(self, there: Sequence[Thing], props: Props) -> list[Thing]:
        """Give the things that a killed run must have made, and that nobody holds."""
        pending = [each for each in self.connection.facts.pending if self._is_of(each, props)]
        claims = self.connection.claims
        return made_by(pending, [each for each in there if claims.holder(each.sid) is None])

    def _is_of(self, pending: PendingCreate, props: Props) -> bool:
        """Tell whether a create of a killed run is of what is declared now."""
        if self.entity.unique:
            # What was found bears the very identity.
            return pending.type == self.resource_type
        return (
            pending.type == self.resource_type
            and (pending.service_sid, pending.role_type) == (props.get("service_sid"), props.get("type"))
            and pending.friendly_name is not None
            and reading(pending.friendly_name) == reading(props["friendly_name"])
        )

    def _make(self, there: Sequence[Thing], props: Props) -> Thing:
        """Create the thing, and hold the answer against what was sent."""
        client, listing, known_as = self.connection.client, self.listing(props), self.entity.known_as(props)
        listed = {thing.sid for thing in listing.all()}
        before = {thing.sid for thing in there}
        answered: set[str] = set()

        def post() -> Thing:
            thing = client.create(self.entity, self.entity.place(props), self.entity.values(props))
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
            backoff=client.transport.backoff(),
            late_seconds=client.transport.read_timeout_seconds,
            lost=listing.was_lost(known_as),
        )
        listing.add(thing)
        altered = self._altered(thing, props)
        if altered:
            # Only what this very request has made is undone.
            raise self._refuse_altered(thing, props, altered, made=thing.sid in answered)
        self.connection.claims.make(thing.sid, calling_urn())
        return thing

    def _altered(self, thing: Thing, props: Props) -> list[str]:
        """Name the values that the API keeps otherwise than it was sent them."""
        sent = {
            name: value
            for name, value in self.entity.values(props).items()
            if thing.values.get(name) or name not in thing.may_lack
        }
        # An identity letter by letter: who looks for the one that was declared must find it.
        respelled = [
            name for name in self.entity.identity if name in sent and thing.values[name] != sent[name]
        ]
        return [*dict.fromkeys([*respelled, *differing(self.entity, sent, thing.values)])]

    def _refuse_altered(self, thing: Thing, props: Props, altered: list[str], *, made: bool) -> AlteredError:
        names = ", ".join(altered)
        if altered == ["friendly_name"]:
            place = first_difference(props["friendly_name"], thing.outputs()["friendly_name"])
            names += f" (from character {place} on)"
        reason = f"the API keeps {names} of {thing.sid} otherwise than sent"
        if made:
            try:
                self._delete(thing.sid, {**thing.about, "force_destroy": False})
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

    def before_creation(self, news: Props) -> None:
        """Refuse a name that is there and an adoption that could not be; tell one that could.

        What is not known yet, such as the service of a role, is seen at the update.

        Raises:
            NameTakenError: if the name is there and `on_name_conflict` does not settle it.
            NotAdoptableError: if the thing to adopt is missing, differs, or is held by another resource.
        """
        telling = [each.reference for each in self.entity.parents]
        telling += [IMPORT_SID] if news.get(IMPORT_SID) else self.entity.identity
        if contains_unknowns([news.get(name) for name in telling]):
            return
        urn, listing = calling_urn(), self.listing(news)
        if news.get(IMPORT_SID):
            listed = {each.sid: each for each in listing.all()}
            thing: Thing | None = self._adoptable(news[IMPORT_SID], news, listed.get(news[IMPORT_SID]))
        else:
            there = listing.alike(self.entity.known_as(news))
            if any(self.connection.claims.is_own(each.sid, urn) for each in there):
                # The new half of a replacement, which the comparison has let pass.
                return
            # What a killed run made is nobody else's: the stack's own creation goes on.
            thing = self._to_adopt(there, news)
            if thing in self._begun_by_a_killed_run(there, news):
                return
        if thing is None:
            return
        holder = self.connection.claims.foresee(thing.sid, urn)
        if holder is not None:
            raise held_by_another(self.entity, thing.sid, holder)
        say(f"adopt: takes over {self.kind} {thing.sid}, and creates none", urn)

    def _import(self, sid: str, props: Props) -> Thing:
        return self._take_over(self._adoptable(sid, props))

    def _adoptable(self, sid: str, props: Props, listed: Thing | None = None) -> Thing:
        """Give the thing that `import_sid` names.

        Raises:
            NotAdoptableError: if it is missing, or not what is declared.
        """
        action = f"adopt {self.kind} {sid}"
        try:
            thing = listed or self.fetch(sid, props)
        except NotFoundError:
            raise NotAdoptableError(
                action,
                "there is none in this account",
                hint=f"check {IMPORT_SID} and the credentials, or remove {IMPORT_SID} to create a {self.entity.name}",
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
        return thing

    def _take_over(self, thing: Thing) -> Thing:
        holder = self.connection.claims.adopt(thing.sid, calling_urn())
        if holder is not None:
            raise held_by_another(self.entity, thing.sid, holder)
        return thing

    def _differing(self, thing: Thing, props: Props) -> list[str]:
        """Name the inputs that replace and in which a live thing is not what is declared."""
        fixed: dict[str, Any] = thing.outputs()
        return [
            each.name
            for each in self.inputs
            if each.replaces
            and each.name in fixed
            and props.get(each.name) is not None
            and not same(each, props[each.name], fixed[each.name])
        ]


class NamedResource(TwilioResource):
    """Base of the resources that are created and deleted."""

    sid: pulumi.Output[str]
    """Its SID; the resource's id."""
    date_created: pulumi.Output[str]
    """ISO 8601, UTC."""
    date_updated: pulumi.Output[str]
    """ISO 8601, UTC."""
