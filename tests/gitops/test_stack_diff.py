"""What differs between environments, and what of it is meant."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gitops.stack_diff import Difference, compare, compare_deployed, declared, deployed, to_json, to_text
from gitops.stack_file import StackFile

STACKS = ("dev", "stage")
OWN, NAME, NATURE = "each environment's own", "the environment's name", "differs by nature"
HOST, URL = "each environment's own host", "each environment's own URL"
SID, OTHER_SID = "IS" + "1" * 32, "IS" + "2" * 32
SEALED = {"secure": "v1:cipher"}


def stack_file(stack: str, config: dict[str, Any]) -> StackFile:
    """Return a stack file of a configuration."""
    return StackFile.made(
        stack, Path(f"stacks/Pulumi.{stack}.yaml"), json.dumps({"config": config}), {"config": config}
    )


def service(path: str, value: object) -> dict[str, Any]:
    """Return a service's settings with a value at a path; None leaves it out."""
    settings: dict[str, Any] = {"friendlyName": "same"}
    *above, last = path.split(".")
    place = settings
    for key in above:
        place = place.setdefault(key, {})
    if value is None:
        place.pop(last, None)
    else:
        place[last] = value
    return settings


# Path within the service, dev's value, stage's, and why that is meant; "" if it is to be looked at.
SERVICE = {
    "environment in the name": ("friendlyName", "acme-a-dev", "acme-a-stage", NAME),
    "another name": ("friendlyName", "acme-a-dev", "acme-b-stage", ""),
    "the source's name": ("friendlyName", "acme-a-dev", "acme-a-dev", ""),
    "conflict rule": ("onNameConflict", "adopt", "error", ""),
    "only in the target": ("onNameConflict", None, "error", ""),
    "protection": ("protect", None, True, OWN),
    "adopted in one": ("importSid", SID, None, OWN),
    "adopted in both": ("importSid", SID, OTHER_SID, NATURE),
    "host of a webhook": ("webhook.postWebhookUrl", "https://d.example/e", "https://x/e", HOST),
    "path of a webhook": ("webhook.preWebhookUrl", "https://d.example/e", "https://x/f", URL),
    "no URL": ("webhook.preWebhookUrl", "https://[", "https://x/f", URL),
    "URL of the target alone": ("webhook.preWebhookUrl", None, "https://x/f", OWN),
    "URL of the source alone": ("webhook.preWebhookUrl", "https://x/f", None, ""),
    "events": ("webhook.filters", ["onMessageAdded"], ["onMessageAdd"], ""),
    "secret of the source alone": ("webhook.preWebhookUrl", SEALED, None, ""),
    "secret and plain": ("webhook.preWebhookUrl", SEALED, "https://x/f", OWN),
    "plain and secret": ("notifications.newMessage.template", "News", SEALED, OWN),
    "kind of a value": ("configuration.reachabilityEnabled", True, "true", ""),
}


@pytest.mark.parametrize("case", SERVICE)
def test_difference_is_meant_where_environments_differ_by_nature(case: str):
    """What is left is what somebody should look at: what a promotion would change, or leave to people."""
    path, ours, theirs, meant = SERVICE[case]
    source, target = (
        stack_file(stack, {"conversation-services:services": {"a": service(path, value)}})
        for stack, value in zip(STACKS, (ours, theirs), strict=True)
    )

    found = {each.path: each.meant for each in compare(source, target)}

    assert {f"services.a.{path}": meant} == found


ADDRESS = {
    "number": ("address", "+15550100", "+15550101", None),
    "sealed number": ("address", SEALED, "+15550101", None),
    "kind of number": ("type", "sms", "whatsapp", OWN),
    "country": ("addressCountry", "US", "GB", OWN),
    "environment in the name": ("friendlyName", "hotline-dev", "hotline-stage", NAME),
    "service": ("autoCreation.service", "desk-dev", "desk-stage", NAME),
    "another service": ("autoCreation.service", "desk-dev", "support", ""),
    "flow": ("autoCreation.studioFlowSid", "FW1", "FW2", OWN),
    "a flow that is missing": ("autoCreation.studioFlowSid", "FW1", None, ""),
    "events": ("autoCreation.webhookFilters", ["onMessageAdded"], ["onMessageUpdated"], ""),
}


@pytest.mark.parametrize("case", ADDRESS)
def test_address_is_compared_and_never_shown(case: str):
    """A number may be a person's, and it is each environment's own; what it leads to is not."""
    path, ours, theirs, meant = ADDRESS[case]
    source, target = (
        stack_file(
            stack,
            {
                "conversation-services:services": {
                    f"desk-{stack}": {"friendlyName": "d"},
                    "support": {"friendlyName": "s"},
                },
                "conversation-services:addresses": {
                    "hotline": {"type": "sms", "address": "+15550199", **service(path, value)}
                },
            },
        )
        for stack, value in zip(STACKS, (ours, theirs), strict=True)
    )

    found = compare(source, target)

    assert ({} if meant is None else {f"addresses.hotline.{path}": meant}) == {
        each.path: each.meant for each in found
    }
    assert "+1555" not in to_text({"declared": found}, STACKS)


def test_address_of_one_environment_alone_is_meant():
    """There are as many numbers as an environment needs."""
    services: dict[str, Any] = {"conversation-services:services": {}}
    source = stack_file(
        "dev", {**services, "conversation-services:addresses": {"a": {"type": "sms", "address": "+1"}}}
    )

    both = (compare(source, stack_file("stage", services)), compare(stack_file("stage", services), source))

    assert [{OWN}] * 2 == [{each.meant for each in found} for found in both]


def test_configuration_beside_services_is_meant():
    """Region, protection of all and encrypted values are each environment's own."""
    services = {"conversation-services:services": {"a": {"friendlyName": "a"}}}
    source = stack_file("dev", {**services, "twilio:region": "us1"})
    target = stack_file(
        "stage",
        {
            **services,
            "twilio:region": "ie1",
            "conversation-services:defaults": {"protect": True},
            "conversation-services:secrets": {"a": {"webhook": {"preWebhookUrl": SEALED}}},
        },
    )

    assert {
        "defaults.protect": OWN,
        "secrets.a.webhook.preWebhookUrl": OWN,
        "twilio:region": OWN,
    } == {each.path: each.meant for each in compare(source, target)}


def test_service_of_one_environment_alone_is_to_be_looked_at():
    """It is to be promoted, or to be removed."""
    source, target = (
        stack_file(stack, {"conversation-services:services": {name: {"friendlyName": name, "protect": True}}})
        for stack, name in (("dev", "new"), ("stage", "old"))
    )

    assert {"services.new.friendlyName", "services.old.friendlyName", "services.old.protect"} == {
        each.path for each in compare(source, target) if not each.meant
    }


# Path in the outputs, dev's value, stage's, and why that is meant.
DEPLOYED = {
    "SID": ("services.a.sid", "IS1", "IS2", NATURE),
    "URL": ("services.a.url", "https://x/IS1", "https://x/IS2", NATURE),
    "name": ("services.a.friendlyName", "a-dev", "a-stage", NAME),
    "another name": ("services.a.friendlyName", "a-dev", "b-stage", ""),
    "in one only": ("services.a.sid", "IS1", None, ""),
    "address": ("addresses.a.sid", "IG1", "IG2", NATURE),
    "address in one only": ("addresses.a.sid", "IG1", None, OWN),
}


@pytest.mark.parametrize("case", DEPLOYED)
def test_difference_of_what_is_deployed_is_meant_by_nature(case: str):
    """SIDs never agree."""
    path, ours, theirs, meant = DEPLOYED[case]
    source, target = ({} if each is None else {path: each} for each in (ours, theirs))

    assert [Difference(path=path, source=ours or "-", target=theirs or "-", meant=meant)] == compare_deployed(
        source, target, STACKS
    )


def test_service_is_compared_with_its_counterpart():
    """A logical name may hold the environment's, too."""
    source, target = (
        stack_file(
            stack, {"conversation-services:services": {f"desk-{stack}": {"friendlyName": f"desk-{stack}"}}}
        )
        for stack in STACKS
    )
    ours, theirs = (deployed({"services": {f"desk-{stack}": {"sid": f"IS{stack}"}}}) for stack in STACKS)

    assert [("services.desk-stage.friendlyName", NAME)] == [
        (e.path, e.meant) for e in compare(source, target)
    ]
    assert [("services.desk-stage.sid", NATURE)] == [
        (each.path, each.meant) for each in compare_deployed(ours, theirs, STACKS)
    ]


def test_order_of_permissions_and_events_is_no_difference():
    """They are sets, written as lists."""
    first, second = (
        stack_file(
            stack,
            {"conversation-services:services": {"a": {"friendlyName": "a", "webhook": {"filters": filters}}}},
        )
        for stack, filters in (("dev", ["x", "y"]), ("stage", ["y", "x"]))
    )

    assert [] == compare(first, second)


def test_declared_shows_no_secret():
    """A stack file's secrets are ciphers, and even those are shown to nobody."""
    config: dict[str, Any] = {
        "twilio:authToken": {"secure": "v1:cipher"},
        "twilio:config:apiSecret": "in the clear",
        "conversation-services:services": {"a": {"friendlyName": "x", "protect": True}},
        "conversation-services:secrets": {"a": {"webhook": {"preWebhookUrl": "https://x.example/?token=1"}}},
    }
    file = StackFile.made("dev", Path("stacks/Pulumi.dev.yaml"), "", {"config": config})

    assert {
        "twilio:authToken": "[secret]",
        "twilio:config:apiSecret": "[secret]",
        "services.a.friendlyName": "x",
        "services.a.protect": "true",
        "secrets.a.webhook.preWebhookUrl": "[secret]",
    } == declared(file)


def test_text_stands_side_by_side_and_counts_what_to_look_at():
    """One look tells what is to be done."""
    services = {
        "dev": {
            "a": {"friendlyName": "acme-dev"},
            "b": {"friendlyName": "b"},
            "c": {"friendlyName": "c-dev"},
        },
        "stage": {"c": {"friendlyName": "c-stage"}},
    }
    files = (stack_file(stack, {"conversation-services:services": services[stack]}) for stack in STACKS)
    ours, theirs = (deployed({"services": {"a": {"sid": sid}}}) for sid in ("IS1", "IS2"))
    found = {"declared": compare(*files), "deployed": compare_deployed(ours, theirs, STACKS)}

    expected = """\
declared:
                             dev       stage
  ! services.a.friendlyName  acme-dev  -
  ! services.b.friendlyName  b         -
    services.c.friendlyName  c-dev     c-stage  meant: the environment's name

deployed:
                    dev  stage
    services.a.sid  IS1  IS2    meant: differs by nature

2 to look at (!), 2 meant"""
    assert expected == to_text(found, STACKS)
    assert '"meant": "differs by nature"' in to_json(found)
