"""The policies against personal data, in a real pack process."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.support.policy_host import UNKNOWN, PolicyHost, Resource, Violation, secret

SERVICE = "pulumi-python:dynamic/twilio:ConversationService"
NOTIFICATION = "pulumi-python:dynamic/twilio:ServiceNotification"
HINT = "\nhint: use a pseudonymous identifier, or have the name reviewed and added to the allow-list"


def service(friendly_name: object, name: str = "support") -> Resource:
    """A service whose pickle holds a name too."""
    return Resource(
        SERVICE, name, {"friendly_name": friendly_name, "force_destroy": False, "__provider": "Jane Roe"}
    )


def rules(violations: list[Violation]) -> list[tuple[str, str]]:
    """Policy and level of each violation."""
    return [(v.policy, v.level) for v in violations]


STOPPED = [("no-personal-data", "mandatory")]

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


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        pytest.param(
            Resource("twilio:Conversations/V1:Service", "s", {"friendlyName": "jo.doe@example.com"}),
            STOPPED,
            id="other_twilio_provider",
        ),
        pytest.param(
            Resource("aws:s3:Bucket", "s", {"friendly_name": "jo.doe@example.com"}), [], id="other_cloud"
        ),
        pytest.param(Resource(SERVICE, "s", {"sid": "jo.doe@example.com"}), [], id="input_not_named"),
    ],
)
def test_only_named_inputs_are_read(
    host: PolicyHost, resource: Resource, expected: list[tuple[str, str]]
) -> None:
    """The pack reads the inputs it names, of the types it names."""
    assert expected == rules(host.analyze(resource))


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


@pytest.fixture
def allow_list(tmp_path: Path, host: PolicyHost) -> Path:
    """An allow-list that the pack is configured with."""
    path = tmp_path / "reviewed.yaml"
    config = {"allowList": str(path)}
    host.configure(dict.fromkeys(("no-personal-data", "possible-personal-data", "allow-list-review"), config))
    return path


def entry(name: str, expires: dt.date) -> str:
    """An allow-list with one entry."""
    return f"allow:\n  - {{name: {name}, reason: a test, owner: tests, expires: {expires}}}\n"


def test_allowed_name_passes(host: PolicyHost, allow_list: Path) -> None:
    """A reviewed name is let through."""
    allow_list.write_text(entry("Priyanka Raghunathan test", dt.date(2999, 1, 1)))

    assert [] == host.analyze(service("priyanka-raghunathan-test"))


def test_expired_entry_no_longer_counts(host: PolicyHost, allow_list: Path) -> None:
    """A review is for a time; the message says which entry has run out."""
    allow_list.write_text(entry("Priyanka Raghunathan test", dt.date(2020, 1, 1)))

    (violation,) = host.analyze(service("Priyanka Raghunathan test"))

    assert violation.message.endswith("\nhint: entry 1 of the allow-list expired on 2020-01-01")


def test_bad_allow_list_stops(host: PolicyHost, allow_list: Path) -> None:
    """A list that can't be read must not pass for an empty one."""
    allow_list.write_text("allow: 3\n")

    (violation, *_) = host.analyze(service("orders-eu"))

    assert ("no-personal-data", "mandatory") == (violation.policy, violation.level)
    assert violation.message.startswith('the allow-list reviewed.yaml must hold one key "allow"')


REVIEWED = {
    "needed": ("Priyanka Raghunathan test", dt.date(2999, 1, 1), []),
    "unused": (
        "Wendy Colfax",
        dt.date(2999, 1, 1),
        ["entry 1 of the allow-list is used by no name of this stack: remove it"],
    ),
    "expired": (
        "Priyanka Raghunathan test",
        dt.date(2020, 1, 1),
        ["entry 1 of the allow-list expired on 2020-01-01: renew or remove it"],
    ),
}


@pytest.mark.parametrize(("name", "expires", "expected"), REVIEWED.values(), ids=REVIEWED.keys())
def test_allow_list_is_reviewed(
    host: PolicyHost, allow_list: Path, name: str, expires: dt.date, expected: list[str]
) -> None:
    """Entries that no one needs are reported, by position."""
    allow_list.write_text(entry(name, expires))

    violations = host.analyze_stack([service("Priyanka Raghunathan test")])

    assert expected == [v.message for v in violations]
