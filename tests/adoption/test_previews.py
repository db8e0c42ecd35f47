"""A preview promises what the update keeps: on both engines, and in reports."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.adoption.accounts import services_of
from tests.adoption.test_adopting import begin, stack_file, writes
from tests.support.workspace import Workspace

pytestmark = pytest.mark.timeout(900)


def declare(workspace: Workspace, **services: Any) -> None:
    """Let dev declare these services, and nothing else."""
    stack_file(workspace, json.dumps({"config": {"conversation-services:services": services}}))


def test_name_that_is_there_and_adoption_that_cannot_be_fail_in_the_preview(workspace: Workspace):
    """They used to fail in the middle of the update, behind a preview that promised creations."""
    url = begin(workspace)
    sid = services_of(url).create(friendly_name="acme-taken").sid
    workspace.emulator.clear_requests()

    declare(workspace, desk={"friendlyName": "acme-taken"})
    taken = workspace.make("preview", code=2)
    report = workspace.make("preview-report", "--json", code=2)
    declare(workspace, desk={"friendlyName": "acme-renamed", "importSid": sid})
    differing = workspace.make("preview", code=2)
    declare(workspace, desk={"friendlyName": "acme-taken", "importSid": f"IS{'0' * 32}"})
    missing = workspace.make("preview", code=2)

    assert (
        f"[TC5001] cannot create conversation service: its friendly_name is there already: {sid}"
        in taken.stdout
    )
    (problem,) = json.loads(report.stdout)["errors"]
    assert ("desk", "TC5001") == (problem["resource"], problem["code"])
    assert "on_name_conflict: allow" in problem["message"]
    assert "it differs from what is declared in: friendly_name" in differing.stdout
    assert "there is none in this account" in missing.stdout
    assert [] == writes(workspace)


def test_preview_says_what_is_adopted(workspace: Workspace):
    """By SID and by name; the Pulumi CLI in a line of each, the embedded engine and reports by the word."""
    url = begin(workspace)
    services = services_of(url)
    by_sid, by_name = (services.create(friendly_name=name).sid for name in ("acme-one", "acme-two"))
    declare(
        workspace,
        one={"friendlyName": "acme-one", "importSid": by_sid, "webhook": {"method": "POST"}},
        two={"friendlyName": "acme-two", "onNameConflict": "adopt"},
        new={"friendlyName": "acme-new"},
    )

    preview = workspace.make("preview")
    report = json.loads(workspace.make("preview-report", "--json --allow-changes").stdout)

    found = {
        (each["type"].rpartition(":")[2], each["name"]): (each["op"], each["sid"])
        for each in report["operations"]
    }
    assert ("adopt", by_sid) == found["ConversationService", "one"]
    assert ("adopt", by_sid) == found["ServiceWebhook", "one"]
    assert ("create", "") == found["ConversationService", "new"]
    if workspace.engine == "pulumi":
        assert ("adopt", by_name) == found["ConversationService", "two"]
        for sid in (by_sid, by_name):
            assert f"adopt: takes over conversation service {sid}, and creates none" in preview.stdout
        assert "note: dev: 1 service to adopt and not to create" in preview.stderr
    else:
        assert " =  twilio:ConversationService one adopt\n" in preview.stdout
        assert "= 2 to adopt" in preview.stdout
