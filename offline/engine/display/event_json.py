"""Events as JSON, a line each, in the shapes that the Pulumi CLI writes: `--event-log`. Secrets are always blinded.

Source: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/events.go
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from offline.engine.errors import UsageError
from offline.engine.files.atomic_file import open_private
from offline.engine.model.events import (
    Diagnostic,
    Emit,
    Event,
    Finished,
    PolicyLoaded,
    PolicyViolation,
    Started,
    Step,
    StepDone,
    StepFailed,
    StepStarted,
)
from offline.engine.model.marks import SECRET, SIGNATURE, UNKNOWN_TEXT
from offline.engine.model.resource import Resource
from offline.engine.model.values import Secret, Unknown, Value

__all__ = ["EventLog"]

_BLINDED = {SIGNATURE: SECRET, "ciphertext": "[secret]"}
_PREFIXES = {"warning": "warning: ", "error": "error: "}


class EventLog:
    """Writes every event to a file, a line each, numbered, and passes it on; the file is complete on every way out."""

    def __init__(self, path: Path, emit: Emit) -> None:
        try:
            self._file = open_private(path)
        except OSError as error:
            raise UsageError(f"cannot write --event-log {path}: {error.strerror}") from None
        self._emit = emit
        self._sequence = 0
        self._dry_run = False

    def __call__(self, event: Event) -> None:
        """Take an event."""
        for payload in self._payloads(event):
            stamped = {"sequence": self._sequence, "timestamp": int(time.time()), **payload}
            self._file.write(f"{json.dumps(stamped, ensure_ascii=False, separators=(',', ':'))}\n")
            self._sequence += 1
        self._emit(event)

    def __enter__(self) -> EventLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def _payloads(self, event: Event) -> list[dict[str, Any]]:
        match event:
            case Started():
                self._dry_run = event.dry_run
                return [_diagnostic(Diagnostic("warning", note)) for note in event.interrupted]
            case StepStarted(step):
                return [{"resourcePreEvent": self._metadata(step)}]
            case StepDone(step):
                return [{"resOutputsEvent": self._metadata(step)}]
            case StepFailed(step):
                return [{"resOpFailedEvent": {**self._metadata(step), "status": 0, "steps": 0}}]
            case Diagnostic():
                return [_diagnostic(event)]
            case PolicyLoaded():
                return [{"policyLoadEvent": {}}]
            case PolicyViolation():
                return [{"policyEvent": _policy(event)}]
            case Finished():
                summary = {
                    "maybeCorrupt": False,
                    "durationSeconds": round(event.seconds),
                    "resourceChanges": {op: count for op, count in sorted(event.changes.items()) if count},
                    "isPreview": self._dry_run,
                    "result": "succeeded" if event.result == "succeeded" else "failed",
                }
                return [{"summaryEvent": summary}, {"cancelEvent": {}}]

    def _metadata(self, step: Step) -> dict[str, Any]:
        return {"metadata": _step(step), **({"planning": True} if self._dry_run else {})}


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
        "detailedDiff": {
            path: {"kind": diff.kind, "inputDiff": True} for path, diff in step.detailed_diff.items()
        }
        or None,
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
        "inputs": _blind(state.inputs),
        "outputs": _blind(state.outputs),
        "provider": state.provider,
        **({"initErrors": list(state.init_errors)} if state.init_errors else {}),
    }


def _blind(value: Value) -> Any:
    match value:
        case Secret():
            return _BLINDED
        case Unknown():
            return UNKNOWN_TEXT
        case Mapping():
            return {key: _blind(part) for key, part in value.items()}
        case str():
            return value
        case Sequence():
            return [_blind(part) for part in value]
        case _:
            return value
