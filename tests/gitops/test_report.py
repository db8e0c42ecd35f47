"""A report's judgement, its JSON, and how a plan is compared with the reviewed one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitops.events import Change, Drift, Operation, Problem, Record, Violation
from gitops.exits import Exit, GitopsError
from gitops.report import Kind, Report
from gitops.review.comparison import differences

SID, OTHER_SID = "IS" + "1" * 32, "IS" + "2" * 32
KIND = "pulumi-python:dynamic/twilio:ConversationService"

CREATE = Operation(op="create", name="a", type=KIND, properties={"friendly_name": Change(None, "acme-a")})
REPLACE = Operation(
    op="replace", name="a", type=KIND, sid=SID, properties={"friendly_name": Change("acme-a", "acme-b")}
)
BOTH = Operation(
    op="update", name="a", type=KIND, properties={"sound": Change("a", "b"), "template": Change(None, "t")}
)
ROLES = Operation(
    op="create", name="a", type=KIND, properties={"default_role_sid": Change(None, "[known later]")}
)
KNOWN = replace(ROLES, properties={"default_role_sid": Change(None, "RL1")})
LEFT = Operation(op="delete", name="a", type=KIND, sid=SID, left_over=True)
GONE = Drift(kind="gone", name="a", type=KIND, sid=SID)
OBJECTION = Violation(policy="p", enforcement="mandatory", resource="a", message="no")
ADVICE = replace(OBJECTION, enforcement="advisory")
HOLDS = Problem.of(
    "a", "[TC3001] cannot replace conversation service IS1: it holds conversations (at least 1)"
)
PROTECTED = Problem.of("a", 'unable to replace resource "a"\nas it is currently marked for protection.')
FAILURE = Problem.of("a", "[TC2010] cannot create conversation service: HTTP 500")


def report(kind: Kind = "preview", *, stopped: bool = False, succeeded: bool = True, **record: Any) -> Report:
    """Return a report on dev."""
    made = Record(succeeded=succeeded, **record)
    return Report(kind=kind, stack="dev", api="twilio", commit="c0ffee", record=made, stopped=stopped)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(report(), Exit.FINE, id="nothing to do"),
        pytest.param(report(operations=(CREATE,)), Exit.CHANGES, id="changes"),
        pytest.param(report(drift=(GONE,)), Exit.CHANGES, id="drift that needs no operation"),
        pytest.param(report("drift", drift=(GONE,)), Exit.CHANGES, id="drift"),
        pytest.param(report("deploy", operations=(CREATE,)), Exit.FINE, id="deployed"),
        pytest.param(
            report("deploy", operations=(CREATE,), stopped=True), Exit.CHANGES, id="not deployed as reviewed"
        ),
        pytest.param(
            report(operations=(CREATE,), violations=(ADVICE,)), Exit.CHANGES, id="advice stops nothing"
        ),
        pytest.param(report(violations=(OBJECTION,), succeeded=False), Exit.POLICY, id="policy"),
        pytest.param(report(problems=(HOLDS,), succeeded=False), Exit.GUARD, id="guard of the provider"),
        pytest.param(report(problems=(PROTECTED,), succeeded=False), Exit.GUARD, id="guard of the engine"),
        pytest.param(report(problems=(FAILURE,), succeeded=False), Exit.FAILED, id="failure"),
        pytest.param(report(succeeded=False), Exit.FAILED, id="failure without a word"),
        pytest.param(
            report(problems=(FAILURE, HOLDS), succeeded=False), Exit.GUARD, id="guard before failure"
        ),
        pytest.param(
            report(violations=(OBJECTION,), problems=(HOLDS, FAILURE), succeeded=False),
            Exit.POLICY,
            id="policy first",
        ),
    ],
)
def test_exit_of_a_report_is_the_gravest_that_it_tells(given: Report, expected: Exit):
    """A pipeline decides by the exit code alone."""
    assert expected is given.exit
    assert expected is Report.from_json(given.to_json(), "x").exit


@pytest.mark.parametrize(
    ("reviewed", "now", "expected"),
    [
        pytest.param((), (), [], id="nothing both times"),
        pytest.param((CREATE, REPLACE), (CREATE, REPLACE), [], id="the same"),
        pytest.param((), (CREATE,), ["ConversationService a: reviewed: nothing, now: create"], id="more"),
        pytest.param((CREATE,), (), [], id="done already"),
        pytest.param(
            (CREATE,), (REPLACE,), ["ConversationService a: reviewed: create, now: replace"], id="another"
        ),
        pytest.param(
            (REPLACE,),
            (replace(REPLACE, sid=OTHER_SID),),
            [f"ConversationService a: reviewed: replace of {SID}, now of {OTHER_SID}"],
            id="of another thing",
        ),
        pytest.param(
            (REPLACE,),
            (replace(REPLACE, properties={"friendly_name": Change("acme-a", "acme-c")}),),
            ["ConversationService a: replace with other values than reviewed: friendly_name"],
            id="another value",
        ),
        pytest.param(
            (REPLACE,),
            (replace(REPLACE, properties={"friendly_name": Change("[not shown]", "acme-b")}),),
            [],
            id="from another old value",
        ),
        pytest.param(
            (BOTH,),
            (replace(BOTH, properties={"template": Change(None, "t")}),),
            [],
            id="an update of which a part is done",
        ),
        pytest.param(
            (CREATE,),
            (replace(CREATE, properties={}),),
            ["ConversationService a: create with other values than reviewed: friendly_name"],
            id="a creation that lacks a value",
        ),
        pytest.param((ROLES,), (KNOWN,), [], id="a SID that is known by now"),
        pytest.param((LEFT,), (LEFT,), [], id="a deletion left over, seen"),
        pytest.param((LEFT,), (), [], id="a deletion left over, done since"),
        pytest.param(
            (),
            (LEFT,),
            [f"ConversationService a, left over by an earlier run as {SID}: reviewed: nothing, now: delete"],
            id="a deletion left over, not seen",
        ),
        pytest.param((REPLACE,), (LEFT,), [], id="the rest of the replacement that was seen"),
        pytest.param(
            (replace(REPLACE, sid=OTHER_SID),),
            (LEFT,),
            [
                f"ConversationService a, left over by an earlier run as {SID}: reviewed: nothing, now: delete",
            ],
            id="the rest of another replacement",
        ),
        pytest.param(
            (REPLACE,),
            (LEFT, replace(REPLACE, op="update", sid=OTHER_SID)),
            ["ConversationService a: reviewed: replace, now: update"],
            id="the rest of a replacement, and something else",
        ),
    ],
)
def test_differences_tell_in_what_a_plan_is_not_the_reviewed_one(
    reviewed: tuple[Operation, ...], now: tuple[Operation, ...], expected: list[str]
):
    """Operation, thing and new values must be those that somebody has seen."""
    assert expected == differences(report(operations=reviewed), report(operations=now))


def test_differences_without_a_review_are_all_operations():
    """An environment that the review did not show must not change."""
    assert ["ConversationService a: reviewed: nothing, now: create"] == differences(
        None, report(operations=(CREATE,))
    )


TEXT = st.text(max_size=20)
VALUES = st.none() | st.booleans() | TEXT | st.lists(TEXT, max_size=2)
RECORDS = st.builds(
    Record,
    operations=st.lists(
        st.builds(
            Operation,
            op=TEXT,
            name=TEXT,
            type=TEXT,
            sid=TEXT,
            component=st.booleans(),
            left_over=st.booleans(),
            properties=st.dictionaries(TEXT, st.builds(Change, VALUES, VALUES)),
            digests=st.dictionaries(TEXT, TEXT),
        ),
        max_size=2,
    ).map(tuple),
    drift=st.lists(
        st.builds(Drift, kind=st.just("changed"), name=TEXT, type=TEXT, sid=TEXT, properties=st.tuples(TEXT)),
        max_size=2,
    ).map(tuple),
    violations=st.lists(
        st.builds(Violation, policy=TEXT, enforcement=TEXT, resource=TEXT, message=TEXT, severity=TEXT),
        max_size=2,
    ).map(tuple),
    problems=st.lists(st.builds(Problem, TEXT, TEXT, TEXT, st.booleans()), max_size=1).map(tuple),
    succeeded=st.none() | st.booleans(),
)


@settings(deadline=None)
@given(RECORDS, st.sampled_from(["preview", "drift", "deploy"]), st.lists(TEXT), st.booleans(), TEXT)
def test_json_round_trip_loses_nothing(
    record: Record, kind: Kind, notes: list[str], stopped: bool, salt: str
):
    """What was reviewed is what the deployment reads."""
    whole = Report(
        kind=kind,
        stack="dev",
        api="emulator",
        commit="",
        record=record,
        notes=tuple(notes),
        stopped=stopped,
        salt=salt,
    )

    assert whole == Report.from_json(whole.to_json(), "x")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", "dev.json: is no report of gitops", id="empty"),
        pytest.param("[]", "dev.json: is no report of gitops", id="a list"),
        pytest.param('{"version": 1}', "dev.json: is no report of gitops", id="keys missing"),
        pytest.param('{"version": 2}', "dev.json: is a report of version 2, not 1", id="of another version"),
    ],
)
def test_other_documents_are_refused(text: str, message: str):
    """A file that is no report never passes for a review without operations."""
    with pytest.raises(GitopsError) as raised:
        Report.from_json(text, "dev.json")

    assert message == str(raised.value)
