"""What a Pulumi program registers, without an engine: Pulumi's own mocks in a process of its own.

In a process of its own because the SDK's mocks are global to a process, and other tests run real engines.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

_RUNNER = """
import asyncio, json, sys
import pulumi

registered = []

class Recorder(pulumi.runtime.Mocks):
    def new_resource(self, args):
        registered.append({"type": args.typ, "name": args.name, "inputs": args.inputs, "id": args.resource_id})
        return args.resource_id or "made-up-id", args.inputs

    def call(self, args):
        return {}

pulumi.runtime.set_mocks(Recorder(), project="tests", stack="tests")

@pulumi.runtime.test
def run():
    exec(compile(sys.argv[1], "program", "exec"), {"__name__": "__main__"})

run()
for each in registered:
    each["secrets"] = sorted(
        key for key, value in each["inputs"].items() if isinstance(value, dict) and "value" in value
    )
print(json.dumps(registered))
"""


def register(program: str, config: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """Run a program's text; give type, name, inputs, id and the names of secret inputs per resource.

    Raises:
        RuntimeError: if the program fails; the text is its last line.
    """
    ended = subprocess.run(
        [sys.executable, "-c", _RUNNER, program],
        cwd=ROOT,
        env={**os.environ, "PULUMI_CONFIG": json.dumps(config or {})},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if ended.returncode:
        raise RuntimeError(ended.stderr)
    registered: list[dict[str, Any]] = json.loads(ended.stdout)
    return registered
