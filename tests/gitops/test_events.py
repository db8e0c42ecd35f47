"""What is read out of an event log, and what must never leave it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from gitops.events import Change, Drift, Operation, Problem, Record, Violation, read_events
from gitops.exits import Exit
from gitops.markdown import comment
from gitops.masking import HIDDEN, MASKED
from gitops.report import Report
from gitops.review.comparison import differences
from tests.gitops.event_log import SERVICE, error, root, state, step, summary, told, violation

SID = "IS" + "1" * 32
OTHER_SID = "IS" + "2" * 32


def operation(op: str, name: str, sid: str = "", **properties: Change) -> Operation:
    """Return what is expected of an operation on a service."""
    return Operation(op=op, name=name, type=SERVICE, sid=sid, properties=properties)


def test_operations_are_read_with_the_values_that_review_needs():
    """A creation shows what it sets, an update what it changes, a replacement counts once, a deletion tells its SID."""
    lines = [
        root({"a": "acme-a", "b": "acme-b", "c": "acme-c", "d": "acme-d"}),
        step("pre", "create", "new", None, state("acme-new", on_name_conflict="adopt")),
        step("pre", "update", "a", state("acme-a", sid=SID), state("acme-a", force_destroy=True)),
        step("pre", "create-replacement", "b", state("acme-b", sid=SID), state("acme-bee")),
        step("pre", "replace", "b", state("acme-b", sid=SID), state("acme-bee"), logical=True),
        step("pre", "delete-replaced", "b", state("acme-b", sid=SID), None),
        step("pre", "delete", "c", state("acme-c", sid=SID), None, logical=True),
        step("pre", "same", "d", state("acme-d", sid=SID, protect=True), state("acme-d", sid=SID)),
        step("pre", "same", "e", state("acme-e", sid=SID), state("acme-e", sid=SID)),
        summary(),
    ]

    record = read_events(lines)

    expected = Record(
        operations=(
            operation("update", "a", SID, force_destroy=Change(False, True)),
            operation("replace", "b", SID, friendly_name=Change("acme-b", "acme-bee")),
            operation("delete", "c", SID, friendly_name=Change("acme-c", None)),
            operation("unprotect", "d", SID, protect=Change(True, False)),
            operation(
                "create",
                "new",
                friendly_name=Change(None, "acme-new"),
                on_name_conflict=Change(None, "adopt"),
            ),
        ),
        succeeded=True,
        deployed=dict.fromkeys("abcd", ""),
    )
    assert expected == record


def test_deletion_that_an_earlier_run_left_over_is_an_operation_of_its_own():
    """The next `up` does it, whatever the file says: "no changes" would hide it. A replacement's half is none."""
    old = state("acme-a", sid=OTHER_SID) | {"delete": True}
    lines = [
        root({"a": "acme-a", "b": "acme-b"}),
        step("pre", "same", "a", state("acme-a", sid=SID), state("acme-a", sid=SID), logical=True),
        step("pre", "replace", "b", state("acme-b", sid=SID), state("acme-bee"), logical=True),
        step("pre", "delete-replaced", "b", state("acme-b", sid=SID) | {"delete": True}, None),
        step("pre", "delete-replaced", "b", state("acme-b", sid=OTHER_SID) | {"delete": True}, None),
        step("pre", "delete-replaced", "a", old, None),
        summary(),
    ]

    record = read_events(lines)

    left = {name: replace(operation("delete", name, OTHER_SID), left_over=True) for name in "ab"}
    assert (
        replace(left["a"], properties={"friendly_name": Change("acme-a", None)}),
        operation("replace", "b", SID, friendly_name=Change("acme-b", "acme-bee")),
        replace(left["b"], properties={"friendly_name": Change("acme-b", None)}),
    ) == record.operations
    assert Exit.CHANGES is Report(kind="preview", stack="dev", api="twilio", commit="", record=record).exit


def test_what_waits_for_its_deletion_drifts_in_nobodys_name():
    """Two resources bear one URN then; that the old one is gone is no news of the new one."""
    old = state("acme-a", sid=OTHER_SID) | {"delete": True}
    lines = [
        step("pre", "refresh", "a", old, old),
        step("pre", "refresh", "a", state("acme-a", sid=SID), state("acme-a", sid=SID)),
        step("out", "refresh", "a", old, None),
        step("out", "refresh", "a", state("acme-a", sid=SID), state("other", sid=SID)),
        summary(),
    ]

    found = read_events(lines).drift

    assert (Drift(kind="changed", name="a", type=SERVICE, sid=SID, properties=("friendly_name",)),) == found


@pytest.mark.parametrize("done_as", ["refresh", "update"])
def test_drift_is_read_without_the_names_that_were_found(done_as: str):
    """A name changed at Twilio may be a person's: the report says that it differs, and shows it nowhere."""
    found = state("Jane Roe", sid=SID)
    lines = [
        root({"a": "acme-a", "b": "acme-b"}),
        step("pre", "refresh", "a", state("acme-a", sid=SID), state("acme-a", sid=SID)),
        step("pre", "refresh", "b", state("acme-b", sid=SID), state("acme-b", sid=SID)),
        step("pre", "refresh", "c", state("acme-c", sid=SID), state("acme-c", sid=SID)),
        step("out", done_as, "a", state("acme-a", sid=SID), found),
        step("out", "delete" if done_as == "update" else "refresh", "b", state("acme-b", sid=SID), None),
        step(
            "out",
            "same" if done_as == "update" else "refresh",
            "c",
            state("acme-c", sid=SID),
            state("acme-c", sid=SID),
        ),
        step("pre", "replace", "a", found, state("acme-a")),
        summary(),
    ]

    record = read_events(lines)

    assert (
        Drift(kind="changed", name="a", type=SERVICE, sid=SID, properties=("friendly_name",)),
        Drift(kind="gone", name="b", type=SERVICE, sid=SID),
    ) == record.drift
    assert (operation("replace", "a", SID, friendly_name=Change(HIDDEN, "acme-a")),) == record.operations
    assert "Jane" not in repr(record)


def test_names_that_a_policy_objects_to_are_masked_with_the_logical_name_that_holds_them():
    """The report says which policy and where, as the pack does, and not what."""
    masked = '"***"'
    lines = [
        root({}),
        step("pre", "create", "jane", None, state("Jane Roe")),
        violation("jane", 'friendly_name of "****" holds personal data: person'),
        step("pre", "create", "zoe", None, state("Zoe Roe")),
        violation(
            "zoe", f"Names hold no personal data.\nfriendly_name of {masked} holds personal data: person"
        ),
        step("pre", "create", "support", None, state("Mary Roe")),
        violation("support", 'friendly_name of "support" holds personal data: person', "advisory"),
        error("preview failed"),
        summary("failed"),
    ]

    record = read_events(lines)

    assert ["***", "****", "support"] == [each.name for each in record.operations]
    assert {MASKED} == {each.properties["friendly_name"].new for each in record.operations}
    assert (
        Violation(
            policy="no-personal-data",
            enforcement="advisory",
            resource="support",
            message='friendly_name of "support" holds personal data: person',
        )
        == record.violations[0]
    )
    assert ["support", "***", "****"] == [each.resource for each in record.violations]
    assert () == record.problems
    assert not any(name in repr(record) for name in ("Jane", "jane", "Zoe", "zoe", "Mary"))


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param("cannot do it\nhint: do that\n", "cannot do it\nhint: do that", id="plain"),
        pytest.param("NotEmptyError: cannot do it", "cannot do it", id="with its class"),
        pytest.param(
            "error: providers.errors.NotEmptyError: cannot do it", "cannot do it", id="with its module"
        ),
        pytest.param(
            'Traceback (most recent call last):\n  File "/x/y.py", line 1, in f\n    raise E\nx.EError: it\nhint: so',
            "it\nhint: so",
            id="traceback",
        ),
        pytest.param(
            "twilio:ConversationService resource 'a': property friendly_name value {Jane Roe} has a problem: must be "
            "shorter",
            "twilio:ConversationService resource 'a': property friendly_name value {…} has a problem: must be shorter",
            id="failed check, which repeats the value",
        ),
    ],
)
def test_problems_are_one_message_without_traceback_and_values(message: str, expected: str):
    """What a reader needs is what, where and what to do."""
    record = read_events([error(message, "a"), error(message, "a"), summary("failed")])

    assert (Problem("a", expected),) == record.problems
    assert False is record.succeeded


def test_values_of_unknown_inputs_and_secrets_are_not_shown():
    """Only the project's own settings are known to be fit for a report."""
    lines = [
        step("pre", "update", "a", state("x", sid=SID, token="one"), state("x", token="two", weird={"a": 1})),
        summary(),
    ]

    (update,) = read_events(lines).operations

    assert {"token": Change(HIDDEN, HIDDEN), "weird.a": Change(None, HIDDEN)} == update.properties


def test_a_setting_that_was_not_reviewed_makes_another_plan():
    """The deployment compares what reports show, so they show what a service is told to be."""
    old = state("acme-a", sid=SID, permissions=["sendMessage"])
    plans = [
        read_events([step("pre", "update", "a", old, state("acme-a", permissions=[*words])), summary()])
        for words in (["sendMessage", "leaveConversation"], ["sendMessage", "deleteAnyMessage"])
    ]

    reviewed, now = (
        Report(kind="preview", stack="dev", api="twilio", commit="", record=record) for record in plans
    )

    assert [] == differences(reviewed, reviewed)
    assert ["ConversationService a: update with other values than reviewed: permissions"] == differences(
        reviewed, now
    )


def test_components_are_told_from_what_exists_at_twilio():
    """A component groups resources in the state; nothing of it is created anywhere."""
    component = {**state("x"), "custom": False, "inputs": {}}
    lines = [
        step("pre", "create", "a", None, component),
        step("pre", "delete", "b", component, None),
        summary(),
    ]

    assert [True, True] == [each.component for each in read_events(lines).operations]


def test_a_masked_service_masks_what_belongs_to_it():
    """A part bears its service's name, in operations, drift and problems alike."""
    lines = [
        step("pre", "refresh", "jane/agent", state("x", sid=SID), state("x", sid=SID)),
        step("out", "refresh", "jane/agent", state("x", sid=SID), None),
        step("pre", "create", "jane", None, state("Jane Roe")),
        step("pre", "create", "jane/agent", None, state("agent")),
        violation("jane", 'friendly_name of "****" holds personal data: person'),
        violation("jane", "another rule"),
        error("cannot create jane/agent", "jane/agent"),
        summary("failed"),
    ]

    record = read_events(lines)

    assert ["****", "****/agent"] == [each.name for each in record.operations]
    assert ["****/agent"] == [each.name for each in record.drift]
    assert (Problem("****/agent", "cannot create ****/agent"),) == record.problems
    assert "jane" not in repr(record).lower()


def test_a_torn_log_says_that_the_run_did_not_sum_up():
    """A killed engine leaves half a line; what came before it still counts."""
    lines = [step("pre", "create", "a", None, state("acme-a")), '{"sequence": 7, "summaryEv', "[]", "3"]

    record = read_events(lines)

    assert (None, ["a"]) == (record.succeeded, [each.name for each in record.operations])


def test_what_an_interrupted_run_was_at_is_told_apart_from_what_it_has_done():
    """Of what was begun and told no end nobody knows what has become; a replacement counts by its worst half."""
    old, new = state("acme-a", sid=SID), state("acme-b")
    lines = [
        step("pre", "create", "done", None, new),
        step("out", "create", "done", None, new),
        step("pre", "create", "begun", None, new),
        step("pre", "create-replacement", "replaced", old, new),
        step("out", "create-replacement", "replaced", old, new),
        step("pre", "replace", "replaced", old, new),
        step("out", "replace", "replaced", old, new),
        step("pre", "delete-replaced", "replaced", old, None),
        step("pre", "same", "kept", old, old),
    ]

    planned = read_events(lines)
    carried_out = read_events(line.replace('"planning": true', '"planning": false') for line in lines)

    assert "under way" not in planned.ended.values()
    assert {"done": "done", "begun": "under way", "replaced": "under way"} == {
        name: outcome for (_, name), outcome in carried_out.ended.items()
    }


def test_creation_that_takes_over_what_is_there_is_an_adoption():
    """By its input, by what the provider tells of it, and, of what a service has one of, by its service."""
    webhook = {
        "urn": "urn:pulumi:dev::conversation-services::twilio:ServiceWebhook::a",
        "type": "pulumi-python:dynamic/twilio:ServiceWebhook",
    }
    part = {"op": "create", **webhook, "old": None, "new": {"custom": True, "inputs": {"method": "POST"}}}
    lines = [
        json.dumps({"sequence": 1, "timestamp": 1, "resourcePreEvent": {"metadata": part, "planning": True}}),
        step("pre", "create", "a", None, state("acme-a", import_sid=SID)),
        step("pre", "create", "b", None, state("acme-b", on_name_conflict="adopt")),
        step("pre", "create", "c", None, state("acme-c")),
        told("b", f"adopt: takes over conversation service {OTHER_SID}, and creates none"),
        summary(),
    ]

    record = read_events(lines)

    found = {(each.name, each.type.rpartition(":")[2]): (each.op, each.sid) for each in record.operations}
    assert {
        ("a", "ConversationService"): ("adopt", SID),
        ("a", "ServiceWebhook"): ("adopt", SID),
        ("b", "ConversationService"): ("adopt", OTHER_SID),
        ("c", "ConversationService"): ("create", ""),
    } == found


def test_what_was_adopted_is_no_drift():
    """Twilio tells nothing of how a thing came into the state: a watch would open an issue for each."""
    old, new = state("acme-a", sid=SID, import_sid=SID), state("acme-a", sid=SID)
    lines = [step("pre", "refresh", "a", old, old), step("out", "refresh", "a", old, new), summary()]

    assert () == read_events(lines).drift


def test_comment_counts_adoptions_apart():
    """Forty creations would be forty twins."""
    operations = (operation("adopt", "a", SID), operation("adopt", "b", OTHER_SID), operation("create", "c"))
    record = Record(operations=operations, succeeded=True)

    text = comment([Report(kind="preview", stack="dev", api="twilio", commit="", record=record)], "Preview")

    assert "| dev | changes | 1 | 2 | - | - | - | - |" in text
    assert f"adopt ConversationService `a` {SID}" in text
