"""The program itself: what it declares of a stack file, without an engine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.program.test_behaviour import WHOLE
from tests.program.test_settings import configuration
from tests.support.registrations import register

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (ROOT / "__main__.py").read_text(encoding="utf-8")
STACK_FILES = sorted((ROOT / "stacks").glob("Pulumi.*.yaml"))
TOKEN = "pulumi-python:dynamic/twilio:"


def declared(config: dict[str, str]) -> dict[str, Any]:
    """Run the program; give what it registers by type and name."""
    return {f"{each['type'].removeprefix(TOKEN)} {each['name']}": each for each in register(PROGRAM, config)}


def test_program_declares_every_setting_of_the_stack_file():
    """Roles by name, keys in snake case, nothing secret."""
    found = declared(configuration({"a": WHOLE}))

    webhook, notification = found["ServiceWebhook a"], found["ServiceNotification a"]
    assert "https://example.com/hook" == webhook["inputs"]["post_webhook_url"]
    assert ["__provider"] == webhook["secrets"]
    assert {"enabled": True, "template": "y"} == notification["inputs"]["new_message"]["with_media"]
    assert "made-up-id" == found["ServiceConfiguration a"]["inputs"]["default_chat_service_role_sid"]
    assert {"Role a/agent", "Role a/member"} < found.keys()


def test_program_keeps_the_urls_of_an_encrypted_stack_file_secret(monkeypatch: pytest.MonkeyPatch):
    """The engine only tells that something in it was encrypted: a URL may hold a token."""
    monkeypatch.setenv("PULUMI_CONFIG_SECRET_KEYS", json.dumps(["conversation-services:services"]))

    found = declared(configuration({"a": WHOLE}))

    assert ["__provider", "post_webhook_url", "pre_webhook_url"] == found["ServiceWebhook a"]["secrets"]


@pytest.mark.parametrize("path", STACK_FILES, ids=lambda path: path.name)
def test_program_takes_every_stack_file(path: Path):
    """All of them use all four kinds of settings."""
    document = YAML(typ="safe").load(path.read_text(encoding="utf-8"))["config"]

    found = declared({key: json.dumps(value) for key, value in document.items()})

    kinds = {"ConversationService", "Role", "ServiceConfiguration", "ServiceNotification", "ServiceWebhook"}
    assert kinds < {name.partition(" ")[0] for name in found}
