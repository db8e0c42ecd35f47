"""The ways out of a violation, in a real pack process: the allow-list, its file, the command that a hint shows."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shlex import quote

import pytest

from policy.pii import KINDS, TIERS
from tests.support.policy_host import PACK, ROOT, UNKNOWN, PolicyHost, Resource, Violation

SERVICE = "pulumi-python:dynamic/twilio:ConversationService"
COMPONENT = "twilio:conversations:ConversationEnvironment"
PERSON = "Priyanka Raghunathan"
FOR_EVER = dt.date(2999, 1, 1)
STOPPED = [("no-personal-data", "mandatory")]
EVERYTHING: dict[str, dict[str, object]] = {
    "no-personal-data": {"report": [f"{kind}/{tier}" for kind in KINDS for tier in TIERS]},
    "possible-personal-data": {"report": []},
}
"""A configuration in which all that is found stops: how certain a finding is decides nothing here."""


def service(friendly_name: object, name: str = "support") -> Resource:
    """A service."""
    return Resource(SERVICE, name, {"friendly_name": friendly_name})


def rules(violations: list[Violation]) -> list[tuple[str, str]]:
    """Policy and level of each violation."""
    return [(v.policy, v.level) for v in violations]


def hint(violation: Violation) -> str:
    """What a violation advises."""
    return violation.message.partition("\nhint: ")[2]


def entry(name: str, expires: dt.date = FOR_EVER) -> str:
    """An allow-list with one entry."""
    return f"allow:\n  - {{name: {name}, reason: a test, owner: tests, expires: {expires}}}\n"


@pytest.fixture
def allow_list(tmp_path: Path, host: PolicyHost) -> Path:
    """An allow-list that the pack is configured with, at the one policy whose settings all follow."""
    path = tmp_path / "reviewed.yaml"
    host.configure(with_list(path))
    return path


def with_list(path: Path) -> dict[str, dict[str, object]]:
    """A configuration with an allow-list, given to the one policy whose settings all follow."""
    return EVERYTHING | {"no-personal-data": EVERYTHING["no-personal-data"] | {"allowList": str(path)}}


def test_allowed_name_passes(host: PolicyHost, allow_list: Path) -> None:
    """A reviewed brand is let through in every environment, by one line."""
    allow_list.write_text(entry(PERSON))

    answers = [host.analyze(service(f"priyanka-raghunathan{rest}")) for rest in ("", "-dev", "-eu-dev")]

    assert [[], [], []] == answers


def test_person_beside_a_reviewed_word_is_stopped(host: PolicyHost, allow_list: Path) -> None:
    """A brand is no cover for a person's name."""
    allow_list.write_text(entry("netflix"))

    assert STOPPED == rules(host.analyze(service("netflix-priyanka-raghunathan")))


def test_expired_entry_no_longer_counts(host: PolicyHost, allow_list: Path) -> None:
    """A review is for a time; the message says which entry has run out."""
    allow_list.write_text(entry(PERSON, dt.date(2020, 1, 1)))

    (violation,) = host.analyze(service("Priyanka Raghunathan test"))

    assert "entry 1 of the allow-list expired on 2020-01-01" == hint(violation)


def test_old_entry_for_a_whole_name_goes_on_working(host: PolicyHost, allow_list: Path) -> None:
    """Files that are there already need no change."""
    allow_list.write_text(entry("Priyanka Raghunathan test"))

    assert [] == host.analyze(service("priyanka_raghunathan-TEST"))


BROKEN = {
    "malformed": (
        "allow: 3\n",
        'the allow-list reviewed.yaml must hold one key "allow" with a list of entries',
    ),
    "bomb": (
        "allow: &a [*a]\n",
        "cannot read the allow-list reviewed.yaml: holds an alias (*), see line 1, column 12: write its value out",
    ),
    "missing": (None, "cannot find the allow-list {path}"),
}


@pytest.mark.parametrize(("text", "expected"), BROKEN.values(), ids=BROKEN.keys())
def test_list_that_cannot_be_used_stops_once(
    host: PolicyHost, allow_list: Path, text: str | None, expected: str
) -> None:
    """It must not pass for an empty one; and one message is enough, however many resources there are."""
    if text is not None:
        allow_list.write_text(text)

    answers = [host.analyze(service(f"orders-{i}", f"orders-{i}")) for i in range(3)]
    review = host.analyze_stack([service("orders")])

    message = expected.format(path=allow_list) + "\nhint: no name is allowed until the file is mended"
    assert [[Violation(*STOPPED[0], message)], [], []] == answers
    assert [] == review


def test_list_that_cannot_be_used_stops_the_next_run_too(host: PolicyHost, allow_list: Path) -> None:
    """A pack process lives through preview and update, and the same resource comes first in both."""
    first, second = (host.analyze(service("orders")) for _ in range(2))

    assert STOPPED == rules(first)
    assert first == second
    assert not allow_list.exists()


def test_missing_list_names_the_folders_that_were_searched(host: PolicyHost) -> None:
    """A relative path can mean two places."""
    host.configure({"no-personal-data": {"allowList": "no-such-list.yaml"}})

    (violation,) = host.analyze(service("orders"))

    assert violation.message.startswith(f"cannot find the allow-list no-such-list.yaml: looked in {PACK}\n")


def test_own_setting_of_a_companion_wins(host: PolicyHost, allow_list: Path, tmp_path: Path) -> None:
    """Configurations that name the file at each policy go on working."""
    allow_list.write_text(entry(PERSON))
    own = tmp_path / "own.yaml"
    own.write_text(entry(PERSON, dt.date(2020, 1, 1)))
    host.configure(
        {"no-personal-data": {"allowList": str(allow_list)}, "allow-list-review": {"allowList": str(own)}}
    )

    host.analyze(service(PERSON))

    assert ["entry 1 of the allow-list expired on 2020-01-01: renew or remove it"] == [
        v.message for v in host.analyze_stack([])
    ]


def test_settings_of_the_first_policy_count_for_its_companion(host: PolicyHost) -> None:
    """One line adds a resource for what stops and for what advises."""
    host.configure(
        {
            "no-personal-data": {"resources": [{"type": "acme:*", "properties": ["title"]}], "report": []},
            "possible-personal-data": {"report": ["email/stop"]},
        }
    )

    violations = host.analyze(Resource("acme:chat:Room", "r", {"title": "jo.doe@example.com"}))

    assert [("possible-personal-data", "advisory")] == rules(violations)


def test_settings_count_on_every_thread(host: PolicyHost, allow_list: Path) -> None:
    """An engine asks about several resources at once."""
    allow_list.write_text(entry(PERSON))
    resources = [service(f"priyanka-raghunathan-{i}", f"s{i}") for i in range(200)]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(host.analyze, resources))

    assert [[]] * len(resources) == answers


UNUSED = (
    "entry 1 of the allow-list is used by no name of this stack: "
    "remove it, or name under stacks those that need it"
)
REVIEWED = {
    "needed": (PERSON, FOR_EVER, []),
    "unused": ("Wendy Colfax", FOR_EVER, [UNUSED]),
    "expired": (
        PERSON,
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
    host.analyze(service("orders"))

    violations = host.analyze_stack([service("Priyanka Raghunathan test")])

    assert expected == [v.message for v in violations]


def test_name_of_a_component_needs_its_entry(host: PolicyHost, allow_list: Path) -> None:
    """The stack's policies see what a component has come to, which is nothing, and not what it was given."""
    allow_list.write_text(entry(PERSON))
    passed = host.analyze(Resource(COMPONENT, "support", {"friendlyName": PERSON}))

    violations = host.analyze_stack([Resource(COMPONENT, "support", {})])

    assert ([], []) == (passed, violations)


def test_name_that_is_not_known_at_the_end_needs_its_entry(host: PolicyHost, allow_list: Path) -> None:
    """A preview shows inputs, and no outputs."""
    allow_list.write_text(entry(PERSON))
    host.analyze(service(PERSON))

    assert [] == host.analyze_stack([service(UNKNOWN)])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The folder of a project called elsewhere."""
    folder = tmp_path / "elsewhere"
    (folder / "src").mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text('name: "elsewhere" # of the pack\nruntime: python\n')
    return folder


@pytest.fixture
def elsewhere(project: Path) -> Iterator[PolicyHost]:
    """The pack as run for a project that lies elsewhere, from a folder below it."""
    host = PolicyHost(project="elsewhere", folder=project / "src")
    yield host
    host.stop()


def test_list_of_the_project_comes_before_the_packs(elsewhere: PolicyHost, project: Path) -> None:
    """A project that uses the pack of another keeps its reviews with itself, without any setting."""
    before = elsewhere.analyze(service(PERSON))
    (project / "allow-list.yaml").write_text(entry(PERSON))

    after = elsewhere.analyze(service(PERSON))

    assert (STOPPED, []) == (rules(before), after)


def test_list_that_does_not_count_is_told_of(project: Path, tmp_path: Path) -> None:
    """Who reviews words for the pack must know that a project goes by its own list."""
    pack = tmp_path / "shared_policy"
    shutil.copytree(PACK, pack, ignore=shutil.ignore_patterns("__pycache__"))
    (pack / "allow-list.yaml").write_text(entry(PERSON))
    (project / "allow-list.yaml").write_text("allow: []\n")
    host = PolicyHost(pack=pack, project="elsewhere", folder=project)

    try:
        answers = (rules(host.analyze(service(PERSON))), host.analyze_stack([]))
    finally:
        host.stop()

    told = f"the allow-list {pack / 'allow-list.yaml'} does not count: the project has one of that name"
    assert (STOPPED, [Violation("allow-list-review", "advisory", told)]) == answers


def test_missing_list_names_project_and_pack(elsewhere: PolicyHost, project: Path) -> None:
    """The project comes first."""
    elsewhere.configure({"no-personal-data": {"allowList": "lists/reviewed.yaml"}})

    (violation,) = elsewhere.analyze(service("orders"))

    searched = f"cannot find the allow-list lists/reviewed.yaml: looked in {project} and {PACK}\n"
    assert violation.message.startswith(searched)


def test_hint_elsewhere_is_a_command_that_works_there(elsewhere: PolicyHost, project: Path) -> None:
    """The pack's commands are found by its path; the file is the one that counts."""
    (project / "allow-list.yaml").write_text("allow: []\n")

    (violation,) = elsewhere.analyze(service(PERSON))

    assert hint(violation).endswith(
        f"\nPYTHONPATH={quote(str(ROOT))} python -m policy.allow --name '…' --reason '…' --owner '…' "
        "--until YYYY-MM-DD --file allow-list.yaml"
    )


@pytest.fixture(scope="module")
def at_home() -> Iterator[PolicyHost]:
    """The pack as run for the project that it belongs to."""
    host = PolicyHost(project="conversation-services")
    yield host
    host.stop()


HINTS = {
    "service": ("support", "make allow STACK=dev SERVICE=support REASON='…' OWNER='…' UNTIL=YYYY-MM-DD"),
    "part": ("support/agent", "make allow STACK=dev SERVICE=support REASON='…' OWNER='…' UNTIL=YYYY-MM-DD"),
    "hostile": (
        "a'b $(id)",
        "make allow STACK=dev SERVICE='a'\"'\"'b $(id)' REASON='…' OWNER='…' UNTIL=YYYY-MM-DD",
    ),
    "personal": ("jo.doe@example.com", "make allow STACK=dev REASON='…' OWNER='…' UNTIL=YYYY-MM-DD"),
    "personal_part": (
        "support/Priyanka Raghunathan",
        "make allow STACK=dev SERVICE=support REASON='…' OWNER='…' UNTIL=YYYY-MM-DD",
    ),
}


@pytest.mark.parametrize(("logical", "command"), HINTS.values(), ids=HINTS.keys())
def test_hint_shows_the_command_without_the_name(at_home: PolicyHost, logical: str, command: str) -> None:
    """The command looks the name up by the service's key, so that no log repeats it."""
    (violation,) = at_home.analyze(service(PERSON, logical))

    assert command == hint(violation).splitlines()[-1]
    assert PERSON not in violation.message
    assert "doe" not in violation.message


def test_hint_names_the_file_that_is_configured(at_home: PolicyHost, tmp_path: Path) -> None:
    """An entry in another file would not help."""
    path = tmp_path / "reviewed list.yaml"
    path.write_text("allow: []\n")
    at_home.configure({"no-personal-data": {"allowList": str(path)}})

    (violation,) = at_home.analyze(service(PERSON))
    at_home.configure({})

    assert hint(violation).endswith(f" FILE='{path}'")


def grammar(values: dict[str, list[str]]) -> dict[str, dict[str, object]]:
    """A configuration with a grammar of brands and purposes."""
    return EVERYTHING | {"name-pattern": {"grammar": "<brand>-<purpose>-<stack>", "values": values}}


LISTED = {"brand": ["priyanka-raghunathan", "contoso"], "purpose": ["desk", "okafor-ngozi"]}
PROVED = {
    "listed": (LISTED, "priyanka-raghunathan-desk-dev", []),
    "free_part_of_the_trade": ({"brand": LISTED["brand"]}, "priyanka-raghunathan-desk-dev", []),
    "two_listed_parts": (LISTED, "contoso-okafor-ngozi-dev", []),
    "person_in_a_free_part": (
        {"brand": ["priyanka"]},
        "priyanka-raghunathan-dev",
        STOPPED,
    ),
    "other_name": (
        LISTED,
        "priyanka-raghunathan-hub-dev",
        [("name-pattern", "mandatory"), *STOPPED],
    ),
}


@pytest.mark.parametrize(("values", "name", "expected"), PROVED.values(), ids=PROVED.keys())
def test_listed_values_of_the_grammar_are_no_persons(
    host: PolicyHost, values: dict[str, list[str]], name: str, expected: list[tuple[str, str]]
) -> None:
    """A name that follows the grammar, of values that the team has listed, is proved: no detector knows better."""
    host.configure(grammar(values))

    assert expected == rules(host.analyze(service(name)))


def test_grammar_that_is_switched_off_proves_nothing(host: PolicyHost) -> None:
    """Without a grammar the values are no list of reviewed words."""
    host.configure(EVERYTHING | {"name-pattern": {"values": {"brand": ["priyanka-raghunathan"]}}})

    assert STOPPED == rules(host.analyze(service("priyanka-raghunathan-desk-dev")))


def test_listed_value_is_no_cover_for_other_kinds(host: PolicyHost) -> None:
    """A team may list who is no person; an e-mail address stays one."""
    host.configure({"name-pattern": {"grammar": "<brand>", "values": {"brand": ["jo.doe@example.com"]}}})

    assert STOPPED == rules(host.analyze(service("jo.doe@example.com")))


def test_logical_name_is_masked_only_where_it_would_stop(host_for: Callable[[str], PolicyHost]) -> None:
    """A name that is merely doubtful is worth more in a message than an asterisk."""
    (violation,) = host_for("dev").analyze(service("jo.doe@example.com", "maria-prod"))

    assert violation.message.startswith('friendly_name of "maria-prod" holds personal data')
