"""Names and owners as users meet them: `make` in a clone, on both engines."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.workspace import Workspace

pytestmark = pytest.mark.timeout(400)

Json = dict[str, Any]


def declare(workspace: Workspace, **names: str) -> None:
    """Declare nothing but these services, by logical name."""

    def change(services: Json) -> None:
        services.clear()
        services.update({logical: {"friendlyName": name} for logical, name in names.items()})

    workspace.edit(change)


def sids(workspace: Workspace) -> dict[str, str]:
    """Return the SIDs at the emulator by name."""
    return {service["friendly_name"]: service["sid"] for service in workspace.emulator.services()}


def owned(workspace: Workspace) -> dict[str, str]:
    """Return the SIDs in the state by logical name."""
    return {name: output["sid"] for name, output in workspace.outputs().items()}


def test_swap_of_names_is_refused_in_the_preview_and_done_in_two_runs(workspace: Workspace):
    """The hint is a way that works, and until it is gone nothing has changed."""
    declare(workspace, one="acme-one", two="acme-two")
    workspace.make("up")
    before = sids(workspace)

    declare(workspace, one="acme-two", two="acme-one")
    preview = workspace.make("preview", code=2)
    update = workspace.make("up", "--skip-preview", code=2)
    untouched = sids(workspace)
    declare(workspace, one="acme-three", two="acme-four")
    workspace.make("up")
    declare(workspace, one="acme-two", two="acme-one")
    workspace.make("up")
    workspace.make("preview", "--expect-no-changes")

    for done in (preview, update):
        printed = " ".join((done.stdout + done.stderr).split())
        assert "its new friendly_name is there already: IS" in printed
        assert "(in a swap each a third one), run up" in printed
    assert before == untouched
    after = sids(workspace)
    assert {"one": after["acme-two"], "two": after["acme-one"]} == owned(workspace)
    assert 2 == len(workspace.emulator.services())


def test_service_renamed_at_twilio_and_then_in_the_file_is_kept(workspace: Workspace):
    """Without a refresh in between: the update records the name, and the next run has nothing to do."""
    declare(workspace, one="acme-one")
    workspace.make("up")
    before = owned(workspace)
    workspace.emulator.rename(before["one"], "acme-renamed")

    declare(workspace, one="acme-renamed")
    update = workspace.make("up")
    workspace.make("preview", "--expect-no-changes")
    refresh = workspace.make("refresh")

    assert "1 updated" in update.stdout
    assert "replaced" not in update.stdout
    assert before == owned(workspace)
    assert {"acme-renamed": before["one"]} == sids(workspace)
    assert "updated" not in refresh.stdout


def test_service_that_two_resources_claim_is_told_and_stays_when_one_goes(workspace: Workspace):
    """Whichever an engine asks first, the run fails and names the other; the one that is removed lets go."""
    declare(workspace, one="acme-one")
    workspace.make("up")
    before = sids(workspace)

    declare(workspace, one="acme-one", thief="acme-one")
    workspace.edit(lambda services: services["thief"].update(importSid=before["acme-one"]))
    claimed = workspace.make("up", "--skip-preview", code=2)
    declare(workspace, one="acme-one")
    workspace.make("up")
    workspace.make("preview", "--expect-no-changes")

    printed = " ".join((claimed.stdout + claimed.stderr).split())
    assert re.search(
        r"another resource of this program (holds it: one|has it too, or is to adopt it: thief)", printed
    )
    assert before == sids(workspace)
    assert {"one": before["acme-one"]} == owned(workspace)


def test_moved_provider_is_healed_by_up(workspace: Workspace):
    """A shim keeps refresh and destroy going, an update that sends nothing renews the state, then the shim may go."""
    declare(workspace, one="acme-one")
    workspace.make("up")
    before = owned(workspace)
    workspace.git("mv", "providers", "twilio_conversations")
    for path in [workspace.root / "__main__.py", *workspace.root.glob("program/*.py")]:
        text = path.read_text(encoding="utf-8")
        path.write_text(
            re.sub(r"\b(from|import) providers\b", r"\1 twilio_conversations", text), encoding="utf-8"
        )
    shim = workspace.root / "providers" / "conversation_service.py"
    shim.parent.mkdir(exist_ok=True)
    shim.write_text("from twilio_conversations.conversation_service import ConversationServiceProvider\n")

    refresh = workspace.make("refresh")
    workspace.emulator.clear_requests()
    healed = workspace.make("up")
    asked = workspace.emulator.counts()
    shim.unlink()
    workspace.make("preview", "--expect-no-changes")
    workspace.make("refresh")
    kept = owned(workspace)
    workspace.make("destroy")

    assert "updated" not in refresh.stdout
    assert "1 updated" in healed.stdout
    assert {} == asked
    assert before == kept
    assert [] == workspace.emulator.services()
