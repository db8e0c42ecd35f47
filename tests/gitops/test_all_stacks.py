"""`STACK=all`: every environment of the repository, in the order that stacks/order.yaml states."""

from __future__ import annotations

import pytest

from tests.support.workspace import Workspace

EMBEDDED = pytest.mark.parametrize("workspace", ["embedded"], indirect=True)
SERVICES = ("support", "appointments", "delivery-updates")


@pytest.mark.timeout(300)
@EMBEDDED
def test_up_of_all_stacks_goes_in_order_and_destroy_stops_at_the_first_refusal(workspace: Workspace):
    """The first comes first and is destroyed last, so a protected prod leaves everything as it is."""
    workspace.make("up", "--yes --skip-preview", stack="all", EMULATOR="1")
    created = [service["friendly_name"].rpartition("-")[2] for service in workspace.emulator.services()]
    refused = workspace.make("destroy", "--yes", stack="all", code=2, EMULATOR="1")

    assert ["dev"] * 3 + ["stage"] * 3 + ["prod"] * 3 == created
    assert "prod failed: the stacks after it are left as they are" in refused.stderr
    assert 9 == len(workspace.names())


@EMBEDDED
def test_order_that_is_missing_or_incomplete_runs_nothing_and_says_what_to_do(workspace: Workspace):
    """A new environment must be told its place before all of them are run."""
    order = workspace.root / "stacks" / "order.yaml"
    cases = {
        "- dev\n- prod*\n": "stacks/order.yaml: does not say where stage comes in the order\nhint: add its name",
        "dev: 1\n": "stacks/order.yaml: must be a list of stack names or patterns, first to last",
        "- [dev\n": "stacks/order.yaml:2:1: not valid YAML",
        None: "stacks/order.yaml: is missing\nhint: list the stacks in it",
    }
    told = {}
    for text in cases:
        order.unlink(missing_ok=True)
        if text is not None:
            order.write_text(text, encoding="utf-8")
        told[text] = workspace.make("up", stack="all", code=2, EMULATOR="1").stderr

    assert [] == [text for text, message in cases.items() if message not in told[text]]
    assert not (workspace.root / ".emulator" / "state").exists()
