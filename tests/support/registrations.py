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
import asyncio, json, logging, sys
import pulumi

registered = []

class Recorder(pulumi.runtime.Mocks):
    def new_resource(self, args):
        registered.append({"type": args.typ, "name": args.name, "inputs": args.inputs, "id": args.resource_id})
        return args.resource_id or "made-up-id", args.inputs

    def call(self, args):
        return {}

debug_lines = []

class Counted(logging.Handler):
    def emit(self, record):
        debug_lines.append(record.getMessage())

logger = logging.Logger("engine", logging.DEBUG)
logger.addHandler(Counted())
pulumi.runtime.set_mocks(Recorder(), project="tests", stack="tests", logger=logger)

@pulumi.runtime.test
def run():
    exec(compile(sys.argv[1], "program", "exec"), {"__name__": "__main__"})

run()
for each in registered:
    each["secrets"] = sorted(
        key for key, value in each["inputs"].items() if isinstance(value, dict) and "value" in value
    )
print(json.dumps({"registered": registered, "debug lines": debug_lines}))
"""


def register(program: str, config: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """Run a program's text; give type, name, inputs, id and the names of secret inputs per resource.

    Raises:
        RuntimeError: if the program fails; the text is its last line.
    """
    return _run(program, config)["registered"]


def debug_lines(program: str, config: dict[str, str] | None = None) -> list[str]:
    """Run a program's text; give the debug lines that reach the engine.

    Raises:
        RuntimeError: as `register`.
    """
    return _run(program, config)["debug lines"]


def _run(program: str, config: dict[str, str] | None) -> dict[str, list[Any]]:
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
    found: dict[str, list[Any]] = json.loads(ended.stdout)
    return found
