"""Environments come and go, played: in a clone, against the emulator, on both engines."""

from __future__ import annotations

import json
import subprocess
from typing import Any

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


FILE, KEY = "stacks/Pulumi.qa.yaml", "conversation-services:services"
BILLING = "# prod's billing\nbilling:\n  friendlyName: acme-billing-prod\n  onNameConflict: error\n"


def give_prod_its_own(workspace: Workspace) -> None:
    """Give prod what no copy may take along: an included file, an account, a secret, an adopted SID."""
    (workspace.root / "stacks" / "prod").mkdir()
    (workspace.root / "stacks" / "prod" / "billing.yaml").write_text(BILLING, encoding="utf-8")

    def change(config: dict[str, Any]) -> None:
        config["conversation-services:include"] = ["prod/*.yaml"]
        config["twilio:accountSid"] = "AC00112233445566778899aabbccddeeff"
        config["twilio:authToken"] = {"secure": "v1:c2VjcmV0:b2YgcHJvZA=="}
        config["conversation-services:services"]["appointments"]["importSid"] = f"IS{'0' * 32}"

    workspace.edit_config(change, "prod")
    workspace.git("add", "-A")
    workspace.git(*IDENTITY, "commit", "-qm", "prod's own")


def add(workspace: Workspace, *variables: str) -> subprocess.CompletedProcess[str]:
    """Run `make add-stack`; its NAME is taken from the command line alone."""
    return subprocess.run(
        ["make", "-s", "add-stack", *variables],
        cwd=workspace.root,
        env=workspace.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.timeout(600)
def test_added_environment_is_its_own_before_it_can_be_brought_up(workspace: Workspace):
    """A copy that keeps production's names and hosts talks to production's people."""
    give_prod_its_own(workspace)
    path, included = (workspace.root / "stacks" / name for name in ("Pulumi.qa.yaml", "qa/billing.yaml"))

    added = add(workspace, "FROM=prod", "NAME=qa")
    made = path.read_text(encoding="utf-8")
    refused = workspace.make("preview", stack="qa", code=2, EMULATOR="1")

    assert 0 == added.returncode, added.stderr
    assert {
        "wrote stacks/Pulumi.qa.yaml",
        "wrote stacks/qa/billing.yaml",
        "gave qa a place in stacks/order.yaml",
        f"fill in: {FILE}: twilio:authToken, with: pulumi config set --secret twilio:authToken --stack qa",
        f"fill in: {FILE}: {KEY}.support.webhook.postWebhookUrl: the host that takes the events of qa",
        f"check: {FILE}: conversation-services:defaults.protect: protect is as in prod",
    } <= {*added.stderr.splitlines()}
    assert [] == [
        text for text in ("secure", "AC0011", f"IS{'0' * 32}", "-prod", "hooks.acme") if text in made
    ]
    assert "# qa's billing\nbilling:\n  friendlyName: acme-billing-qa\n" in included.read_text(
        encoding="utf-8"
    )
    assert "must be filled in" in refused.stdout

    # What somebody wrote there instead is theirs to answer for, and said in every preview.
    path.write_text(made.replace("fill-in.invalid", "hooks.prod.acme.example"), encoding="utf-8")
    workspace.edit(lambda services: services["support"].update(friendlyName="acme-support-prod"), "qa")
    advised = workspace.make("preview", stack="qa", EMULATOR="1")
    path.write_text(made.replace("fill-in.invalid", "hooks.qa.acme.example"), encoding="utf-8")
    own = workspace.make("up", "--yes --skip-preview", stack="qa", EMULATOR="1")

    assert 'friendly_name of "support" names prod, and this is stack qa' in advised.stdout
    assert 'post_webhook_url of "support" is a host of prod' in advised.stdout
    assert "and this is stack qa" not in own.stdout
    assert "acme-billing-qa" in workspace.names()


@pytest.mark.parametrize("workspace", ["embedded"], indirect=True)
def test_environment_that_goes_takes_its_own_files_and_touches_no_other(workspace: Workspace):
    """Files that it alone included go with it, and are a change of nobody else; a shared one stays."""
    give_prod_its_own(workspace)
    (workspace.root / "stacks" / "shared").mkdir()
    (workspace.root / "stacks" / "shared" / "x.yaml").write_text("{}\n", encoding="utf-8")
    workspace.edit_config(
        lambda config: config["conversation-services:include"].append("shared/*.yaml"), "prod"
    )
    added = add(workspace, "FROM=prod", "NAME=qa")
    workspace.git("add", "-A")
    workspace.git(*IDENTITY, "commit", "-qm", "qa comes")

    removed = workspace.make("remove-stack", stack="qa", EMULATOR="1")
    workspace.git(*IDENTITY, "commit", "-qam", "qa goes")

    assert "stacks/shared/x.yaml is included by prod and qa alike" in added.stderr
    assert "deleted stacks/qa/billing.yaml, which qa alone included" in removed.stderr
    assert '["qa"]\n' == gitops(workspace, "changed-stacks", "--base", "HEAD~1")[1]
    assert "stacks/shared/x.yaml" in workspace.git("ls-files", "stacks")
    assert not (workspace.root / "stacks" / "qa").exists()


@pytest.mark.parametrize("workspace", ["embedded"], indirect=True)
def test_environment_that_cannot_be_added_leaves_nothing_behind(workspace: Workspace):
    """Half an environment would be deployed by the next change."""
    give_prod_its_own(workspace)
    (workspace.root / "stacks" / "old").mkdir()
    (workspace.root / "stacks" / "old" / "x.yaml").write_text("{}\n", encoding="utf-8")
    workspace.git("add", "-A")
    cases = {
        ("FROM=prod", "NAME=stage"): "there is a stack stage already",
        ("FROM=prod", "NAME=Prod"): "there is a stack Prod already",
        ("FROM=prod", "NAME=../x"): "NAME: '../x' is no name of a stack",
        ("FROM=prod", "NAME=all"): "NAME: all stands for all stacks",
        ("FROM=prod",): "NAME is missing\nhint: say which stack is meant: NAME=…",
        ("NAME=qa",): "FROM is missing",
        (
            "FROM=pord",
            "NAME=qa",
        ): "there is no stack file stacks/Pulumi.pord.yaml\nhint: did you mean FROM=prod?",
        ("FROM=prod", "NAME=old"): "stacks/old/x.yaml: there already, and old would take it for its own",
    }
    before = workspace.git("status", "--porcelain")

    told = {given: add(workspace, *given) for given in cases}

    assert [] == [given for given, text in cases.items() if f"error: {text}" not in told[given].stderr]
    assert {2} == {each.returncode for each in told.values()}
    assert before == workspace.git("status", "--porcelain")
