"""Kinds of things as data: paths, parameters, and what the API answers, parsed."""

from __future__ import annotations

import copy
import pickle

import pytest

from providers._api.entity import Entity
from providers._api.fields import Field
from providers.conversation_service import SERVICE
from providers.role import ROLE

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
    assert ANSWER == SERVICE.parse(ANSWER).outputs()


def test_service_unknown_fields_are_left_out():
    """The API may grow."""
    assert ANSWER == SERVICE.parse(ANSWER | {"new_field": 1}).outputs()


@pytest.mark.parametrize("field", ["date_created", "date_updated", "url"])
@pytest.mark.parametrize("form", ["null", "absent"])
def test_service_without_a_value_has_an_empty_one(field: str, form: str):
    """The specification marks every field as nullable."""
    answer = {key: value for key, value in ANSWER.items() if key != field}

    service = SERVICE.parse(answer | ({field: None} if form == "null" else {}))

    assert ANSWER | {field: ""} == service.outputs()


@pytest.mark.parametrize("name", [None, "", "   ", "\u200b"])
def test_service_without_a_name_leaves_it_open(name: str | None):
    """What it is declared as is then its name: an output of "" would replace the service it was adopted as."""
    service = SERVICE.parse(ANSWER | {"friendly_name": name})

    assert ("", {key: value for key, value in ANSWER.items() if key != "friendly_name"}) == (
        service.known_as,
        service.outputs(),
    )


@pytest.mark.parametrize("name", [None, 7, ["a"], {}])
@pytest.mark.parametrize("links", [None, ["a"]])
def test_service_among_others_may_be_odd(name: object, links: object):
    """One malformed service must not stand in the way of every other."""
    service = SERVICE.parse(ANSWER | {"friendly_name": name, "links": links}, lenient=True)

    assert (SID, "", {}) == (service.sid, service.friendly_name, service.links)


def test_service_among_others_must_have_its_sid():
    """A listing whose items are no services is no listing: an account would seem empty."""
    with pytest.raises(ValueError, match="no SID of a service"):
        SERVICE.parse({"name": "x"}, lenient=True)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"sid": None}, "no SID of a service"),
        ({"sid": "CH" + "ab" * 16}, "no SID of a service"),
        ({"sid": SID + "0"}, "no SID of a service"),
        ({"friendly_name": 7}, "friendly_name of another type"),
        ({"links": ["a"]}, "links of another type"),
    ],
    ids=["no sid", "another kind's sid", "long sid", "name is a number", "links are a list"],
)
def test_service_malformed_answer_raises(change: dict[str, object], problem: str):
    """Better no service than a broken one in the state."""
    with pytest.raises(ValueError, match=problem):
        SERVICE.parse(ANSWER | change)


RL = "RL" + "ab" * 16
ROLE_ANSWER: dict[str, object] = {
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
    outputs = ROLE.parse(ROLE_ANSWER | {"new_field": 1}).outputs()

    assert {
        "service_sid" if key == "chat_service_sid" else key: value for key, value in ROLE_ANSWER.items()
    } == outputs


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"sid": None}, "no SID of a role"),
        ({"sid": SID}, "no SID of a role"),
        ({"permissions": "sendMessage"}, "permissions of another type"),
        ({"permissions": [7]}, "permissions of another type"),
        ({"type": 7}, "type of another type"),
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
        ROLE.parse(ROLE_ANSWER | change)


SETTINGS = Entity(
    kind="settings",
    path="Settings",
    parent=SERVICE,
    fields=(
        Field(
            "new_message",
            type=dict,
            fields=(
                Field("with_media", type=dict, fields=(Field("enabled", type=bool),)),
                Field("sound"),
            ),
        ),
        Field("filters", type=list),
    ),
)
PART: dict[str, object] = {
    "account_sid": AC,
    "chat_service_sid": SID,
    "new_message": {"enabled": True, "with_media": {"enabled": False}},
    "filters": ["onMessageAdd"],
    "url": "https://conversations.twilio.com/v1/x",
}


def test_part_values_are_read_by_dotted_name():
    """What is absent, or below what is absent, is the empty value of its type: so the API unsets it."""
    whole = SETTINGS.parse(PART)
    bare = SETTINGS.parse({"chat_service_sid": SID, "new_message": None})

    assert (SID, AC, "https://conversations.twilio.com/v1/x") == (
        whole.service_sid,
        whole.account_sid,
        whole.url,
    )
    assert {
        "new_message.with_media.enabled": False,
        "new_message.sound": "",
        "filters": ["onMessageAdd"],
    } == whole.values
    assert (SID, "", "") == (bare.service_sid, bare.account_sid, bare.url)
    assert {"new_message.with_media.enabled": False, "new_message.sound": "", "filters": []} == bare.values


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"chat_service_sid": None}, "no SID of a service"),
        ({"filters": "onMessageAdd"}, "filters of another type"),
        ({"new_message": {"sound": True}}, "new_message.sound of another type"),
        ({"new_message": ["sound"]}, "new_message of another type"),
    ],
    ids=["no sid", "events are text", "sound is true", "no map"],
)
def test_part_malformed_answer_raises(change: dict[str, object], problem: str):
    """Better no settings than broken ones in the state."""
    with pytest.raises(ValueError, match=problem):
        SETTINGS.parse(PART | change)


CONVERSATION = Entity(
    kind="conversation",
    prefix="CH",
    path="Conversations",
    parent=SERVICE,
    reference="conversation_sid",
    reference_field="conversation_sid",
)
PARTICIPANT = Entity(
    kind="participant",
    prefix="MB",
    path="Participants",
    key="participants",
    parent=CONVERSATION,
    fields=(
        Field("identity", replaces=True),
        Field(
            "messaging_binding",
            type=dict,
            replaces=True,
            fields=(Field("address"), Field("retries", type=int)),
        ),
        Field("role_sid", keeps=True),
        Field("password", write_only=True),
        Field("force", type=bool, local=True),
    ),
    identity=("identity",),
)
CH, MB = "CH" + "ab" * 16, "MB" + "ab" * 16


def test_kind_below_two_parents_names_both():
    """Participants are in a conversation of a service: inputs, paths, errors and answers follow."""
    place = PARTICIPANT.place({"service_sid": SID, "conversation_sid": CH, "identity": "u-1"})

    assert ["service_sid", "conversation_sid", *(each.name for each in PARTICIPANT.fields)] == [
        each.name for each in PARTICIPANT.inputs
    ]
    assert f"/v1/Services/{SID}/Conversations/{CH}/Participants/{MB}" == PARTICIPANT.where(place, MB)
    assert f"create participant in conversation {CH}" == PARTICIPANT.action("create", place)
    assert f"list participants of conversation {CH}" == PARTICIPANT.action("list", place)
    found = PARTICIPANT.parse({"sid": MB, "chat_service_sid": SID, "conversation_sid": CH})
    assert (SID, CH) == (found.service_sid, found.conversation_sid)


def test_write_only_and_local_fields_are_not_read():
    """The API never tells a password, and knows nothing of the provider's own inputs."""
    found = PARTICIPANT.parse(
        {"sid": MB, "password": "x", "force": True, "messaging_binding": {"address": "a"}}
    )

    assert {
        "identity": "",
        "messaging_binding.address": "a",
        "messaging_binding.retries": 0,
        "role_sid": "",
    } == found.values
    assert ["role_sid", "password"] == list(PARTICIPANT.settings)


def test_values_are_sent_by_dotted_name():
    """Nested settings are parameters with dots; Pulumi's numbers are floats, and an empty list unsets."""
    declared = {"messaging_binding": {"address": "a", "retries": 2.0}, "password": "x", "force": True}

    values = PARTICIPANT.values(declared)

    assert {"messaging_binding.address": "a", "messaging_binding.retries": 2.0, "password": "x"} == values
    assert {
        "MessagingBinding.Address": "a",
        "MessagingBinding.Retries": "2",
        "Password": "x",
    } == PARTICIPANT.form(values)
    assert {"Permission": ["a", "b"]} == ROLE.form({"permissions": ["a", "b"]})
    assert {"Permission": ""} == ROLE.form({"permissions": []})


def test_things_values_are_attributes():
    """As a program that looked one up reads them."""
    service = SERVICE.parse(ANSWER)

    assert ("support", AC) == (service.friendly_name, service.account_sid)
    with pytest.raises(AttributeError, match="colour"):
        _ = service.colour
    assert service == copy.copy(service) == pickle.loads(pickle.dumps(service))  # noqa: S301 - our own
