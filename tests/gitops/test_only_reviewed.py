"""What is masked or secret is deployed as it was reviewed, or not at all: on both engines."""

from __future__ import annotations

import json
from subprocess import CompletedProcess

import pytest

from gitops.review.digests import SALT
from tests.gitops.test_engines import gitops, leave_over, new_service
from tests.support.workspace import Workspace

KEY = "conversation-services:secrets.support.webhook.preWebhookUrl"
VARIABLES = {"PULUMI_CONFIG_PASSPHRASE": "correct horse", SALT: "0123456789abcdef" * 4}
NEITHER = ("jsmith", "mjones", "hunter2", "hunter3")
DEPLOY = ("deploy", "--stack", "dev", "--reviewed", "reports/dev.json", "--json")


def name_support(workspace: Workspace, name: str) -> None:
    """Declare the friendly name of the service that the scenes are about."""
    workspace.edit(lambda services: services["support"].update(friendlyName=name))


def keep(workspace: Workspace, token: str) -> None:
    """Put a secret URL into the stack file, sealed anew."""
    workspace.encrypt(KEY, f"https://hooks.acme.example/screen?token={token}", **VARIABLES)


def previewed(workspace: Workspace) -> CompletedProcess[str]:
    """Make the report that is reviewed."""
    return gitops(workspace, "preview-report", "--stack", "dev", "--out", "reports", **VARIABLES)


def stopped(done: CompletedProcess[str]) -> str:
    """Return why a deployment stopped, from the line after the first on."""
    assert 7 == done.returncode, done.stdout + done.stderr
    _, *lines = json.loads(done.stdout)["notes"]
    return "\n".join(lines)


@pytest.mark.timeout(900)
def test_name_that_a_policy_masks_and_secret_are_deployed_only_as_reviewed(workspace: Workspace):
    """Both sides show a mask, or nothing; a digest under the repository's salt tells them apart."""
    workspace.edit(lambda services: services["support"]["webhook"].pop("preWebhookUrl"))
    name_support(workspace, "acme-jsmith-dev")
    keep(workspace, "hunter2")
    reviewed = previewed(workspace)

    name_support(workspace, "acme-mjones-dev")
    renamed = gitops(workspace, *DEPLOY, **VARIABLES)
    name_support(workspace, "acme-jsmith-dev")
    keep(workspace, "hunter3")
    other_secret = gitops(workspace, *DEPLOY, **VARIABLES)
    keep(workspace, "hunter2")
    unsalted = gitops(workspace, *DEPLOY, **{**VARIABLES, SALT: ""})
    made = workspace.emulator.services()
    done = gitops(workspace, *DEPLOY, **VARIABLES)
    again = gitops(workspace, *DEPLOY, **VARIABLES)

    what = "create with values that are not shown, and not proved to be those reviewed"
    assert 7 == reviewed.returncode, reviewed.stdout + reviewed.stderr
    assert f"ConversationService support: {what}: friendly_name\nreview" in stopped(renamed)
    assert f"ServiceWebhook support: {what}: pre_webhook_url\nreview" in stopped(other_secret)
    assert f"{SALT} is not set for this run" in stopped(unsalted)
    assert [] == made
    assert (0, 0) == (done.returncode, again.returncode), done.stdout + again.stdout
    assert "acme-jsmith-dev" in workspace.names()
    printed = [each.stdout + each.stderr for each in (reviewed, renamed, other_secret, unsalted, done, again)]
    kept = (workspace.root / "reports" / "dev.json").read_text(encoding="utf-8")
    assert [] == [each for each in NEITHER if each in f"{printed}{kept}"]


@pytest.mark.timeout(900)
def test_rotated_secret_is_deployed_if_it_was_reviewed(workspace: Workspace):
    """Of an update, too: an engine does not tell which of two secrets it sets, nor that it sets one beside a word."""
    workspace.edit(lambda services: services["support"]["webhook"].pop("preWebhookUrl"))
    keep(workspace, "hunter2")
    workspace.make("up", code=0, EMULATOR="1", **VARIABLES)
    keep(workspace, "hunter3")
    workspace.edit(lambda services: services["support"]["webhook"].update(method="GET"))
    reviewed = previewed(workspace)
    untold = gitops(workspace, "preview-report", "--stack", "dev", **{**VARIABLES, SALT: ""})

    keep(workspace, "hunter4")
    other = gitops(workspace, *DEPLOY, **VARIABLES)
    keep(workspace, "hunter3")
    done = gitops(workspace, *DEPLOY, **VARIABLES)

    assert 7 == reviewed.returncode
    assert SALT not in reviewed.stdout
    assert f"without `{SALT}` no deployment can hold them against a review" in untold.stdout
    assert "update with values that are not shown, and not proved to be those reviewed" in stopped(other)
    assert 0 == done.returncode, done.stdout + done.stderr
    assert "token=hunter3" in str(workspace.emulator.state())


@pytest.mark.timeout(300)
@pytest.mark.parametrize("workspace", ["embedded"], indirect=True)
def test_short_salt_ends_a_command_before_anything_runs(workspace: Workspace):
    """What it hides could be guessed."""
    done = gitops(workspace, "preview-report", "--stack", "dev", **{SALT: "hunter2"})

    assert 1 == done.returncode
    assert f"error: {SALT} has 7 characters" in done.stderr
    assert "hunter2" not in done.stdout + done.stderr


@pytest.mark.timeout(900)
def test_adopted_and_imported_names_are_judged_beside_a_pending_deletion(workspace: Workspace):
    """Who reviews sees what a policy says of a name that is there already, and what an earlier run left to delete."""
    workspace.make("up", EMULATOR="1")
    left = new_service(workspace, "acme-support-dev")
    leave_over(workspace, "support", left)
    adopted = new_service(workspace, "acme-jsmith-dev")
    imported = new_service(workspace, "Priyanka Raghunathan's desk")
    workspace.edit(
        lambda services: services.update(
            agents={"friendlyName": "acme-jsmith-dev", "onNameConflict": "adopt"},
            desk={"friendlyName": "Priyanka Raghunathan's desk", "importSid": imported},
        )
    )

    refused = gitops(workspace, "preview-report", "--stack", "dev", "--json")
    workspace.edit(lambda services: services.pop("desk"))
    reviewed = gitops(workspace, "preview-report", "--stack", "dev", "--out", "reports", **VARIABLES)
    done = gitops(workspace, *DEPLOY, **VARIABLES)

    def told(text: str) -> tuple[set[tuple[str, str]], list[tuple[str, str]]]:
        report = json.loads(text)
        objections = {(each["enforcement"], each["resource"]) for each in report["violations"]}
        pending = [(each["op"], each["sid"]) for each in report["operations"] if each["left_over"]]
        return objections, pending

    kept = (workspace.root / "reports" / "dev.json").read_text(encoding="utf-8")
    advice = ("advisory", "agents")
    assert (2, 7, 0) == (refused.returncode, reviewed.returncode, done.returncode), done.stdout + done.stderr
    assert ({("mandatory", "desk"), advice}, [("delete", left)]) == told(refused.stdout)
    assert ({advice}, [("delete", left)]) == told(kept) == told(done.stdout)
    services = {service["sid"]: service["friendly_name"] for service in workspace.emulator.services()}
    assert ("acme-jsmith-dev", None) == (services[adopted], services.get(left))
    assert "Priyanka" not in refused.stdout + refused.stderr
