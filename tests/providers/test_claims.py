"""Who holds what, call by call: every order in which an engine may ask."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from providers._resource.claims import Claims

ONE, TWO = "urn:pulumi:s::p::t::one", "urn:pulumi:s::p::t::two"
SID = "IS1"

Call = tuple[str, str]


@pytest.mark.parametrize(
    ("calls", "answer"),
    [
        ([("keep", ONE)], None),
        ([("keep", ONE), ("keep", ONE)], None),
        ([("keep", ONE), ("keep", TWO)], "one"),
        ([("keep", ""), ("keep", "")], None),
        ([("adopt", TWO), ("keep", ONE)], "two"),
        ([("adopt", ONE), ("keep", ONE)], None),
        ([("want", TWO), ("keep", ONE)], "two"),
        ([("want", TWO), ("replace", ONE)], "two"),
        ([("replace", ONE), ("want", TWO)], "one"),
        ([("replace", ONE), ("want", ONE)], None),
        ([("keep", ONE), ("want", TWO)], "one"),
        ([("keep", ONE), ("adopt", TWO)], "one"),
        ([("keep", ""), ("adopt", "")], ""),
        ([("replace", ONE), ("adopt", TWO)], None),
        ([("make", ONE), ("adopt", TWO)], "one"),
        ([("adopt", ONE), ("adopt", TWO)], "one"),
        ([("make", ONE), ("gone", ONE), ("adopt", TWO)], None),
        ([("make", ONE), ("holder", "")], "one"),
        ([("holder", "")], None),
    ],
    ids=lambda value: (
        " ".join(f"{call}:{urn[-3:]}" for call, urn in value) if isinstance(value, list) else None
    ),
)
def test_claims_answer_who_else_claims_a_thing(calls: list[Call], answer: str | None):
    """By logical name, or "" if that is not known; None is nobody."""
    claims = Claims({})

    answers = [
        getattr(claims, call)(SID) if call in ("gone", "holder") else getattr(claims, call)(SID, urn)
        for call, urn in calls
    ]

    assert answer == answers[-1]


@pytest.mark.parametrize(
    ("calls", "urn", "answer"),
    [
        ([], ONE, None),
        ([], TWO, "one"),
        ([], "", "one"),
        ([("keep", TWO)], ONE, "one"),
        ([("adopt", TWO)], ONE, "one"),
    ],
    ids=["its own", "another one's", "not known whose", "kept by another", "refused before"],
)
def test_resource_may_come_back_to_what_it_has_replaced(calls: list[Call], urn: str, answer: str | None):
    """The state still holds it, under that very name, until its deletion is done; nobody else may have it."""
    claims = Claims({SID: "one"})
    for call, other in calls:
        getattr(claims, call)(SID, other)

    assert answer == (claims.adopt(SID, urn) if calls != [("adopt", TWO)] else claims.holder(SID))


@pytest.mark.parametrize(
    ("facts", "calls", "urn", "goes"),
    [
        ({}, [], ONE, False),
        ({}, [("adopt", TWO)], ONE, True),
        ({}, [("adopt", "")], "", True),
        ({}, [("keep", TWO)], ONE, True),
        ({}, [("keep", ONE)], ONE, False),
        ({}, [("keep", "")], "", False),
        ({}, [("replace", ONE), ("keep", TWO)], ONE, True),
        ({SID: "two"}, [], ONE, True),
        ({SID: "one"}, [], ONE, False),
        ({SID: "two"}, [], "", False),
        ({SID: "old-name"}, [("replace", ONE)], ONE, False),
        ({"IS2": "two"}, [], ONE, False),
    ],
    ids=str,
)
def test_claims_let_go_of_what_another_resource_has(
    facts: dict[str, str], calls: list[Call], urn: str, *, goes: bool
):
    """Its deletion would take the thing from that one; of one's own nothing is let go, or it would be left behind."""
    claims = Claims(facts)
    for call, caller in calls:
        getattr(claims, call)(SID, caller)

    assert goes == claims.lets_go(SID, urn)


def test_facts_tell_the_holder_before_any_call():
    """That is what they are for."""
    claims = Claims({SID: "one"})

    assert ["one", "one", "one"] == [claims.adopt(SID, TWO), claims.want(SID, TWO), claims.holder(SID)]


def test_adoption_by_many_at_once_has_one_winner():
    """Creates run side by side."""
    claims = Claims({})
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda number: claims.adopt(SID, f"urn::{number}"), range(64)))

    assert 1 == won.count(None)
