"""Events as JSON, in the shapes that the Pulumi CLI prints: `--json` and `--event-log`.

A preview becomes one document (the digest); all else one line per event. Secrets are always blinded here.
Source: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/events.go,
https://github.com/pulumi/pulumi/blob/master/pkg/display/json.go
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from offline.engine.model.events import (
    Diagnostic,
    Event,
    Finished,
    Op,
    PolicyLoaded,
    PolicyViolation,
    PropertyDiff,
    Started,
    Step,
    StepDone,
    StepFailed,
    StepStarted,
)
from offline.engine.model.marks import SECRET, SIGNATURE, UNKNOWN_TEXT
from offline.engine.model.resource import Resource
from offline.engine.model.urn import STACK_TYPE
from offline.engine.model.values import Secret, Unknown, Value

__all__ = ["Digest", "EventLines"]

SECRET_TEXT = "[secret]"  # noqa: S105  what stands in place of secrets
_BLINDED = {SIGNATURE: SECRET, "ciphertext": SECRET_TEXT}
_PREFIXES = {"warning": "warning: ", "error": "error: ", "debug": "debug: "}


class EventLines:
    """Turns events into lines of JSON, numbered; `config` is what the run was given, secrets blinded already."""

    def __init__(self, config: Mapping[str, str]) -> None:
        self._config = config
        self._sequence = 0
        self._dry_run = False
        self._packs: dict[str, str] = {}

    def lines(self, event: Event) -> list[str]:
        """Return the lines of one event, without line ends; some events have none."""
        return [self._line(payload) for payload in self._payloads(event)]

    def _line(self, payload: dict[str, Any]) -> str:
        stamped = {"sequence": self._sequence, "timestamp": int(time.time()), **payload}
        self._sequence += 1
        return json.dumps(stamped, ensure_ascii=False, separators=(",", ":"))

    def _payloads(self, event: Event) -> list[dict[str, Any]]:
        match event:
            case Started():
                self._dry_run = event.dry_run
                notes = [_diagnostic(Diagnostic("warning", note)) for note in event.interrupted]
                return [{"preludeEvent": {"config": dict(self._config)}}, *notes]
            case StepStarted(step):
                return [{"resourcePreEvent": self._metadata(step)}]
            case StepDone(step):
                return [{"resOutputsEvent": self._metadata(step)}]
            case StepFailed(step):
                return [{"resOpFailedEvent": {**self._metadata(step), "status": 0, "steps": 0}}]
            case Diagnostic():
                return [_diagnostic(event)]
            case PolicyLoaded():
                self._packs[event.name] = event.version
                return [{"policyLoadEvent": {}}]
            case PolicyViolation():
                return [{"policyEvent": _policy(event)}]
            case Finished():
                summary = {
                    "maybeCorrupt": False,
                    "durationSeconds": round(event.seconds),
                    "resourceChanges": {op: count for op, count in sorted(event.changes.items()) if count},
                    "PolicyPacks": self._packs,
                    "isPreview": self._dry_run,
                    "result": "succeeded" if event.result == "succeeded" else "failed",
                }
                return [{"summaryEvent": summary}, {"cancelEvent": {}}]

    def _metadata(self, step: Step) -> dict[str, Any]:
        return {"metadata": _step(step), **({"planning": True} if self._dry_run else {})}


class Digest:
    """Gathers a preview's events into the one document that `preview --json` prints."""

    def __init__(self, config: Mapping[str, str], *, show_sames: bool = False) -> None:
        self._config = config
        self._show_sames = show_sames
        self._steps: dict[str, dict[str, Any]] = {}
        self._diagnostics: list[dict[str, str]] = []
        self._finished: Finished | None = None

    def __call__(self, event: Event) -> None:
        """Take an event."""
        match event:
            case StepStarted(step) if self._is_shown(step):
                self._steps[step.key] = _digest_step(step)
            case StepDone(step) if step.key in self._steps and step.logical:
                # Of a refresh, only what it has found counts.
                if self._steps[step.key]["op"] == Op.REFRESH.value:
                    if step.op is Op.SAME:
                        del self._steps[step.key]
                        return
                    self._steps[step.key] = _digest_step(step)
            case Diagnostic(severity, message, urn) if severity != "debug":
                entry = {"urn": urn} if urn else {}
                text = f"{_PREFIXES.get(severity, '')}{message.rstrip()}\n"
                self._diagnostics.append({**entry, "message": text, "severity": severity})
            case Finished():
                self._finished = event

    def text(self) -> str:
        """Return the document."""
        document: dict[str, Any] = {"config": dict(self._config), "steps": list(self._steps.values())}
        if self._diagnostics:
            document["diagnostics"] = self._diagnostics
        if self._finished is not None:
            document["duration"] = int(self._finished.seconds * 1e9)
            document["changeSummary"] = {
                op: count for op, count in sorted(self._finished.changes.items()) if count
            }
        return json.dumps(document, ensure_ascii=False, indent=4)

    def _is_shown(self, step: Step) -> bool:
        if step.type == STACK_TYPE:
            return True
        return step.leftover or (step.logical and (step.op is not Op.SAME or self._show_sames))


def _diagnostic(event: Diagnostic) -> dict[str, Any]:
    payload: dict[str, Any] = {"urn": event.urn} if event.urn else {}
    if prefix := _PREFIXES.get(event.severity):
        payload["prefix"] = prefix
    payload |= {"message": f"{event.message.rstrip()}\n", "color": "never", "severity": event.severity}
    return {"diagnosticEvent": payload}


def _policy(event: PolicyViolation) -> dict[str, Any]:
    return {
        "resourceUrn": event.urn,
        "message": event.message,
        "color": "never",
        "policyName": event.policy,
        "policyPackName": event.pack,
        "policyPackVersion": event.pack_version,
        "policyPackVersionTag": event.pack_version,
        "enforcementLevel": event.enforcement,
        **({"severity": event.severity} if event.severity else {}),
    }


def _step(step: Step) -> dict[str, Any]:
    state = step.new or step.old
    provider = state.provider if state else ""
    return {
        "op": step.op.value,
        "urn": step.urn,
        "type": step.type,
        "old": _state(step.old),
        "new": _state(step.new),
        **({"keys": list(step.replace_keys)} if step.replace_keys else {}),
        **({"diffs": list(step.diffs)} if step.diffs else {}),
        "detailedDiff": _detailed(step.detailed_diff),
        **({"logical": True} if step.logical else {}),
        "provider": provider,
    }


def _state(state: Resource | None) -> dict[str, Any] | None:
    if state is None:
        return None
    flags = {
        "custom": state.custom,
        "delete": state.delete,
        "protect": state.protect,
        "external": state.external,
        "retainOnDelete": state.retain_on_delete,
    }
    return {
        "type": state.type,
        "urn": state.urn,
        **{name: True for name, value in flags.items() if value},
        "id": state.id,
        "parent": state.parent,
        "inputs": _blind(state.inputs, _BLINDED),
        "outputs": _blind(state.outputs, _BLINDED),
        "provider": state.provider,
        **({"initErrors": list(state.init_errors)} if state.init_errors else {}),
    }


def _digest_step(step: Step) -> dict[str, Any]:
    state = step.new or step.old
    entry: dict[str, Any] = {"op": step.op.value, "urn": step.urn}
    if state and state.provider:
        entry["provider"] = state.provider
    for name, resource in (("oldState", step.old), ("newState", step.new)):
        if resource is not None:
            entry[name] = _digest_state(resource)
    if step.diffs:
        entry["diffReasons"] = list(step.diffs)
    if step.replace_keys:
        entry["replaceReasons"] = list(step.replace_keys)
    entry["detailedDiff"] = _detailed(step.detailed_diff)
    return entry


def _digest_state(state: Resource) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "urn": state.urn,
        "custom": state.custom,
        "delete": state.delete,
        "id": state.id,
        "type": state.type,
        "inputs": _blind(state.inputs, SECRET_TEXT),
        "outputs": _blind(state.outputs, SECRET_TEXT),
        "parent": state.parent,
        "protect": state.protect,
        "external": state.external,
        "dependencies": list(state.dependencies),
        "provider": state.provider,
        "created": state.created,
        "modified": state.modified,
    }
    return {name: value for name, value in fields.items() if value or name == "custom"}


def _detailed(diffs: Mapping[str, PropertyDiff]) -> dict[str, Any] | None:
    if not diffs:
        return None
    return {path: {"kind": diff.kind, "inputDiff": diff.input_diff} for path, diff in diffs.items()}


def _blind(value: Value, blinded: object) -> Any:
    match value:
        case Secret():
            return blinded
        case Unknown():
            return UNKNOWN_TEXT
        case Mapping():
            return {key: _blind(part, blinded) for key, part in value.items()}
        case str():
            return value
        case Sequence():
            return [_blind(part, blinded) for part in value]
        case _:
            return value
