"""What every resource of this package shares: the Pulumi side of a thing behind an API.

A resource brings the description of its kind (`Entity`) and, if need be, a guard; configuring, checking, comparing,
drift and error texts stand here once. Facts about Pulumi's dynamic providers that shape this module:
- The provider object is pickled into the state, by reference as its class can be imported: it holds nothing
  before configure(), and the module's path must not change.
- Old values reach diff, update and delete as the *outputs* of the state: create() and read() put the declared
  inputs among the outputs.
- An exception reaches the user as its whole traceback, unless sys.tracebacklimit is 0.
https://www.pulumi.com/docs/iac/concepts/providers/dynamic-providers/
"""

from __future__ import annotations

import functools
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar, ParamSpec, Self, TypeVar

from pulumi import Input as PulumiInput
from pulumi import Output, ResourceOptions, contains_unknowns
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)

from .._api.client import host_of
from .._api.config import read_settings
from .._api.entity import Entity, Thing
from .._api.fields import Field
from ..errors import (
    InternalError,
    NotAdoptableError,
    NotFoundError,
    TwilioError,
)
from .connection import Connection, connect
from .host.caller import calling_urn
from .host.configuration import configuration_of
from .host.pool import widen_pool
from .importing import refuse_import
from .inputs import IMPORT_SID, Props, failure, problem, same
from .pickles import same_provider
from .refusals import at_another_address, of_another_account
from .settling import delete_settled
from .telling import told_once

__all__ = ["TwilioProvider", "TwilioResource"]

P = ParamSpec("P")
R = TypeVar("R")

_PROVIDER_KEY = "__provider"


def _plain_errors(method: Callable[P, R]) -> Callable[P, R]:
    """Let errors leave a provider as one text, told once: no chain of causes, never the text of a foreign error."""

    @functools.wraps(method)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return method(*args, **kwargs)
        except TwilioError as error:
            raise told_once(error, getattr(args[0], "connection", None)) from None
        except Exception as error:  # noqa: BLE001 - the last line before the user
            last = traceback.extract_tb(error.__traceback__, limit=-1)[0]
            raise InternalError(
                f"{method.__name__} a resource",
                f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}",
                hint="this is a bug of the provider; please report this line",
            ) from None

    return call


class TwilioProvider(ResourceProvider):
    """Base of the resource providers: subclasses declare `entity` and the calls that follow `delete`."""

    entity: ClassVar[Entity]
    kind: ClassVar[str]
    inputs: ClassVar[tuple[Field, ...]]
    connection: Connection

    def __init_subclass__(cls) -> None:
        """Take kind and inputs from the description."""
        if hasattr(cls, "entity"):
            cls.kind, cls.inputs = cls.entity.kind, cls.inputs_of(cls.entity)

    @classmethod
    def inputs_of(cls, entity: Entity) -> tuple[Field, ...]:
        """Give the inputs of such a resource."""
        return entity.inputs

    @_plain_errors
    def configure(self, req: ConfigureRequest) -> None:
        """Read the settings and connect to the account; runs once in a provider process."""
        sys.tracebacklimit = 0
        configuration = configuration_of(req)
        settings = read_settings(configuration, os.environ)
        widen_pool(settings.max_concurrency)
        self.connection = connect(settings)
        self.configured(configuration)

    @_plain_errors
    def check(self, olds: Props, news: Props) -> CheckResult:
        """Name all bad inputs at once, one failure each; of what is to be made, refuse what could not be made."""
        problems = {each.name: problem(each, news) for each in self.inputs}
        self.connection.checked.add(self._fingerprint(news))
        failures = [failure(name, why) for name, why in problems.items() if why] or self.misfits(news)
        # An engine checks what is to be made without old inputs, in a preview too; nothing else of it is asked there.
        if not (failures or olds or self.connection.facts.only_compares):
            self.before_creation(news)
        return CheckResult(news, failures)

    @_plain_errors
    def diff(self, id_: str, olds: Props, news: Props) -> DiffResult:
        """Compare declared inputs, and guard what a replacement would delete.

        `refresh` calls this too, with the state's inputs as news, to show what it found: nothing is about to be
        replaced then, so nothing is guarded. Such a diff follows a read, and its news were never checked.

        A state that names another module for this provider is a change too: the update puts the present one there.
        """
        self._require_own_account("compare", id_, olds)
        changed = self._changed(id_, olds, news)
        replaces = [each.name for each in changed if each.replaces]
        of_refresh = (self.kind, id_) in self.connection.read and self._fingerprint(
            news
        ) not in self.connection.checked
        if self.connection.facts.only_compares:
            # No replacement: an engine would go no further than a thing that is protected, and not tell of the rest.
            return DiffResult(changes=bool(changed))
        if of_refresh:
            return DiffResult(changes=bool(changed), replaces=replaces)
        if replaces:
            replaces = self.still_replacing(id_, olds, news, replaces)
        if replaces and news.get(IMPORT_SID) == id_:
            # The new resource would adopt the very thing that the old one then deletes.
            raise NotAdoptableError(
                f"replace {self.kind} {id_}",
                f"{IMPORT_SID} names this very one, and {', '.join(replaces)} would change",
                hint=f"remove {IMPORT_SID}, or undo the change",
            )
        self.claim(id_, calling_urn(), replaced=bool(replaces))
        self.before_change(id_, news, replaced=bool(replaces))
        # The API takes what it keeps unique only once.
        goes_first = bool(replaces) and self.entity.unique and not {*replaces} & {*self.entity.identity}
        if replaces and not goes_first:
            self.before_replacement(id_, olds, news)
        moved = not same_provider(olds.get(_PROVIDER_KEY), news.get(_PROVIDER_KEY))
        return DiffResult(
            changes=bool(changed) or moved, replaces=replaces, delete_before_replace=goes_first or None
        )

    @_plain_errors
    def create(self, props: Props) -> CreateResult:
        """Make or adopt the thing."""
        thing = self.create_thing(props)
        return CreateResult(thing.sid, self._state(props, thing))

    @_plain_errors
    def read(self, id_: str, props: Props) -> ReadResult:
        """Read the thing; one that is gone leaves the state, but for a `get` it is an error.

        Args:
            id_: its SID.
            props: outputs of the state, or the bare inputs of a `get`.
        """
        self._require_own_account("read", id_, props)
        is_get = not props.keys() - {each.name for each in self.inputs} - {_PROVIDER_KEY}
        try:
            thing = self.read_thing(id_, props)
        except NotFoundError:
            if is_get:
                raise
            found = self._second_look("read", id_, props)
            if found is None:
                return ReadResult("", {})
            thing = found
        self.connection.read.add((self.kind, id_))
        outputs = self._state(props, thing, whole=is_get)
        names = [each.name for each in self.inputs]
        return ReadResult(
            thing.sid, outputs, inputs={name: outputs[name] for name in names if name in outputs}
        )

    @_plain_errors
    def update(self, id_: str, olds: Props, news: Props) -> UpdateResult:
        """Change the thing in place, where the change concerns the API at all."""
        self._require_own_account("update", id_, olds)
        names = {each.name for each in self.inputs} | {_PROVIDER_KEY}
        kept = {name: value for name, value in olds.items() if name not in names}
        # Nothing is sent where only the provider's module has changed.
        thing = self.update_thing(id_, olds, news) if self._changed(id_, olds, news) else None
        return UpdateResult(kept | (self._state(news, thing) if thing else self._declared(news)))

    @_plain_errors
    def delete(self, id_: str, props: Props) -> None:
        """Delete the thing, or let go of it; a missing one is no error, if it is missing for certain."""
        self._require_own_account("delete", id_, props)
        if not self.lets_go(id_):
            self._delete(id_, props)

    def configured(self, configuration: Mapping[str, object]) -> None:
        """Read what only this kind is told by the configuration."""

    def misfits(self, _news: Props) -> list[CheckFailure]:
        """Name inputs that are right each by itself, and not together."""
        return []

    def create_thing(self, props: Props) -> Thing:
        """Make or adopt it, and give what the API answered."""
        raise NotImplementedError

    def read_thing(self, sid: str, props: Props) -> Thing:
        """Fetch it.

        Args:
            sid: its SID, as the state or a `get` has it.
            props: outputs of the state, or the inputs of a `get`.

        Raises:
            NotFoundError: if there is none.
        """
        raise NotImplementedError

    def update_thing(self, _sid: str, _olds: Props, _news: Props) -> Thing | None:
        """Send what has changed; None if the API keeps none of it."""
        return None

    def lets_go(self, sid: str) -> bool:
        """Tell whether the thing stays where a resource of it is deleted: another one of this run has it."""
        return self.connection.claims.lets_go(self.claimed_as(sid), calling_urn())

    def claimed_as(self, sid: str) -> str:
        """Give the key under which the run's claims know the thing."""
        return sid

    def delete_thing(self, sid: str, props: Props) -> None:
        """Delete it.

        Raises:
            NotFoundError: if it is gone already.
        """
        raise NotImplementedError

    def forget(self, sid: str, props: Props) -> None:
        """Note that it is gone."""

    def still_replacing(self, _sid: str, _olds: Props, _news: Props, replaces: list[str]) -> list[str]:
        """Tell which of the changed inputs that replace differ from the live thing too; runs as `before_change`."""
        return replaces

    def claim(self, sid: str, urn: str, *, replaced: bool) -> None:
        """Note which resource has the thing, and refuse two owners, by raising; runs as `before_change`."""

    def before_creation(self, news: Props) -> None:
        """Refuse a creation that could not be done, by raising; runs in previews and updates."""

    def before_replacement(self, sid: str, olds: Props, news: Props) -> None:
        """Refuse a replacement that could not be made, by raising; runs as `before_change`."""

    def before_change(self, sid: str, news: Props, *, replaced: bool) -> None:
        """Refuse a change that would lose data, by raising; runs in previews and updates, not in a refresh."""

    def _delete(self, id_: str, props: Props) -> None:
        """Delete the thing, and forget it once it is gone for certain."""
        delete_settled(
            f"delete {self.kind} {id_}",
            lambda: self.delete_thing(id_, props),
            lambda: self._second_look("delete", id_, props) is not None,
        )
        self.forget(id_, props)

    def _second_look(self, action: str, id_: str, recorded: Props) -> Thing | None:
        """Look again at what the API says is gone; None if it is, and these credentials would have seen it.

        A state that forgets what is there is the worst that a wrong answer can do, and another account's things
        look as if they were gone.

        Raises:
            WrongAccountError: if the credentials are those of another account, or this is another region's API.
        """
        try:
            return self.read_thing(id_, recorded)
        except NotFoundError:
            owner, account = recorded.get("account_sid"), self.connection.account()
            if owner and account.sid and owner != account.sid:
                raise of_another_account(action, self.kind, id_, owner, account.sid) from None
            then = host_of(recorded.get("url"))
            if then and account.host and then != account.host:
                raise at_another_address(action, self.kind, id_, then, account.host) from None
            return None

    def _require_own_account(self, action: str, id_: str, recorded: Props) -> None:
        """Refuse to touch what the state says is another account's: there it would merely seem to be gone."""
        owner, ours = recorded.get("account_sid"), self.connection.account_sid
        if owner and ours and owner != ours:
            raise of_another_account(action, self.kind, id_, owner, ours)

    def _declared(self, props: Props) -> Props:
        """Give the inputs that outlive the creation, as declared."""
        names = [each.name for each in self.inputs if each.name != IMPORT_SID]
        return {name: props[name] for name in names if props.get(name) is not None}

    def _state(self, props: Props, thing: Thing, *, whole: bool = False) -> Props:
        """Give what the API says of what is managed, or of all; written as declared wherever that means the same."""
        required = {each.name for each in self.entity.fields if each.required}
        managed = {name for name in thing.values if name in required} | self.entity.values(props).keys()
        declared, outputs = self._declared(props), (thing if whole else thing.only(managed)).outputs()
        fields = [each for each in self.inputs if each.name in declared and each.name in outputs]
        alike = [each.name for each in fields if same(each, declared[each.name], outputs[each.name])]
        return declared | outputs | {name: declared[name] for name in alike}

    def _changed(self, id_: str, olds: Props, news: Props) -> list[Field]:
        return [each for each in self.inputs if self._differs(each, id_, olds, news)]

    def _differs(self, each: Field, id_: str, olds: Props, news: Props) -> bool:
        if each.name == IMPORT_SID:
            # It says which thing this is. Once that is so, it may stay or go.
            return news.get(IMPORT_SID) not in (None, id_)
        if each.replaces and not each.required and news.get(each.name) is None:
            # What is left out is not managed: nothing is made anew for it.
            return False
        return not same(each, each.of(olds), each.of(news))

    def _fingerprint(self, props: Props) -> str:
        values = [each.of(props) for each in self.inputs]
        return repr((self.kind, ["?" if contains_unknowns(value) else [value] for value in values]))


class TwilioResource(Resource):
    """Base of the resource classes: subclasses declare their provider, their outputs and a typed constructor."""

    provider_class: ClassVar[type[TwilioProvider]]
    secret_outputs: ClassVar[tuple[str, ...]] = ()

    account_sid: Output[str]
    """The account that owns it."""
    url: Output[str]
    """Its own URL in the API."""

    @classmethod
    def output_names(cls) -> tuple[str, ...]:
        """Name all outputs, as the description has them."""
        return cls.provider_class.entity.outputs

    def _declare(self, given: Mapping[str, Any]) -> None:
        """Register the resource.

        Args:
            given: the constructor's arguments, by name.
        """
        fields = [each for each in self.provider_class.inputs if each.name in given]
        inputs = {each.name: given[each.name] for each in fields}
        secrets = [each.name for each in self.provider_class.inputs if each.secret]
        inputs |= {name: Output.secret(inputs[name]) for name in secrets if inputs.get(name) is not None}
        opts, hidden = given["opts"], [*self.secret_outputs, *secrets]
        refuse_import(opts, self.provider_class.kind, [each.name for each in fields])
        if hidden:
            opts = ResourceOptions.merge(ResourceOptions(additional_secret_outputs=hidden), opts)
        # An output must be among the properties for its attribute to come to life.
        props = {**dict.fromkeys(self.output_names()), **inputs}
        super().__init__(self.provider_class(), given["resource_name"], props, opts)

    @classmethod
    def get(
        cls,
        resource_name: str,
        sid: PulumiInput[str],
        opts: ResourceOptions | None = None,
        *,
        service_sid: PulumiInput[str] | None = None,
    ) -> Self:
        """Read one that others own: its outputs, without managing it.

        Args:
            resource_name: logical name.
            sid: its SID; of what a service has one of, the service's SID.
            opts: Pulumi's options.
            service_sid: the service that holds it, for roles.
        """
        resource = cls.__new__(cls)
        place = {} if service_sid is None else {"service_sid": service_sid}
        opts = ResourceOptions.merge(opts, ResourceOptions(id=sid))
        resource._declare({**place, "resource_name": resource_name, "opts": opts})
        return resource
