"""The JSON schema of a stack file, made from the models: `python -m program.schema` writes stacks/schema.json.

For editors (completion, checks while writing); the program itself checks more, such as which roles there are.
https://json-schema.org/draft/2020-12/schema
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from program.behaviour import ANY_PERMISSION
from program.settings import NAMESPACE, DefaultSettings, LogicalName, ServiceSettings
from program.vocabulary import PERMISSIONS

__all__ = ["PATH", "schema", "text"]

PATH = Path(__file__).resolve().parent.parent / "stacks" / "schema.json"


def schema() -> dict[str, Any]:
    """Make the schema of `stacks/Pulumi.<stack>.yaml`; keys of other namespaces are free."""
    services = TypeAdapter(dict[LogicalName, ServiceSettings])
    document = services.json_schema(by_alias=True)
    definitions = document.pop("$defs")
    definitions["DefaultSettings"] = DefaultSettings.model_json_schema(by_alias=True)
    document["additionalProperties"] = False
    _by_type(definitions["RoleSettings"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A stack file of conversation-services",
        "description": "One environment as data; every key is described in docs/stacks.md",
        "type": "object",
        "required": ["config"],
        "properties": {
            "config": {
                "type": "object",
                "required": [f"{NAMESPACE}:services"],
                "properties": {
                    f"{NAMESPACE}:defaults": {"$ref": "#/$defs/DefaultSettings"},
                    f"{NAMESPACE}:services": document,
                },
                "patternProperties": {f"^{NAMESPACE}:(?!(defaults|services)$)": False},
            }
        },
        "$defs": {name: _plain(each) for name, each in definitions.items()},
    }


def _plain(node: Any) -> Any:
    """Leave out what only repeats the names of keys, and null, which no stack file needs."""
    if isinstance(node, list):
        return [_plain(each) for each in node if each != {"type": "null"}]
    if not isinstance(node, dict):
        return node
    kept = {
        key: _plain(each)
        for key, each in node.items()
        if not (key == "title" and isinstance(each, str)) and not (key == "default" and each is None)
    }
    alternatives = kept.get("anyOf", [])
    if len(alternatives) == 1:
        del kept["anyOf"]
        kept = {**alternatives[0], **kept}
    return kept


def _by_type(role: dict[str, Any]) -> None:
    """Let the permissions that an editor offers depend on the role's type."""
    role["allOf"] = [
        {
            "if": {"properties": {"type": {"const": type_}}, "required": ["type"]},
            "then": {
                "properties": {
                    "permissions": {
                        "items": {"not": {"enum": [each for each in ANY_PERMISSION if each not in known]}}
                    }
                }
            },
        }
        for type_, known in PERMISSIONS.items()
    ]


def text() -> str:
    """Return the schema as it stands in the file."""
    return json.dumps(schema(), indent=2) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
