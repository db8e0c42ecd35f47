"""ConversationService: a Twilio Conversation Service as a Pulumi resource.

The API creates, fetches, lists and deletes services and cannot change one: a new name makes a new service. Names
are not unique there, so this resource decides what a name that is taken already means. Not here: a service's
configuration, roles and webhooks, which are entities of their own.
https://www.twilio.com/docs/conversations/api/service-resource
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NoReturn

import pulumi

from ._creation import create_once
from ._dynamic import IMPORT_SID, Field, Props, TwilioProvider, TwilioResource
from .errors import NameTakenError, NotAdoptableError, NotEmptyError, NotFoundError, RefusedError
from .model import SERVICE_SID, Service

__all__ = ["INPUTS", "ConversationService", "ConversationServiceProvider", "OnNameConflict"]

OnNameConflict = Literal["error", "adopt", "allow"]

_NAME_CHARACTERS = 256
_CONFLICT_CHOICES = ("error", "adopt", "allow")


def _check_friendly_name(value: object) -> str | None:
    # The page calls the name optional and required: a service can lack one, but POST needs it.
    fits = isinstance(value, str) and 1 <= len(value) <= _NAME_CHARACTERS
    return None if fits else f"must be text of 1 to {_NAME_CHARACTERS} characters"


def _check_force_destroy(value: object) -> str | None:
    return None if isinstance(value, bool) else "must be true or false"


def _check_sid(value: object) -> str | None:
    fits = isinstance(value, str) and SERVICE_SID.fullmatch(value)
    return None if fits else "must be the SID of a service: IS and 32 hexadecimal digits"


def _check_on_name_conflict(value: object) -> str | None:
    return None if value in _CONFLICT_CHOICES else f"must be one of {', '.join(_CONFLICT_CHOICES)}"


INPUTS = (
    Field("friendly_name", _check_friendly_name, required=True, replaces=True),
    Field("force_destroy", _check_force_destroy, default=False),
    Field(IMPORT_SID, _check_sid, replaces=True),
    Field("on_name_conflict", _check_on_name_conflict, default="error"),
)


class ConversationServiceProvider(TwilioProvider):
    """Create, adopt, read and delete a Conversation Service; a new name replaces it."""

    kind = "conversation service"
    inputs = INPUTS

    def create_thing(self, props: Props) -> Service:
        """Make the service, or take over the one that `import_sid` or its name points at.

        Raises:
            NameTakenError: if the name is there and `on_name_conflict` does not settle it.
            NotAdoptableError: if the service to adopt is missing, differs, or is held by another resource.
            AmbiguousError: if an answer was lost and several services could be the one.
        """
        client, services = self.connection.client, self.connection.services
        name: str = props["friendly_name"]
        if props.get(IMPORT_SID):
            return self._import(props[IMPORT_SID], name)
        # One after the other, or two creates of one name could take the same service for theirs.
        with services.name_lock(name):
            taken = services.named(name)
            if taken and props.get("on_name_conflict") == "adopt":
                return self._adopt_by_name(taken)
            if taken and props.get("on_name_conflict") != "allow":
                _refuse_name(taken)
            before = {service.sid for service in taken}
            service = create_once(
                f"create {self.kind}",
                lambda: client.create_service(name),
                lambda: services.new_ones(name, before),
                backoff=client.transport.backoff(),
                late_seconds=client.transport.read_timeout_seconds,
            )
            services.add(service)
        return service

    def read_thing(self, sid: str, _props: Props) -> Service:
        """Fetch the service.

        Raises:
            NotFoundError: if there is none.
        """
        problem = _check_sid(sid)
        if problem:
            raise RefusedError(
                f"read {self.kind}", f"its id {problem}", hint="give get() the SID of a service"
            )
        return self.connection.client.fetch_service(sid)

    def delete_thing(self, sid: str, props: Props) -> None:
        """Delete the service, unless it holds conversations and `force_destroy` is not true.

        A service that another resource of this run has adopted stays: this resource merely lets go of it, as when a
        resource gets a new logical name.

        Raises:
            NotEmptyError: if it holds conversations.
        """
        services = self.connection.services
        if services.was_taken_over(sid):
            return
        if not services.force_destroy.get(sid, props.get("force_destroy") is True):
            self._guard("delete", sid)
        self.connection.client.delete_service(sid)
        services.forget(sid)

    def before_change(self, sid: str, news: Props, *, replaced: bool) -> None:
        """Refuse, already in a preview, to replace a service that holds conversations.

        A replacement deletes the old service with the *old* state's force_destroy; the one declared now is what
        the user means, so it is kept for `delete_thing`.

        Raises:
            NotEmptyError: if it holds conversations and `force_destroy` is not true now.
        """
        services = self.connection.services
        services.force_destroy[sid] = force_destroy = news.get("force_destroy") is True
        if not replaced:
            services.hold(sid)
        elif not force_destroy:
            self._guard("replace", sid)

    def _guard(self, action: str, sid: str) -> None:
        try:
            count = self.connection.client.count_conversations(sid)
        except NotFoundError:
            return
        if count:
            raise NotEmptyError(
                f"{action} {self.kind} {sid}",
                f"it holds conversations (at least {count}), which would be deleted with it",
                hint="to give them up, declare force_destroy: true (forceDestroy in a stack file)"
                + (
                    "; to keep them, undo the change"
                    if action == "replace"
                    else ", run up, and delete it then"
                ),
                sids=[sid],
            )

    def _import(self, sid: str, name: str) -> Service:
        action = f"adopt {self.kind} {sid}"
        try:
            service = self.connection.client.fetch_service(sid)
        except NotFoundError:
            raise NotAdoptableError(
                action,
                "there is none in this account",
                hint=f"check {IMPORT_SID} and the credentials, or remove {IMPORT_SID} to create a service",
            ) from None
        if service.friendly_name != name:
            raise NotAdoptableError(
                action,
                "it differs from what is declared in: friendly_name",
                hint=f"declare the name it has; to rename it later, remove {IMPORT_SID} first (a new name replaces it)",
            )
        return self._take_over(service)

    def _adopt_by_name(self, taken: Sequence[Service]) -> Service:
        if len(taken) > 1:
            _refuse_name(taken)
        return self._take_over(taken[0])

    def _take_over(self, service: Service) -> Service:
        if not self.connection.services.take_over(service.sid):
            raise NotAdoptableError(
                f"adopt {self.kind} {service.sid}",
                "another resource of this program holds it",
                hint="declare each service once",
            )
        return service


def _refuse_name(taken: Sequence[Service]) -> NoReturn:
    sids = [service.sid for service in taken]
    raise NameTakenError(
        f"create {ConversationServiceProvider.kind}",
        f"its friendly_name is there already: {', '.join(sids)}",
        hint=f"adopt one with {IMPORT_SID}, or the only one with on_name_conflict: adopt; make another with "
        "on_name_conflict: allow; delete what is there, or choose another name",
        sids=sids,
    )


class ConversationService(TwilioResource, module="twilio", name="ConversationService"):
    """A Conversation Service: the container of conversations, users and roles of one environment.

    Args:
        resource_name: logical name in the Pulumi program.
        friendly_name: 1 to 256 characters, no personal data. A new name replaces the service.
        force_destroy: delete or replace the service even if it holds conversations; default false.
        import_sid: adopt this service instead of creating one; its name must be `friendly_name`.
            May be removed later without effect; another SID replaces the service.
        on_name_conflict: what to do if a service of this name is there already: `error` (default), `adopt` it if
            it is the only one and nobody else in this run has it, or `allow` a second one.
        opts: Pulumi's options.
    """

    sid: pulumi.Output[str]
    """IS and 32 hexadecimal digits; the resource's id."""
    account_sid: pulumi.Output[str]
    """The account that owns it."""
    friendly_name: pulumi.Output[str]
    """Its name."""
    date_created: pulumi.Output[str]
    """ISO 8601, UTC."""
    date_updated: pulumi.Output[str]
    """ISO 8601, UTC."""
    url: pulumi.Output[str]
    """Its own URL in the API."""
    links: pulumi.Output[Mapping[str, Any]]
    """URLs of what it holds, by name: conversations, users, roles, …"""

    provider_class = ConversationServiceProvider
    outputs = tuple(field.name for field in dataclasses.fields(Service))

    def __init__(
        self,
        resource_name: str,
        *,
        friendly_name: pulumi.Input[str],
        force_destroy: pulumi.Input[bool] | None = None,
        import_sid: pulumi.Input[str] | None = None,
        on_name_conflict: pulumi.Input[OnNameConflict] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs = {
            "friendly_name": friendly_name,
            "force_destroy": force_destroy,
            IMPORT_SID: import_sid,
            "on_name_conflict": on_name_conflict,
        }
        self._declare(resource_name, inputs, opts)
