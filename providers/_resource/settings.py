"""Values that the API changes in place: all of them as declared, or all as they were before.

Shared by what is created and deleted (`named`) and what a service has one of (`singleton`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._api.client import ConversationsClient
from .._api.entity import Entity, Place, Thing
from ..errors import AlteredError, TwilioError
from .settling import settled

__all__ = ["Values", "differing", "send", "set_values"]

Values = Mapping[str, Any]
"""By dotted name."""


def differing(entity: Entity, values: Values, kept: Values) -> list[str]:
    """Name the values that what is kept does not mean; what the API never tells is taken for kept."""
    fields = entity.leaves
    return [
        name
        for name, value in values.items()
        if name in kept and fields[name].meant(value) != fields[name].meant(kept[name])
    ]


def send(client: ConversationsClient, entity: Entity, place: Place, sid: str, values: Values) -> Thing:
    """Send values, and take them for kept if a look shows them after an answer that tells nothing."""
    return settled(
        lambda: client.update(entity, place, sid, values),
        lambda: client.fetch(entity, place, sid),
        # What the API never tells, no look shows.
        lambda found: values.keys() <= found.values.keys() and not differing(entity, values, found.values),
    )


def set_values(
    client: ConversationsClient,
    entity: Entity,
    place: Place,
    before: Thing,
    declared: Values,
    *,
    dropped: Values | None = None,
    restorable: Callable[[Values], Values] = lambda values: values,
) -> Thing:
    """Send what differs, and hold the answer against it.

    Args:
        client: of the account.
        entity: the kind of thing.
        place: where it is.
        before: the thing as it is.
        declared: what it shall be; of what the API never tells, only what is new.
        dropped: what no longer is declared, and becomes so.
        restorable: leaves out what cannot be set any more.

    Raises:
        AlteredError: if the API keeps a value otherwise than it was sent; all are as before then.
    """
    wanted = {**restorable(dropped or {}), **declared}
    changes = {*differing(entity, wanted, before.values), *(wanted.keys() - before.values.keys())}
    if not changes:
        return before
    sent = {name: value for name, value in wanted.items() if name in changes}
    kept = send(client, entity, place, before.sid, sent)
    altered = differing(entity, declared, kept.values)
    if not altered:
        return kept
    action = entity.action("set", place, before.sid)
    reason, hint = (
        f"the API keeps otherwise than sent: {', '.join(altered)}",
        "declare a value that the API keeps as it is",
    )
    try:
        former = restorable({name: before.values[name] for name in sent if name in before.values})
        if former:
            send(client, entity, place, before.sid, former)
    except TwilioError as error:
        reason += f", and putting back what was set before failed: {error.reason}"
        raise AlteredError(action, reason, hint=hint) from None
    raise AlteredError(action, f"{reason}; what was set before is put back", hint=hint)
