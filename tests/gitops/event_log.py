"""Lines of an engine's event log, as both engines write them."""

from __future__ import annotations

import json
from typing import Any

SERVICE = "pulumi-python:dynamic/twilio:ConversationService"
ROOT_URN = "urn:pulumi:dev::conversation-services::pulumi:pulumi:Stack::conversation-services-dev"
SECRET = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    "ciphertext": "[secret]",
}


def urn(name: str) -> str:
    """Return the URN of a service."""
    return f"urn:pulumi:dev::conversation-services::{SERVICE}::{name}"


def state(friendly_name: str, *, sid: str = "", protect: bool = False, **inputs: object) -> dict[str, Any]:
    """Return a service's state as an event tells it."""
    settings = {"friendly_name": friendly_name, "force_destroy": False, "on_name_conflict": "error", **inputs}
    return {
        "id": sid,
        "custom": True,
        "protect": protect,
        "inputs": {"__provider": SECRET, **settings},
        "outputs": {"__provider": SECRET, **settings, "sid": sid},
    }


def step(kind: str, op: str, name: str, old: object, new: object, **more: object) -> str:
    """Return the line of a step, "pre" or "out"."""
    key = {"pre": "resourcePreEvent", "out": "resOutputsEvent"}[kind]
    metadata = {"op": op, "urn": urn(name), "type": SERVICE, "old": old, "new": new, **more}
    return json.dumps({"sequence": 1, "timestamp": 1, key: {"metadata": metadata, "planning": True}})


def root(declared: dict[str, str]) -> str:
    """Return the line of the stack itself, whose outputs tell the names that were declared last."""
    outputs = {"services": {name: {"friendlyName": value} for name, value in declared.items()}}
    metadata = {
        "op": "same",
        "urn": ROOT_URN,
        "type": "pulumi:pulumi:Stack",
        "old": {"outputs": outputs},
        "new": {},
    }
    return json.dumps({"sequence": 0, "timestamp": 1, "resourcePreEvent": {"metadata": metadata}})


def violation(name: str, message: str, enforcement: str = "mandatory") -> str:
    """Return the line of a policy's objection."""
    event = {
        "resourceUrn": urn(name),
        "message": message,
        "policyName": "no-personal-data",
        "policyPackName": "pack",
        "enforcementLevel": enforcement,
    }
    return json.dumps({"sequence": 2, "timestamp": 1, "policyEvent": event})


def error(message: str, name: str = "") -> str:
    """Return the line of an error."""
    event = {
        "message": message,
        "severity": "error",
        "prefix": "error: ",
        "urn": urn(name) if name else ROOT_URN,
    }
    return json.dumps({"sequence": 3, "timestamp": 1, "diagnosticEvent": event})


def summary(result: str = "succeeded") -> str:
    """Return the line that ends a run."""
    return json.dumps({"sequence": 4, "timestamp": 1, "summaryEvent": {"isPreview": True, "result": result}})


def told(name: str, message: str) -> str:
    """Return the line of something that a provider tells of a service."""
    event = {
        "urn": urn(name),
        "message": f"<{{%reset%}}>{message}<{{%reset%}}>\n",
        "severity": "info",
        "color": "raw",
    }
    return json.dumps({"sequence": 1, "timestamp": 1, "diagnosticEvent": event})
