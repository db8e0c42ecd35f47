"""What differs between environments, and what of it is meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gitops.stack_diff import Difference, compare, declared, deployed, to_json, to_text
from gitops.stack_file import StackFile

STACKS = ("dev", "stage")
OWN, NAME, NATURE = "each environment's own", "the environment's name", "differs by nature"
HOST = "each environment's own host"


@pytest.mark.parametrize(
    ("path", "ours", "theirs", "meant"),
    [
        pytest.param(
            "services.a.friendlyName", "acme-a-dev", "acme-a-stage", NAME, id="environment in the name"
        ),
        pytest.param("services.a.friendlyName", "acme-a-dev", "acme-b-stage", "", id="another name"),
        pytest.param("services.a.friendlyName", "acme-a-dev", None, "", id="only in the source"),
        pytest.param("services.a.friendlyName", None, "acme-a-stage", "", id="only in the target"),
        pytest.param("services.a.onNameConflict", "adopt", "error", "", id="conflict rule"),
        pytest.param("services.a.protect", None, "true", OWN, id="protection of a service"),
        pytest.param("defaults.protect", None, "true", OWN, id="protection of all"),
        pytest.param("services.a.importSid", "IS1", None, OWN, id="adopted in one"),
        pytest.param("services.a.sid", "IS1", "IS2", NATURE, id="SID"),
        pytest.param("services.a.url", "https://x/IS1", "https://x/IS2", NATURE, id="URL"),
        pytest.param(
            "services.a.webhook.postWebhookUrl",
            "https://d.example/e",
            "https://x/e",
            HOST,
            id="host of a webhook",
        ),
        pytest.param(
            "services.a.webhook.preWebhookUrl",
            "https://d.example/e",
            "https://x/f",
            "",
            id="path of a webhook",
        ),
        pytest.param("services.a.webhook.preWebhookUrl", "https://[", "https://x/f", "", id="no URL"),
        pytest.param("services.a.sid", "IS1", None, "", id="deployed in one only"),
        pytest.param("twilio:region", "us1", "ie1", OWN, id="region"),
    ],
)
def test_difference_is_meant_where_environments_differ_by_nature(
    path: str, ours: str | None, theirs: str | None, meant: str
):
    """What is left is what somebody should look at."""
    source = {} if ours is None else {path: ours}
    target = {} if theirs is None else {path: theirs}

    assert [Difference(path=path, source=ours or "-", target=theirs or "-", meant=meant)] == compare(
        source, target, STACKS
    )


def test_equal_values_are_no_difference():
    """Only differences are listed."""
    assert [] == compare({"a": "x"}, {"a": "x"}, STACKS)


def test_order_of_permissions_and_events_is_no_difference():
    """They are sets, written as lists."""
    first, second = (deployed({"services": {"a": {"filters": each}}}) for each in (["x", "y"], ["y", "x"]))

    assert [] == compare(first, second, STACKS)


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
    outputs = ({"services": {"a": {"sid": "IS1"}}}, {"services": {"a": {"sid": "IS2"}}})
    found = {
        "declared": compare(
            {"services.a.friendlyName": "acme-dev", "services.b.friendlyName": "b"}, {}, STACKS
        )
        + compare({"services.c.friendlyName": "c-dev"}, {"services.c.friendlyName": "c-stage"}, STACKS),
        "deployed": compare(deployed(outputs[0]), deployed(outputs[1]), STACKS),
    }

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
