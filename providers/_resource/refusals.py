"""The refusals about names and owners, each with a way on that works: texts only, the decisions are `named`'s.

A holder is a logical name, "" if it is not known.
"""

from __future__ import annotations

from collections.abc import Mapping

from .._api.entity import Entity
from ..errors import HeldError, NameTakenError, OwnNameError, WrongAccountError, WrongRegionError
from .inputs import IMPORT_SID

__all__ = [
    "at_another_address",
    "held_by_another",
    "name_is_own",
    "name_is_taken",
    "of_another_account",
    "shared",
]


def held_by_another(entity: Entity, sid: str, holder: str) -> HeldError:
    """Refuse to adopt what another resource holds."""
    return HeldError(
        f"adopt {entity.kind} {sid}",
        f"another resource of this program holds it{_named(holder)}",
        hint=f"declare each {entity.name} once; to give it to another resource, remove the one that holds it in the "
        "same run",
        sids=[sid],
    )


def shared(entity: Entity, sid: str, holder: str) -> HeldError:
    """Refuse that two resources have one thing."""
    return HeldError(
        f"keep {entity.kind} {sid}",
        f"another resource of this program has it too, or is to adopt it{_named(holder)}",
        hint=f"declare each {entity.name} once: give the other one another name or {IMPORT_SID}, or remove one of the "
        f"two and run up; the {entity.name} then stays with the one that is left",
        sids=[sid],
    )


def name_is_taken(
    entity: Entity, holders: Mapping[str, str | None], *, own: str = "", replaces: str | None = None
) -> NameTakenError:
    """Refuse a name that things bear already.

    Args:
        entity: the kind of the things.
        holders: who holds them, by SID; None is nobody that this run knows of.
        own: the logical name of the resource itself. A holder of the same one is it, where it was before.
        replaces: SID of the thing that is to be replaced by one of this name.
    """
    name, is_held = entity.identity[-1], any(holder is not None for holder in holders.values())
    sids = [sid + (f" (held by {holder})" if holder else "") for sid, holder in holders.items()]
    allow = "allow several of a name with on_name_conflict: allow"
    alias = "pulumi.ResourceOptions(aliases=[pulumi.Alias(parent=…)])"
    if own and not replaces and own in holders.values():
        hint = (
            "the state holds it for a resource of the same logical name: one that was moved in the program keeps what "
            f"it has if it is told where it was, by {alias}, or with on_name_conflict: adopt"
        )
    elif entity.unique:
        hint = (
            f"the API takes each {name} once: declare it once, and remove the resource that holds it"
            if is_held
            else f"the API takes each {name} once: adopt what is there with {IMPORT_SID} or on_name_conflict: adopt, "
            "or delete it"
        )
    elif replaces:
        hint = (
            "the new one is made before the old one goes; to move or swap names, give whatever has this one another "
            f"name first (in a swap each a third one), run up, and then give the names that are wanted; or {allow}"
        )
    elif is_held:
        hint = f"declare each {entity.name} once, choose another name, or {allow}"
    else:
        hint = (
            f"adopt one with {IMPORT_SID}, or the only one with on_name_conflict: adopt, as after a run that was "
            "killed; make another with on_name_conflict: allow; delete what is there, or choose another name; a "
            f"resource that was moved in the program, to another parent or logical name, keeps what it has by {alias}"
        )
    return NameTakenError(
        f"replace {entity.kind} {replaces}" if replaces else f"create {entity.kind}",
        f"its {'new ' if replaces else ''}{name} is there already: {', '.join(sids)}",
        hint=hint,
        sids=holders,
    )


def name_is_own(entity: Entity, sid: str) -> OwnNameError:
    """Refuse to make a thing in place of one that bears the very name: it would be lost for nothing."""
    return OwnNameError(
        f"replace {entity.kind} {sid}",
        f"it bears the declared {entity.identity[-1]} itself",
        hint="the API takes each once: to replace it by itself (--replace), remove it, run up, and declare it again"
        if entity.unique
        else f"run up again, which keeps it if it was renamed just now; where a {entity.name} is to be replaced by one "
        "of the same name (--replace), declare on_name_conflict: allow",
        sids=[sid],
    )


def _named(holder: str) -> str:
    return f": {holder}" if holder else ""


def of_another_account(action: str, kind: str, id_: str, owner: str, ours: str) -> WrongAccountError:
    """A thing is another account's: under these credentials it would merely seem to be gone."""
    return WrongAccountError(
        f"{action} {kind} {id_}",
        f"it belongs to account {owner}, and the credentials are those of {ours}",
        hint="use the credentials of its account; nothing moves to another one: remove it here, and declare it there "
        "under another logical name",
    )


def at_another_address(action: str, kind: str, id_: str, then: str, now: str) -> WrongRegionError:
    """A thing is in another region, or behind another base URL: here it would merely seem to be gone."""
    return WrongRegionError(
        f"{action} {kind} {id_}",
        f"it is not there, and this API calls itself {now} where the state knows it at {then}",
        hint="use the region, edge and base URL of then: each region has its own services; what is gone for good "
        "leaves the state by `pulumi state delete`",
    )
