"""The docs' tables say what the code does."""

from __future__ import annotations

import dataclasses
import inspect
import re
from pathlib import Path

from providers._config import DEFAULT_ORIGIN, ENVIRONMENT, KEYS, NUMBERS
from providers._retry import CONNECT_ATTEMPTS
from providers.account import TwilioAccount
from providers.conversation_service import INPUTS
from providers.model import Service

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


def test_conversation_service_page_lists_inputs_and_outputs():
    """In the order of the code, with what is required, the defaults, and what replaces."""
    inputs = rows("resources/conversation_service.md", "Inputs")
    outputs = rows("resources/conversation_service.md", "Outputs")

    assert [each.name for each in INPUTS] == [cells[0] for cells in inputs]
    for each, (_, _, default, meaning) in zip(INPUTS, inputs, strict=True):
        fallback = {None: "none", False: "false"}.get(each.default, each.default)
        assert default == ("required" if each.required else fallback)
        assert each.replaces == ("replaces the service" in meaning)
    assert [field.name for field in dataclasses.fields(Service)] == [cells[0] for cells in outputs]


def test_twilio_account_page_lists_every_argument():
    """In the order of the code."""
    arguments = list(inspect.signature(TwilioAccount.__init__).parameters)[2:-1]

    assert arguments == [cells[0] for cells in rows("resources/twilio_account.md", "Inputs")]
