"""The guides' commands, run as they stand there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.gitops.test_drift import api, sids
from tests.gitops.test_engines import leave_over, new_service
from tests.support.workspace import Workspace

GUIDES = Path(__file__).resolve().parents[2] / "docs" / "guides"
SECONDS = 300


def commands(guide: str) -> list[str]:
    """Return the command lines of a guide's blocks, in order; a comment and what a line goes on with are part of it."""
    text = (GUIDES / f"{guide}.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^( *)```bash\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    return [line.strip() for _, block in blocks for line in block.splitlines() if line.strip()]


def played(
    workspace: Workspace, lines: list[str], *, given: str = "", **variables: str
) -> Iterator[tuple[int, str]]:
    """Run command lines in a shell, one after the other, and answer them; give exit code and output of each."""
    for line in lines:
        done = subprocess.run(
            ["sh", "-c", line],
            cwd=workspace.root,
            env=workspace.environment(**variables),
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        yield done.returncode, done.stdout + done.stderr


@pytest.mark.timeout(900)
def test_guide_to_drift_leads_to_none(workspace: Workspace):
    """Seen, understood, mended; make turns 7 into 2."""
    workspace.make("up", EMULATOR="1")
    support = sids(workspace)["acme-support-dev"]
    api(workspace, "POST", f"Services/{support}/Configuration", ReachabilityEnabled="false")

    seen = [*played(workspace, commands("drift"), EMULATOR="1")]

    assert [2, 0, 0, 0] == [code for code, _ in seen], seen
    assert f"ServiceConfiguration `support` {support}: differs in `reachability_enabled`" in seen[0][1]
    assert "### dev: no drift" in seen[3][1]


@pytest.mark.timeout(900)
def test_guide_to_environments_adds_one_and_leaves_nothing_of_it(workspace: Workspace):
    """Copied, looked through, brought up; destroyed, with nothing left to release, and taken away."""
    before = workspace.git("ls-files", "stacks")

    seen = [*played(workspace, commands("environments"), EMULATOR="1")]

    assert [0] * 7 == [code for code, _ in seen], seen
    assert "gave qa a place in stacks/order.yaml" in seen[0][1]
    assert "# check: is hooks.qa.acme.example right?" in seen[1][1]
    assert "acme-support-qa" in seen[3][1]
    assert "holds nothing: nothing was to be released" in seen[5][1]
    assert "removed the state of qa, which held nothing" in seen[6][1]
    assert [] == workspace.names()
    assert ("", before) == (workspace.git("status", "--porcelain"), workspace.git("ls-files", "stacks"))


@pytest.mark.timeout(900)
def test_guide_to_promoting_leaves_nothing_to_look_at(workspace: Workspace):
    """The secret is marked, set by the command that the guide shows, and the target previews with it."""
    begin = "pulumi" if workspace.engine == "pulumi" else ".venv/bin/python -m offline.engine"
    place = "conversation-services:services.billing.webhook.postWebhookUrl"
    variables = {
        "PULUMI_BACKEND_URL": f"file://{workspace.root / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "passphrase",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    workspace.edit(lambda services: services.update(billing={"friendlyName": "acme-billing-dev"}))
    made = [
        *(f"{begin} stack init {stack} --non-interactive" for stack in ("dev", "stage")),
        f"{begin} config set --secret --path '{place}' --stack dev",
    ]
    assert [0] * 3 == [code for code, _ in played(workspace, made, given="https://d.example/t", **variables)]
    lines = [re.sub("^pulumi ", f"{begin} ", line) for line in commands("promoting")]

    seen = [*played(workspace, lines, given="https://s.example/token", **variables)]

    assert [0] * 6 == [code for code, _ in seen], seen
    assert "! services.billing.webhook.postWebhookUrl  [secret]  -" in re.sub(" {3,}", "  ", seen[0][1])
    assert lines[2] in seen[1][1]
    assert "0 to look at (!)" in seen[4][1]
    assert "token" not in "".join(text for _, text in seen)


@pytest.mark.timeout(900)
def test_guide_to_adopting_writes_nothing_at_twilio(workspace: Workspace):
    """In, without a trace of what was there before; out again; and as a program, all by the lines of the guide."""
    workspace.make("emulator")
    (workspace.root / "stacks" / "Pulumi.dev.yaml").write_text("config: {}\n", encoding="utf-8")
    support = api(workspace, "POST", "Services", FriendlyName="acme-support")["sid"]
    api(workspace, "POST", f"Services/{support}/Configuration", ReachabilityEnabled="true")
    api(workspace, "POST", "Services", FriendlyName="acme-billing")
    workspace.emulator.clear_requests()

    seen = [*played(workspace, commands("adopting"), EMULATOR="1")]

    assert [0] * 11 == [code for code, _ in seen], seen
    dry, wrote, preview, _, drift, settled, _, released, report, _, program = (text for _, text in seen)
    assert "acme-support    3 roles, configuration" in dry
    assert "wrote stacks/Pulumi.dev.yaml: 2 services, 3 roles to adopt" in wrote
    assert "adopt" in preview
    assert "### dev: no drift" in drift
    assert "5 importSid taken out" in settled
    assert f"acme-support ({support}) is managed no longer" in released
    assert f"release ConversationService {support}" in report
    assert "delete" not in report
    assert f'import_sid="{support}"' in program
    assert {"GET"} == {each["method"] for each in workspace.emulator.requests()}
    assert ["acme-billing"] == [*workspace.outputs(EMULATOR="1")]


@pytest.mark.timeout(900)
def test_guide_to_rotating_credentials_sets_a_token_that_is_never_shown(workspace: Workspace):
    """One line of the stack file is added, and the state needs no deployment."""
    begin = "pulumi" if workspace.engine == "pulumi" else ".venv/bin/python -m offline.engine"
    watch, sets = commands("rotating-credentials")
    variables = {
        "PULUMI_BACKEND_URL": f"file://{workspace.root / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "passphrase",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    workspace.make("up", EMULATOR="1")
    token = "0123456789abcdef" * 2
    lines = [f"{begin} stack init dev --non-interactive", re.sub("^pulumi ", f"{begin} ", sets)]

    done = [*played(workspace, lines, given=token, **variables)]
    changed = workspace.git("diff", "--unified=0", "--", "stacks/Pulumi.dev.yaml")
    seen = [*played(workspace, [watch], EMULATOR="1")]

    assert [0, 0] == [code for code, _ in done], done
    assert ["twilio:authToken"] == re.findall(r"^\+ *(twilio:\w+):", changed, re.MULTILINE)
    assert token not in "".join([changed, *(text for _, text in (*done, *seen))])
    assert [0] == [code for code, _ in seen], seen
    assert "### dev: no drift" in seen[0][1]


def leave_lock(workspace: Workspace) -> None:
    """Lock dev as a run on another machine does, which is dead since."""
    locks = workspace.root / ".emulator/state/.pulumi/locks/organization/conversation-services/dev"
    locks.mkdir(parents=True, exist_ok=True)
    lock = {"pid": 1, "username": "runner", "hostname": "elsewhere", "timestamp": "2026-11-26T12:00:00Z"}
    (locks / "5d1e2c6a-9f0b-4a57-8c54-0d7a8d8f6c11.json").write_text(json.dumps(lock), encoding="utf-8")


def adopts(config: dict[str, Any]) -> None:
    """Declare what the guide to disasters says of a state that is lost."""
    config["conversation-services:defaults"] = {"onNameConflict": "adopt"}


@pytest.mark.timeout(900)
def test_guide_to_disasters_brings_back_a_lost_state_a_lock_and_a_pending_delete(workspace: Workspace):
    """Each by the guide's own lines: nothing is made twice, and only what is given up is deleted."""
    lost, take_over, settle, watch, cancel, unlocked, report, give_up, whole = commands("disaster")
    workspace.make("up", EMULATOR="1")
    before = sids(workspace)
    shutil.rmtree(workspace.root / ".emulator" / "state")
    workspace.emulator.clear_requests()

    seen = [*played(workspace, [lost], EMULATOR="1")]
    workspace.edit_config(adopts)
    seen += played(workspace, [take_over], EMULATOR="1")
    workspace.git("checkout", "-q", "stacks")
    seen += played(workspace, [settle, watch], EMULATOR="1")

    code, refusal = seen[0]
    (shown,) = re.findall(r"^ *```text\n *(.*)$", (GUIDES / "disaster.md").read_text("utf-8"), re.MULTILINE)
    assert 2 == code, refusal
    assert re.search(re.escape(shown).replace("IS…", "IS[0-9a-f]{32}"), refusal)
    assert [0] * 3 == [code for code, _ in seen[1:]], seen
    assert "### dev: no drift" in seen[3][1]
    assert before == sids(workspace)
    assert {"GET"} == {each["method"] for each in workspace.emulator.requests()}

    leave_lock(workspace)

    seen = [*played(workspace, [unlocked, cancel, unlocked], EMULATOR="1")]

    assert [2, 0, 0] == [code for code, _ in seen], seen
    assert "locked by" in seen[0][1]

    left = new_service(workspace, "acme-support-dev")
    leave_over(workspace, "support", left)
    api(workspace, "POST", f"Services/{left}/Conversations")
    assert "IS…" in give_up

    seen = [*played(workspace, [report, unlocked, give_up.replace("IS…", left), whole], EMULATOR="1")]

    assert [2, 2, 0, 0] == [code for code, _ in seen], seen
    assert f"{left}: `friendly_name` `acme-support-dev`, left over" in seen[0][1]
    assert "[TC3001]" in seen[1][1]
    assert before == sids(workspace)


def test_every_guide_is_played():
    """A guide that nobody runs goes stale; some are played beside what they are about."""
    tests = Path(__file__).resolve().parents[1]
    played_somewhere = {
        guide
        for path in tests.rglob("test_*.py")
        for guide in re.findall(r'commands\("([a-z-]+)"\)', path.read_text(encoding="utf-8"))
    }

    assert {each.stem for each in GUIDES.glob("*.md") if commands(each.stem)} == played_somewhere
