"""A kind of thing that the API holds, as data, and one such thing as the API tells of it.

A description is written once, beside the resource that it makes; `client` sends and parses by it, `_resource` checks,
compares and owns by it. A kind without a prefix is one that each parent has exactly one of, from the start.
https://www.twilio.com/docs/conversations/api
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import quote

from .checks import sid_of
from .fields import Field, Form, flat, form_of, leaves, nested

__all__ = ["Entity", "HasSid", "Place", "Thing"]

Place = Mapping[str, str]
"""SIDs of the parents, by the input that names each."""

_TEXT, _MAP = Field(""), Field("", type=dict)
_TEXTS = ("account_sid", "date_created", "date_updated", "url")


class HasSid(Protocol):
    """Anything that the API has given a SID."""

    @property
    def sid(self) -> str:
        """The SID; of what a parent has one of, the parent's."""


@dataclass(frozen=True)
class Entity:
    """A kind of thing.

    Args:
        kind: its name in errors, whose plural ends in s.
        path: of the listing, or of what there is one of: below its parent's, or from the root.
        fields: what it is made of, in the order of the constructor; parents not among them.
        prefix: two letters that its SIDs begin with; "" for what a parent has one of.
        key: under which a page of the listing holds its items.
        page_size: items on a page, at most.
        noun: a shorter name for it.
        identity: the fields that people know one by: a second thing that shares them would be a twin.
        unique: the API allows no twins, and fetches by the identity as by a SID.
        links: whether answers have links to what it holds.
        parent: what it is below; its parent may have one, too.
        reference: the input by which what is below names it.
        reference_field: the same in the API's answers.
    """

    kind: str
    path: str
    fields: tuple[Field, ...] = ()
    prefix: str = ""
    key: str = ""
    page_size: int = 100
    noun: str = ""
    identity: tuple[str, ...] = ()
    unique: bool = False
    links: bool = False
    parent: Entity | None = None
    reference: str = ""
    reference_field: str = ""

    @property
    def is_single(self) -> bool:
        """Tell whether each parent has exactly one."""
        return not self.prefix

    @cached_property
    def parents(self) -> tuple[Entity, ...]:
        """What it is below, outermost first."""
        return (*self.parent.parents, self.parent) if self.parent else ()

    @cached_property
    def inputs(self) -> tuple[Field, ...]:
        """All inputs: the parents, and its own."""
        parents = (
            Field(each.reference, each.check_sid, required=True, replaces=True) for each in self.parents
        )
        return (*parents, *self.fields)

    @cached_property
    def api_fields(self) -> tuple[Field, ...]:
        """Its fields without the provider's own: what the API takes and tells."""
        return tuple(each for each in self.fields if not each.local)

    @cached_property
    def outputs(self) -> tuple[str, ...]:
        """Names of all that a state holds of one, but for inputs that are the provider's own."""
        about = ("account_sid", *(each.name for each in self.api_fields))
        if self.is_single:
            return (*self._references, *about, "url")
        links = ("links",) if self.links else ()
        return ("sid", *self._references, *about, "date_created", "date_updated", "url", *links)

    @cached_property
    def leaves(self) -> dict[str, Field]:
        """Its fields that the API takes, by dotted name."""
        return leaves(self.api_fields)

    @cached_property
    def settings(self) -> dict[str, Field]:
        """Those of its `leaves` that the API changes."""
        fixed = tuple(each.name for each in self.fields if each.replaces)
        return {name: each for name, each in self.leaves.items() if name.partition(".")[0] not in fixed}

    def check_sid(self, value: object) -> str | None:
        """Demand a SID of this kind; of what there is one of, the parent's."""
        entity = self.parents[-1] if self.is_single else self
        return sid_of(entity.prefix, entity.one)(value)

    @property
    def name(self) -> str:
        """The noun, or the kind where that is short."""
        return self.noun or self.kind

    @property
    def one(self) -> str:
        """The noun with its article."""
        return f"{'an' if self.name[0] in 'aeiou' else 'a'} {self.name}"

    def place(self, props: Mapping[str, Any]) -> Place:
        """Give where a thing with these inputs is."""
        return {each.reference: props[each.reference] for each in self.parents}

    def where(self, place: Place, sid: str | None = None) -> str:
        """Give the path of a thing, or of the listing."""
        above = self.parent.where(place, place[self.parent.reference]) + "/" if self.parent else ""
        own = "" if sid is None or self.is_single else f"/{quote(sid, safe='')}"
        return f"{above}{self.path}{own}"

    def action(self, verb: str, place: Place, sid: str | None = None) -> str:
        """Say what is done, for errors: "fetch role RL…", "list roles of conversation service IS…"."""
        kind = f"{self.kind}s" if verb in ("list", "count") else self.kind
        if sid is not None and not self.is_single:
            return f"{verb} {kind} {sid}"
        parent = self.parent
        joint = "in" if verb == "create" else "of"
        return f"{verb} {kind}" + (f" {joint} {parent.kind} {place[parent.reference]}" if parent else "")

    def known_as(self, values: Mapping[str, Any]) -> str:
        """Give what people know one by; "" if it has nothing of the sort."""
        return " ".join(str(values[name]) for name in self.identity if values.get(name))

    def form(self, values: Mapping[str, Any]) -> Form:
        """Write values by dotted name as the API's parameters."""
        return form_of(values, self.leaves)

    def values(self, props: Mapping[str, Any]) -> dict[str, Any]:
        """Give what inputs say of its `leaves`, by dotted name."""
        return flat(props, self.api_fields)

    def parse(self, answer: Mapping[str, Any], *, lenient: bool = False) -> Thing:
        """Read an answer.

        Args:
            answer: the JSON.
            lenient: what is odd counts as absent, but for the SID: one of many must not stand in the others' way.

        Raises:
            ValueError: if the answer does not describe such a thing.
        """
        told: dict[str, Any] = {name: _read(_TEXT, name, answer.get(name), lenient) for name in _TEXTS}
        for each in self.parents:
            field = each.reference_field
            told[each.reference] = _read(_TEXT, field, answer.get(field), lenient)
        links = _read(_MAP, "links", answer.get("links"), lenient)
        told["links"] = {str(name): str(url) for name, url in links.items()}
        told["sid"] = sid = told[self.parents[-1].reference] if self.is_single else answer.get("sid")
        if self.check_sid(sid) is not None:
            raise ValueError(f"no SID of {(self.parents[-1] if self.is_single else self).one}")
        values = _values(answer, self.api_fields, lenient)
        about = {name: told[name] for name in self.outputs if name in told}
        return Thing(self.kind, str(sid), self.known_as(values), about, values, self._may_lack)

    @cached_property
    def _references(self) -> tuple[str, ...]:
        return tuple(each.reference for each in self.parents)

    @cached_property
    def _may_lack(self) -> frozenset[str]:
        return frozenset(name for name, each in self.leaves.items() if each.may_lack)


@dataclass(frozen=True)
class Thing:
    """One thing, as the API tells of it. Its values are attributes, too: `service.friendly_name`.

    Args:
        kind: of the thing.
        sid: its own; of what a parent has one of, the parent's.
        known_as: what two things must share for one to be in the other's place.
        about: what the API tells besides its fields: SIDs, dates (ISO 8601, UTC), URLs.
        values: its fields by dotted name, null as the empty value of its type.
        may_lack: names of fields that count as open while empty.
    """

    kind: str
    sid: str
    known_as: str
    about: Mapping[str, Any]
    values: Mapping[str, Any]
    may_lack: frozenset[str] = frozenset()

    def __getattr__(self, name: str) -> Any:
        for told in ("about", "values"):
            if name in self.__dict__.get(told, {}):
                return self.__dict__[told][name]
        raise AttributeError(name)

    def outputs(self) -> dict[str, Any]:
        """Give all by name, nested as the API has it; what may be lacking and is stays open."""
        shown = {name: value for name, value in self.values.items() if value or name not in self.may_lack}
        return {**self.about, **nested(shown)}

    def only(self, names: Collection[str]) -> Thing:
        """Give it with these fields alone, by dotted name."""
        return replace(self, values={name: value for name, value in self.values.items() if name in names})


def _values(
    answer: Mapping[str, Any], fields: Sequence[Field], lenient: bool, prefix: str = ""
) -> dict[str, Any]:
    """Read an answer's values, by dotted name; below what is absent, all are."""
    found: dict[str, Any] = {}
    for each in fields:
        name, value = prefix + each.name, answer.get(each.name)
        if each.fields:
            found |= _values(_read(_MAP, name, value, lenient), each.fields, lenient, f"{name}.")
        elif not each.write_only:
            found[name] = _read(each, name, value, lenient)
    return found


def _read(field: Field, name: str, value: object, lenient: bool) -> Any:
    try:
        return field.read(value)
    except ValueError as error:
        if lenient:
            return field.read(None)
        raise ValueError(f"{name} {error}") from None
