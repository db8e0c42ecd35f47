"""The main job, as its users do it: `make` in a clone, from the first `up` to an empty account."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.workspace import Workspace

pytestmark = pytest.mark.timeout(300)

DEV = ["acme-appointments-dev", "acme-delivery-updates-dev", "acme-support-dev"]
SID = re.compile(r"IS[0-9a-f]{32}")
LAUGHS = "a0: &a0 1\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9))


def renamed(services: dict[str, Any]) -> None:
    """Give one service of a stack file another name."""
    services["support"]["friendlyName"] = "acme-helpdesk"


def sids(workspace: Workspace) -> dict[str, str]:
    """Return the SID of each service that the emulator holds, by friendly name."""
    return {service["friendly_name"]: service["sid"] for service in workspace.emulator.services()}


def test_dev_goes_up_twice_and_down_without_a_question(workspace: Workspace):
    """The second `up` changes nothing, outputs are JSON, nothing under version control changes, destroy empties."""
    first = workspace.make("up")
    created = workspace.names()
    second = workspace.make("up")
    workspace.make("preview", "--expect-no-changes")
    outputs = workspace.outputs()
    changed = workspace.git("status", "--porcelain")
    workspace.make("destroy")

    assert DEV == created
    assert "18 created" in first.stdout
    assert "18 unchanged" in second.stdout
    assert DEV == sorted(service["friendlyName"] for service in outputs.values())
    assert all(SID.fullmatch(service["sid"]) for service in outputs.values())
    assert "" == changed
    assert [] == workspace.emulator.services()


def test_rename_is_refused_while_conversations_exist_and_replaces_when_none_do(workspace: Workspace):
    """The guard speaks in the preview already, and nothing has happened to any service by then."""
    workspace.make("up")
    before = sids(workspace)
    (conversation,) = workspace.emulator.add_conversations(before["acme-support-dev"], 1)
    workspace.edit(renamed)

    preview = workspace.make("preview", code=2)
    update = workspace.make("up", code=2)
    while_guarded = sids(workspace)
    workspace.delete_conversation(before["acme-support-dev"], conversation)
    workspace.make("up")
    after = sids(workspace)

    assert "it holds conversations (at least 1)" in preview.stdout + preview.stderr
    assert "it holds conversations (at least 1)" in update.stdout + update.stderr
    assert before == while_guarded
    assert sorted([*DEV[:2], "acme-helpdesk"]) == sorted(after)
    assert after["acme-helpdesk"] != before["acme-support-dev"]
    assert {name: before[name] for name in DEV[:2]} == {name: after[name] for name in DEV[:2]}


def test_force_destroy_in_the_stack_file_lets_a_rename_replace_a_full_service(workspace: Workspace):
    """Whoever means it says so in the file that is reviewed, first."""
    workspace.make("up")
    before = sids(workspace)
    workspace.emulator.add_conversations(before["acme-support-dev"], 2)

    workspace.edit(lambda services: services["support"].update(forceDestroy=True))
    workspace.make("up")
    unmoved = sids(workspace)
    workspace.edit(renamed)
    workspace.make("up")

    assert before == unmoved
    assert sorted([*DEV[:2], "acme-helpdesk"]) == workspace.names()


def test_drift_is_seen_by_refresh_and_mended_by_up(workspace: Workspace):
    """One service deleted and one renamed behind Pulumi's back come back as declared."""
    workspace.make("up")
    before = sids(workspace)
    workspace.emulator.delete_service(before["acme-support-dev"])
    workspace.emulator.rename(before["acme-appointments-dev"], "renamed-in-the-console")

    unseen = workspace.make("preview", "--expect-no-changes")
    seen = workspace.make("refresh")
    workspace.make("up")

    assert "18 unchanged" in unseen.stdout
    assert "1 updated" in seen.stdout
    assert "7 deleted" in seen.stdout  # the service, and the six settings and roles that went with it
    assert DEV == workspace.names()


@pytest.mark.parametrize("stack", ["stage", "prod"])
def test_stage_and_prod_rehearse_on_the_emulator_only_when_told_to(workspace: Workspace, stack: str):
    """Without credentials nothing happens; with EMULATOR=1 and --yes the whole way is played."""
    refused = workspace.make("up", "--yes", stack=stack, code=2)
    workspace.make("up", "--yes", stack=stack, EMULATOR="1")
    created = workspace.names()
    workspace.make("preview", "--expect-no-changes", stack=stack, EMULATOR="1")
    protected = workspace.make(
        "destroy", "--yes", stack=stack, EMULATOR="1", code=2 if stack == "prod" else 0
    )
    kept = workspace.names()

    assert "needs Twilio credentials" in refused.stderr
    assert [name.replace("dev", stack) for name in DEV] == created
    if stack == "prod":
        assert "protect" in protected.stdout + protected.stderr
        assert created == kept
        path = workspace.root / "stacks" / "Pulumi.prod.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("protect: true", "protect: false"))
        refused_by_policy = workspace.make("up", "--yes", stack=stack, EMULATOR="1", code=2)
        assert "protected-in-production" in refused_by_policy.stdout
        workspace.make("up", "--yes --policy-pack-config policy/decommission.json", stack=stack, EMULATOR="1")
        workspace.make("destroy", "--yes", stack=stack, EMULATOR="1")
    assert [] == workspace.emulator.services()


def test_confirmation_is_needed_off_dev_without_a_terminal(workspace: Workspace):
    """A pipeline that forgot --yes changes nothing."""
    refused = workspace.make("up", stack="stage", EMULATOR="1", code=2)

    assert "--yes" in refused.stderr
    assert [] == workspace.emulator.services()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "friendlyName: acme-support-dev",
            "friendyName: acme-support-dev",
            "conversation-services:services.support.friendyName: is no setting of a service; "
            "did you mean friendlyName?",
            id="mistyped key",
        ),
        pytest.param(
            "acme-support-dev",
            '""',
            "conversation-services:services.support.friendlyName: must have 1 to 256 characters",
            id="empty name",
        ),
        pytest.param("config:", "config: [", "not valid YAML", id="broken YAML"),
        pytest.param("config:", f"{LAUGHS}config:", "more than 500,000 values", id="aliases of aliases"),
        pytest.param("config:", "config: " + "[" * 20_000, "more than 64 maps and lists", id="brackets"),
    ],
)
def test_wrong_stack_file_is_one_error_before_any_request(
    workspace: Workspace, old: str, new: str, message: str
):
    """File, key and remedy stand in the error, and no traceback does."""
    path = workspace.root / "stacks" / "Pulumi.dev.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new))
    workspace.make("emulator")

    failed = workspace.make("up", code=2)
    printed = failed.stdout + failed.stderr

    assert "stacks/Pulumi.dev.yaml:" in printed
    assert message in printed
    assert "Traceback" not in printed
    assert {} == workspace.emulator.counts()


def test_unknown_stack_is_refused_with_the_nearest_name(workspace: Workspace):
    """A mistyped STACK creates nothing."""
    failed = workspace.make("up", stack="prd", code=2)

    assert "error: there is no stack file stacks/Pulumi.prd.yaml" in failed.stderr
    assert "hint: did you mean STACK=prod?" in failed.stderr
