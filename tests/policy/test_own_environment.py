"""Names and hosts of another environment in a stack."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from plain_yaml import load_text
from policy.rules.own_environment import ENVIRONMENTS, environments_of, foreign_host, foreign_name
from tests.support.policy_host import UNKNOWN, PolicyHost, Resource

SERVICE = "pulumi-python:dynamic/twilio:ConversationService"
WEBHOOK = "pulumi-python:dynamic/twilio:ServiceWebhook"
STACKS = Path(__file__).resolve().parents[2] / "stacks"


@pytest.mark.parametrize(
    ("stack", "name", "expected"),
    [
        pytest.param("dev", "acme-support-prod", "prod", id="copied from prod"),
        pytest.param("prod", "acme-support-dev", "dev", id="copied from dev"),
        pytest.param("prod", "dev-support", "dev", id="in front"),
        pytest.param("prod", "acme_dev_support", "dev", id="in the middle"),
        pytest.param("prod", "Acme Support (DEV)", "dev", id="prose, a word of environments only"),
        pytest.param("qa", "acme-support-prod2", "prod", id="with a number"),
        pytest.param("demo", "acme-support-prod", "prod", id="an environment of no words"),
        pytest.param("dev", "acme-support-production", "prod", id="the long word at the end"),
        pytest.param("prod-eu", "acme-support-staging", "stage", id="a stack of several words"),
        pytest.param("preprod", "acme-support-prod", "prod", id="not quite its own"),
        # None of another environment.
        pytest.param("dev", "acme-support-dev", None, id="its own"),
        pytest.param("prod", "acme-support-production", None, id="its own, the long word"),
        pytest.param("prod-eu", "acme-support-prod", None, id="its own, without the region"),
        pytest.param("preprod", "acme-support-pre-prod", None, id="its own, in two words"),
        pytest.param("dev", "acme-nonprod-support", None, id="all but prod"),
        pytest.param(
            "dev", "acme-production-line-dev", None, id="its own, and a word that looks like another"
        ),
        pytest.param("dev", "film-production-crew", None, id="production of films"),
        pytest.param("dev", "Film production", None, id="production of films, in prose"),
        pytest.param("prod", "stage-door", None, id="door of a stage"),
        pytest.param("prod", "devops-and-dev-ops", None, id="a trade"),
        pytest.param("prod", "crash-test-hotline", None, id="a test"),
        pytest.param("prod", "product-devices-stages", None, id="parts of words"),
        pytest.param("prod", "Q&A desk", None, id="questions"),
        pytest.param("eu", "acme-support-prod", None, id="a stack that says no environment"),
    ],
)
def test_name_says_another_environment(stack: str, name: str, expected: str | None):
    """A copy that kept its names talks to another environment's people; a neutral name is nobody's business."""
    own = environments_of(stack, ENVIRONMENTS)

    assert expected == (foreign_name(name, own, ENVIRONMENTS) if own else None)


@pytest.mark.parametrize(
    ("stack", "url", "expected"),
    [
        pytest.param("dev", "https://hooks.prod.acme.example/support", "prod", id="label"),
        pytest.param("prod", "https://hooks.stage.acme.example/", "stage", id="label that is English"),
        pytest.param("prod", "https://hooks-staging.acme.example/", "stage", id="end of a label"),
        pytest.param("qa", "https://acme-prod.example/", "prod", id="domain of an environment"),
        pytest.param("dev", "https://hooks.dev.acme.example/production", None, id="its own"),
        pytest.param("prod", "https://hooks.acme.example/dev", None, id="none, whatever its path"),
        pytest.param("prod", "https://hooks.acme.dev/", None, id="everybody's last label"),
        pytest.param("dev", "https://hooks.film-production.example/", None, id="name of a company"),
        pytest.param("prod", "http://127.0.0.1:80/", None, id="this machine"),
        pytest.param("prod", "https://[", None, id="no URL"),
        pytest.param("prod", "", None, id="off"),
    ],
)
def test_host_says_another_environment(stack: str, url: str, expected: str | None):
    """Events of one environment must not reach the other's systems."""
    assert expected == foreign_host(url, environments_of(stack, ENVIRONMENTS), ENVIRONMENTS)


def test_violation_names_the_place_and_the_word_alone(host: PolicyHost) -> None:
    """What a name or an address says beside it is shown to nobody."""
    violations = [
        *host.analyze(Resource(SERVICE, "support", {"friendly_name": "acme-support-prod"})),
        *host.analyze(Resource(SERVICE, "later", {"friendly_name": UNKNOWN, "sid": "acme-prod"})),
        *host.analyze(
            Resource(WEBHOOK, "support", {"pre_webhook_url": "https://hooks.prod.acme.example/?t=1"})
        ),
    ]

    own = [(each.level, each.message) for each in violations if each.policy == "own-environment"]
    assert [
        ("advisory", 'friendly_name of "support" names prod, and this is stack dev'),
        ("advisory", 'pre_webhook_url of "support" is a host of prod, and this is stack dev'),
    ] == own


def test_environments_are_configurable(host: PolicyHost) -> None:
    """A team has words of its own, and some that mean nothing to it."""
    host.configure({"own-environment": {"environments": {"dev": ["dev"], "live": ["live"]}}})

    messages = [
        each.message
        for name in ("acme-support-live", "acme-support-prod")
        for each in host.analyze(Resource(SERVICE, "support", {"friendly_name": name}))
    ]

    assert ['friendly_name of "support" names live, and this is stack dev'] == messages


@pytest.mark.parametrize("stack", ["dev", "stage", "prod"])
def test_stacks_of_the_repository_are_their_own(host_for: Callable[[str], PolicyHost], stack: str) -> None:
    """A policy that objects to what is right is switched off."""
    config = load_text((STACKS / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))["config"]
    resources = [
        resource
        for name, settings in config["conversation-services:services"].items()
        for resource in (
            Resource(SERVICE, name, {"friendly_name": settings["friendlyName"]}, protect=True),
            Resource(WEBHOOK, name, {"post_webhook_url": settings["webhook"]["postWebhookUrl"]}),
        )
    ]

    assert [] == [violation for each in resources for violation in host_for(stack).analyze(each)]
