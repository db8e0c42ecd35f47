"""Services in files beside the stack file, as users have them: `make` in a clone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.support.workspace import Workspace

pytestmark = pytest.mark.timeout(300)

DEV = ["acme-appointments-dev", "acme-delivery-updates-dev", "acme-support-dev"]
URL = "https://hooks.dev.acme.example/support/events?token=hunter2"


def stack_file(workspace: Workspace) -> Path:
    """Return dev's stack file."""
    return workspace.root / "stacks" / "Pulumi.dev.yaml"


def move_out(workspace: Workspace) -> dict[str, Any]:
    """Move all services of dev into a file each, which the stack file includes; give them."""
    yaml = YAML()
    document = yaml.load(stack_file(workspace).read_text(encoding="utf-8"))
    services: dict[str, Any] = document["config"].pop("conversation-services:services")
    document["config"]["conversation-services:include"] = ["dev/*.yaml"]
    yaml.dump(document, stack_file(workspace))
    (workspace.root / "stacks" / "dev").mkdir()
    for name, settings in services.items():
        write(workspace, name, settings)
    return services


def write(workspace: Workspace, name: str, settings: Any) -> None:
    """Write one service into its file."""
    YAML().dump({name: settings}, workspace.root / "stacks" / "dev" / f"{name}.yaml")


def test_services_move_into_included_files_without_a_change(workspace: Workspace):
    """Where a service stands means nothing; a change in its file is a change of the stack."""
    workspace.make("up")
    services = move_out(workspace)
    workspace.make("preview", "--expect-no-changes")

    write(workspace, "support", {**services["support"], "friendlyName": "acme-helpdesk-dev"})
    (workspace.root / "stacks" / "dev" / "appointments.yaml").write_text("{}\n", encoding="utf-8")
    workspace.make("up")

    assert ["acme-delivery-updates-dev", "acme-helpdesk-dev"] == workspace.names()


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        pytest.param(
            "dev/support.yaml",
            "support: {friendyName: acme}",
            "stacks/dev/support.yaml: support.friendyName: is no setting of a service; did you mean friendlyName?",
            id="key",
        ),
        pytest.param(
            "dev/more.yaml",
            "support: {friendlyName: acme}",
            "stacks/dev/support.yaml: support: is declared in stacks/dev/more.yaml too",
            id="twice",
        ),
        pytest.param("dev/more.yaml", "[", "stacks/dev/more.yaml:2:1: not valid YAML", id="YAML"),
    ],
)
def test_wrong_included_file_is_one_error_before_any_request(
    workspace: Workspace, file: str, text: str, message: str
):
    """File and key stand in the error, and no traceback does."""
    move_out(workspace)
    (workspace.root / "stacks" / file).write_text(text, encoding="utf-8")
    workspace.make("emulator")

    failed = workspace.make("up", code=2)
    printed = failed.stdout + failed.stderr

    assert message in printed
    assert "Traceback" not in printed
    assert {} == workspace.emulator.counts()


def test_secret_url_of_an_included_service_reaches_twilio_and_nothing_else(workspace: Workspace):
    """It is encrypted in the stack file, and no state, history or display holds it."""
    services = move_out(workspace)
    del services["support"]["webhook"]["postWebhookUrl"]
    write(workspace, "support", services["support"])
    passphrase = "correct horse"
    key = "conversation-services:secrets.support.webhook.postWebhookUrl"
    workspace.encrypt(key, URL, PULUMI_CONFIG_PASSPHRASE=passphrase)

    done = workspace.make("up", "--show-full-output", PULUMI_CONFIG_PASSPHRASE=passphrase)

    assert URL in str(workspace.emulator.state())
    assert DEV == workspace.names()
    assert [] == workspace.kept("hunter2")
    assert "hunter2" not in done.stdout + done.stderr + stack_file(workspace).read_text(encoding="utf-8")
