"""An account that was there before, brought under management by the commands that users type."""

from __future__ import annotations

import json
import os
import re
import signal
from typing import Any

import psutil
import pytest

from plain_yaml import load_text
from tests.adoption.accounts import client_of, mixed
from tests.support.waiting import wait_until
from tests.support.workspace import Workspace

pytestmark = pytest.mark.timeout(900)

PASSPHRASE: dict[str, Any] = {"PULUMI_CONFIG_PASSPHRASE": "correct horse"}
LAST = "GET /v1/Services/{ServiceSid}/Configuration/Notifications"
EMPTY = "# ours: nothing yet\nconfig:\n  conversation-services:services: {} # to come\n"


def begin(workspace: Workspace, text: str = EMPTY) -> str:
    """Start the emulator and give dev a stack file of this text; return the emulator's URL."""
    workspace.make("emulator")
    stack_file(workspace, text)
    return workspace.emulator.url


def stack_file(workspace: Workspace, text: str | None = None) -> str:
    """Return the text of dev's stack file, after it was written, if one is given."""
    path = workspace.root / "stacks" / "Pulumi.dev.yaml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    return path.read_text(encoding="utf-8")


def writes(workspace: Workspace) -> list[tuple[str, str]]:
    """Return method and path of the requests, since the log was emptied, that change something."""
    return [
        (each["method"], each["path"]) for each in workspace.emulator.requests() if each["method"] != "GET"
    ]


def test_account_of_forty_services_is_managed_without_a_request_that_writes(workspace: Workspace):
    """The promise: adopted, brought up, no drift and no change; then one value, and only that is sent."""
    url = begin(workspace)
    sids = mixed(url, 40)
    led = client_of(url).address_configurations.create(
        type="sms",
        address="+15550100",
        auto_creation_enabled=True,
        auto_creation_type="default",
        auto_creation_conversation_service_sid=sids[1],
    )
    workspace.emulator.clear_requests()

    done = workspace.make("adopt", **PASSPHRASE)
    text = stack_file(workspace)
    workspace.make("up", "--yes", **PASSPHRASE)
    drift = workspace.make("drift-report", "--json", **PASSPHRASE)
    preview = workspace.make("preview-report", "--json", **PASSPHRASE)
    before = writes(workspace)
    workspace.edit(lambda services: services["acme-desk-003"]["webhook"].update(method="GET"))
    workspace.make("up", "--yes", **PASSPHRASE)

    assert "40 services, 29 roles, 1 address to adopt" in done.stderr
    assert text.startswith("# ours: nothing yet\nconfig:\n  conversation-services:services: # to come\n")
    assert "s3cr3t" not in text + done.stdout + done.stderr
    assert "+15550100" not in text + done.stdout + done.stderr
    assert [] == before
    assert [[], []] == [json.loads(each.stdout)["drift"] for each in (drift, preview)]
    assert [] == json.loads(preview.stdout)["operations"]
    assert [("POST", f"/v1/Services/{sids[3]}/Configuration/Webhooks")] == writes(workspace)
    addresses = load_text(text)["config"]["conversation-services:addresses"]
    assert [led.sid] == [each["importSid"] for each in addresses.values()]


def test_table_is_printed_and_nothing_written(workspace: Workspace):
    """What is to come can be looked at before any file changes."""
    url = begin(workspace)
    (sid, *_) = mixed(url, 5)
    workspace.emulator.clear_requests()

    done = workspace.make("adopt", "--dry-run --name 'acme-desk-00[04]'")

    (head, *rows) = done.stdout.splitlines()
    assert ["SID", "LOGICAL NAME", "NAME AT TWILIO", "WHAT IS TAKEN"] == re.split(r"  +", head)
    plain, hidden = sorted(rows, key=lambda row: row.endswith("webhook (secret)"))
    assert [sid, "acme-desk-000", "acme-desk-000"] == plain.split()
    assert hidden.endswith("acme-desk-004   webhook (secret)")
    assert EMPTY == stack_file(workspace)
    assert [] == writes(workspace)


def test_wrong_credentials_and_arguments_end_in_one_error_each(workspace: Workspace):
    """Nothing is written, and no traceback is seen."""
    begin(workspace)

    wrong = workspace.make("adopt", "--service acme", code=2)
    refused = workspace.make(
        "adopt",
        code=2,
        TWILIO_API_KEY="SK" + "0" * 32,
        TWILIO_API_SECRET="x",
        TWILIO_BASE_URL=f"{workspace.emulator.url}/path",
    )

    assert "error: --service: must be the SID of a service" in wrong.stderr
    assert "error: dev: TWILIO_BASE_URL must be scheme, host and port only" in refused.stderr
    assert not any("Traceback" in done.stderr for done in (wrong, refused))
    assert EMPTY == stack_file(workspace)


def test_adoption_that_is_interrupted_goes_on_where_it_was(workspace: Workspace):
    """What was read whole is written, and nothing by halves; the next run adds the rest."""
    url = begin(workspace)
    sids = mixed(url, 30)
    workspace.emulator.clear_requests()
    # The last of what ten services need takes longer than anybody waits here.
    workspace.emulator.fault(LAST, "slow", skip=20, times=10, seconds=25)
    running = workspace.begin("adopt", new_session=True, **PASSPHRASE)
    wait_until(lambda: workspace.emulator.counts().get(LAST, 0) > 20, "the twenty-first service")

    family = psutil.Process(running.pid).children(recursive=True)
    os.killpg(running.pid, signal.SIGINT)
    code = running.wait(300)
    # make ends at once; what it has begun still writes.
    _, going_on = psutil.wait_procs(family, timeout=300)
    workspace.emulator.clear_faults()
    first = declared(workspace)
    workspace.make("adopt", **PASSPHRASE)

    assert code
    assert [] == going_on
    assert 0 < len(first) < 30
    assert {*sids} == {each["importSid"] for each in declared(workspace).values()}
    assert first == {name: each for name, each in declared(workspace).items() if name in first}


def declared(workspace: Workspace) -> dict[str, Any]:
    """Return the services that dev's stack file declares."""
    found: dict[str, Any] = load_text(stack_file(workspace))["config"]["conversation-services:services"]
    return found
