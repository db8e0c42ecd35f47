"""What a service has exactly one of: settings that the API neither makes nor deletes, as a Pulumi resource.

Creating takes over what is there and remembers the values it manages; updating sends what is declared, and puts
back what no longer is; deleting puts all back. An input left out is not managed: it is neither sent nor compared
nor in the state. A resource brings the description of its kind (`Entity`); the id is the service's SID.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pulumi

from .._api.entity import Thing
from ..errors import HeldError, InputError
from .dynamic import TwilioProvider, TwilioResource
from .host.caller import calling_urn
from .inputs import Props
from .settings import Values, send, set_values

__all__ = ["SingletonProvider", "SingletonResource"]


class SingletonProvider(TwilioProvider):
    """Base of the providers of what a service has one of; subclasses bring the description."""

    def create_thing(self, props: Props) -> Thing:
        """Take over what is there, remember what it was, and set what is declared.

        Raises:
            HeldError: if another resource of this program manages it.
            AlteredError: if the API keeps a value otherwise than it was sent; all are as before then.
        """
        service_sid: str = props["service_sid"]
        holder = self.connection.claims.adopt(self.claimed_as(service_sid), calling_urn())
        if holder is not None:
            raise self._refuse_two("manage", service_sid, holder)
        return self._set(service_sid, self.entity.values(props), {}, {})

    def read_thing(self, sid: str, props: Props) -> Thing:
        """Fetch it: what is managed of it, or all for a `get`.

        Raises:
            NotFoundError: if there is no such service.
        """
        problem = self.entity.check_sid(sid)
        if problem:
            raise InputError(
                f"read {self.kind}", f"its id {problem}", hint="give get() the SID of the service"
            )
        return self._managed(self._fetch(sid), props.get("previous"))

    def update_thing(self, sid: str, olds: Props, news: Props) -> Thing:
        """Set what is declared; put back what no longer is.

        Raises:
            AlteredError: if the API keeps a value otherwise than it was sent; all are as before then.
        """
        values, previous = self.entity.values(news), dict(olds.get("previous") or {})
        dropped = {name: previous.pop(name) for name in [*previous] if name not in values}
        return self._set(sid, values, previous, dropped)

    def delete_thing(self, sid: str, props: Props) -> None:
        """Put back what was there.

        Raises:
            NotFoundError: if the service is gone.
        """
        former = self.restorable(sid, props.get("previous") or {})
        if former:
            send(self.connection.client, self.entity, self._place(sid), sid, former)

    def claim(self, sid: str, urn: str, *, replaced: bool) -> None:
        """Note which resource has the service's part.

        Raises:
            HeldError: if another resource of this run has it too.
        """
        claims, key = self.connection.claims, self.claimed_as(sid)
        other = claims.replace(key, urn) if replaced else claims.keep(key, urn)
        if other is not None:
            raise self._refuse_two("keep", sid, other)

    def claimed_as(self, sid: str) -> str:
        """Give kind and service."""
        return f"{self.kind} {sid}"

    def _refuse_two(self, verb: str, service_sid: str, holder: str) -> HeldError:
        return HeldError(
            f"{verb} {self.kind} of conversation service {service_sid}",
            "another resource of this program manages it" + (f": {holder}" if holder else ""),
            hint="a service has only one: declare all its settings in one resource, and remove the other one",
            sids=[service_sid],
        )

    def restorable(self, _service_sid: str, previous: Values) -> Values:
        """Leave out of the values to put back those that name what no longer exists."""
        return previous

    def shown(self, values: Values) -> Values:
        """Give what may stand in the state for what the API holds."""
        return values

    def _set(self, service_sid: str, values: Values, previous: Values, dropped: Values) -> Thing:
        """Set values, and remember what those not in `previous` yet were.

        Args:
            service_sid: the service.
            values: what is declared, by dotted name.
            previous: what is remembered.
            dropped: what is to be put back.
        """
        before = self._fetch(service_sid)
        part = set_values(
            self.connection.client,
            self.entity,
            self._place(service_sid),
            before,
            values,
            dropped=dropped,
            restorable=lambda former: self.restorable(service_sid, former),
        )
        return self._managed(part, {**{name: before.values[name] for name in values}, **previous})

    def _managed(self, part: Thing, previous: Mapping[str, Any] | None) -> Thing:
        """Add what a state has besides: the account's owner, and what the values were before."""
        about = {
            **part.about,
            "account_sid": part.account_sid or self.connection.account_sid,
            "previous": previous,
        }
        return replace(
            part,
            values=self.shown(part.values),
            about={name: value for name, value in about.items() if value is not None},
        )

    def _fetch(self, service_sid: str) -> Thing:
        return self.connection.client.fetch(self.entity, self._place(service_sid), service_sid)

    def _place(self, service_sid: str) -> Mapping[str, str]:
        return {self.entity.parents[-1].reference: service_sid}


class SingletonResource(TwilioResource):
    """Base of the resources that a service has one of."""

    service_sid: pulumi.Output[str]
    """The service; the resource's id."""
    previous: pulumi.Output[Mapping[str, Any]]
    """What the managed values were before, by dotted name; secret."""

    secret_outputs = ("previous",)

    @classmethod
    def output_names(cls) -> tuple[str, ...]:
        """Name all outputs: those of the description, and the memory."""
        return (*super().output_names(), "previous")
