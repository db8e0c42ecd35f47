"""Declares what spec.json lists, in its order.

A step is {"thing" | "group" | "get" | "provider": name, "inputs": {...}, "options": {...}},
or {"export": name, "value": ...}, {"print": text}, {"log": severity, "text": ...}, {"raise": text},
{"run_error": text}, {"hang": true}, {"exit": code}, {"die": code}.
A value {"of": [name, output]} is another resource's output, {"secret": value} a secret.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

import pulumi
from things import Group, Thing

made: dict[str, Any] = {}


def value(raw: Any) -> Any:
    if isinstance(raw, dict):
        if "of" in raw:
            name, output = raw["of"]
            return getattr(made[name], output)
        if "secret" in raw:
            return pulumi.Output.secret(value(raw["secret"]))
        return {key: value(part) for key, part in raw.items()}
    return [value(part) for part in raw] if isinstance(raw, list) else raw


def options(raw: dict[str, Any]) -> pulumi.ResourceOptions:
    given = dict(raw)
    for key in ("parent", "provider", "deleted_with"):
        if key in given:
            given[key] = made[given[key]]
    if "depends_on" in given:
        given["depends_on"] = [made[name] for name in given["depends_on"]]
    if "aliases" in given:
        given["aliases"] = [pulumi.Alias(**alias) for alias in given["aliases"]]
    return pulumi.ResourceOptions(**given)


for step in json.loads(Path(__file__).with_name("spec.json").read_text()):
    inputs, opts = value(step.get("inputs", {})), options(step.get("options", {}))
    match step:
        case {"thing": name}:
            made[name] = Thing(name, inputs, opts)
        case {"get": name, "id": id_}:
            opts.id = value(id_)
            made[name] = Thing(name, inputs, opts)
        case {"group": name}:
            made[name] = Group(name, value(step.get("outputs", {})), opts)
        case {"provider": name}:
            made[name] = pulumi.ProviderResource("pulumi-python", name, inputs, opts)
        case {"export": name, "value": raw}:
            pulumi.export(name, value(raw))
        case {"print": text}:
            print(text, file=sys.stderr if step.get("error") else sys.stdout)
        case {"log": severity, "text": text}:
            getattr(pulumi.log, severity)(text)
        case {"raise": text}:
            raise ValueError(text)
        case {"run_error": text}:
            raise pulumi.RunError(text)
        case {"hang": _}:
            threading.Event().wait()
        case {"exit": code}:
            sys.exit(code)
        case {"die": code}:
            os._exit(code)
        case _:
            raise ValueError(f"unknown step: {step}")
