"""What single commands make of both engines' runs, where the whole way does not pass."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
import requests

from gitops.events import Record, Violation
from gitops.report import Report
from tests.support.waiting import wait_until
from tests.support.workspace import Workspace
from tools.local_emulator import ACCOUNT_SID

SECONDS = 300


def gitops(workspace: Workspace, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run gitops in a clone, on the emulator, with further variables in its environment."""
    return subprocess.run(
        [sys.executable, "-m", "gitops", *arguments],
        cwd=workspace.root,
        env=workspace.environment(EMULATOR="1", **variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


def new_service(workspace: Workspace, name: str) -> str:
    """Make a service through the API, with the clone's own account; give its SID."""
    answer = requests.post(
        f"{workspace.emulator.url}/v1/Services",
        data={"FriendlyName": name},
        auth=(ACCOUNT_SID, "emulator"),
        timeout=SECONDS,
    )
    answer.raise_for_status()
    return str(answer.json()["sid"])


def leave_over(workspace: Workspace, name: str, sid: str) -> None:
    """Write into the state of dev what a replacement leaves there whose delete was refused."""
    path = workspace.root / ".emulator/state/.pulumi/stacks/conversation-services/dev.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    resources = document["checkpoint"]["latest"]["resources"]
    (own,) = (each for each in resources if each["urn"].endswith(f":ConversationService::{name}"))
    outputs = {**own["outputs"], "sid": sid}
    resources.append({**own, "id": sid, "outputs": outputs, "delete": True})
    path.write_text(json.dumps(document), encoding="utf-8")


@pytest.mark.timeout(600)
def test_protected_service_is_a_guard_that_both_engines_tell(workspace: Workspace):
    """The engines' own words differ; the exit code does not, and without a review nothing is applied."""
    workspace.make("up", "--yes --skip-preview", stack="prod", EMULATOR="1")
    before = workspace.names()

    def rename(services: dict[str, Any]) -> None:
        services["support"]["friendlyName"] = "acme-helpdesk-prod"

    workspace.edit(rename, "prod")
    replaced = gitops(workspace, "preview-report", "--stack", "prod", "--json")
    workspace.edit(lambda services: services["support"].update(friendlyName="acme-support-prod"), "prod")
    workspace.edit(lambda services: services.update(returns={"friendlyName": "acme-returns-prod"}), "prod")
    unseen = gitops(workspace, "deploy", "--stack", "prod", "--reviewed", "nothing.json", "--json")

    report = json.loads(replaced.stdout)
    assert (3, {"code": 3, "name": "guard"}) == (replaced.returncode, report["exit"])
    assert [("support", "")] == [(each["resource"], each["code"]) for each in report["guards"]]
    assert (7, True) == (unseen.returncode, json.loads(unseen.stdout)["stopped"])
    assert "ConversationService returns: reviewed: nothing, now: create" in json.loads(unseen.stdout)["notes"]
    assert before == workspace.names()


@pytest.mark.timeout(600)
def test_deletion_that_was_left_over_is_shown_reviewed_and_done(workspace: Workspace):
    """A replacement whose delete was refused waits in the state: each run tries it, so each report tells it."""
    workspace.make("up")
    old = new_service(workspace, "acme-support-dev")
    (conversation,) = workspace.emulator.add_conversations(old, 1)
    leave_over(workspace, "support", old)
    unseen = gitops(workspace, "deploy", "--stack", "dev", "--reviewed", "nothing.json", "--json")
    drift = gitops(workspace, "drift-report", "--stack", "dev", "--json")
    seen = gitops(workspace, "preview-report", "--stack", "dev", "--json", "--out", "reports")
    deploy = ("deploy", "--stack", "dev", "--reviewed", "reports/dev.json", "--json")
    guarded = gitops(workspace, *deploy)
    workspace.delete_conversation(old, conversation)
    done = gitops(workspace, *deploy)
    again = gitops(workspace, *deploy)

    left = (
        f"ConversationService support, left over by an earlier run as {old}: reviewed: nothing, now: delete"
    )
    assert (7, True) == (unseen.returncode, left in json.loads(unseen.stdout)["notes"])
    assert (0, []) == (drift.returncode, json.loads(drift.stdout)["drift"])
    assert [("delete", "support", old, True)] == [
        (each["op"], each["name"], each["sid"], each["left_over"])
        for each in json.loads(seen.stdout)["operations"]
    ]
    assert (7, 3) == (seen.returncode, guarded.returncode)
    assert ["TC3001"] == [each["code"] for each in json.loads(guarded.stdout)["guards"]]
    assert (0, 0) == (done.returncode, again.returncode), done.stdout + again.stdout
    assert old not in {service["sid"] for service in workspace.emulator.services()}
    assert 3 == len(workspace.emulator.services())


@pytest.mark.parametrize("workspace", ["embedded"], indirect=True)
def test_deployment_by_an_unfit_report_ends_before_any_request(workspace: Workspace):
    """A report of another stack, API or kind, or one that was refused itself, allows nothing."""
    objection = Violation(policy="p", enforcement="mandatory", resource="a", message="no")
    fit = Report(kind="preview", stack="dev", api="emulator", commit="", record=Record(succeeded=True))
    cases = {
        "is about stage, not about dev": replace(fit, stack="stage"),
        "is about twilio, and this run would use emulator": replace(fit, api="twilio"),
        "is one of drift, not of a preview": replace(fit, kind="drift"),
        "was refused itself (policy)": replace(fit, record=Record(violations=(objection,), succeeded=False)),
    }
    workspace.make("emulator")

    codes, told = [], []
    for text, report in cases.items():
        (workspace.root / "dev.json").write_text(report.to_json(), encoding="utf-8")
        done = gitops(workspace, "deploy", "--stack", "dev", "--reviewed", "dev.json")
        codes.append(done.returncode)
        told.append(text in done.stderr)

    assert [1, 1, 1, 2] == codes
    assert [True] * 4 == told
    assert {} == workspace.emulator.counts()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("workspace", ["embedded"], indirect=True)
def test_deployment_asked_to_stop_ends_after_the_operations_in_flight(workspace: Workspace):
    """A cancelled job loses no service and makes none twice: what was made is in the state."""
    gitops(workspace, "preview-report", "--stack", "dev", "--out", "reports")
    workspace.emulator.clear_requests()
    workspace.emulator.latency(1)
    command = [sys.executable, "-m", "gitops", "deploy", "--stack", "dev", "--reviewed", "reports/dev.json"]

    with subprocess.Popen(
        command,
        cwd=workspace.root,
        env=workspace.environment(EMULATOR="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        wait_until(lambda: "POST /v1/Services" in workspace.emulator.counts(), "a creation")
        process.send_signal(signal.SIGTERM)
        stdout, stderr = process.communicate(timeout=SECONDS)
    workspace.emulator.latency(0)
    made = workspace.names()
    workspace.make("up", EMULATOR="1")

    assert 1 == process.returncode
    assert "stopped as asked, before its end" in stdout
    assert "**Done**" in stdout
    assert "run the same job or command again, by the same reviewed report" in stdout, stdout + stderr
    assert made
    assert ["acme-appointments-dev", "acme-delivery-updates-dev", "acme-support-dev"] == workspace.names()
    assert 3 == len(workspace.emulator.services())
