"""The JSON schema that editors use is that of the models, and the stack files refer to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from program.schema import PATH, SERVICES_PATH, schema, services_schema, texts
from providers.vocabulary import EVENTS, PERMISSIONS

ROOT = Path(__file__).resolve().parents[2]
STACK_FILES = sorted((ROOT / "stacks").glob("Pulumi.*.yaml"))
COMMENT = "# yaml-language-server: $schema=schema.json\n"


@pytest.mark.parametrize("path", [PATH, SERVICES_PATH], ids=lambda path: path.name)
def test_schema_in_the_tree_is_that_of_the_models(path: Path):
    """`python -m program.schema` writes it anew."""
    assert texts()[path] == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", STACK_FILES, ids=lambda path: path.name)
def test_stack_file_names_its_schema(path: Path):
    """So that an editor completes it without a setting."""
    assert path.read_text(encoding="utf-8").startswith(COMMENT)


DOCUMENT = schema()


def unknown_keys(value: Any, node: Any, where: str = "") -> list[str]:
    """List the places of a document that the schema does not describe."""
    while "$ref" in node:
        node = DOCUMENT["$defs"][node["$ref"].rpartition("/")[2]]
    if isinstance(value, list):
        return [place for each in value for place in unknown_keys(each, node["items"], f"{where}[]")]
    if not isinstance(value, dict):
        allowed = node.get("enum") or [node["const"]] if {"enum", "const"} & node.keys() else None
        return [] if allowed is None or value in allowed else [where]
    found = []
    for key, each in value.items():
        free = [node.get("additionalProperties"), *node.get("patternProperties", {}).values()]
        inner = node.get("properties", {}).get(key) or next((s for s in free if isinstance(s, dict)), None)
        found += [f"{where}.{key}"] if inner is None else unknown_keys(each, inner, f"{where}.{key}")
    return found


@pytest.mark.parametrize("path", STACK_FILES, ids=lambda path: path.name)
def test_stack_file_has_no_key_or_word_that_the_schema_lacks(path: Path):
    """The schema follows the files that are deployed."""
    document = YAML(typ="safe").load(path.read_text(encoding="utf-8"))

    assert [] == unknown_keys(document, DOCUMENT)
    assert [".config.conversation-services:services.a.x"] == unknown_keys(
        {"config": {"conversation-services:services": {"a": {"x": 1}}}}, DOCUMENT
    )


@pytest.mark.parametrize("path", STACK_FILES, ids=lambda path: path.name)
def test_services_may_move_into_an_included_file(path: Path):
    """The schema of such a file describes what stands under the key of a stack file."""
    services = YAML(typ="safe").load(path.read_text(encoding="utf-8"))["config"][
        "conversation-services:services"
    ]

    assert [] == unknown_keys(services, services_schema())
    assert [".a.x"] == unknown_keys({"a": {"x": 1}}, services_schema())
    assert "secure" in json.dumps(schema())
    assert "secure" not in json.dumps(services_schema())


def test_schema_lists_events_and_permissions():
    """What an editor offers."""
    definitions = schema()["$defs"]

    assert set(EVENTS) == set(definitions["WebhookSettings"]["properties"]["filters"]["items"]["enum"])
    offered = set(definitions["RoleSettings"]["properties"]["permissions"]["items"]["enum"])
    for rule in definitions["RoleSettings"]["allOf"]:
        type_ = rule["if"]["properties"]["type"]["const"]
        barred = rule["then"]["properties"]["permissions"]["items"]["not"]["enum"]
        assert set(PERMISSIONS[type_]) == offered - set(barred)
