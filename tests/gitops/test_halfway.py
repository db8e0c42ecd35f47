"""A deployment that failed on its way: what it did is told, and the same review carries the rest."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.gitops.test_engines import gitops
from tests.gitops.test_guides import commands, played
from tests.support.workspace import Workspace

DEPLOY = ("deploy", "--stack", "dev", "--reviewed", "reports/dev.json")


@pytest.mark.timeout(900)
def test_deployment_that_failed_is_told_in_parts_and_goes_on_by_the_same_review(workspace: Workspace):
    """Nobody has to review again what was reviewed, and a deployment that is run again has nothing left to do."""
    gitops(workspace, "preview-report", "--stack", "dev", "--out", "reports")
    workspace.emulator.fault("POST /v1/Services", "status", status=400, skip=2)

    failed = gitops(workspace, *DEPLOY, "--out", "failed")
    ((rest, told),) = played(workspace, commands("failed-deployment"), EMULATOR="1")
    again = gitops(workspace, *DEPLOY)
    workspace.edit(lambda services: services["support"].update(friendlyName="acme-helpdesk-dev"))
    other = gitops(workspace, *DEPLOY)

    operations: list[dict[str, Any]] = json.loads(
        (workspace.root / "failed" / "dev.json").read_text(encoding="utf-8")
    )["operations"]
    services = [each["outcome"] for each in operations if each["type"].endswith(":ConversationService")]
    assert 1 == failed.returncode
    assert ["done", "done", "failed"] == sorted(services)
    assert {"done", "failed", "not begun"} == {each["outcome"] for each in operations}
    assert ["**Errors**", "**Failed**", "**Done**", "**Not begun**", "**Notes**"] == [
        line for line in failed.stdout.splitlines() if line.startswith("**")
    ]
    assert (0, 0) == (rest, again.returncode), told + again.stdout
    assert 3 == len(workspace.emulator.services())
    assert "nothing left to do: what was reviewed is done" in " ".join(again.stdout.split())
    assert 7 == other.returncode
    assert "now: replace" in other.stdout


@pytest.mark.timeout(900)
def test_deployment_that_finds_the_stack_locked_names_the_command_that_unlocks_it(workspace: Workspace):
    """The CLI's own hint, `pulumi cancel`, knows neither the stack nor where its state lies; nothing was done."""
    gitops(workspace, "preview-report", "--stack", "dev", "--out", "reports")
    folder = workspace.root / ".emulator/state/.pulumi/locks/organization/conversation-services/dev"
    folder.mkdir(parents=True, exist_ok=True)
    lock = {"pid": 1, "username": "runner", "hostname": "elsewhere", "timestamp": "2026-11-26T12:00:00Z"}
    (folder / "0b0c6a4e-6a4f-4d5b-9a53-6d1b4f6b2c11.json").write_text(json.dumps(lock), encoding="utf-8")

    locked = gitops(workspace, *DEPLOY, "--json")
    unlock = re.findall(r"make cancel [^\"\\]*", locked.stdout)
    ((unlocked, told),) = played(workspace, unlock[:1])
    done = gitops(workspace, *DEPLOY)

    assert 1 == locked.returncode
    assert [f"make cancel STACK=dev ENGINE={workspace.engine} EMULATOR=1 ARGS=--yes"] == unlock, locked.stdout
    assert (0, 0) == (unlocked, done.returncode), told + done.stdout
