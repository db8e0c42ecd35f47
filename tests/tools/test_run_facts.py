"""What the provider is told of earlier runs: by the file itself, as runs of both engines find it."""

from __future__ import annotations

import gzip
import json
import os
import signal
import stat
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.lifecycle.test_kill import kill_engine
from tests.support.waiting import wait_until
from tests.support.workspace import Workspace
from tools.run_facts import facts, run_facts
from tools.state import StateReader

SECONDS = 120
PROBE = """\
import json, os, pathlib, stat
_path = pathlib.Path(os.environ.get("TWILIO_RUN_FACTS", "nowhere"))
if _path.exists():
    pathlib.Path("facts.json").write_text(json.dumps({
        "facts": json.loads(_path.read_text()), "path": str(_path),
        "modes": [stat.S_IMODE(each.stat().st_mode) for each in (_path, _path.parent)]}))
"""
"""Before the clone's program: it keeps what a run was told."""
SERVICE = "pulumi-python:dynamic/twilio:ConversationService"
ROLE = "pulumi-python:dynamic/twilio:Role"
ADDRESS = "pulumi-python:dynamic/twilio:AddressConfiguration"
URN = "urn:pulumi:dev::conversation-services::twilio:conversations:ConversationEnvironment$"


def probed(workspace: Workspace) -> None:
    """Let the clone's program keep what it finds."""
    path = workspace.root / "__main__.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("from __future__ import annotations\n", f"from __future__ import annotations\n{PROBE}")
    )


def told(workspace: Workspace) -> dict[str, Any]:
    """Return what the last run was told; forget it."""
    path = workspace.root / "facts.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    path.unlink()
    return found


@pytest.mark.timeout(600)
def test_next_run_is_told_what_the_killed_one_was_creating_and_what_the_state_holds(workspace: Workspace):
    """Names and times are evidence of whose the services are that a killed run has made."""
    probed(workspace)
    workspace.make("up")
    first = told(workspace)["facts"]
    held = {service["sid"]: service["friendly_name"] for service in workspace.emulator.services()}
    names = {f"new-{index}": {"friendlyName": f"acme-new-{index}"} for index in range(3)}
    workspace.edit(lambda services: services.update(names))
    workspace.emulator.clear_requests()
    workspace.emulator.fault("POST /v1/Services", "slow", seconds=600, times=3)
    began = datetime.now(UTC).replace(microsecond=0)

    with workspace.begin("up", "--skip-preview") as running:
        wait_until(lambda: workspace.emulator.counts().get("POST /v1/Services") == 3, "three creations")
        kill_engine(workspace)
        running.wait(SECONDS)
    told(workspace)
    workspace.make("cancel", "--yes", code=None)
    workspace.make("up", "--skip-preview", code=None)
    second = told(workspace)

    nothing = {"version": 1, "held": {}, "addresses": [], "left": [], "pending": []}
    assert {**nothing, "only_compares": False} == first
    assert 1 == second["facts"]["version"]
    expected = {sid: name.removeprefix("acme-").removesuffix("-dev") for sid, name in held.items()}
    held_services = {k: v for k, v in second["facts"]["held"].items() if k.startswith("IS")}
    held_roles = {v for k, v in second["facts"]["held"].items() if k.startswith("RL")}
    assert expected == held_services
    assert {"support/agent", "support/customer", "support/member", "appointments/planner"} == held_roles
    pending = sorted(second["facts"]["pending"], key=lambda each: each["friendly_name"])
    since = {datetime.fromisoformat(each.pop("since")) for each in pending}
    assert [
        {"type": SERVICE, "friendly_name": f"acme-new-{index}", "service_sid": None, "role_type": None}
        for index in range(3)
    ] == pending
    assert (
        max(since)
        >= began
        >= max(
            datetime.fromisoformat(service["date_created"])
            for service in workspace.emulator.services()
            if service["sid"] in held
        )
    )
    assert [0o600, 0o700] == second["modes"]
    assert not Path(second["path"]).parent.exists()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("workspace", ["embedded"], indirect=True)
@pytest.mark.parametrize("command", ["make", "gitops"])
def test_file_is_gone_after_a_run_that_was_asked_to_stop(workspace: Workspace, command: str, tmp_path: Path):
    """It holds names, and a temporary folder is read by others than its owner sometimes."""
    probed(workspace)
    workspace.make("emulator")
    (workspace.root / "reports").mkdir()
    workspace.make("preview-report", "--allow-changes --out reports", EMULATOR="1")
    (workspace.root / "facts.json").unlink()
    workspace.emulator.clear_requests()
    workspace.emulator.latency(3)
    target = ("up", "--skip-preview") if command == "make" else ("deploy",)

    with workspace.begin(*target, new_session=True, EMULATOR="1") as running:
        wait_until(lambda: "POST /v1/Services" in workspace.emulator.counts(), "a creation")
        os.killpg(running.pid, signal.SIGINT)
        running.wait(SECONDS)

    assert not Path(told(workspace)["path"]).parent.exists()


def resource(kind: str, name: str, sid: str, **more: object) -> dict[str, Any]:
    """Return a resource as a state has it."""
    return {"urn": f"{URN}{kind}::{name}", "type": kind, "custom": True, "id": sid, **more}


def creating(kind: str, name: str, **inputs: object) -> dict[str, Any]:
    """Return an operation that was under way."""
    return {"resource": {"urn": f"{URN}{kind}::{name}", "type": kind, "inputs": inputs}, "type": "creating"}


STACK_FILE: dict[str, Any] = {
    "config": {
        "conversation-services:services": {"a": {"roles": {"r": {}}}, "b": {}},
        "conversation-services:addresses": {"hotline": {}},
    }
}
BEGAN = "2026-11-26T12:00:00+00:00"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x"}


def reader(
    root: Path, latest: Mapping[str, Any], *, times: object = None, packed: bool = False
) -> StateReader:
    """Return a reader of a file backend: one state, and what is kept of the times of runs."""

    def put(path: Path, document: object) -> None:
        content = json.dumps(document).encode()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    folder = root / ".pulumi"
    state = folder / "stacks/conversation-services/dev.json"
    put(state, {"version": 3, "checkpoint": {"latest": latest}})
    if packed:
        state.with_name("dev.json.gz").write_bytes(gzip.compress(state.read_bytes()))
        state.unlink()
    if times is not None:
        put(folder / "run-times/conversation-services/dev.json", times)
    return StateReader(("no-engine",), "dev", {"PULUMI_BACKEND_URL": f"file://{root}"})


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        pytest.param([resource(SERVICE, "a", "IS1")], {"IS1": "a"}, id="declared service"),
        pytest.param([resource(ROLE, "a/r", "RL1")], {"RL1": "a/r"}, id="declared role"),
        pytest.param([resource(SERVICE, "c", "IS1")], {}, id="service that left the file"),
        pytest.param([resource(ROLE, "a/x", "RL1")], {}, id="role that left the file"),
        pytest.param([resource(ADDRESS, "hotline", "IG1")], {"IG1": "hotline"}, id="declared address"),
        pytest.param([resource(ADDRESS, "x", "IG1")], {}, id="address that left the file"),
        pytest.param([resource(ROLE, "b/r", "RL1")], {}, id="role of another service"),
        pytest.param([resource("x:ServiceWebhook", "a", "IS1")], {}, id="settings have no SID of their own"),
        pytest.param([{**resource(SERVICE, "a", ""), "id": None}], {}, id="not made yet"),
        pytest.param(
            [resource(SERVICE, "a", "IS2"), resource(SERVICE, "a", "IS1", delete=True)],
            {"IS1": "a", "IS2": "a"},
            id="one that waits for its deletion, too: nobody may take it over",
        ),
        pytest.param([resource(SERVICE, "c", "IS1", delete=True)], {}, id="one that nobody can come back to"),
    ],
)
def test_held_are_services_and_roles_that_the_file_still_declares(
    tmp_path: Path, resources: list[dict[str, Any]], expected: dict[str, str]
):
    """What is not declared any more may be taken over, under another logical name."""
    found = facts(reader(tmp_path, {"resources": resources}), STACK_FILE)

    addresses = [each["id"] for each in resources if each["type"] == ADDRESS]
    left = [each["id"] for each in resources if each.get("delete") and each["id"] in expected]
    assert {"version": 1, "held": expected, "addresses": addresses, "left": left, "pending": []} == found


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        pytest.param(
            creating(SERVICE, "a", friendly_name="x"),
            {"type": SERVICE, "friendly_name": "x", "service_sid": None, "role_type": None},
            id="service",
        ),
        pytest.param(
            creating(ROLE, "a/r", friendly_name="r", service_sid="IS1", type="service"),
            {"type": ROLE, "friendly_name": "r", "service_sid": "IS1", "role_type": "service"},
            id="role",
        ),
        pytest.param({**creating(SERVICE, "a", friendly_name="x"), "type": "deleting"}, None, id="deletion"),
        pytest.param(creating(SERVICE, "a", friendly_name=SECRET), None, id="secret name"),
        pytest.param(
            creating(ROLE, "a/r", friendly_name="r", service_sid=SECRET, type="s"), None, id="secret SID"
        ),
        pytest.param(creating("x:ServiceWebhook", "a", friendly_name="x"), None, id="settings"),
        pytest.param(creating(SERVICE, "a"), None, id="no name"),
        pytest.param(
            creating(ADDRESS, "hotline", address=SECRET, type="sms"),
            {"type": ADDRESS, "friendly_name": None, "service_sid": None, "role_type": None},
            id="address",
        ),
    ],
)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_pending_are_creations_with_what_tells_their_work(
    tmp_path: Path, operation: dict[str, Any], expected: dict[str, str | None] | None, packed: bool
):
    """A deletion that was under way is no evidence, and neither is a name that is not known."""
    latest = {"resources": [], "pending_operations": [operation]}

    found = facts(reader(tmp_path, latest, times={"began": BEGAN}, packed=packed), STACK_FILE)

    since = {"since": "2026-11-26T12:00:00Z"}
    assert ([{**expected, **since}] if expected else []) == found["pending"]


A, B = (creating(SERVICE, name, friendly_name=name) for name in ("a", "b"))
LATER = "2026-11-26T13:00:00+00:00"


@pytest.mark.parametrize(
    ("times", "resources", "since"),
    [
        pytest.param({"began": BEGAN}, [], {"a": "12", "b": "12"}, id="the run has not ended"),
        pytest.param(
            {"began": LATER, "pending": {A["resource"]["urn"]: BEGAN}},
            [],
            {"a": "12", "b": "13"},
            id="two runs were killed",
        ),
        pytest.param({"pending": {A["resource"]["urn"]: BEGAN}}, [], {"a": "12"}, id="one is not known"),
        pytest.param(
            {"began": BEGAN},
            [resource(SERVICE, "a", "IS1", created=LATER)],
            {"b": "12"},
            id="one is finished",
        ),
        pytest.param(
            {"began": BEGAN},
            [resource(SERVICE, "a", "IS1", created="2026-11-26T11:59:59.9Z")],
            {"a": "12", "b": "12"},
            id="one was to replace what is there",
        ),
        pytest.param(
            {"began": BEGAN},
            [resource(SERVICE, "a", "IS1", created="2026-11-26T11:00:00Z", delete=True)],
            {"a": "12", "b": "12"},
            id="what is left of another waits for its deletion",
        ),
        pytest.param(
            {"began": BEGAN}, [resource(SERVICE, "a", "IS1")], {"b": "12"}, id="nobody knows how old it is"
        ),
        pytest.param({}, [], {}, id="nothing is known"),
        pytest.param(None, [], {}, id="no file"),
        pytest.param([1], [], {}, id="another file"),
        pytest.param({"began": 7, "pending": {"x": 7}}, [], {}, id="no times"),
        pytest.param({"began": "soon"}, [], {}, id="an unreadable time"),
    ],
)
def test_since_is_when_the_killed_run_began(
    tmp_path: Path, times: object, resources: list[dict[str, Any]], since: dict[str, str]
):
    """What was there before is somebody's; without a time there is no evidence."""
    latest = {"resources": resources, "pending_operations": [A, B]}

    found = facts(reader(tmp_path, latest, times=times), STACK_FILE)

    assert {name: f"2026-11-26T{hour}:00:00Z" for name, hour in since.items()} == {
        each["friendly_name"]: each["since"] for each in found["pending"]
    }


@pytest.mark.parametrize("left", [[], [A]], ids=["nothing", "a creation"])
def test_run_that_ends_leaves_a_time_for_what_it_has_left(tmp_path: Path, left: list[dict[str, Any]]):
    """A run whose engine was killed has ended too; one that never does keeps its beginning."""
    made = reader(tmp_path, {"pending_operations": []})
    path = tmp_path / ".pulumi/run-times/conversation-services/dev.json"

    with run_facts(made, STACK_FILE, makes=True):
        began = json.loads(path.read_text())["began"]
        modes = [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent)]
        reader(tmp_path, {"pending_operations": left})
    after = json.loads(path.read_text()) if path.exists() else None

    assert [0o600, 0o700] == modes
    urn = A["resource"]["urn"]
    assert ({"began": None, "pending": {urn: began}} if left else None) == after


def test_run_that_only_looks_notes_no_time(tmp_path: Path):
    """A preview makes nothing."""
    made = reader(tmp_path, {"pending_operations": [A]}, times={"began": BEGAN})

    with run_facts(made, STACK_FILE, makes=False) as told_by:
        found = json.loads(Path(told_by["TWILIO_RUN_FACTS"]).read_text())

    assert ["2026-11-26T12:00:00Z"] == [each["since"] for each in found["pending"]]
    assert {"began": BEGAN} == json.loads(
        (tmp_path / ".pulumi/run-times/conversation-services/dev.json").read_text()
    )


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("", id="empty"),
        pytest.param("[]", id="a list"),
        pytest.param('{"checkpoint": {"latest": {"resources": [1]}}}', id="no resource"),
        pytest.param('{"checkpoint": 1}', id="no checkpoint"),
    ],
)
def test_state_that_cannot_be_read_tells_nothing(tmp_path: Path, content: str):
    """The engine has an error of its own for it."""
    path = tmp_path / ".pulumi" / "stacks" / "conversation-services" / "dev.json"
    path.parent.mkdir(parents=True)
    path.write_text(content, encoding="utf-8")

    found = facts(StateReader(("no-engine",), "dev", {"PULUMI_BACKEND_URL": f"file://{tmp_path}"}), {})

    assert {"version": 1, "held": {}, "addresses": [], "left": [], "pending": []} == found


def test_other_backend_is_asked_through_the_engine_and_gives_no_evidence(tmp_path: Path):
    """Nobody keeps there when a run began: what it was creating stays somebody's."""
    latest = {
        "resources": [resource(SERVICE, "a", "IS1")],
        "pending_operations": [creating(SERVICE, "b", friendly_name="x")],
    }
    asked, engine = tmp_path / "asked", tmp_path / "engine"
    engine.write_text(
        f"#!/bin/sh\n'''exec' \"{sys.executable}\" \"$0\" \"$@\"\n'''\nimport json, sys\n"
        f"open({str(asked)!r}, 'a').write(sys.argv[2] + ' ')\n"
        f"print({json.dumps(json.dumps({'version': 3, 'deployment': latest}))})"
    )
    engine.chmod(0o755)

    found = facts(StateReader((str(engine),), "dev", {"PULUMI_BACKEND_URL": "s3://bucket"}), STACK_FILE)

    expected = {"version": 1, "held": {"IS1": "a"}, "addresses": [], "left": [], "pending": []}
    assert (expected, "export ") == (found, asked.read_text())
