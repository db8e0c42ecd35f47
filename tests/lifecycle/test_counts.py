"""What a run costs, counted: questions between processes, requests, modules, writes. Seconds are `make bench`'s."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.support.workspace import Workspace

SERVICES = 30

# What Python loads by itself at its start, in each process of a run: calls of gRPC by name, and modules at the end.
COUNTER = """
import atexit, collections, json, os, sys

calls = collections.Counter()
states = 0
replace = os.replace

def counting_states(source, target, **options):
    global states
    states += os.fspath(target).endswith("/stacks/conversation-services/dev.json")
    return replace(source, target, **options)

os.replace = counting_states

def counting(cls, name):
    method = getattr(cls, name)
    def call(self, *arguments, **options):
        path = self._method
        calls[(path.decode() if isinstance(path, bytes) else path).rpartition("/")[2]] += 1
        return method(self, *arguments, **options)
    setattr(cls, name, call)

def watch():
    import grpc._channel
    import grpc.aio._channel
    counting(grpc._channel._UnaryUnaryMultiCallable, "__call__")
    counting(grpc.aio._channel.UnaryUnaryMultiCallable, "__call__")

def write(*_):
    words = " ".join(sys.orig_argv)
    parts = {"program_main.py": "program", "pulumi.dynamic": "provider", "pulumi.policy": "policy",
             "offline.engine": "engine"}
    part = next((name for mark, name in parts.items() if mark in words), None)
    if part:
        with open(os.path.join(os.environ["COUNTED"], part), "w", encoding="utf-8") as file:
            json.dump({"states": states, "calls": calls, "modules": sorted(sys.modules)}, file)

if os.environ.get("COUNTED"):
    import signal
    watch()
    atexit.register(write)
    # Hosts are ended by a signal.
    signal.signal(signal.SIGTERM, lambda *_: (write(), os._exit(0)))
"""


# What no service should pay for: libraries that another part of the run has a use for.
HEAVY = {"aiohttp", "cryptography", "phonenumbers", "pulumi", "pulumi_policy", "pydantic", "requests"}
NEEDED = {
    "engine": {"cryptography"},
    "program": {"pulumi", "pydantic"},
    "provider": {"pulumi", "requests"},
    # What knows telephone numbers is loaded for a name that might be one.
    "policy": {"pulumi", "pulumi_policy"},
}


@pytest.fixture
def counted(workspace: Workspace, tmp_path: Path) -> Any:
    """Run a command in the clone; give what each part of it counted."""
    start, folder = tmp_path / "start", tmp_path / "counted"
    start.mkdir()
    (start / "sitecustomize.py").write_text(COUNTER, encoding="utf-8")

    def run(*arguments: str) -> dict[str, Any]:
        folder.mkdir()
        workspace.make(*arguments, PYTHONPATH=str(start), COUNTED=str(folder))
        found = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in folder.iterdir()}
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
        return found

    return run


@pytest.mark.parametrize("workspace", ["embedded"], indirect=True)
def test_run_asks_each_question_once_and_loads_no_more_than_it_needs(workspace: Workspace, counted: Any):
    """A service is two resources; a question costs a millisecond, a library a quarter of a second."""
    names = [f"acme-{number:02}" for number in range(SERVICES)]
    workspace.edit(lambda declared: declared.clear())
    workspace.edit(lambda declared: declared.update({name: {"friendlyName": name} for name in names}))

    made = counted("up", "--skip-preview")

    # Before and after each creation, at most: what comes meanwhile shares a write.
    assert 0 < made["engine"]["states"] <= 2 * SERVICES + 4
    workspace.emulator.clear_requests()

    unchanged = counted("up", "--skip-preview")

    assert {} == workspace.emulator.counts()
    program, engine = (Counter(unchanged[name]["calls"]) for name in ("program", "engine"))
    # The stack itself comes on top of the services, and its outputs.
    assert (2 * SERVICES + 1, SERVICES + 1) == (
        program["RegisterResource"],
        program["RegisterResourceOutputs"],
    )
    assert program.total() - 3 * SERVICES < 10
    assert (SERVICES, SERVICES) == (engine["Check"], engine["Diff"])
    # Of the stack and of its provider, too.
    assert (2 * SERVICES + 2, 1) == (engine["Analyze"], engine["AnalyzeStack"])
    assert engine.total() - 4 * SERVICES < 15
    # Services come in another order each time, which is written down once.
    assert unchanged["engine"]["states"] <= 1
    loaded = {name: HEAVY & {*found["modules"]} for name, found in unchanged.items()}
    assert NEEDED == loaded

    refreshed = counted("refresh", "--skip-preview")

    assert {"GET /v1/Services": 1, "GET /v1/Services/{Sid}": 5} == workspace.emulator.counts()
    assert (SERVICES, SERVICES) == (
        refreshed["engine"]["calls"]["Read"],
        refreshed["engine"]["calls"]["Diff"],
    )
    assert {"engine", "provider"} == refreshed.keys()
