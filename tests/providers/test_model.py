"""A service, parsed from what the API answers."""

from __future__ import annotations

import pytest

from providers.model import Service

SID, AC = "IS" + "ab" * 16, "AC" + "01" * 16
ANSWER: dict[str, object] = {
    "sid": SID,
    "account_sid": AC,
    "friendly_name": "support",
    "date_created": "2015-12-16T22:18:37Z",
    "date_updated": "2015-12-16T22:18:38Z",
    "url": f"https://conversations.twilio.com/v1/Services/{SID}",
    "links": {"conversations": f"https://conversations.twilio.com/v1/Services/{SID}/Conversations"},
}


def test_service_outputs_are_the_answer_s_fields():
    """Names and values as the API has them."""
    assert ANSWER == Service.from_json(ANSWER).outputs()


def test_service_unknown_fields_are_left_out():
    """The API may grow."""
    assert ANSWER == Service.from_json(ANSWER | {"new_field": 1}).outputs()


@pytest.mark.parametrize("field", ["friendly_name", "date_created", "date_updated", "url"])
@pytest.mark.parametrize("form", ["null", "absent"])
def test_service_without_a_value_has_an_empty_one(field: str, form: str):
    """A service may lack a name: the specification marks every field as nullable."""
    answer = {key: value for key, value in ANSWER.items() if key != field}

    service = Service.from_json(answer | ({field: None} if form == "null" else {}))

    assert ANSWER | {field: ""} == service.outputs()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"sid": None}, "no SID of a service"),
        ({"sid": "CH" + "ab" * 16}, "no SID of a service"),
        ({"sid": SID + "0"}, "no SID of a service"),
        ({"friendly_name": 7}, "fields of another type"),
        ({"links": ["a"]}, "fields of another type"),
    ],
    ids=["no sid", "another kind's sid", "long sid", "name is a number", "links are a list"],
)
def test_service_malformed_answer_raises(change: dict[str, object], problem: str):
    """Better no service than a broken one in the state."""
    with pytest.raises(ValueError, match=problem):
        Service.from_json(ANSWER | change)
