"""What a state holds of Twilio."""

from __future__ import annotations

from typing import Any

import pytest

from gitops.environments.gone import removed
from gitops.environments.holding import Holding
from tools.state import State

ROOT_STACK = "urn:pulumi:qa::conversation-services::pulumi:pulumi:Stack::conversation-services-qa"


def resource(kind: str, name: str, **more: Any) -> dict[str, Any]:
    """Return a resource as a state has it."""
    made = {"type": f"pulumi-python:dynamic/twilio:{kind}", "custom": True, "id": "IS1", **more}
    return {"urn": f"urn:pulumi:qa::conversation-services::{made['type']}::{name}", **made}


STACK = {"urn": ROOT_STACK, "type": "pulumi:pulumi:Stack", "custom": False}
PROVIDER = resource("", "default", type="pulumi:providers:pulumi-python")
COMPONENT = resource("", "support", type="twilio:conversations:ConversationEnvironment", custom=False)
LOOK_UP = resource("ConversationService", "theirs", external=True)
SERVICE = resource("ConversationService", "support")
LEFT_OVER = resource("ConversationService", "support", delete=True, id="IS2")
CREATING = {"type": "creating", "resource": resource("Role", "support/agent")}


@pytest.mark.parametrize(
    ("resources", "pending", "empty", "text"),
    [
        pytest.param([], [], True, "", id="nothing"),
        pytest.param([STACK, PROVIDER, COMPONENT, LOOK_UP], [], True, "", id="nothing of its own at Twilio"),
        pytest.param(
            [STACK, SERVICE], [], False, "1 ConversationService; services: support (IS1)", id="a service"
        ),
        pytest.param(
            [LEFT_OVER, resource("Role", "support/agent")],
            [],
            False,
            "1 ConversationService, 1 Role; services: support (IS2)",
            id="left over by a replacement",
        ),
        pytest.param(
            [STACK],
            [CREATING],
            False,
            "unfinished since a run was killed: support/agent",
            id="killed creation",
        ),
    ],
)
def test_state_holds_what_is_at_twilio(
    resources: list[dict[str, Any]], pending: list[dict[str, Any]], empty: bool, text: str
):
    """Only what would be lost from sight keeps a stack from being removed; what may be there counts as there."""
    holding = Holding.of(State(resources, pending))

    assert (empty, text) == (holding.is_empty, str(holding))


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(["stacks/Pulumi.qa.yaml", "stacks/Pulumi.gone.yaml"], ["gone", "qa"], id="by name"),
        pytest.param(["stacks/Pulumi.dev.yaml"], [], id="changed, and there"),
        pytest.param(
            ["stacks/qa/billing.yaml", "other/stacks/Pulumi.qa.yaml", "stacks/Pulumi.-x.yaml"], [], id="none"
        ),
    ],
)
def test_stack_files_that_are_gone_are_removed_stacks(files: list[str], expected: list[str]):
    """A list of what is there never shows what is gone."""
    assert expected == removed(files)
