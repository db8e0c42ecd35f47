"""Take one service out of management and leave it at Twilio: one change of a stack's files, for review.

Its entry goes, and its SID comes under `twilio:keep`: the deployment of that change lets the state forget the service
and what is below it, and sends nothing to Twilio. Nothing else is changed, here or there.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from gitops.environments.holding import Holding
from gitops.events import Operation, Record
from gitops.exits import Exit, GitopsError
from gitops.promotion import Written
from gitops.stack_file import ServicesFile, StackFile
from tools.included import SECRETS, SERVICES

__all__ = ["KEEP", "Release", "kept_sids", "release_service", "with_released"]

KEEP = "twilio:keep"
SERVICE = "ConversationService"

_SEPARATORS = re.compile(r'[\s,;"\[\]]+')


@dataclass(frozen=True, slots=True)
class Release:
    """The files that change, and the service that is let go."""

    sid: str
    files: list[Written]


def release_service(target: StackFile, holding: Holding, name: str) -> Release:
    """Return the change that lets a service go; the caller writes it.

    Args:
        target: The stack's files.
        holding: What its state holds.
        name: The service's logical name.

    Raises:
        GitopsError: If there is no such service, something stands in the way, or a file cannot be changed in place.
    """
    stack, home = target.stack, target.home(name)
    if home is None:
        close = difflib.get_close_matches(name, target.services, n=1)
        raise GitopsError(
            f"--service: {stack} declares no service of that name",
            hint=f"did you mean {close[0]}?" if close else "give its logical name, its key in the stack file",
        )
    sid = next((each.sid for each in holding.things if (each.kind, each.name) == (SERVICE, name)), "")
    if not sid:
        raise GitopsError(
            f"the state of {stack} does not hold {name}",
            hint=f"take its entry out of {home.shown}: that is all",
        )
    _refuse(target, holding, name)
    files = []
    for file in {id(home): home, id(target.files[0]): target.files[0]}.values():
        text = file.edited(_document(file, target, home, name, sid))
        if text != file.text:
            files.append(Written(file.shown, file.path, file.text, text))
    return Release(sid, files)


def with_released(record: Record, document: Mapping[str, Any]) -> Record:
    """Return a record in which the deletion of what is to be kept is called a release: nothing is deleted at Twilio.

    Args:
        record: What a run told.
        document: The stack file.
    """
    kept = set(kept_sids((document.get("config") or {}).get(KEEP)))
    services = {each.name for each in record.operations if _is_release(each, kept)}
    if not services:
        return record

    def named(each: Operation) -> Operation:
        # What is below a service goes with it, and is not deleted by itself.
        part = each.op == "delete" and not each.type.endswith(f":{SERVICE}")
        below = part and not each.component and each.name.partition("/")[0] in services
        return replace(each, op="release") if below or _is_release(each, kept) else each

    return replace(record, operations=tuple(map(named, record.operations)))


def _is_release(operation: Operation, kept: set[str]) -> bool:
    return operation.op == "delete" and operation.type.endswith(f":{SERVICE}") and operation.sid in kept


def _refuse(target: StackFile, holding: Holding, name: str) -> None:
    """Refuse what the deployment would refuse."""
    if name in holding.is_protected:
        raise GitopsError(
            f"{name} is protected in the state of {target.stack}, and an engine lets go of nothing that is",
            hint="say `protect: false` at it, bring that up, and run the command again (docs/stacks.md, Taking "
            "production down)",
            code=Exit.GUARD,
        )
    for address, settings in target.addresses.items():
        creation = settings.get("autoCreation")
        if isinstance(creation, Mapping) and creation.get("service") == name:
            raise GitopsError(
                f"the address {address} leads messages to {name}",
                hint="lead it elsewhere, or take it out first",
            )


def _document(
    file: ServicesFile, target: StackFile, home: ServicesFile, name: str, sid: str
) -> dict[str, Any]:
    services = {key: each for key, each in file.services.items() if key != name}
    if not file.is_stack_file:
        return services
    config = dict(target.config)
    if file is home:
        config[SERVICES] = services
    if name in target.secrets:
        config[SECRETS] = {key: each for key, each in target.secrets.items() if key != name}
    kept = config.get(KEEP)
    if sid not in kept_sids(kept):
        config[KEEP] = (
            ", ".join([*kept_sids(kept), sid]) if isinstance(kept, str) else [*kept_sids(kept), sid]
        )
    return {**file.data, "config": config}


def kept_sids(kept: object) -> list[str]:
    """Return the SIDs under `twilio:keep`: a list, or a text with what the provider takes between them."""
    if isinstance(kept, list):
        return [str(each) for each in kept]
    return [word for word in _SEPARATORS.split(str(kept or "")) if word]
