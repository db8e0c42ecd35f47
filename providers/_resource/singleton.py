"""What a service has exactly one of: settings that the API neither makes nor deletes, as a Pulumi resource.

Creating takes over what is there and remembers the values it manages; updating sends what is declared, and puts
back what no longer is; deleting puts all back. An input left out is not managed: it is neither sent nor compared
nor in the state. A resource brings its settings, as `Shape`; the id is the service's SID.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from pulumi import contains_unknowns

from .._api.checks import SERVICE_SID, Check, did_you_mean, flag, sid_of, text
from .._api.model import Part
from .._api.transport import Form
from ..errors import AlteredError, NotAdoptableError, RefusedError, TwilioError
from .caller import calling_urn
from .dynamic import Field, Props, TwilioProvider
from .settling import settled

__all__ = ["SWITCH", "TEXT", "Setting", "Shape", "SingletonProvider", "singleton_inputs"]


@dataclass(frozen=True)
class Setting:
    """One value among the settings.

    Args:
        check: tells what it must be.
        unset: what the API's null means, and what puts it back.
        meaning: what makes two values the same.
    """

    check: Check
    unset: Any
    meaning: Callable[[Any], Any] = lambda value: value


SWITCH = Setting(flag, False)
TEXT = Setting(text(1), "")

Shape = Mapping[str, "Setting | Shape"]
"""Settings by name, as the API's answers nest them."""

_check_service_sid = sid_of(SERVICE_SID, "a service")


def singleton_inputs(shape: Shape) -> tuple[Field, ...]:
    """Turn settings into inputs: the service, and one for each name at the top."""
    return (
        Field("service_sid", _check_service_sid, required=True, replaces=True),
        *(_field(name, each) for name, each in shape.items()),
    )


def _field(name: str, each: Setting | Shape) -> Field:
    if isinstance(each, Setting):
        return Field(name, each.check, meaning=each.meaning)
    shape = each
    return Field(
        name, lambda value: _group_problem(shape, value), meaning=lambda value: dict(_flat(value, shape))
    )


def _group_problem(shape: Shape, value: object) -> str | None:
    if not isinstance(value, Mapping):
        return f"must be a map with {', '.join(shape)}"
    for key, given in value.items():
        each = shape.get(key)
        if each is None:
            return f"must hold no other keys than {', '.join(shape)}{did_you_mean(key, shape)}"
        if given is None or contains_unknowns(given):
            continue
        why = each.check(given) if isinstance(each, Setting) else _group_problem(each, given)
        if why:
            return f".{key}{why}" if why[0] in ".[" else f".{key} {why}"
    return None


def _flat(values: Mapping[str, Any], shape: Shape, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the values that are given, by dotted name."""
    for key, each in shape.items():
        value = values.get(key)
        if isinstance(each, Setting):
            if value is not None:
                yield prefix + key, value
        elif isinstance(value, Mapping):
            yield from _flat(value, each, f"{prefix}{key}.")


def _settings(shape: Shape, prefix: str = "") -> Iterator[tuple[str, Setting]]:
    for key, each in shape.items():
        if isinstance(each, Setting):
            yield prefix + key, each
        else:
            yield from _settings(each, f"{prefix}{key}.")


@dataclass(frozen=True)
class Managed:
    """A part of a service, as far as a resource manages it.

    Args:
        sid: the service's, which is the resource's id too.
        account_sid: the account that owns it, where known.
        url: of the part.
        values: what is managed, by dotted name.
        previous: what these values were when they were taken over, by dotted name; None if nothing is managed.
    """

    sid: str
    account_sid: str | None
    url: str
    values: Mapping[str, Any]
    previous: Mapping[str, Any] | None

    def outputs(self) -> Props:
        """Give all outputs: the values nested as the API has them, and the memory of those before."""
        outputs: Props = {"service_sid": self.sid, "url": self.url}
        for name, value in self.values.items():
            *path, last = name.split(".")
            inner = outputs
            for key in path:
                inner = inner.setdefault(key, {})
            inner[last] = value
        optional = {"account_sid": self.account_sid, "previous": self.previous}
        return outputs | {name: value for name, value in optional.items() if value is not None}


class SingletonProvider(TwilioProvider):
    """Base of the providers of what a service has one of; subclasses give kind, path, shape and inputs."""

    path: ClassVar[str]
    shape: ClassVar[Shape]

    def create_thing(self, props: Props) -> Managed:
        """Take over what is there, remember what it was, and set what is declared.

        Raises:
            NotAdoptableError: if another resource of this program manages it.
            AlteredError: if the API keeps a value otherwise than it was sent; all are as before then.
        """
        service_sid: str = props["service_sid"]
        holder = self.connection.claims.adopt(self._key(service_sid), calling_urn())
        if holder is not None:
            raise self._refuse_two("manage", service_sid, holder)
        return self._set(service_sid, self._declared_values(props), {}, {})

    def read_thing(self, sid: str, props: Props) -> Managed:
        """Fetch it: what is managed of it, or all for a `get`.

        Raises:
            NotFoundError: if there is no such service.
        """
        problem = _check_service_sid(sid)
        if problem:
            raise RefusedError(
                f"read {self.kind}", f"its id {problem}", hint="give get() the SID of the service"
            )
        previous = props.get("previous")
        return self._managed(self._fetch(sid), previous, previous)

    def update_thing(self, sid: str, olds: Props, news: Props) -> Managed:
        """Set what is declared; put back what no longer is.

        Raises:
            AlteredError: if the API keeps a value otherwise than it was sent; all are as before then.
        """
        values, previous = self._declared_values(news), dict(olds.get("previous") or {})
        dropped = {name: previous.pop(name) for name in [*previous] if name not in values}
        return self._set(sid, values, previous, dropped)

    def delete_thing(self, sid: str, props: Props) -> None:
        """Put back what was there, unless another resource of this run has it.

        Raises:
            NotFoundError: if the service is gone.
        """
        if self.connection.claims.lets_go(self._key(sid), calling_urn()):
            return
        values = self.restorable(sid, props.get("previous") or {})
        form = self._form(values)
        if form:
            self._post(sid, values, form)

    def claim(self, sid: str, urn: str, *, replaced: bool) -> None:
        """Note which resource has the service's part.

        Raises:
            NotAdoptableError: if another resource of this run has it too.
        """
        claims, key = self.connection.claims, self._key(sid)
        other = claims.replace(key, urn) if replaced else claims.keep(key, urn)
        if other is not None:
            raise self._refuse_two("keep", sid, other)

    def _key(self, service_sid: str) -> str:
        return f"{self.kind} {service_sid}"

    def _refuse_two(self, verb: str, service_sid: str, holder: str) -> NotAdoptableError:
        return NotAdoptableError(
            f"{verb} {self.kind} of conversation service {service_sid}",
            "another resource of this program manages it" + (f": {holder}" if holder else ""),
            hint="a service has only one: declare all its settings in one resource, and remove the other one",
            sids=[service_sid],
        )

    def restorable(self, _service_sid: str, previous: Mapping[str, Any]) -> Mapping[str, Any]:
        """Leave out of the values to put back those that name what no longer exists."""
        return previous

    def _set(
        self,
        service_sid: str,
        values: Mapping[str, Any],
        previous: Mapping[str, Any],
        dropped: Mapping[str, Any],
    ) -> Managed:
        """Set values, and remember what those not in `previous` yet were.

        Args:
            service_sid: the service.
            values: what is declared, by dotted name.
            previous: what is remembered.
            dropped: what is to be put back.
        """
        before = self._fetch(service_sid)
        previous = {**{name: before.values[name] for name in values}, **previous}
        wanted = {**self.restorable(service_sid, dropped), **values}
        form = self._form(wanted, before.values)
        part = self._post(service_sid, wanted, form) if form else before
        altered = self._differing(values, part.values)
        if altered:
            raise self._refuse_altered(service_sid, altered, {name: before.values[name] for name in values})
        return self._managed(part, values, previous)

    def _differing(self, values: Mapping[str, Any], kept: Mapping[str, Any]) -> list[str]:
        """Name the values that the API keeps otherwise than it was sent them."""
        settings = dict(_settings(self.shape))
        return [
            name
            for name, value in values.items()
            if settings[name].meaning(value) != settings[name].meaning(kept[name])
        ]

    def _refuse_altered(
        self, service_sid: str, altered: list[str], before: Mapping[str, Any]
    ) -> AlteredError:
        """Put back what was there, so that the state still says what is set, and tell what became of it."""
        action = f"set {self.kind} of conversation service {service_sid}"
        reason = f"the API keeps otherwise than sent: {', '.join(altered)}"
        hint = "declare a value that the API keeps as it is"
        try:
            values = self.restorable(service_sid, before)
            form = self._form(values)
            if form:
                self._post(service_sid, values, form)
        except TwilioError as error:
            return AlteredError(
                action, f"{reason}, and putting back what was set before failed: {error.reason}", hint=hint
            )
        return AlteredError(action, f"{reason}; what was set before is put back", hint=hint)

    def _managed(
        self, part: Part, names: Mapping[str, Any] | None, previous: Mapping[str, Any] | None
    ) -> Managed:
        values = {name: value for name, value in part.values.items() if names is None or name in names}
        owner = part.account_sid or self.connection.account_sid
        return Managed(part.service_sid, owner, part.url, self.shown(values), previous)

    def shown(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give what may stand in the state for what the API holds."""
        return values

    def _fetch(self, service_sid: str) -> Part:
        part = self.connection.client.fetch_part(self.kind, self.path, service_sid, self._types())
        return self._filled(part)

    def _post(self, service_sid: str, values: Mapping[str, Any], form: Form) -> Part:
        def write() -> Part:
            client = self.connection.client
            return self._filled(client.update_part(self.kind, self.path, service_sid, self._types(), form))

        return settled(
            write, lambda: self._fetch(service_sid), lambda part: not self._form(values, part.values)
        )

    def _types(self) -> dict[str, type]:
        return {name: type(each.unset) for name, each in _settings(self.shape)}

    def _filled(self, part: Part) -> Part:
        unset = {name: each.unset for name, each in _settings(self.shape)}
        values = {name: unset[name] if value is None else value for name, value in part.values.items()}
        return Part(part.service_sid, part.account_sid, part.url, values)

    def _declared_values(self, props: Props) -> dict[str, Any]:
        return dict(_flat(props, self.shape))

    def _form(self, values: Mapping[str, Any], current: Mapping[str, Any] | None = None) -> Form:
        """Write values as parameters, less those that are so already: `new_message.enabled` is NewMessage.Enabled."""
        settings = dict(_settings(self.shape))
        return {
            _parameter(name): _text(value)
            for name, value in values.items()
            if not current or settings[name].meaning(value) != settings[name].meaning(current[name])
        }


def _parameter(name: str) -> str:
    return name.replace("_", " ").title().replace(" ", "")


def _text(value: object) -> str | Sequence[str]:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return [str(each) for each in value] or ""
    return str(value)
