"""Gather what there is to be known of one environment; whatever cannot be read is told in its place.

A state is read without its passphrase, and Twilio is asked nothing unless a look is wanted.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from gitops.board import history
from gitops.board.comparison import (
    deviations,
    differences,
    read_texts,
    shown_texts,
    stack_file_key,
    status_of,
)
from gitops.board.console import service_page
from gitops.board.held import (
    SERVICE,
    THE_SERVICE,
    Held,
    HeldService,
    Part,
    Wanted,
    declared_services,
    held,
    thing,
)
from gitops.board.looking import Found
from gitops.board.model import (
    Cell,
    Condition,
    Difference,
    Drifted,
    Environment,
    Finding,
    LeftOver,
    Look,
    Protection,
    Update,
)
from gitops.board.names import ADVISES, STOPS, Names, looked_at
from gitops.environments.holding import StackState
from gitops.exits import GitopsError
from gitops.masking import HIDDEN, sanitised
from gitops.stack_file import StackFile
from tools.place import INSTALLED, ROOT

__all__ = ["environment"]

Looking = Callable[[str, str], Found | None]
"""Gives what was found at Twilio, by the stack's name and its API."""
STARTED = {"creating": "creating", "updating": "changing", "deleting": "deleting"}
STARTED |= {"reading": "reading", "importing": "importing"}
_SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read of an environment, before any of it is fit to be shown."""

    file: StackFile | None
    before: StackFile | None
    wanted: Mapping[str, Wanted]
    state: StackState | None
    held: Held | None
    is_deployed: bool
    updates: tuple[Update, ...]
    problems: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """Return the logical names of all services, those that are declared first."""
        return [*dict.fromkeys([*self.wanted, *(self.held.services if self.held else ())])]

    @property
    def declares(self) -> bool:
        """Tell whether what is declared is known: a program that uses the package declares in Python."""
        return self.file is not None and (bool(self.wanted) or not INSTALLED)


def environment(stack: str, before: str, looking: Looking, *, live: bool = False) -> Environment:
    """Gather an environment.

    Args:
        stack: Its name.
        before: The environment before it in the order, from which differences are told; "" for the first.
        looking: What was found at Twilio.
        live: Whether `looking` looks now, which is done only where something is deployed.

    Raises:
        GitopsError: If a look was asked to stop.
    """
    known = _read(stack, before)
    api = "emulator" if known.state is not None and known.state.prepared.on_emulator else "twilio"
    found = looking(stack, api) if known.is_deployed or not live else None
    problems = (*known.problems, *(found.problems if found is not None else ()))
    names = looked_at((*_texts(known), *problems), stack)
    region = _region(known)
    unlike = _differences(known, names)
    cells = [_cell(name, known, names, region, unlike.get(name, ())) for name in known.names]
    shown = dict(zip(known.names, _unique(each.name for each in cells), strict=True))
    cells = [replace(cell, name=name) for cell, name in zip(cells, shown.values(), strict=True)]
    cells, rest = _with_found(cells, found, names, is_judged=known.declares and not names.why)
    state = known.held or Held()
    return Environment(
        name=stack,
        api="emulator" if api == "emulator" else "twilio",
        condition=_condition(stack, known),
        where=_where(known.state),
        declares=known.declares,
        compared_with=before if known.before is not None and known.file is not None else "",
        problems=(*(_fit(each, names) for each in problems), *([names.why] if names.why else [])),
        cells=tuple(cells),
        addresses=state.addresses,
        pending=tuple(_started(each, names) for each in state.pending),
        left_over=tuple(_left_over(each, region) for each in state.left_over),
        drift=rest[0],
        findings=rest[1],
        look=_look(found, known.updates),
        updates=known.updates,
    )


def _read(stack: str, before: str) -> _Known:
    problems: list[str] = []
    is_there = (ROOT / "stacks" / f"Pulumi.{stack}.yaml").is_file()
    file = _file(stack, problems) if is_there else None
    earlier = _file(before, []) if before else None
    state: StackState | None = None
    content: Held | None = None
    updates: tuple[Update, ...] = ()
    is_deployed = False
    try:
        # Whether a file that cannot be read has credentials of its own nobody knows; its state is looked for anyway.
        state = StackState(stack, os.environ, None if file is not None else {})
        found = state.state
        updates = history.updates(stack, state.history(history.MOST))
        try:
            content = held(found) if found is not None else Held()
        except (AttributeError, KeyError, TypeError):
            raise GitopsError(
                f"the state of {stack} is not as engines write it",
                hint=f"look at it with: pulumi stack export --stack {stack}",
            ) from None
        is_deployed = bool(found and found.resources) or any(
            each.succeeded and each.kind == "update" for each in updates
        )
    except (SystemExit, GitopsError) as error:
        content = None
        problems.append(_told(error))
    wanted = declared_services(file) if file is not None else {}
    return _Known(file, earlier, wanted, state, content, is_deployed, updates, tuple(problems))


def _file(stack: str, problems: list[str]) -> StackFile | None:
    try:
        return StackFile.of(stack, may_be_empty=True)
    except (SystemExit, GitopsError) as error:
        problems.append(_told(error))
        return None


def _told(error: BaseException) -> str:
    return sanitised(str(error.code if isinstance(error, SystemExit) else error))


def _texts(known: _Known) -> Iterable[object]:
    held_names = known.held.services if known.held is not None else {}
    for name in known.names:
        yield from shown_texts(known.wanted.get(name), held_names.get(name))
    for each in declared_services(known.before).values() if known.before is not None else ():
        yield from shown_texts(each, None)
    if known.held is not None:
        yield from known.held.declared_names.values()
    for each in known.wanted.values():
        yield from (text for _, text in read_texts(each, Names()))


def _condition(stack: str, known: _Known) -> Condition:
    if known.held is None:
        return "unreadable"
    if not (ROOT / "stacks" / f"Pulumi.{stack}.yaml").is_file():
        return "file gone"
    return "deployed" if known.is_deployed else "never deployed"


def _where(state: StackState | None) -> str:
    """Return where a state lies, as a page may say that is shown to others: no path of this machine."""
    where = state.where if state is not None else ""
    return "a folder outside of the project" if " /" in where else where


def _cell(name: str, known: _Known, names: Names, region: str, unlike: tuple[Difference, ...]) -> Cell:
    wanted = known.wanted.get(name)
    own = known.held.services.get(name) if known.held is not None else None
    last = known.held.declared_names.get(name) if known.held is not None else None
    found = deviations(wanted, own, names, last) if wanted is not None and own is not None and own.sid else ()
    status = status_of(wanted, own, found)
    if known.held is None:
        status = "declared"
    elif not known.declares or (wanted is None and INSTALLED):
        status = "held"  # a program that uses the package may declare it
    # What the state holds may have been named at Twilio: only names that were declared are shown.
    friendly: object = (
        wanted.friendly_name if wanted is not None else own.friendly_name if own is not None else ""
    )
    if wanted is None and own is not None and friendly != last:
        friendly = HIDDEN
    own = own or HeldService(name)
    changed = max(filter(None, map(history.moment, own.changed)), default="")
    return Cell(
        name=names.shown(name),
        status=status,
        friendly_name=friendly if friendly == HIDDEN and isinstance(friendly, str) else names.shown(friendly),
        sid=own.sid if _SID.fullmatch(own.sid) else "",
        console=_page(own.sid, region),
        protection=_protection(wanted, own) if known.held is not None else "",
        changed=changed,
        commit=history.commit_at(changed, known.updates),
        deviations=found,
        differences=unlike,
        findings=names.findings(read_texts(wanted, names)) if wanted is not None else (),
        pending=tuple(_started(each, names) for each in own.pending),
        left_over=tuple(_left_over(each, region) for each in own.left_over),
    )


def _differences(known: _Known, names: Names) -> dict[str, tuple[Difference, ...]]:
    if known.before is None or known.file is None:
        return {}
    try:
        return differences(known.before, known.file, names)
    except (GitopsError, AttributeError, TypeError, ValueError):
        return {}  # a setting of another shape than the program takes, which the next preview tells


def _protection(wanted: Wanted | None, own: HeldService) -> Protection:
    if wanted is None or not own.sid:
        return "on" if own.is_protected else "to be set" if wanted is not None and wanted.is_protected else ""
    if wanted.is_protected == own.is_protected:
        return "on" if own.is_protected else ""
    return "to be set" if wanted.is_protected else "to be lifted"


def _with_found(
    cells: list[Cell], found: Found | None, names: Names, *, is_judged: bool
) -> tuple[list[Cell], tuple[tuple[Drifted, ...], tuple[Finding, ...]]]:
    """Give each service what was found of it; return the rest, which is of none of them."""
    if found is None:
        return cells, ((), ())
    drift: dict[str, list[Drifted]] = {}
    for each in found.drift or ():
        service, _, part = each.name.partition("/")
        service = _masked(service, names)
        told = Drifted(
            kind=each.kind,
            thing=thing(each.type.rpartition(":")[2], _masked(part, names)),
            settings=tuple(map(stack_file_key, each.properties)),
        )
        drift.setdefault(service, []).append(told)
    for service, parts in drift.items():
        # With the service all that is in it is gone.
        gone = [each for each in parts if each.kind == "gone" and each.thing == THE_SERVICE]
        drift[service] = gone or sorted(parts, key=lambda each: (each.thing != THE_SERVICE, each.thing))
    judged: dict[str, list[Finding]] = {}
    for violation in found.violations or ():
        is_mandatory = violation.enforcement == "mandatory"
        if is_judged and violation.policy in (STOPS, ADVISES):
            continue  # that policy was asked about the names of now
        lines = [line for line in violation.message.splitlines() if not line.startswith("hint: ")]
        message = " ".join(lines)
        finding = Finding(policy=violation.policy, is_mandatory=is_mandatory, message=message)
        judged.setdefault(_masked(violation.resource.partition("/")[0], names), []).append(finding)
    made = []
    for cell in cells:
        findings = dict.fromkeys([*cell.findings, *judged.pop(cell.name, [])])
        made.append(replace(cell, drift=tuple(drift.pop(cell.name, ())), findings=tuple(findings)))
    rest = (
        tuple(
            replace(each, thing=f"{each.thing} of {service}")
            for service, group in drift.items()
            for each in group
        ),
        tuple(each for group in judged.values() for each in group),
    )
    return made, rest


def _look(found: Found | None, updates: tuple[Update, ...]) -> Look | None:
    if found is None or found.drift is None:
        return None
    newest = max((each.ended for each in updates), default="")
    return replace(found.look, is_stale=newest > found.look.at)


def _started(what: tuple[str, Part], names: Names) -> str:
    started, (kind, part) = what
    return f"{STARTED.get(started, 'working on')} {thing(kind, names.shown(part))}"


def _left_over(what: tuple[str, str], region: str) -> LeftOver:
    kind, sid = what
    return LeftOver(
        thing=thing(kind),
        sid=sid if _SID.fullmatch(sid) else "",
        console=_page(sid, region) if kind == SERVICE else "",
    )


def _page(sid: str, region: str) -> str:
    return service_page(sid, region) if region != "-" else ""


def _region(known: _Known) -> str:
    """Return where the stack's services lie; "-" on the emulator, which the Console knows nothing of."""
    if known.state is not None and known.state.prepared.on_emulator:
        return "-"
    own = known.file.config.get("twilio:region") if known.file is not None else None
    return own if isinstance(own, str) else os.environ.get("TWILIO_REGION", "")


def _masked(name: str, names: Names) -> str:
    """Return a name that a report tells as it may be shown; reports of previews mask names themselves."""
    return name if not name.strip("* ") else names.shown(name)


def _fit(problem: str, names: Names) -> str:
    """Return a problem as it may be shown: an error of a stack file may name a service."""
    if names.is_fine(problem):
        return problem
    if names.why:
        return "something is wrong that cannot be shown as long as the policy on names cannot be asked"
    return "something is wrong that cannot be shown: a policy objects to a name in it; the next preview tells"


def _unique(names: Iterable[str]) -> list[str]:
    """Tell apart names that look the same once they are masked."""
    found: list[str] = []
    for name in names:
        number, own = 2, name
        while own in found:
            own, number = f"{name} ({number})", number + 1
        found.append(own)
    return found
