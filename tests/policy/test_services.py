"""The policies on services and webhooks, in a real pack process; and what the pack says of itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from policy.rules.grammar import GrammarError, read_grammar
from tests.support.policy_host import UNKNOWN, PolicyHost, Resource

SERVICE = "pulumi-python:dynamic/twilio:ConversationService"
WEBHOOK = "pulumi-python:dynamic/twilio:ServiceWebhook"


def test_every_policy_is_described(host: PolicyHost) -> None:
    """A violation is worth as much as the help that comes with it."""
    policies = {p.name: p for p in host.info().policies}

    assert {
        "no-personal-data",
        "possible-personal-data",
        "allow-list-review",
        "unique-friendly-name",
        "protected-in-production",
        "name-pattern",
        "https-webhooks",
        "own-environment",
    } == set(policies)
    assert all(
        p.description and p.remediation_steps and p.url.startswith("https://") for p in policies.values()
    )


def named(logical: str, friendly_name: str, provider: str = "", **props: object) -> Resource:
    """A service."""
    return Resource(SERVICE, logical, {"friendly_name": friendly_name, **props}, provider=provider)


UNIQUE = {
    "different": ([named("a", "support-eu"), named("b", "support-us")], []),
    "same": (
        [named("a", "support-eu"), named("b", "support-eu")],
        ['friendly_name of "b" is the same as that of "a"'],
    ),
    "case_and_blanks": (
        [named("a", "Support-EU"), named("b", "support-eu ")],
        ['friendly_name of "b" is the same as that of "a"'],
    ),
    "three": (
        [named("a", "x"), named("b", "x"), named("c", "x")],
        [
            'friendly_name of "b" is the same as that of "a"',
            'friendly_name of "c" is the same as that of "a"',
        ],
    ),
    "other_provider": ([named("a", "x", "urn:one"), named("b", "x", "urn:two")], []),
    "other_account": ([named("a", "x", account_sid="AC1"), named("b", "x", account_sid="AC2")], []),
    "one_service_twice": ([named("a", "x", sid="IS1"), named("b", "x", sid="IS1")], []),
    "unknown": ([named("a", UNKNOWN), named("b", UNKNOWN)], []),
    "other_type": (
        [named("a", "x"), Resource("pulumi-python:dynamic/twilio:Role", "b", {"friendly_name": "x"})],
        [],
    ),
}


@pytest.mark.parametrize(("resources", "expected"), UNIQUE.values(), ids=UNIQUE.keys())
def test_friendly_names_are_unique_per_account(
    host: PolicyHost, resources: list[Resource], expected: list[str]
) -> None:
    """Twilio takes two services of one name; people then use the wrong one."""
    violations = host.analyze_stack(resources)

    assert [("unique-friendly-name", "mandatory", m) for m in expected] == [
        (v.policy, v.level, v.message) for v in violations
    ]


PROTECTED = {
    "protected": ("prod", True, False, []),
    "unprotected": ("prod", False, False, ['"support" is not protected, and stack prod is for production']),
    "forced": ("prod", True, True, ['force_destroy of "support" is true, and stack prod is for production']),
    "unknown_force": ("prod", True, UNKNOWN, []),
    "other_stack": ("dev", False, True, []),
}


@pytest.mark.parametrize(("stack", "protect", "force", "expected"), PROTECTED.values(), ids=PROTECTED.keys())
def test_production_services_are_protected(
    host_for: Callable[[str], PolicyHost], stack: str, protect: bool, force: object, expected: list[str]
) -> None:
    """Deleting a service deletes its conversations; production asks for care."""
    resource = Resource(
        SERVICE, "support", {"friendly_name": "support", "force_destroy": force}, protect=protect
    )

    violations = host_for(stack).analyze(resource)

    assert [("protected-in-production", m) for m in expected] == [(v.policy, v.message) for v in violations]


def test_production_stacks_are_configurable(host: PolicyHost) -> None:
    """Which stacks are for production is the user's to say."""
    host.configure({"protected-in-production": {"stacks": ["d*"]}})

    violations = host.analyze(Resource(SERVICE, "support", {"friendly_name": "support"}))

    assert ['"support" is not protected, and stack dev is for production'] == [v.message for v in violations]


URLS = {
    "https": ("https://example.com/hook", []),
    "loopback": ("http://127.0.0.1:8080/hook", []),
    "localhost": ("http://localhost/hook", []),
    "off": ("", []),
    "http": ("http://example.com/hook", ["must begin with https://"]),
    "http_that_looks_local": ("http://localhost.example.com/", ["must begin with https://"]),
    "credentials": ("https://jo:secret@example.com/", ["must not hold credentials"]),
    "to_be_filled_in": ("https://fill-in.invalid/hook", ["must be filled in: .invalid is nobody's host"]),
    "no_url": ("hook", ["must be a URL such as https://example.com/hook"]),
    "bad_host": ("https://[/", ["must be a URL such as https://example.com/hook"]),
}


@pytest.mark.parametrize(("url", "expected"), URLS.values(), ids=URLS.keys())
def test_webhooks_use_https(host: PolicyHost, url: str, expected: list[str]) -> None:
    """Webhooks carry people's messages; the message about one never repeats its address."""
    violations = host.analyze(Resource(WEBHOOK, "hook", {"pre_webhook_url": url, "method": "POST"}))

    assert [("https-webhooks", f'pre_webhook_url of "hook" {m}') for m in expected] == [
        (v.policy, v.message) for v in violations
    ]


def test_loopback_webhooks_can_be_forbidden(host: PolicyHost) -> None:
    """Production needs no emulator."""
    host.configure({"https-webhooks": {"allowLoopback": False}})

    violations = host.analyze(Resource(WEBHOOK, "hook", {"post_webhook_url": "http://127.0.0.1/hook"}))

    assert ["https-webhooks"] == [v.policy for v in violations]


def test_names_follow_the_configured_grammar(host: PolicyHost) -> None:
    """A grammar keeps people out of names more surely than any detector."""
    host.configure(
        {"name-pattern": {"grammar": "<product>-<purpose>-<stack>", "values": {"product": ["shop", "bank"]}}}
    )

    answers = [
        [v.message for v in host.analyze(named("s", name))] for name in ("shop-orders-dev", "club-orders-dev")
    ]

    assert [[], ['friendly_name of "s" does not follow the grammar <product>-<purpose>-<stack>']] == answers


@pytest.mark.parametrize(
    ("name", "matches"),
    [
        pytest.param("shop-orders-prod", True, id="follows"),
        pytest.param("shop-orders-dev", False, id="other_stack"),
        pytest.param("shop-orders-prod-2", False, id="longer"),
        pytest.param("Shop-orders-prod", False, id="capital"),
        pytest.param("shop.orders-prod", False, id="other_separator"),
    ],
)
def test_grammar_is_taken_to_the_letter(name: str, matches: bool) -> None:
    """Parts are lower-case words, `<stack>` is the stack's name, the rest stands as written."""
    assert matches == read_grammar("<product>-<purpose>-<stack>", {}, "prod").matches(name)


BAD_GRAMMARS = {
    "malformed_part": (
        "<my part>-x",
        {},
        "each part must be a letter, then letters, digits or _, in angle brackets",
    ),
    "no_end": ("<product-x", {}, "each part must stand between < and >"),
    "free_parts_touch": (
        "<a>x<b>",
        {},
        "<a> and <b> have no listed values: put a sign such as - between them",
    ),
    "unknown_part": (
        "<product>",
        {"produkt": ["shop"]},
        "values: produkt: no part of the grammar has that name",
    ),
    "empty_value": ("<product>", {"product": [""]}, "values: product must list texts that are not empty"),
}


@pytest.mark.parametrize(("text", "values", "expected"), BAD_GRAMMARS.values(), ids=BAD_GRAMMARS.keys())
def test_bad_grammar_is_one_clear_error(text: str, values: dict[str, list[str]], expected: str) -> None:
    """A grammar that means something else than its writer thinks is worse than none."""
    with pytest.raises(GrammarError) as error:
        read_grammar(text, values, "dev")

    assert expected == str(error.value)


def test_bad_grammar_is_told_once(host: PolicyHost) -> None:
    """It is the pack's problem, not that of every service."""
    host.configure({"name-pattern": {"grammar": "<once"}})

    answers = [[v.message for v in host.analyze(named(name, name))] for name in ("a", "b")]

    assert [["the grammar can't be used: each part must stand between < and >"], []] == answers


def test_longest_listed_value_is_taken(host: PolicyHost) -> None:
    """A list may hold a value that another one begins with."""
    host.configure(
        {"name-pattern": {"grammar": "<product>-<stack>", "values": {"product": ["shop", "shop-eu"]}}}
    )

    assert [[], []] == [host.analyze(named("s", name)) for name in ("shop-dev", "shop-eu-dev")]


def test_grammar_is_for_services(host: PolicyHost) -> None:
    """A role is called agent or customer, whatever services are called; `types` says otherwise."""
    role = Resource("pulumi-python:dynamic/twilio:Role", "r", {"friendly_name": "agent"})
    host.configure({"name-pattern": {"grammar": "<product>-<stack>"}})
    without = host.analyze(role)
    host.configure({"name-pattern": {"grammar": "<product>-<stack>", "types": ["*:Role"]}})

    with_types = host.analyze(role)

    assert ([], ["name-pattern"]) == (without, [v.policy for v in with_types])
