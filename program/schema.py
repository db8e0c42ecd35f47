"""The JSON schemas of stack files and of what they include, made from the models.

`python -m program.schema` writes them: stacks/schema.json and stacks/services.schema.json.

For editors (completion, checks while writing); the program itself checks more, such as which roles there are.
https://json-schema.org/draft/2020-12/schema
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from program.addresses import AddressSettings
from program.behaviour import ANY_PERMISSION
from program.settings import (
    KEYS,
    LOGICAL_NAME,
    NAMESPACE,
    DefaultSettings,
    LogicalName,
    SecretSettings,
    ServiceSettings,
)
from providers.vocabulary import PERMISSIONS

__all__ = ["PATH", "SERVICES_PATH", "schema", "services_schema", "texts"]

PATH = Path(__file__).resolve().parent.parent / "stacks" / "schema.json"
SERVICES_PATH = PATH.parent / "services.schema.json"
DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """Make the schema of `stacks/Pulumi.<stack>.yaml`; keys of other namespaces are free."""
    services, definitions = _services()
    for model in (DefaultSettings, SecretSettings):
        document = model.model_json_schema(by_alias=True)
        definitions |= {**document.pop("$defs", {}), model.__name__: document}
    addresses = TypeAdapter(dict[LogicalName, AddressSettings]).json_schema(by_alias=True)
    definitions |= addresses.pop("$defs")
    properties = {
        f"{NAMESPACE}:addresses": {**addresses, "additionalProperties": False},
        f"{NAMESPACE}:defaults": {"$ref": "#/$defs/DefaultSettings"},
        f"{NAMESPACE}:include": {
            "description": "Files of services, relative to this folder; * is one folder or file.",
            "type": "array",
            "items": {"type": "string", "pattern": r"^[^/].*\.ya?ml$"},
        },
        f"{NAMESPACE}:secrets": {
            "type": "object",
            "patternProperties": {LOGICAL_NAME: {"$ref": "#/$defs/SecretSettings"}},
            "additionalProperties": False,
        },
        f"{NAMESPACE}:services": services,
    }
    return {
        "$schema": DRAFT,
        "title": "A stack file of conversation-services",
        "description": "One environment as data; every key is described in docs/stacks.md",
        "type": "object",
        "required": ["config"],
        "properties": {
            "config": {
                "type": "object",
                "anyOf": [{"required": [f"{NAMESPACE}:{key}"]} for key in ("services", "include")],
                "properties": properties,
                "patternProperties": {f"^{NAMESPACE}:(?!({'|'.join(KEYS)})$)": False},
            }
        },
        "$defs": {name: _plain(each) for name, each in definitions.items()},
    }


def services_schema() -> dict[str, Any]:
    """Make the schema of a file that a stack file includes: a map of services, without encrypted values."""
    services, definitions = _services()
    webhook = definitions["WebhookSettings"]["properties"]
    for url in ("preWebhookUrl", "postWebhookUrl"):
        webhook[url]["anyOf"] = [each for each in webhook[url]["anyOf"] if each.get("type") != "object"]
    return {
        "$schema": DRAFT,
        "title": "Services that a stack file includes",
        "description": "A map from logical name to settings; every key is described in docs/stacks.md",
        **services,
        "$defs": {name: _plain(each) for name, each in definitions.items()},
    }


def _services() -> tuple[dict[str, Any], dict[str, Any]]:
    """Make the schema of a map of services, and the definitions that it refers to."""
    document = TypeAdapter(dict[LogicalName, ServiceSettings]).json_schema(by_alias=True)
    definitions = document.pop("$defs")
    document["additionalProperties"] = False
    _by_type(definitions["RoleSettings"])
    return document, definitions


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


def texts() -> dict[Path, str]:
    """Return each schema as it stands in its file."""
    return {
        PATH: json.dumps(schema(), indent=2) + "\n",
        SERVICES_PATH: json.dumps(services_schema(), indent=2) + "\n",
    }


if __name__ == "__main__":
    for path, text in texts().items():
        path.write_text(text, encoding="utf-8")
