"""Environments come and go, played: in a clone, against the emulator, on both engines."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.gitops.github_stand_in import GitHubStandIn
from tests.gitops.test_play_through import Team
from tests.support.workspace import Workspace

IDENTITY = ("-c", "user.name=t", "-c", "user.email=t@example.com")
REMOVED = "stacks/Pulumi.stage.yaml is removed, and its state still holds what is at Twilio"


@pytest.mark.timeout(900)
def test_removed_stack_file_is_refused_until_its_services_are_gone(
    workspace: Workspace, github: GitHubStandIn
):
    """A file that is gone must not leave its services alive and unwatched: review, deployment and watch all say so."""
    for stack in ("stage", "prod"):
        workspace.make("up", "--yes --skip-preview", stack=stack, EMULATOR="1")
    team = Team(workspace, github)

    # In review it is a change of that stack, and refused.
    team.branch("no-stage")
    workspace.git("rm", "-q", "stacks/Pulumi.stage.yaml")
    refused = team.push("Remove stage")

    assert {"preview stage": 3} == refused.codes("preview-report"), refused.output
    assert {"comment": 3} == refused.codes("gitops comment")
    assert REMOVED in github.comments[0]["body"].replace("`", "")
    assert "acme-support-stage" in workspace.names()

    # Merged all the same, the deployment is red, and the watch does not forget it.
    merged = team.merge("no-stage")
    seen = team.look_for_drift()

    assert ("failure", {}) == (merged.conclusion, merged.codes("gitops deploy"))
    assert 3 == seen.codes("drift-report")["drift stage"]
    assert ["open"] == [issue["state"] for issue in github.issues]
    assert REMOVED in github.issues[0]["body"].replace("`", "")

    # Brought back, destroyed and removed in one step, nothing is left to say.
    workspace.git(*IDENTITY, "revert", "--no-edit", "-m", "1", "HEAD")
    early = workspace.make("remove-stack", stack="stage", code=2, EMULATOR="1")
    untouched = workspace.git("status", "--porcelain")
    workspace.make("destroy", "--yes", stack="stage", EMULATOR="1")
    done = workspace.make("remove-stack", stack="stage", EMULATOR="1")
    again = workspace.make("remove-stack", stack="stage", EMULATOR="1")

    assert "stage is not removed: its state (the emulator's rehearsals) still holds" in early.stderr
    assert "" == untouched
    assert "deleted stacks/Pulumi.stage.yaml" in done.stderr
    assert "took stage out of stacks/order.yaml" in done.stderr
    assert "removed the state of stage, which held nothing" in done.stderr
    assert "stage is gone already" in again.stderr
    assert [] == [*workspace.root.glob(".emulator/state/.pulumi/stacks/*/stage.json")]
    assert not (workspace.root / "stacks" / "Pulumi.stage.yaml").exists()

    team.branch("really-no-stage")
    reviewed = team.push("Remove stage")
    calm = team.look_for_drift()

    assert {"preview stage": 0} == reviewed.codes("preview-report"), reviewed.output
    assert "success" == reviewed.conclusion
    assert {"drift prod"} <= calm.codes("drift-report").keys()
    assert "drift stage" not in calm.codes("drift-report")
    assert [] == [name for name in workspace.names() if name.endswith("-stage")]


@pytest.mark.timeout(300)
def test_released_services_stay_and_their_stack_can_be_removed(workspace: Workspace):
    """Who gives an environment up need not lose its conversations: the state forgets, Twilio keeps."""
    workspace.make("up", "--yes --skip-preview", stack="prod", EMULATOR="1")
    names = workspace.names()
    requests = workspace.emulator.counts()

    asked = workspace.make("release", stack="prod", code=2, EMULATOR="1")
    released = workspace.make("release", "--yes", stack="prod", EMULATOR="1")
    twice = workspace.make("release", "--yes", stack="prod", EMULATOR="1")
    workspace.make("remove-stack", stack="prod", EMULATOR="1")

    assert "nothing was released: the state of prod (the emulator's rehearsals) holds" in asked.stderr
    assert "make release STACK=prod ARGS=--yes" in asked.stderr
    assert "released ConversationService support IS" in released.stderr
    assert "nothing was to be released" in twice.stderr
    assert names == workspace.names()
    assert requests == workspace.emulator.counts()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("workspace", ["embedded"], indirect=True)
def test_stack_without_file_is_known_by_order_and_by_state(workspace: Workspace):
    """`--all` forgets none that is still told of somewhere, and takes no name for one that nothing tells of."""
    workspace.make("up", "--yes --skip-preview", stack="stage", EMULATOR="1")
    order = workspace.root / "stacks" / "order.yaml"
    (workspace.root / "stacks" / "Pulumi.stage.yaml").unlink()
    (workspace.root / "stacks" / "Pulumi.prod.yaml").unlink()
    order.write_text("- dev\n- prod\n", encoding="utf-8")

    listed = gitops(workspace, "changed-stacks", "--all")
    code = {
        stack: gitops(workspace, "preview-report", "--stack", stack)[0] for stack in ("stage", "prod", "qa")
    }

    assert (0, ["dev", "prod", "stage"]) == (listed[0], json.loads(listed[1]))
    assert {"stage": 3, "prod": 0, "qa": 1} == code
    assert 3 == gitops(workspace, "deploy", "--stack", "stage", "--reviewed", "none.json")[0]


def gitops(workspace: Workspace, *arguments: str) -> tuple[int, str]:
    """Run gitops in the clone, as its pipelines do; give exit code and result."""
    done = subprocess.run(
        [".venv/bin/python", "-m", "gitops", *arguments],
        cwd=workspace.root,
        env=workspace.environment(EMULATOR="1"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout
