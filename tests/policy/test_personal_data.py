"""The policies against personal data, in a real pack process."""

from __future__ import annotations

import json
from shlex import quote

import pytest

from tests.support.policy_host import PACK, ROOT, UNKNOWN, PolicyHost, Resource, Violation, secret

SERVICE = "pulumi-python:dynamic/twilio:ConversationService"
NOTIFICATION = "pulumi-python:dynamic/twilio:ServiceNotification"
INVITATION = (
    "\nhint: use a pseudonymous identifier; if no person is meant, have it reviewed, then allow it with\n"
)
COMMAND = f"PYTHONPATH={quote(str(ROOT))} python -m policy.allow --name '…' --reason '…' --owner '…' --until YYYY-MM-DD"
HINT = f"{INVITATION}{COMMAND} --file {quote(str(PACK / 'allow-list.yaml'))}"


def service(friendly_name: object, name: str = "support") -> Resource:
    """A service whose pickle holds a name too."""
    return Resource(
        SERVICE, name, {"friendly_name": friendly_name, "force_destroy": False, "__provider": "Jane Roe"}
    )


def rules(violations: list[Violation]) -> list[tuple[str, str]]:
    """Policy and level of each violation."""
    return [(v.policy, v.level) for v in violations]


STOPPED = [("no-personal-data", "mandatory")]
MAIL = "jo.doe@example.com"

JUDGED = {
    "person": ("Priyanka Raghunathan test", STOPPED),
    "user_name": ("okafor_ngozi_uat", STOPPED),
    "title": ("Dr. Harriet Pemberton clinic", STOPPED),
    "other_script": ("Ольга Кузнецова", STOPPED),
    "email": ("desk at example dot net", STOPPED),
    "phone": ("call +1 415 555 0173", STOPPED),
    "address": ("221B Baker Street", STOPPED),
    "plain": ("orders-eu-prod", []),
    "place": ("Lima hub", []),
    "brand": ("Dr. Pepper promo", []),
    "empty": ("", []),
    "number": (42, []),
}


@pytest.mark.parametrize(("name", "expected"), JUDGED.values(), ids=JUDGED.keys())
def test_name_is_judged(host: PolicyHost, name: object, expected: list[tuple[str, str]]) -> None:
    """Each kind of personal data stops; what only looks like it passes."""
    violations = [v for v in host.analyze(service(name)) if v.policy == "no-personal-data"]

    assert expected == rules(violations)


def test_message_names_the_place_and_masks_the_text(host: PolicyHost) -> None:
    """Logs must not repeat what they forbid."""
    violations = host.analyze(service("desk jo.doe@example.com"))

    place = (
        'friendly_name of "support" holds personal data: email (rule email-plain, characters 6 to 23 of 23): '
    )
    expected = place + "*" * 18 + HINT
    assert [Violation("no-personal-data", "mandatory", expected)] == violations


def test_message_masks_a_personal_logical_name(host: PolicyHost) -> None:
    """The logical name is the user's own text as well."""
    (violation,) = host.analyze(service("desk jo.doe@example.com", name="jo.doe@example.com"))

    assert "doe" not in violation.message
    assert f'friendly_name of "{"*" * 18}"' in violation.message


def test_secret_name_is_judged(host: PolicyHost) -> None:
    """A secret is sent to the API too, and its message is masked as any."""
    violations = host.analyze(service(secret("jo.doe@example.com")))

    assert STOPPED == rules(violations)
    assert "doe" not in violations[0].message


def test_unknown_name_is_reported_and_left_to_the_update(host: PolicyHost) -> None:
    """A preview can't judge what isn't known, and must say so without failing."""
    (violation,) = host.analyze(service(UNKNOWN))

    assert ("no-personal-data", "advisory") == (violation.policy, violation.level)
    assert violation.message.endswith(
        "string value at .friendly_name can't be known during preview; friendly_name is judged at the update"
    )


def test_known_inputs_are_judged_beside_an_unknown_one(host: PolicyHost) -> None:
    """An unknown input must not hide another one's violation."""
    resource = Resource(
        NOTIFICATION,
        "n",
        {
            "new_message": {"template": UNKNOWN},
            "added_to_conversation": {"template": "ask jo.doe@example.com"},
        },
    )

    assert [("no-personal-data", "mandatory"), ("no-personal-data", "advisory")] == rules(
        host.analyze(resource)
    )


def test_template_of_a_notification_is_judged(host: PolicyHost) -> None:
    """Message templates are read by people as well; the path says which one."""
    resource = Resource(
        NOTIFICATION, "n", {"new_message": {"enabled": True, "template": "call 0161 496 0123"}}
    )

    (violation,) = host.analyze(resource)

    assert violation.message.startswith('new_message.template of "n" holds personal data: phone')


READ: list[tuple[str, dict[str, object], list[tuple[str, str]]]] = [
    ("twilio:Conversations/V1:Service", {"friendlyName": MAIL}, STOPPED),
    ("twilio:index/conversationsService:ConversationsService", {"friendly_name": MAIL}, STOPPED),
    (
        "twilio:index/conversationsConversation:ConversationsConversation",
        {"uniqueName": MAIL},
        STOPPED,
    ),
    ("twilio:TaskRouter/V1:Workspace", {"unique_name": MAIL}, STOPPED),
    ("twilio:TaskRouter/V1:Worker", {"attributes": '{"agent": "jo.doe@example.com"}'}, STOPPED),
    ("twilio:TaskRouter/V1:Worker", {"attributes": {"a": {"b": ["x", MAIL]}}}, STOPPED),
    ("acme:twilio/chat:Desk", {"settings": {"friendlyName": MAIL}}, STOPPED),
    ("pulumi-nodejs:dynamic/twilio:Conversation", {"attributes": MAIL}, STOPPED),
    ("pulumi-python:dynamic/twilio:Conversation", {"unique_name": MAIL}, STOPPED),
    ("pulumi-python:dynamic:Resource", {"friendly_name": MAIL}, STOPPED),
    ("pulumi-python:dynamic:Resource", {"friendly_name": "a", "attributes": MAIL}, STOPPED),
    ("pulumi-python:dynamic:Resource", {"attributes": MAIL}, []),
    ("aws:s3:Bucket", {"friendly_name": MAIL, "attributes": MAIL}, []),
    ("twilio:Conversations/V1:Service", {"accountSid": MAIL, "__provider": MAIL}, []),
    (SERVICE, {"sid": MAIL}, []),
    ("pulumi-python:dynamic/twilio:AddressConfiguration", {"address": MAIL, "friendly_name": "hotline"}, []),
    ("pulumi-python:dynamic/twilio:AddressConfiguration", {"friendly_name": MAIL}, STOPPED),
]


@pytest.mark.parametrize(
    ("type_", "props", "expected"),
    [
        pytest.param(type_, props, expected, id=f"{type_}-{'.'.join(map(str, props))}")
        for type_, props, expected in READ
    ],
)
def test_only_named_inputs_are_read(
    host: PolicyHost, type_: str, props: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    """The pack reads what Twilio shows to people, whichever provider declares it, and nothing else."""
    assert expected == rules(host.analyze(Resource(type_, "s", props)))


ATTRIBUTES = {
    "json": (f'{{"team": {{"lead": "{MAIL}"}}}}', "attributes.team.lead"),
    "list": (f'["a", {{"b": "{MAIL}"}}]', "attributes.1.b"),
    "key": (f'{{"{MAIL}": 1}}', "attributes.[key 1]"),
    "below_a_personal_key": (
        '{"call 0161 496 0123": "a", "jo.doe@example.com": {"b": "ring 0161 496 0123"}}',
        None,
    ),
    "key_given_twice": (f'{{"a": "{MAIL}", "a": "b"}}', "attributes.a"),
    "text": (f"desk {MAIL}", "attributes"),
    "broken_json": (f'{{"a": "{MAIL}"', "attributes"),
    "nested_too_deep": ('{"a":' * 20_000 + f'"{MAIL}"' + "}" * 20_000, "attributes"),
    "too_many": (json.dumps([f"order {i}" for i in range(2000)] + [MAIL]), "attributes"),
    "map": ({"team": {"lead": MAIL}}, "attributes.team.lead"),
    "map_key": ({"team": {MAIL: "a"}}, "attributes.team.[key 1]"),
    "map_too_many": ({"all": [f"order {i}" for i in range(2000)] + [MAIL]}, "attributes"),
}


@pytest.mark.parametrize(("attributes", "path"), ATTRIBUTES.values(), ids=ATTRIBUTES.keys())
def test_attributes_are_read_to_their_end(host: PolicyHost, attributes: object, path: str | None) -> None:
    """Each text in them is judged, and no message repeats a key that is personal."""
    violations = host.analyze(Resource("twilio:TaskRouter/V1:Worker", "w", {"attributes": attributes}))

    assert {("no-personal-data", "mandatory")} == {
        (v.policy, v.level) for v in violations if v.level == "mandatory"
    }
    assert not any("doe" in v.message or "0161" in v.message for v in violations)
    if path is not None:
        assert any(v.message.startswith(f'{path} of "w" holds personal data: email') for v in violations)


def test_unknown_below_a_personal_key_is_masked(host: PolicyHost) -> None:
    """The note on what is not known yet names no one either."""
    violations = host.analyze(Resource("twilio:TaskRouter/V1:Worker", "w", {"attributes": {MAIL: UNKNOWN}}))

    assert ["mandatory", "advisory"] == [v.level for v in violations]
    assert not any("doe" in v.message for v in violations)
    assert f"attributes.{'*' * 18} is judged at the update" in violations[1].message


def test_configured_resources_are_read(host: PolicyHost) -> None:
    """Other providers' resources can be added by type and property."""
    host.configure({"no-personal-data": {"resources": [{"type": "acme:*", "properties": ["title"]}]}})

    assert STOPPED == rules(host.analyze(Resource("acme:chat:Room", "r", {"title": "jo.doe@example.com"})))


@pytest.mark.parametrize("tier", [pytest.param("stop"), pytest.param("cue", id="former name")])
def test_configured_kinds_are_reported(host: PolicyHost, tier: str) -> None:
    """Each kind and tier can be moved to the advisory companion, or left out."""
    host.configure(
        {
            "no-personal-data": {"report": [f"email/{tier}"]},
            "possible-personal-data": {"report": [f"phone/{tier}"]},
        }
    )

    assert [("possible-personal-data", "advisory")] == rules(host.analyze(service("call 0161 496 0123")))
    assert [] == host.analyze(service("221B Baker Street"))


def test_configured_regions_decide_about_phones(host: PolicyHost) -> None:
    """National numbers count for the configured regions."""
    host.configure({"no-personal-data": {"regions": ["is"]}, "possible-personal-data": {"regions": ["is"]}})

    assert [] == host.analyze(service("98765 43210"))
