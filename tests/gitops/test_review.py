"""What a report does not show, and how it is held against the review all the same: by salted digests."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitops.events import Change, Operation, Record, read_events
from gitops.exits import GitopsError
from gitops.markdown import section
from gitops.masking import HIDDEN, MASKED
from gitops.report import Report
from gitops.review.comparison import differences
from gitops.review.digests import SALT, Digests, Salt, read_salt
from tests.gitops.event_log import SECRET, root, state, step, summary, urn, violation

SID = "IS" + "1" * 32
KIND = "pulumi-python:dynamic/twilio:ConversationService"
TEXT = "correct horse battery staple, thrice"
A, B = Salt(TEXT.encode()), Salt(TEXT[::-1].encode())
ONE, OTHER = "1" * 64, "2" * 64
NAMED = Operation(
    op="create",
    name="a",
    type=KIND,
    properties={"friendly_name": Change(None, MASKED)},
    digests={"friendly_name": ONE},
)
UNPROVED = (
    "ConversationService a: create with values that are not shown, and not proved to be those reviewed: "
)
WHY_UNSET = f"{SALT} is not set for this run, so values that are not shown count as different"
WHY_EARLIER = "the reviewed report holds no digests"
WHY_ANOTHER = f"{SALT} is another one than at the review, so no digest can be the same"


def report(*operations: Operation, salt: Salt | None = A) -> Report:
    """Return a preview report whose digests were made with a salt."""
    record = Record(operations=operations, succeeded=True)
    which = salt.which if salt else ""
    return Report(kind="preview", stack="dev", api="twilio", commit="", record=record, salt=which)


def read(lines: list[str], salt: Salt | None = A, declared: object = None) -> Report:
    """Return the preview report on an event log; `declared` is what stands for every secret."""
    record = read_events([root({}), *lines, summary()], Digests(salt, lambda *_: declared))
    return replace(report(salt=salt), record=record)


def shortened(lines: list[str]) -> list[str]:
    """Leave out of reasons what to do."""
    return [line.partition(": ")[0] if SALT in line else line for line in lines]


@pytest.mark.parametrize(
    ("reviewed", "now", "expected"),
    [
        pytest.param(report(NAMED), report(NAMED), [], id="the reviewed name"),
        pytest.param(
            report(NAMED),
            report(replace(NAMED, digests={"friendly_name": OTHER})),
            [f"{UNPROVED}friendly_name"],
            id="another name",
        ),
        pytest.param(
            report(replace(NAMED, digests={"friendly_name": ""}), salt=None),
            report(replace(NAMED, digests={"friendly_name": ""}), salt=None),
            [f"{UNPROVED}friendly_name", WHY_UNSET],
            id="no salt both times",
        ),
        pytest.param(
            report(NAMED),
            report(replace(NAMED, digests={"friendly_name": ""}), salt=None),
            [f"{UNPROVED}friendly_name", WHY_UNSET],
            id="no salt at the deployment",
        ),
        pytest.param(
            report(replace(NAMED, digests={}), salt=None),
            report(NAMED),
            [f"{UNPROVED}friendly_name", WHY_EARLIER],
            id="a report of an earlier version",
        ),
        pytest.param(
            report(NAMED),
            report(replace(NAMED, digests={"friendly_name": OTHER}), salt=B),
            [f"{UNPROVED}friendly_name", WHY_ANOTHER],
            id="another salt",
        ),
        pytest.param(
            report(replace(NAMED, digests={"friendly_name": ""})),
            report(replace(NAMED, digests={"friendly_name": ""})),
            [f"{UNPROVED}friendly_name"],
            id="a value that nobody could tell",
        ),
        pytest.param(
            report(replace(NAMED, digests={})),
            report(NAMED),
            [f"{UNPROVED}friendly_name"],
            id="a report whose digests were taken out",
        ),
        pytest.param(
            report(replace(NAMED, name="***", digests={**NAMED.digests, "": ONE})),
            report(replace(NAMED, name="***", digests={**NAMED.digests, "": OTHER})),
            ["ConversationService ***: reviewed: nothing, now: create"],
            id="another logical name of the same length",
        ),
        pytest.param(
            report(replace(NAMED, name="***", digests={**NAMED.digests, "": ONE})),
            report(
                replace(NAMED, name="***", digests={**NAMED.digests, "": ONE}),
                replace(NAMED, name="***", digests={**NAMED.digests, "": OTHER}),
            ),
            ["ConversationService ***: reviewed: nothing, now: create"],
            id="two logical names behind one mask",
        ),
        pytest.param(
            report(replace(NAMED, name="***", digests={"friendly_name": "", "": ""}), salt=None),
            report(replace(NAMED, name="***", digests={"friendly_name": "", "": ""}), salt=None),
            [
                UNPROVED.replace(" a:", " ***:") + "the logical name, friendly_name",
                WHY_UNSET,
            ],
            id="a logical name without a salt",
        ),
        pytest.param(
            report(replace(NAMED, properties={"friendly_name": Change(None, "acme-a")}, digests={})),
            report(replace(NAMED, properties={"friendly_name": Change(None, "acme-a")}, digests={})),
            [],
            id="nothing is hidden",
        ),
        pytest.param(
            report(replace(NAMED, properties={"role_sid": Change(None, "[known later]")}, digests={})),
            report(replace(NAMED, properties={"role_sid": Change(None, HIDDEN)}, digests={"role_sid": ONE})),
            [f"{UNPROVED}role_sid"],
            id="a SID that is not shown by now",
        ),
        pytest.param(
            report(replace(NAMED, op="update", digests={"friendly_name": ONE, "secret": OTHER})),
            report(replace(NAMED, op="update", properties={}, digests={"secret": OTHER})),
            [],
            id="the rest of an update, with the reviewed secret",
        ),
    ],
)
def test_what_is_not_shown_is_as_reviewed_only_if_its_digest_says_so(
    reviewed: Report, now: Report, expected: list[str]
):
    """Two masks look alike; whatever is missing, old or strange proves nothing, and the reason is told once."""
    assert expected == shortened(differences(reviewed, now))


@pytest.mark.parametrize(
    ("salt", "agreed"), [pytest.param(A, True, id="salt"), pytest.param(None, False, id="no salt")]
)
def test_masked_name_is_compared_by_its_digest(salt: Salt | None, agreed: bool):
    """A policy masks both names; nobody has reviewed the second."""

    def planned(name: str) -> Report:
        lines = [step("pre", "create", "a", None, state(name)), violation("a", "likely a name", "advisory")]
        return read(lines, salt)

    reviewed = planned("acme-jsmith")

    assert MASKED == reviewed.record.operations[0].properties["friendly_name"].new
    assert agreed is (differences(reviewed, planned("acme-jsmith")) == [])
    assert differences(reviewed, planned("acme-mjones"))


def test_secret_is_compared_by_its_digest_whether_or_not_it_seems_to_change():
    """An event log shows no secret, and an update that changes something else beside tells not even that it does."""

    def planned(declared: str) -> Report:
        old, new = state("acme-a", sid=SID, token=SECRET), state("acme-b", sid=SID, token=SECRET)
        return read([step("pre", "update", "a", old, new)], declared=declared)

    reviewed = planned("hunter2")

    assert "token" not in reviewed.record.operations[0].properties
    assert [] == differences(reviewed, planned("hunter2"))
    assert [
        "ConversationService a: update with values that are not shown, and not proved to be those reviewed: token"
    ] == (differences(reviewed, planned("hunter3")))


@pytest.mark.parametrize(
    ("value", "declared"),
    [
        pytest.param(SECRET, None, id="a secret that is not found"),
        pytest.param([SECRET], "x", id="a list that holds one"),
        pytest.param(["sendMessage", SECRET], "x", id="words and a secret"),
    ],
)
def test_secret_that_nobody_can_tell_has_no_digest(value: Any, declared: object):
    """A digest of the sign for a secret would be the same for every secret."""
    lines = [step("pre", "create", "a", None, state("acme-a", permissions=value))]

    found = read(lines, declared=declared)

    (operation,) = found.record.operations
    assert HIDDEN == operation.properties["permissions"].new
    assert {"permissions": ""} == operation.digests
    assert differences(found, found)


def test_what_goes_or_stays_has_no_digest():
    """A deletion sets no value, nor does protection; the engine's own secrets are none of the resource."""
    old = state("acme-a", sid=SID, token=SECRET)
    lines = [
        step("pre", "delete", "a", old, None),
        step("pre", "same", "b", old, {**old, "protect": True}),
    ]

    found = read(lines, declared="hunter2")

    assert [{}, {}] == [each.digests for each in found.record.operations]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(VALUES, VALUES)
def test_digest_is_of_salt_resource_property_and_value(value: Any, other: Any):
    """Who reads reports of two stacks cannot see that they share a secret, nor which of two names recurs."""
    told = A.digest(urn("a"), "token", value)

    assert told == A.digest(urn("a"), "token", json.loads(json.dumps(value)))
    assert (told == A.digest(urn("a"), "token", other)) is (
        json.dumps(value, sort_keys=True) == json.dumps(other, sort_keys=True)
    )
    others = [
        B.digest(urn("a"), "token", value),
        A.digest(urn("b"), "token", value),
        A.digest(urn("a").replace(":dev:", ":prod:"), "token", value),
        A.digest(urn("a"), "tokens", value),
    ]
    assert 5 == len({told, *others})


def test_number_has_one_digest_however_an_engine_writes_it():
    """A preview and its deployment may run on different engines."""
    assert A.digest("u", "p", [3, {"a": 4}]) == A.digest("u", "p", [3.0, {"a": 4.0}])
    assert A.digest("u", "p", 3) != A.digest("u", "p", 3.5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(None, None, id="unset"),
        pytest.param("", None, id="an unset secret of GitHub"),
        pytest.param(" \n", None, id="blank"),
        pytest.param(TEXT, A, id="set"),
        pytest.param(f"{TEXT}\n", A, id="with the end of its line"),
    ],
)
def test_salt_is_read_from_the_environment(text: str | None, expected: Salt | None):
    """A secret that is not set is an empty text at GitHub."""
    assert expected == read_salt({} if text is None else {SALT: text})


def test_short_salt_is_refused_without_being_shown():
    """It could be guessed, and then all that it hides."""
    with pytest.raises(GitopsError) as raised:
        read_salt({SALT: "hunter2"})

    assert (
        f"{SALT} has 7 characters, and must have 32 at least\nhint: make one with: openssl rand -hex 32"
        == str(raised.value)
    )
    assert TEXT not in repr(A)


def test_digests_stand_in_the_json_and_nowhere_else():
    """A comment is for people, and may be public."""
    whole = report(NAMED)

    assert [ONE in whole.to_json(), A.which in whole.to_json()] == [True, True]
    assert [ONE in section(whole), A.which in section(whole)] == [False, False]
    assert whole == Report.from_json(whole.to_json(), "x")


def test_report_of_an_earlier_version_is_read():
    """It was reviewed before the digests came, and tells the rest."""
    document = json.loads(report(NAMED).to_json())
    del document["salt"], document["operations"][0]["digests"]

    found = Report.from_json(json.dumps(document), "x")

    assert ("", {}) == (found.salt, found.record.operations[0].digests)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"digests": None}, id="nothing"),
        pytest.param({"digests": [ONE]}, id="a list"),
        pytest.param({"digests": {"friendly_name": None}}, id="no text"),
        pytest.param({"digests": {"friendly_name": [ONE]}}, id="a list of one"),
    ],
)
def test_report_with_strange_digests_is_none(change: dict[str, Any]):
    """What is not understood must not pass for a review."""
    document = json.loads(report(NAMED).to_json())
    document["operations"][0] |= change

    with pytest.raises(GitopsError, match=r"dev\.json: is no report of gitops"):
        Report.from_json(json.dumps(document), "dev.json")
