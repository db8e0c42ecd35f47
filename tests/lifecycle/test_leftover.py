"""A service that was replaced and could not be deleted, because conversations came into it: three ways out."""

from __future__ import annotations

import pytest

from tests.support.workspace import Workspace

pytestmark = pytest.mark.timeout(300)

DELETE = "DELETE /v1/Services/{Sid}"


@pytest.fixture
def old(workspace: Workspace) -> str:
    """The SID of a service whose replacement is there and which itself has been given conversations.

    Its deletion was refused by the API first: the moment at which conversations come is a matter of luck otherwise.
    """
    workspace.make("up")
    sid = workspace.outputs()["support"]["sid"]
    workspace.edit(lambda services: services["support"].update(friendlyName="acme-helpdesk"))
    workspace.emulator.fault(DELETE, "status", status=403)
    workspace.make("up", code=2)
    workspace.emulator.clear_faults()
    workspace.emulator.add_conversations(sid, 2)
    return str(sid)


def holds(workspace: Workspace, sid: str) -> bool:
    """Tell whether the emulator has a service."""
    return sid in {service["sid"] for service in workspace.emulator.services()}


def test_leftover_that_is_emptied_goes_with_the_next_up(workspace: Workspace, old: str):
    """Until then every `up` is refused and names the ways out; nothing has to be declared."""
    refused = workspace.make("up", code=2)
    for service in workspace.emulator.services():
        if service["sid"] == old:
            for conversation in service["conversations"]:
                workspace.delete_conversation(old, conversation["sid"])
    workspace.make("up")
    workspace.make("preview", "--expect-no-changes")

    said = refused.stdout + refused.stderr
    assert "it holds conversations (at least 2)" in said
    assert f"TWILIO_GIVE_UP={old}" in said
    assert f"TWILIO_KEEP={old}" in said
    assert not holds(workspace, old)
    assert ["acme-appointments-dev", "acme-delivery-updates-dev", "acme-helpdesk"] == workspace.names()


def test_leftover_that_is_given_up_goes_with_its_conversations(workspace: Workspace, old: str):
    """It is named, so that nothing else goes with it."""
    other = workspace.outputs()["appointments"]["sid"]
    workspace.emulator.add_conversations(other, 1)

    workspace.make("up", TWILIO_GIVE_UP=old)
    workspace.make("preview", "--expect-no-changes")

    assert (False, True) == (holds(workspace, old), holds(workspace, other))


def test_leftover_that_is_kept_is_forgotten_by_the_state(workspace: Workspace, old: str):
    """Its conversations go on, and later runs, a destroy too, have nothing to do with it."""
    workspace.make("up", TWILIO_KEEP=old)
    workspace.make("preview", "--expect-no-changes")
    workspace.make("destroy")

    (left,) = workspace.emulator.services()
    assert (old, 2) == (left["sid"], len(left["conversations"]))


def test_leftover_is_given_up_by_the_stack_file(workspace: Workspace, old: str):
    """Where pipelines deploy, what is given up is reviewed, too."""
    path = workspace.root / "stacks" / "Pulumi.dev.yaml"
    path.write_text(path.read_text().replace("config:\n", f"config:\n  twilio:giveUp: [{old}]\n"))

    workspace.make("up")

    assert not holds(workspace, old)


def test_leftover_is_the_service_again_where_its_name_is_declared_again(workspace: Workspace, old: str):
    """What came into it is saved: the service made in its stead goes, for nothing is in that."""
    new = workspace.outputs()["support"]["sid"]
    workspace.edit(lambda services: services["support"].update(friendlyName="acme-support-dev"))

    workspace.make("up")
    workspace.make("preview", "--expect-no-changes")

    assert (True, False) == (holds(workspace, old), holds(workspace, new))
    assert old == workspace.outputs()["support"]["sid"]
    assert ["acme-appointments-dev", "acme-delivery-updates-dev", "acme-support-dev"] == workspace.names()
