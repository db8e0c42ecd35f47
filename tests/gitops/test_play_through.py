"""The whole way of a team, played: the commands that the workflow files run, in a clone, against the emulator."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.gitops.github_stand_in import REPOSITORY, GitHubStandIn
from tests.gitops.workflow_runner import Run, WorkflowRunner
from tests.support.workspace import Workspace

KEPT = (".venv", ".emulator", ".cache", "state")
NUMBER = 7


class Team:
    """A repository at GitHub, its clone, and what happens there."""

    def __init__(self, workspace: Workspace, github: GitHubStandIn) -> None:
        self.workspace = workspace
        self.github = github
        environment = workspace.environment(EMULATOR="1", **github.environment)
        self.runner = WorkflowRunner(workspace.root, environment, KEPT)

    def branch(self, name: str) -> None:
        """Begin a change."""
        self.workspace.git("switch", "-qc", name)

    def push(self, message: str) -> Run:
        """Commit everything and let the pull request's preview run."""
        self._commit("commit", "-qam", message)
        head = self._sha("HEAD")
        event = {
            "number": NUMBER,
            "base": {"sha": self._sha("main")},
            "head": {"repo": {"full_name": REPOSITORY}},
        }
        run = self._run("preview.yml", "pull_request", {"pull_request": event})
        self.github.add_run(head, run.conclusion, run.artifacts)
        return run

    def merge(self, name: str) -> Run:
        """Merge a branch and let the deployment run."""
        before, head = self._sha("main"), self._sha(name)
        self.workspace.git("switch", "-q", "main")
        self._commit("merge", "-q", "--no-ff", "-m", f"merge {name}", name)
        self.github.merge(self._sha("main"), NUMBER, head)
        return self.deploy(before)

    def deploy(self, before: str) -> Run:
        """Let the deployment of main run, as after a push from a commit."""
        return self._run("deploy.yml", "push", {}, before=before)

    def deploy_by_hand(self) -> Run:
        """Start the deployment by hand."""
        return self._run("deploy.yml", "workflow_dispatch", {})

    def look_for_drift(self) -> Run:
        """Let the scheduled watch run."""
        return self._run("drift.yml", "schedule", {})

    def names(self) -> dict[str, str]:
        """Return the SID of each service that exists, by friendly name."""
        return {service["friendly_name"]: service["sid"] for service in self.workspace.emulator.services()}

    def _run(self, workflow: str, name: str, event: dict[str, Any], before: str = "") -> Run:
        github = {
            "event_name": name,
            "event": {**event, "before": before},
            "repository": REPOSITORY,
            "ref": "refs/heads/main",
            "sha": self._sha("HEAD"),
            "token": self.github.environment["GITHUB_TOKEN"],
        }
        return self.runner.run(workflow, github, {"ENGINE": self.workspace.engine})

    def _commit(self, *arguments: str) -> None:
        self.workspace.git("-c", "user.name=t", "-c", "user.email=t@example.com", *arguments)

    def _sha(self, name: str) -> str:
        return self.workspace.git("rev-parse", name).strip()


def rename(old: str, new: str) -> Any:
    """Return a change of a stack file that gives a service another name."""

    def change(services: dict[str, Any]) -> None:
        (settings,) = (each for each in services.values() if each["friendlyName"] == old)
        settings["friendlyName"] = new

    return change


@pytest.mark.timeout(1800)
def test_the_way_from_a_branch_to_production_and_back_from_drift(workspace: Workspace, github: GitHubStandIn):
    """Review decides what is deployed; a refusal, a failure and a stale plan stop it; drift is seen and mended."""
    team = Team(workspace, github)

    # A person's name is refused, and shown nowhere.
    team.branch("billing")
    workspace.edit(
        lambda services: services.update(billing={"friendlyName": "Priyanka Raghunathan's billing"})
    )
    refused = team.push("Add billing")
    first_comment = github.comments[0]["body"]

    assert {
        "changed": "success",
        "preview": "failure",
        "comment": "failure",
        "rehearse": "skipped",
    } == refused.results
    assert {"preview dev": 2} == refused.codes("preview-report"), first_comment + refused.output
    assert {"comment": 2} == refused.codes("gitops comment")
    assert "refused by policy" in first_comment
    assert "Priyanka" not in f"{first_comment} {refused.output} {refused.artifacts}"

    # Mended and promoted, the same comment shows what will happen in each environment.
    workspace.edit(lambda services: services["billing"].update(friendlyName="acme-billing-dev"))
    workspace.make("promote", FROM="dev", TO="stage")
    workspace.make("promote", FROM="dev", TO="prod")
    reviewed = team.push("Give billing a name, and promote it")

    assert "success" == reviewed.conclusion
    assert {f"preview {stack}": 0 for stack in ("dev", "stage", "prod")} == reviewed.codes("preview-report")
    assert 1 == len(github.comments)
    assert "| prod | changes | 15 | - | - | - | - |" in github.comments[0]["body"]

    # Merged, it is deployed in order.
    merged = team.merge("billing")

    assert ["dev", "stage", "prod"] == [step.job for step in merged.steps if "gitops deploy" in step.command]
    assert "success" == merged.conclusion, merged.output
    assert 12 == len(team.names())
    page = merged.artifacts["board"]["index.html"].decode()
    assert [] == [sid for sid in team.names().values() if sid not in page]
    assert ("success", "skipped") == (merged.results["board"], merged.results["pages"])
    outputs = json.loads(merged.artifacts["deployed-prod"]["prod.outputs.json"])
    assert team.names()["acme-billing-prod"] == outputs["services"]["billing"]["sid"]

    # A stage that fails, here because somebody uses the service that would be replaced, stops prod.
    team.branch("helpdesk")
    workspace.edit(rename("acme-support-stage", "acme-helpdesk-stage"), "stage")
    workspace.edit(lambda services: services.update(returns={"friendlyName": "acme-returns-prod"}), "prod")
    before, base = team.names(), workspace.git("rev-parse", "main").strip()
    team.push("Rename the help desk, and add returns")
    (conversation,) = workspace.emulator.add_conversations(before["acme-support-stage"], 1)
    guarded = team.merge("helpdesk")

    assert ("skipped", "failure", "skipped") == tuple(
        guarded.results[stack] for stack in ("dev", "stage", "prod")
    )
    assert {"stage": 3} == guarded.codes("gitops deploy")
    assert before == team.names()

    # Run again when the service is gone, the plan is no longer the reviewed one.
    workspace.delete_conversation(before["acme-support-stage"], conversation)
    workspace.emulator.delete_service(before["acme-support-stage"])
    stale = team.deploy(base)

    assert {"stage": 7} == stale.codes("gitops deploy")
    assert "reviewed: replace, now: create" in stale.output
    assert "acme-helpdesk-stage" not in team.names()

    # A service renamed out of band is drift, told in one issue without the name that was given.
    workspace.emulator.rename(before["acme-billing-stage"], "Zoe Roe")
    drift = team.look_for_drift()

    assert {"drift dev": 0, "drift stage": 0, "drift prod": 0} == drift.codes("drift-report")
    assert [("open", ["drift"])] == [(issue["state"], issue["labels"]) for issue in github.issues]
    assert "| stage | drift |" in github.issues[0]["body"]
    told = f"ConversationService `billing` {before['acme-billing-stage']}: differs in `friendly_name`"
    assert told in github.issues[0]["body"]
    assert "Zoe" not in f"{github.issues} {drift.output} {drift.artifacts}"

    # By hand, today's plan is shown, approved and deployed; then nothing is left to tell.
    mended = team.deploy_by_hand()
    calm = team.look_for_drift()

    assert "success" == mended.conclusion, mended.output
    assert "success" == calm.conclusion
    everywhere = [f"acme-{name}" for name in ("appointments", "billing", "delivery-updates", "support")]
    expected = {f"{name}-{stack}" for name in everywhere for stack in ("dev", "stage", "prod")}
    assert (expected - {"acme-support-stage"}) | {"acme-helpdesk-stage", "acme-returns-prod"} == {
        *team.names()
    }
    assert ["closed"] == [issue["state"] for issue in github.issues]
