"""Three environments with something to tell of each: what docs/board.md shows, played on the emulator.

dev has a name that the policy refuses, stage has drift and a run that was interrupted, prod a service whose deletion is
pending, and a change that is not deployed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from tests.support.commands import finished
from tests.support.workspace import Workspace
from tools.local_emulator import ACCOUNT_SID

__all__ = ["PERSON", "STACKS", "board", "edit_state", "play"]

Json = dict[str, Any]

STACKS = ("dev", "stage", "prod")
PERSON = "Priyanka Raghunathan"
SECONDS = 300


def board(
    workspace: Workspace, *arguments: str, code: int | None = 0, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run `board` in a clone, on the emulator, with further variables in its environment."""
    return finished(
        [sys.executable, "-m", "gitops", "board", *arguments],
        folder=workspace.root,
        environment=workspace.environment(**{"EMULATOR": "1", **variables}),
        seconds=SECONDS,
        code=code,
    )


def play(workspace: Workspace) -> Json:
    """Let it all happen; return the SIDs of services by friendly name."""
    workspace.edit(lambda services: services.update(returns={"friendlyName": "acme-returns-stage"}), "stage")
    for stack in STACKS:
        workspace.make("up", "--yes --skip-preview", stack=stack, EMULATOR="1")
    sids = {each["friendly_name"]: each["sid"] for each in workspace.emulator.services()}

    # dev: a policy refuses the name of a person.
    workspace.edit(lambda services: services.update(billing={"friendlyName": f"{PERSON}'s billing"}))
    workspace.make("up", "--yes --skip-preview", code=2, EMULATOR="1")

    # stage: somebody was at the Console; then a run was killed while it made a role.
    hook = {"PostWebhookUrl": "https://elsewhere.example/x"}
    answer = requests.post(
        f"{workspace.emulator.url}/v1/Services/{sids['acme-support-stage']}/Configuration/Webhooks",
        data=hook,
        auth=(ACCOUNT_SID, "emulator"),
        timeout=SECONDS,
    )
    answer.raise_for_status()
    workspace.emulator.rename(sids["acme-appointments-stage"], "Zoe Roe")
    workspace.emulator.delete_service(sids["acme-delivery-updates-stage"])
    finished(
        [sys.executable, "-m", "gitops", "drift-report", "--stack=stage", "--allow-changes", "--out=reports"],
        folder=workspace.root,
        environment=workspace.environment(EMULATOR="1"),
        seconds=SECONDS,
    )
    edit_state(workspace, "stage", _interrupt)

    # prod: a replacement has left a service whose deletion is refused, and a change waits.
    workspace.emulator.add_conversations(sids["acme-appointments-prod"], 1)
    successor = requests.post(
        f"{workspace.emulator.url}/v1/Services",
        data={"FriendlyName": "acme-appointments-prod"},
        auth=(ACCOUNT_SID, "emulator"),
        timeout=SECONDS,
    ).json()["sid"]
    edit_state(
        workspace, "prod", lambda latest: _leave_over(latest, sids["acme-appointments-prod"], successor)
    )

    def change(services: Json) -> None:
        services["support"]["configuration"]["reachabilityEnabled"] = False
        services["delivery-updates"]["friendlyName"] = "acme-deliveries-prod"

    workspace.edit(change, "prod")
    return sids


def edit_state(workspace: Workspace, stack: str, change: Callable[[Json], None]) -> None:
    """Change what a state's file says, as a run that did not end well leaves it."""
    path = _state(workspace, stack)
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document["checkpoint"]["latest"])
    path.write_text(json.dumps(document), encoding="utf-8")


def _state(workspace: Workspace, stack: str) -> Path:
    return workspace.root / f".emulator/state/.pulumi/stacks/conversation-services/{stack}.json"


def _interrupt(latest: Json) -> None:
    (role,) = (each for each in latest["resources"] if each["urn"].endswith("::appointments/planner"))
    latest["pending_operations"] = [{"type": "creating", "resource": {**role, "id": ""}}]
    latest["resources"].remove(role)


def _leave_over(latest: Json, sid: str, successor: str) -> None:
    """Let a replaced service wait for its deletion, under the SID that the emulator knows; its successor is new."""
    (own,) = (
        each
        for each in latest["resources"]
        if each.get("id") == sid and "ConversationService" in each["type"]
    )
    text = json.dumps(latest["resources"]).replace(sid, successor)
    latest["resources"] = [*json.loads(text), {**own, "delete": True}]
