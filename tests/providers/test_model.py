"""Services, roles and settings, parsed from what the API answers."""

from __future__ import annotations

import pytest

from providers._api.model import Part, Role, Service

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


@pytest.mark.parametrize("field", ["date_created", "date_updated", "url"])
@pytest.mark.parametrize("form", ["null", "absent"])
def test_service_without_a_value_has_an_empty_one(field: str, form: str):
    """The specification marks every field as nullable."""
    answer = {key: value for key, value in ANSWER.items() if key != field}

    service = Service.from_json(answer | ({field: None} if form == "null" else {}))

    assert ANSWER | {field: ""} == service.outputs()


@pytest.mark.parametrize("name", [None, ""])
def test_service_without_a_name_leaves_it_open(name: str | None):
    """What it is declared as is then its name: an output of "" would replace the service it was adopted as."""
    service = Service.from_json(ANSWER | {"friendly_name": name})

    assert ("", {key: value for key, value in ANSWER.items() if key != "friendly_name"}) == (
        service.known_as,
        service.outputs(),
    )


@pytest.mark.parametrize("name", [None, 7, ["a"], {}])
@pytest.mark.parametrize("links", [None, ["a"]])
def test_service_among_others_may_be_odd(name: object, links: object):
    """One malformed service must not stand in the way of every other."""
    service = Service.from_listing(ANSWER | {"friendly_name": name, "links": links})

    assert (SID, "", {}) == (service.sid, service.friendly_name, service.links)


def test_service_among_others_must_have_its_sid():
    """A listing whose items are no services is no listing: an account would seem empty."""
    with pytest.raises(ValueError, match="no SID of a service"):
        Service.from_listing({"name": "x"})


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


RL = "RL" + "ab" * 16
ROLE: dict[str, object] = {
    "sid": RL,
    "account_sid": AC,
    "chat_service_sid": SID,
    "friendly_name": "agent",
    "type": "conversation",
    "permissions": ["sendMessage", "leaveConversation"],
    "date_created": "2016-03-03T19:47:15Z",
    "date_updated": "2016-03-03T19:47:16Z",
    "url": f"https://conversations.twilio.com/v1/Services/{SID}/Roles/{RL}",
}


def test_role_outputs_are_the_answer_s_fields():
    """But for the service, which is called by its input's name."""
    outputs = Role.from_json(ROLE | {"new_field": 1}).outputs()

    assert {
        "service_sid" if key == "chat_service_sid" else key: value for key, value in ROLE.items()
    } == outputs


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"sid": None}, "no SID of a role"),
        ({"sid": SID}, "no SID of a role"),
        ({"permissions": "sendMessage"}, "permissions of another type"),
        ({"permissions": [7]}, "permissions of another type"),
        ({"type": 7}, "fields of another type"),
    ],
    ids=[
        "no sid",
        "another kind's sid",
        "permissions are text",
        "permission is a number",
        "type is a number",
    ],
)
def test_role_malformed_answer_raises(change: dict[str, object], problem: str):
    """Better no role than a broken one in the state."""
    with pytest.raises(ValueError, match=problem):
        Role.from_json(ROLE | change)


NAMES: dict[str, type] = {"new_message.with_media.enabled": bool, "new_message.sound": str, "filters": list}
PART: dict[str, object] = {
    "account_sid": AC,
    "chat_service_sid": SID,
    "new_message": {"enabled": True, "with_media": {"enabled": False}},
    "filters": ["onMessageAdd"],
    "url": "https://conversations.twilio.com/v1/x",
}


def test_part_values_are_read_by_dotted_name():
    """What is absent, or below what is absent, is None; so is the account where the API does not say."""
    whole = Part.from_json(PART, NAMES)
    bare = Part.from_json({"chat_service_sid": SID, "new_message": None}, NAMES)

    assert (SID, AC, "https://conversations.twilio.com/v1/x") == (
        whole.service_sid,
        whole.account_sid,
        whole.url,
    )
    assert {
        "new_message.with_media.enabled": False,
        "new_message.sound": None,
        "filters": ["onMessageAdd"],
    } == whole.values
    assert (SID, None, "") == (bare.service_sid, bare.account_sid, bare.url)
    assert dict.fromkeys(NAMES) == bare.values


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"chat_service_sid": None}, "no SID of a service"),
        ({"filters": "onMessageAdd"}, "filters of another type"),
        ({"new_message": {"sound": True}}, "new_message.sound of another type"),
    ],
    ids=["no sid", "events are text", "sound is true"],
)
def test_part_malformed_answer_raises(change: dict[str, object], problem: str):
    """Better no settings than broken ones in the state."""
    with pytest.raises(ValueError, match=problem):
        Part.from_json(PART | change, NAMES)
