"""ConversationService: a Twilio Conversation Service as a Pulumi resource.

The API creates, fetches, lists and deletes services and cannot change one: a new name makes a new service. Names
are not unique there, so this resource decides what a name that is taken already means. Not here: a service's
configuration, roles and webhooks, which are entities of their own.
https://www.twilio.com/docs/conversations/api/service-resource
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import wait
from typing import Any

import pulumi

from ._api.checks import flag
from ._api.client import ConversationsClient
from ._api.entity import Entity
from ._api.fields import Field
from ._api.names import name, reading
from ._resource.inputs import OnNameConflict, Props
from ._resource.named import NamedProvider, NamedResource
from ._resource.release import Release, read_release
from .address_configuration import ADDRESS
from .errors import NotEmptyError, NotFoundError, NotProvedError, StillLedToError

__all__ = ["SERVICE", "ConversationService", "ConversationServiceProvider", "OnNameConflict"]

SERVICE = Entity(
    kind="conversation service",
    noun="service",
    prefix="IS",
    path="/v1/Services",
    key="services",
    fields=(
        # The page calls the name optional and required: a service can lack one, but POST needs it.
        Field("friendly_name", name(1, 256), required=True, replaces=True, may_lack=True, meaning=reading),
        Field("force_destroy", flag, bool, default=False, local=True),
    ),
    identity=("friendly_name",),
    links=True,
    reference="service_sid",
    reference_field="chat_service_sid",
)
_CONVERSATIONS = Entity(
    kind="conversation", prefix="CH", path="Conversations", key="conversations", parent=SERVICE
)
_USERS = Entity(kind="user", prefix="US", path="Users", key="users", page_size=50, parent=SERVICE)
"""With conversations, what is lost with a service."""

_SHOWN = 3
"""SIDs that an error names before it counts the rest."""


class ConversationServiceProvider(NamedProvider):
    """Create, adopt, read and delete a Conversation Service; a new name replaces it."""

    entity = SERVICE
    release: Release

    def configured(self, configuration: Mapping[str, object]) -> None:
        """Learn which services the user gives up or keeps in this run."""
        self.release = read_release(configuration, os.environ)

    def lets_go(self, sid: str) -> bool:
        """Tell whether the service stays: if it is to be kept, too, the state forgets it."""
        return sid in self.release.keep or super().lets_go(sid)

    def delete_thing(self, sid: str, props: Props) -> None:
        """Delete a service and all that it holds: an empty one, unless it is given up or `force_destroy` is true.

        Emptiness is proved before each attempt: what begins while a refused one waits would be lost otherwise.

        Raises:
            NotEmptyError: if it holds conversations or users, or nobody can tell.
            NotFoundError: if it is gone already.
        """
        forced = self.connection.force_destroy.get(sid, props.get("force_destroy") is True)
        given_up = sid in self.release.give_up
        before = None if forced or given_up else lambda: self._require_empty("delete", sid)
        self.connection.client.delete(SERVICE, {}, sid, before=before)

    def before_change(self, sid: str, news: Props, *, replaced: bool) -> None:
        """Refuse, already in a preview, to replace a service that holds conversations or users.

        A replacement deletes the old service with the *old* state's force_destroy; the one declared now is what
        the user means, so it is kept for `delete_thing`.

        Raises:
            NotEmptyError: if it holds any and `force_destroy` is not true now, or nobody can tell.
        """
        self.connection.force_destroy[sid] = force_destroy = news.get("force_destroy") is True
        if replaced and not force_destroy:
            with contextlib.suppress(NotFoundError):
                self._require_empty("replace", sid)

    def _require_empty(self, action: str, sid: str) -> None:
        """Prove that nothing would be lost with a service.

        Raises:
            NotEmptyError: if it holds conversations or users, messages are led to it, or a listing says that it is
                gone and it is not.
            NotFoundError: if it is gone.
        """
        client = self.connection.client
        try:
            led = client.aside(lambda: addresses_of(client, sid))
            try:
                users = count_held(client, sid, _USERS)
            finally:
                wait([led])
            addresses = led.result()
            # Last, for they begin by themselves.
            held = {**count_held(client, sid, _CONVERSATIONS), **users}
            if action == "replace":
                # Those that this stack manages are led to the new service, or deleted, before the old one goes.
                addresses = [each for each in addresses if each not in self.connection.facts.addresses]
        except NotFoundError:
            # Both must say so: one stray answer would otherwise pass for an empty service.
            client.fetch(SERVICE, {}, sid)
            raise NotProvedError(
                f"{action} {self.kind} {sid}",
                "whether it holds conversations can't be told: their listing says that it is gone, and it is there",
                hint="run again; if it stays so, look into the service in Twilio's Console",
                sids=[sid],
            ) from None
        found = _found(held, addresses)
        if found:
            refusal = NotEmptyError if any(held.values()) else StillLedToError
            raise refusal(
                f"{action} {self.kind} {sid}", found, hint=_ways_out(action, sid, addresses), sids=[sid]
            )


def count_held(client: ConversationsClient, sid: str, *kinds: Entity) -> dict[str, int]:
    """Count what would be lost with a service, by kind, on the first page that holds any.

    Args:
        client: of its account.
        sid: the service.
        kinds: what to count; all where none is given.

    Raises:
        NotFoundError: if a listing says that the service is gone.
    """
    return {
        f"{each.kind}s": client.count(each, {"service_sid": sid})
        for each in kinds or (_CONVERSATIONS, _USERS)
    }


def addresses_of(client: ConversationsClient, sid: str) -> list[str]:
    """List the SIDs of the address configurations whose conversations begin in a service: all are looked at."""
    name = "auto_creation.conversation_service_sid"
    return [each.sid for each in client.list_now(ADDRESS, {}) if each.values[name].lower() == sid.lower()]


def _found(held: Mapping[str, int], addresses: Sequence[str]) -> str:
    """Tell what would be lost; "" if nothing would."""
    counted = " and ".join(f"{kind} (at least {count})" for kind, count in held.items() if count)
    found = [f"it holds {counted}, which would be deleted with it"] if counted else []
    if addresses:
        further = len(addresses) - _SHOWN
        named = ", ".join(addresses[:_SHOWN]) + (f" and {further} more" if further > 0 else "")
        found.append(f"messages are led to it by address configurations ({named})")
    return "; ".join(found)


def _ways_out(action: str, sid: str, addresses: Sequence[str]) -> str:
    elsewhere = "lead the addresses to another service or delete their configurations; " if addresses else ""
    if action == "replace":
        return (
            f"{elsewhere}to give up what it holds, declare force_destroy: true (forceDestroy in a stack file); to "
            "keep it, undo the change"
        )
    return (
        f"{elsewhere}delete what it holds and run again; or give it up: run again with TWILIO_GIVE_UP={sid}; or keep "
        f"the service, and let the state forget it: run again with TWILIO_KEEP={sid} (twilio:giveUp and "
        "twilio:keep in a stack file)"
    )


class ConversationService(NamedResource, module="twilio", name="ConversationService"):
    """A Conversation Service: the container of conversations, users and roles of one environment.

    Args:
        resource_name: logical name in the Pulumi program.
        friendly_name: 1 to 256 characters, no personal data. A new name replaces the service.
        force_destroy: delete or replace the service even if it holds conversations or users; default false.
        import_sid: adopt this service instead of creating one; its name must be `friendly_name`.
            May be removed later without effect; another SID replaces the service.
        on_name_conflict: what to do if a service of this name is there already: `error` (default), `adopt` it if
            it is the only one and nobody else in this run has it, or `allow` a second one.
        opts: Pulumi's options.
    """

    friendly_name: pulumi.Output[str]
    """Its name."""
    links: pulumi.Output[Mapping[str, Any]]
    """URLs of what it holds, by name: conversations, users, roles, …"""

    provider_class = ConversationServiceProvider

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
        self._declare(locals())
