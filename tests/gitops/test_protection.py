"""What protection says: the stack file's key."""

from __future__ import annotations

from typing import Any

import pytest

from gitops.environments.protection import with_keys
from gitops.events import Problem, Record
from tests.support.workspace import Workspace
from tools.stack_files import protection_hint

KEY = "conversation-services"
DOCUMENT: dict[str, Any] = {
    "config": {
        f"{KEY}:defaults": {"protect": True},
        f"{KEY}:services": {"a": {"protect": True}, "b": {}, "c": None},
        f"{KEY}:addresses": {"hotline": {"protect": True}},
    }
}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param([], "", id="nothing"),
        pytest.param(["a"], f"a ({KEY}:services.a.protect in stacks/Pulumi.qa.yaml)", id="its own"),
        pytest.param(["c", "b"], f"b, c ({KEY}:defaults.protect in stacks/Pulumi.qa.yaml)", id="that of all"),
        pytest.param(
            ["hotline"], f"hotline ({KEY}:addresses.hotline.protect in stacks/Pulumi.qa.yaml)", id="address"
        ),
        pytest.param(
            ["gone"], "gone (no longer in stacks/Pulumi.qa.yaml: declare it there again)", id="removed"
        ),
    ],
)
def test_hint_names_the_key_that_protects(names: list[str], expected: str):
    """Who is refused changes that key, in review, and nothing else."""
    hint = protection_hint("qa", DOCUMENT, names)

    assert expected in hint
    assert bool(names) == ("`make up STACK=qa`" in hint)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param(
            "resource a is protected and cannot be replaced\nhint: take the protect option off in the program",
            "resource a is protected and cannot be replaced\nhint: protected: a (",
            id="embedded",
        ),
        pytest.param(
            'unable to replace resource "urn:a"\nas it is currently marked for protection. To unprotect, remove …',
            'unable to replace resource "urn:a"\nas it is currently marked for protection\nhint: protected: a (',
            id="pulumi, replaced",
        ),
        pytest.param("something else: protect", "something else: protect", id="another error"),
    ],
)
def test_report_says_the_key_in_the_place_of_the_engines_advice(message: str, expected: str):
    """`pulumi state unprotect` would go past the review."""
    record = with_keys(Record(problems=(Problem("a", message),)), "qa", DOCUMENT)

    assert record.problems[0].message.startswith(expected)
    assert "To unprotect" not in record.problems[0].message


@pytest.mark.timeout(600)
def test_refused_destroy_and_report_name_the_stack_file_s_key(workspace: Workspace):
    """On both engines, in the terminal and in a report; the command that it names works."""
    workspace.make("up", "--yes --skip-preview", stack="prod", EMULATOR="1")
    workspace.edit_config(lambda config: config["conversation-services:services"].pop("appointments"), "prod")
    workspace.edit(lambda services: services["support"].update(friendlyName="acme-help-prod"), "prod")

    destroyed = workspace.make("destroy", "--yes", stack="prod", code=2, EMULATOR="1")
    reported = workspace.make("preview-report", stack="prod", code=2, EMULATOR="1").stdout.replace("`", "")

    default = f"{KEY}:defaults.protect in stacks/Pulumi.prod.yaml"
    assert (
        f"hint: protected: delivery-updates, support ({default}); appointments (no longer in"
        in destroyed.stderr
    )
    assert f"hint: protected: support ({default})" in reported
    assert "hint: protected: appointments (no longer in stacks/Pulumi.prod.yaml" in reported
    assert "state unprotect" not in reported
