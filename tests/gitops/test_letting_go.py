"""One service leaves the files and the state, and stays at Twilio: what the change is, and what it is refused for."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitops.environments.holding import Holding, Thing
from gitops.environments.letting_go import KEEP, kept_sids, release_service, with_released
from gitops.events import Operation, Record
from gitops.exits import GitopsError
from gitops.stack_file import StackFile
from plain_yaml import load_text
from providers._resource.release import read_release
from tests.gitops.event_log import SERVICE

SID, OTHER = "IS" + "1" * 32, "IS" + "2" * 32
TEXT = """\
# head
config:
{keep}  conversation-services:services:
    desk: {{friendlyName: acme-desk}} # ours
    support:
      friendlyName: acme-support
  conversation-services:secrets:
    desk: {{webhook: {{postWebhookUrl: {{secure: 'v1:a:b'}}}}}}
    support: {{webhook: {{postWebhookUrl: {{secure: 'v1:a:c'}}}}}}
  conversation-services:addresses:
    hotline: {{type: sms, address: '+1', autoCreation: {{service: support}}}}
"""
HOLDING = Holding((Thing("ConversationService", "desk", SID), Thing("ConversationService", "support", OTHER)))


def stack(keep: str = "") -> StackFile:
    """Return the files of a stack with two services."""
    text = TEXT.format(keep=keep)
    return StackFile.made("dev", Path("stacks/Pulumi.dev.yaml"), text, load_text(text))


@pytest.mark.parametrize(
    ("keep", "kept"),
    [
        ("", [SID]),
        (f"  twilio:keep: {OTHER}\n", f"{OTHER}, {SID}"),
        (f"  twilio:keep: [{OTHER}]\n", [OTHER, SID]),
        (f"  twilio:keep: [{SID}]\n", [SID]),
    ],
)
def test_entry_goes_and_the_sid_is_kept(keep, kept):
    """In one change, with its secrets, and nothing else is touched."""
    done = release_service(stack(keep), HOLDING, "desk")

    (file,) = done.files
    config = load_text(file.text)["config"]
    assert kept == config["twilio:keep"]
    assert ["support"] == [*config["conversation-services:services"]]
    assert ["support"] == [*config["conversation-services:secrets"]]
    assert file.text.startswith("# head\n")
    assert {*file.text.splitlines()} - {*file.before.splitlines()} <= {
        line for line in file.text.splitlines() if "keep" in line or SID in line
    }


@pytest.mark.parametrize(
    ("name", "holding", "said"),
    [
        ("desc", HOLDING, "declares no service of that name\nhint: did you mean desk?"),
        ("desk", Holding(), "the state of dev does not hold desk"),
        ("support", HOLDING, "the address hotline leads messages to support"),
        (
            "desk",
            Holding(HOLDING.things, is_protected=frozenset(["desk"])),
            "desk is protected in the state of dev",
        ),
    ],
)
def test_release_that_would_not_get_through_is_refused(name, holding, said):
    """Before anything is written, with what to do."""
    with pytest.raises(GitopsError, match=said):
        release_service(stack(), holding, name)


def test_report_calls_it_a_release_of_the_service_and_of_what_is_below():
    """Nothing is deleted at Twilio; another service that goes is."""
    role = SERVICE.replace("ConversationService", "Role")
    operations = (
        Operation(op="delete", name="desk", type=SERVICE, sid=SID),
        Operation(op="delete", name="desk/agent", type=role, sid="RL1"),
        Operation(op="delete", name="support", type=SERVICE, sid=OTHER),
        Operation(op="delete", name="support/agent", type=role, sid="RL2"),
    )

    found = with_released(Record(operations=operations), {"config": {"twilio:keep": [SID]}})

    assert ["release", "release", "delete", "delete"] == [each.op for each in found.operations]


@pytest.mark.parametrize(
    "kept",
    [
        "",
        SID,
        f"{SID},{OTHER}",
        f"{SID}; {OTHER}",
        f"{SID} {OTHER}",
        f'["{SID}", "{OTHER}"]',
        f"\n{SID}\t,, {OTHER};",
    ],
)
def test_kept_services_are_those_that_the_provider_keeps(kept: str):
    """A deletion that a report calls a release must be none."""
    assert read_release({KEEP: kept}, {}).keep == {*kept_sids(kept)}
