"""`importSid` leaves the files once it has done its work, and nothing else does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gitops.adoption.settle import settle
from gitops.stack_file import StackFile
from plain_yaml import load_text
from tools.state import State

SID, ROLE, OTHER, ADDRESS = "IS" + "1" * 32, "RL" + "1" * 32, "IS" + "2" * 32, "IG" + "1" * 32
TEXT = f"""\
# ours
config:
  conversation-services:services:
    desk: # first
      friendlyName: acme-desk
      importSid: {SID} # taken over
      roles:
        agent: {{type: conversation, permissions: [sendMessage], importSid: {ROLE}}}
    late:
      friendlyName: acme-late
      importSid: {OTHER}
  conversation-services:addresses:
    hotline: {{type: sms, address: '+15550100', importSid: {ADDRESS}}}
"""


def state(**held: str) -> State:
    """Return a state that holds these, by logical name."""
    return State(
        [{"urn": f"urn:pulumi:dev::p::t::{name.replace('_', '/')}", "id": sid} for name, sid in held.items()]
    )


def settled(found: State | None) -> tuple[Any, str]:
    """Settle the stack file; return the outcome, and its text."""
    target = StackFile.made("dev", Path("stacks/Pulumi.dev.yaml"), TEXT, load_text(TEXT))
    made = settle(target, found)
    return made, made.files[0].text if made.files else TEXT


def test_sids_that_the_state_holds_are_taken_out_and_all_else_stays():
    """Comments and what is not adopted yet included."""
    made, text = settled(state(desk=SID, desk_agent=ROLE, hotline=ADDRESS))

    expected = (
        TEXT.replace(f"      importSid: {SID} # taken over\n", "")
        .replace(f", importSid: {ROLE}", "")
        .replace(f", importSid: {ADDRESS}", "")
    )
    assert expected == text
    assert (3, ["services.late"]) == (made.settled, made.waiting)


def test_sid_that_another_resource_holds_stays():
    """Only where the state has it under this very name, the adoption is done."""
    made, text = settled(state(other=SID, hotline=ADDRESS))

    assert f"importSid: {SID}" in text
    assert 1 == made.settled


def test_without_a_state_nothing_is_taken_out():
    """The first `up` is still to come."""
    made, _ = settled(None)

    assert ([], 0, 4) == (made.files, made.settled, len(made.waiting))
