"""The docs' tables say what the code does."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import get_args

import pytest

from providers import (
    AddressConfiguration,
    ConversationService,
    Role,
    ServiceConfiguration,
    ServiceNotification,
    ServiceWebhook,
    errors,
)
from providers._api.config import DEFAULT_ORIGIN, ENVIRONMENT, KEYS, NUMBERS
from providers._api.retry import CONNECT_ATTEMPTS
from providers._resource.dynamic import TwilioResource
from providers.account import TwilioAccount
from providers.vocabulary import EVENTS, PERMISSIONS, AddressEvent, AddressType

DOCS = Path(__file__).resolve().parents[2] / "docs"


def rows(page: str, heading: str) -> list[list[str]]:
    """Give the cells of the first table below a heading, without its head, free of back-ticks and asterisks."""
    section = (DOCS / page).read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[re.sub(r"[`*]", "", cell).strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_configuration_page_lists_every_key_with_its_variable_range_and_default():
    """Whoever looks a setting up must find the true figure."""
    table = {cells[0]: cells[1:] for cells in rows("configuration.md", "Keys")}

    assert [f"twilio:{key}" for key in KEYS] == list(table)
    assert {key: ENVIRONMENT.get(key, "") for key in KEYS} == {key: table[f"twilio:{key}"][0] for key in KEYS}
    assert DEFAULT_ORIGIN == table["twilio:baseUrl"][2]
    for key, rule in NUMBERS.items():
        _, unit_and_range, default = table[f"twilio:{key}"]
        assert f", {rule.least:g} to {rule.greatest:g}" in unit_and_range
        assert rule.whole == unit_and_range.endswith(", whole")
        assert f"{rule.default:g}" == default
    assert f"is tried {CONNECT_ATTEMPTS} times" in (DOCS / "configuration.md").read_text()


RESOURCES: dict[str, type[TwilioResource]] = {
    "address_configuration": AddressConfiguration,
    "conversation_service": ConversationService,
    "role": Role,
    "service_configuration": ServiceConfiguration,
    "service_notification": ServiceNotification,
    "service_webhook": ServiceWebhook,
}


@pytest.mark.parametrize("page", RESOURCES)
def test_resource_page_lists_inputs_and_outputs(page: str):
    """In the order of the code, with what is required, the defaults, and what replaces."""
    described = RESOURCES[page].provider_class.inputs
    inputs = rows(f"resources/{page}.md", "Inputs")
    outputs = rows(f"resources/{page}.md", "Outputs")

    assert [each.name for each in described] == [cells[0] for cells in inputs]
    for each, (_, _, default, meaning) in zip(described, inputs, strict=True):
        fallback = {None: "none", False: "false"}.get(each.default, each.default)
        assert default == ("required" if each.required else fallback)
        assert each.replaces == ("replaces the" in meaning)
    assert list(RESOURCES[page].output_names()) == [cells[0] for cells in outputs]


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("role", PERMISSIONS),
        ("service_webhook", {"": EVENTS}),
        ("address_configuration", {"": get_args(AddressEvent), "type": get_args(AddressType)}),
    ],
)
def test_resource_page_lists_every_known_word(page: str, words: dict[str, tuple[str, ...]]):
    """Whoever looks a permission or an event up finds it."""
    text = (DOCS / f"resources/{page}.md").read_text()

    assert set() == {each for known in words.values() for each in known if f"`{each}`" not in text}


def test_twilio_account_page_lists_every_argument():
    """In the order of the code."""
    arguments = list(inspect.signature(TwilioAccount.__init__).parameters)[2:-1]

    assert arguments == [cells[0] for cells in rows("resources/twilio_account.md", "Inputs")]


def test_errors_page_lists_every_code_once_below_its_family():
    """Whoever meets a code finds when it comes and what to do; a code that no error has would mislead."""
    text = (DOCS / "errors.md").read_text()
    classes = [each for each in vars(errors).values() if isinstance(each, type)]
    raised = sorted(
        each.reference for each in classes if issubclass(each, errors.TwilioError) and each.reference
    )
    found = re.findall(r"^## (TC\d): |^\| `(TC\d{4})` \| (\S[^|]*) \| (\S[^|]*) \|$", text, re.MULTILINE)
    family, listed = "", []
    for heading, code, _when, _what in found:
        family = heading or family
        listed += [code] if code.startswith(family) else []

    assert raised == listed
    assert len(raised) == text.count("\n| `TC")
