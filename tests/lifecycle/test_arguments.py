"""`ARGS` and `STACK` as a user types them, on a real engine."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.workspace import Workspace

URN = (
    "urn:pulumi:dev::conversation-services::twilio:conversations:ConversationEnvironment"
    "$pulumi-python:dynamic/twilio:ConversationService::support"
)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("workspace", [pytest.param("pulumi", marks=pytest.mark.real_engine)], indirect=True)
def test_target_of_a_urn_updates_that_service_alone(workspace: Workspace):
    """The `$` of a child's URN reaches the Pulumi CLI: of two renamed services one is replaced."""

    def rename(services: dict[str, Any]) -> None:
        for name in ("support", "appointments"):
            services[name]["friendlyName"] = f"acme-{name}-renamed"

    workspace.make("up")
    workspace.edit(rename)
    workspace.make("up", f"--skip-preview --target '{URN}' --target-dependents")

    assert ["acme-appointments-dev", "acme-delivery-updates-dev", "acme-support-renamed"] == workspace.names()


@pytest.mark.parametrize("workspace", ["embedded"], indirect=True)
def test_name_that_is_none_is_one_error_and_nothing_is_started(workspace: Workspace):
    """A quote in a name ends no command and begins none."""
    marker = workspace.root / "F"

    failed = workspace.make("up", stack=f"x'; touch {marker}; '", code=2)
    outside = workspace.make("up", stack="../dev", code=2)

    assert not marker.exists()
    assert not (workspace.root / ".emulator").exists()
    assert "is no name of a stack\nhint: a stack's name is 1 to 100 letters" in failed.stderr
    assert failed.stderr.startswith("error: STACK: ")
    assert outside.stderr.startswith("error: STACK: '../dev' is no name of a stack")


@pytest.mark.parametrize("variable", ["grpc_proxy", "https_proxy", "http_proxy"])
def test_proxy_for_the_world_is_none_between_an_engine_and_its_program(workspace: Workspace, variable: str):
    """They speak over loopback, where no company's proxy leads."""
    environment = {"EMULATOR": "1", variable: "http://127.0.0.1:9"}

    done = workspace.make("preview", code=0, **environment)

    assert "to create" in done.stdout
