"""An engine's event log, read into what a report says: operations, drift, violations, problems.

Both engines write the same log (`--event-log`), one JSON object per line, one of its keys the kind of event. Only
what reports need is read, and nothing that could be a secret or a person's name leaves this module unmasked: which
values are shown is told in gitops/values.py.
Source: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/events.go
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from gitops.adoption.steps import IMPORT_SID, Adoptions
from gitops.codes import ALREADY_TOLD, CREDENTIALS, code_of, is_guard
from gitops.masking import HIDDEN, objected_name, sanitised
from gitops.values import Change, changes, differing, hidden, is_secret

__all__ = ["Change", "Drift", "Operation", "Problem", "Record", "Violation", "read_events"]

Json = Mapping[str, Any]
Digest = Callable[[str, str, object], str]
"""Gives the digest of what may not be shown, by URN, dotted name and value; empty where none can be told."""

Outcome = Literal["", "done", "failed", "under way", "not begun"]
CHANGING = ("create", "update", "replace", "delete", "import")
"""Operations that change something; the physical halves of a replacement are not among them."""
SETTING = ("create", "update", "replace", "import")
"""Those that give a resource new values."""
GENERIC = (
    "preview failed",
    "update failed",
    "refresh failed",
    "Resource monitor has terminated, shutting down",
)
"""Errors that only say that there were others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What would be, or was, done to a resource.

    `op` is Pulumi's word, `adopt` where a creation takes over what is there, or `protect` and `unprotect` where nothing
    else changes.
    """

    op: str
    name: str
    type: str
    sid: str = ""
    """Of the thing that is there already; empty for a creation."""
    component: bool = False
    """Whether it only groups others: nothing of it exists at Twilio."""
    left_over: bool = False
    """Whether it is the deletion of what an earlier run replaced and could not delete."""
    outcome: Outcome = ""
    """What became of it in a deployment that failed; empty otherwise."""
    properties: Mapping[str, Change] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    """Of new values that are not shown, by dotted name, and of the logical name, by ""; empty for want of a salt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A resource that is not as the state says, or as is declared: `properties` differ, or it is gone."""

    kind: Literal["gone", "changed"]
    name: str
    type: str
    sid: str
    properties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A policy's objection; `enforcement` is "mandatory" or "advisory"."""

    policy: str
    enforcement: str
    resource: str
    message: str
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """An error; `resource` is empty where it concerns the whole run, `code` where the provider has not told it."""

    resource: str
    message: str
    code: str = ""
    guard: bool = False
    """Whether it is a refusal that protects what exists."""

    @classmethod
    def of(cls, resource: str, message: str) -> Problem:
        """Make a problem of an engine's message, freed of what reports don't show."""
        return cls(resource, message, code_of(message), is_guard(message))


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What one run of an engine told; `succeeded` is None where it ended before it summed up.

    `deployed` are the services, by logical name, that the last deployment left: it alone writes a stack's outputs.
    """

    operations: tuple[Operation, ...] = ()
    drift: tuple[Drift, ...] = ()
    violations: tuple[Violation, ...] = ()
    problems: tuple[Problem, ...] = ()
    succeeded: bool | None = None
    deployed: Mapping[str, str] = field(default_factory=dict)
    ended: Mapping[tuple[str, str], Outcome] = field(default_factory=dict)
    """Type and name of what a run has begun, and what came of it."""
    interrupted: bool = False
    """Whether it was stopped or killed before its end."""


def read_events(lines: Iterable[str], digest: Digest = lambda *_: "") -> Record:
    """Read an event log; lines that hold no event, such as a torn last one, are passed over."""
    reader = _Reader(digest)
    for kind, event in _events(lines):
        reader.take(kind, event)
    return reader.record()


def _events(lines: Iterable[str]) -> Iterator[tuple[str, Json]]:
    for line in lines:
        try:
            event = json.loads(line)
        except json.JSONDecodeError:
            continue
        for key, value in event.items() if isinstance(event, dict) else ():
            if key.endswith("Event") and isinstance(value, dict):
                yield key, value


class _Reader:
    def __init__(self, digest: Digest) -> None:
        self._digest = digest
        self._steps: dict[str, Json] = {}
        self._replaced: dict[tuple[str, str], Json] = {}
        self._drift: dict[str, Drift] = {}
        self._refreshing: set[tuple[str, str]] = set()
        self._violations: list[tuple[str, Violation]] = []
        self._problems: list[tuple[str, str]] = []
        self._ended: dict[str, tuple[str, dict[str, Outcome]]] = {}
        self._declared: Json = {}
        self._adoptions = Adoptions()
        self._succeeded: bool | None = None

    def take(self, kind: str, event: Json) -> None:
        match kind:
            case "resourcePreEvent":
                self._before(event["metadata"])
                if not event.get("planning"):
                    self._end(event["metadata"], "under way")
            case "resOutputsEvent":
                self._after(event["metadata"])
                self._end(event["metadata"], "done")
            case "resOpFailedEvent":
                self._end(event["metadata"], "failed")
            case "policyEvent":
                self._object(event)
            case "diagnosticEvent" if event.get("severity") == "error":
                self._fail(event)
            case "diagnosticEvent":
                self._adoptions.hear(event)
            case "summaryEvent":
                self._succeeded = event.get("result", "succeeded") == "succeeded"

    def _before(self, step: Json) -> None:
        urn, op = step["urn"], step["op"]
        if _is_root(step):
            # Its outputs tell which names were declared when the stack was last brought up.
            outputs = (step.get("old") or {}).get("outputs") or {}
            services = outputs.get("services")
            self._declared = services if isinstance(services, dict) else self._declared
        elif op == "refresh":
            self._refreshing.add((urn, _sid(step)))
        elif op == "delete-replaced" and (step.get("old") or {}).get("delete"):
            self._replaced[urn, _sid(step)] = step
        elif not _is_default_provider(step) and (op in CHANGING or (op == "same" and _protection(step))):
            self._steps[urn] = step

    def _after(self, step: Json) -> None:
        urn = step["urn"]
        if (urn, _sid(step)) not in self._refreshing:
            return
        self._refreshing.discard((urn, _sid(step)))
        old, new = step.get("old") or {}, step.get("new")
        # What waits for its deletion is not what was deployed.
        if _is_root(step) or _is_default_provider(step) or old.get("delete"):
            return
        what = {"name": _name(urn), "type": step["type"], "sid": old.get("id", "")}
        if not new:
            self._drift[urn] = Drift(kind="gone", **what)
        elif keys := _drifted(step):
            self._drift[urn] = Drift(kind="changed", **what, properties=tuple(sorted(keys)))

    def _end(self, step: Json, outcome: Outcome) -> None:
        """Note what came of a step; the halves of a replacement count together, and the worst of them counts."""
        if step["op"] in CHANGING or step["op"].endswith(("-replacement", "-replaced")):
            halves = self._ended.setdefault(step["urn"], (step["type"], {}))[1]
            halves[step["op"]] = outcome

    def _object(self, event: Json) -> None:
        violation = Violation(
            policy=event["policyName"],
            enforcement=event["enforcementLevel"],
            resource=_name(event.get("resourceUrn", "")),
            message=sanitised(event["message"]),
            severity=event.get("severity", ""),
        )
        self._violations.append((event.get("resourceUrn", ""), violation))

    def _fail(self, event: Json) -> None:
        urn, message = event.get("urn", ""), sanitised(event["message"])
        problem = ("" if _is_root({"urn": urn}) else urn, message)
        if message not in GENERIC and problem not in self._problems:
            self._problems.append(problem)

    def record(self) -> Record:
        masked = self._masked_names()
        objected = {urn for urn, _ in self._violations}

        def shown(urn: str) -> str:
            service, slash, rest = _name(urn).partition("/")
            return masked.get(_name(urn)) or masked.get(service, service) + slash + rest

        steps = [*self._steps.items(), *self._left_over()]
        for _, step in steps:
            self._adoptions.see(step)
        operations = [self._operation(urn, step, shown(urn), urn in objected) for urn, step in steps]
        drift = [replace(each, name=shown(urn)) for urn, each in self._drift.items()]
        violations = [replace(each, resource=shown(urn)) for urn, each in self._violations]
        problems = [
            replace(
                Problem.of(shown(urn), message),
                message=message.replace(_name(urn), shown(urn)) if urn else message,
            )
            for urn, message in self._problems
        ]
        problems = _once(problems)
        return Record(
            operations=tuple(sorted(operations, key=lambda each: (each.type, each.name, each.left_over))),
            drift=tuple(sorted(drift, key=lambda each: (each.type, each.name))),
            violations=tuple(
                sorted(violations, key=lambda each: (each.enforcement, each.policy, each.resource))
            ),
            problems=tuple(problems),
            succeeded=self._succeeded,
            deployed={
                name: str(service.get("sid", ""))
                for name, service in self._declared.items()
                if isinstance(service, dict)
            },
            ended={(type_, shown(urn)): _worst(halves) for urn, (type_, halves) in self._ended.items()},
        )

    def _left_over(self) -> Iterator[tuple[str, Json]]:
        """Return the deletions that finish what an earlier run replaced, without those of this run's replacements."""
        for (urn, sid), step in self._replaced.items():
            own = self._steps.get(urn)
            if own is None or own["op"] != "replace" or _sid(own) != sid:
                yield urn, step

    def _masked_names(self) -> dict[str, str]:
        """Return what stands for the logical names that a policy's message masks; a part bears its service's."""
        masks = ((each.resource, objected_name(each.resource, each.message)) for _, each in self._violations)
        return {name: mask for name, mask in masks if name != mask}

    def _operation(self, urn: str, step: Json, name: str, objected: bool) -> Operation:
        old, new = step.get("old") or {}, step.get("new") or {}
        properties = changes(
            step["type"].rpartition(":")[2],
            _settings(old),
            _settings(new),
            declared=self._declared_name(urn),
            objected=objected,
        )
        properties |= {key: Change(HIDDEN, HIDDEN) for key in _changed_secrets(step) - properties.keys()}
        op, left_over = step["op"], step["op"] == "delete-replaced"
        adopts = self._adoptions.sid(step)
        if op == "same":
            op = "protect" if new.get("protect") else "unprotect"
        if left_over:
            op = "delete"
        unseen = hidden(_settings(new), properties) if op in SETTING else {}
        if adopts:
            op = "adopt"
        if name != _name(urn):
            unseen[""] = _name(urn)
        if op == "delete":
            properties = {key: value for key, value in properties.items() if key == "friendly_name"}
        return Operation(
            op=op,
            name=name,
            type=step["type"],
            sid=old.get("id", "") or adopts,
            component=not (new or old).get("custom"),
            left_over=left_over,
            properties=properties,
            digests={key: self._digest(urn, key, value) for key, value in unseen.items()},
        )

    def _declared_name(self, urn: str) -> object:
        service = self._declared.get(_name(urn))
        return service.get("friendlyName") if isinstance(service, dict) else None


def _worst(halves: Mapping[str, Outcome]) -> Outcome:
    """Return the outcome of a resource of which several steps tell."""
    return max(halves.values(), key=("done", "under way", "failed").index)


def _once(problems: list[Problem]) -> list[Problem]:
    """Tell only once what keeps the whole run from its work: it is one error, not one of each resource."""
    told = [each for each in problems if each.code != ALREADY_TOLD] or problems[:1]
    refused = [replace(each, resource="") for each in told if each.code == CREDENTIALS]
    return [*refused[:1], *(each for each in told if each.code != CREDENTIALS)]


def _settings(state: Json) -> dict[str, Any]:
    """Return a resource's inputs, and its protection as one of them; {} for no resource."""
    if not state:
        return {}
    return {**(state.get("inputs") or {}), "protect": bool(state.get("protect"))}


def _protection(step: Json) -> bool:
    old, new = step.get("old") or {}, step.get("new") or {}
    return bool(old.get("protect")) != bool(new.get("protect"))


def _drifted(step: Json) -> set[str]:
    """Name the inputs that a refresh found otherwise; what the API computes, such as a date, is no drift."""
    old, new = ((step.get(each) or {}).get("inputs") or {} for each in ("old", "new"))
    # Which thing it is was said when it was adopted; Twilio tells nothing of that.
    return differing(old, new) - {IMPORT_SID} | (_changed_secrets(step) if step["op"] == "update" else set())


def _changed_secrets(step: Json) -> set[str]:
    """Name the secret inputs that differ: an event log shows none, so that two look alike.

    The engine may tell which; if it does not, and nothing else differs, it is one of them.
    """
    old, new = ((step.get(each) or {}).get("inputs") or {} for each in ("old", "new"))
    secrets = {key for key in {*old} & {*new} if is_secret(old[key]) and is_secret(new[key])}
    told = {re.split(r"[.\[]", key)[0] for key in step.get("diffs") or step.get("detailedDiff") or ()}
    if not told and step["op"] in ("update", "replace") and not differing(old, new):
        return secrets - {"__provider"}
    return told & secrets


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


def _sid(step: Json) -> str:
    """Return the SID of what is there already."""
    return str((step.get("old") or {}).get("id", ""))


def _is_root(step: Json) -> bool:
    return "::pulumi:pulumi:Stack::" in step["urn"]


def _is_default_provider(step: Json) -> bool:
    return "::pulumi:providers:" in step["urn"] and _name(step["urn"]).startswith("default")
