"""The emulator against Twilio's own description of the API.

Needs the file twilio_conversations_v1.json (spec/json in https://github.com/twilio/twilio-oai), named by the
environment variable TWILIO_OPENAPI_SPEC; skipped without it.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from offline.emulator.kinds import Action, Kind
from offline.emulator.resources import KINDS, NOTIFICATION, ROLE, WEBHOOK
from offline.emulator.resources.events import EVENTS
from offline.emulator.resources.permissions import PERMISSIONS
from offline.emulator.urls import METHODS, ROUTES
from tests.emulator.api import Api
from tests.emulator.test_readme import listed_routes

VARIABLE = "TWILIO_OPENAPI_SPEC"

pytestmark = pytest.mark.skipif(
    not os.environ.get(VARIABLE),
    reason=f"needs {VARIABLE}, the path of twilio_conversations_v1.json from github.com/twilio/twilio-oai",
)

Json = dict[str, Any]
ACTIONS = [
    pytest.param(kind, action, id=f"{kind.name}-{action}") for kind in KINDS for action in kind.actions
]

# The emulator's accounts have no default service that a link could lead to.
LINKS_LEFT_OUT = {"account_configuration": ("service",)}


@pytest.fixture(scope="module")
def specification() -> Json:
    content: Json = json.loads(Path(os.environ[VARIABLE]).read_text(encoding="utf-8"))
    # It contradicts itself: its example fetchEmpty has the method null, which its schema forbids.
    content["components"]["schemas"]["service_webhook_configuration_enum_method"]["nullable"] = True
    return content


def plain(path: str) -> str:
    """Leave out the names in braces: they differ between specification and emulator."""
    return re.sub(r"{\w+}", "{}", path)


def operation(specification: Json, kind: Kind, action: Action) -> Json:
    """Find what the specification says of an action."""
    paths = {plain(path): item for path, item in specification["paths"].items()}
    found: Json = paths[plain(kind.template(action))][METHODS[action].lower()]
    return found


def resolve(specification: Json, schema: Json) -> Json:
    """Follow a reference to a named schema."""
    if "$ref" not in schema:
        return schema
    named: Json = specification["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return named


def assert_fits(specification: Json, schema: Json, value: object) -> None:
    """Compare a value with its schema: keys, types, patterns, enumerations; closed, unlike JSON Schema."""
    schema = resolve(specification, schema)
    if value is None:
        assert schema.get("nullable"), schema
    elif "properties" in schema:
        assert isinstance(value, dict)
        assert sorted(schema["properties"]) == sorted(value)
        for key, inner in schema["properties"].items():
            assert_fits(specification, inner, value[key])
    elif schema.get("type") == "array":
        assert isinstance(value, list)
        for each in value:
            assert_fits(specification, schema["items"], each)
    elif "type" in schema:
        kinds = {"string": str, "integer": int, "object": dict, "boolean": bool}
        assert isinstance(value, kinds[schema["type"]]), schema
        assert re.search(schema.get("pattern", ""), str(value)), schema
        assert value in schema.get("enum", [value]), schema
        if schema.get("format") == "date-time":
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", str(value))


def example_form(specification: Json, kind: Kind, action: Action) -> Json:
    """Take the specification's own example of a request, as far as its parameters are emulated."""
    body = operation(specification, kind, action)["requestBody"]["content"][
        "application/x-www-form-urlencoded"
    ]
    example: Json = next(iter(body["examples"].values()))["value"]
    return {name: value for name, value in example.items() if name not in kind.not_emulated}


def example_of(specification: Json, kind: Kind, action: Action, name: str) -> Json:
    """Take one of the specification's own examples of an answer."""
    [described] = operation(specification, kind, action)["responses"].values()
    example: Json = described["content"]["application/json"]["examples"][name]["value"]
    return example


def make(api: Api, specification: Json, kind: Kind) -> tuple[str, Json]:
    """Create a resource of a kind, and its parent; give the path of its collection and the resource.

    A single one is there already, at that very path.
    """
    path = kind.path
    if kind.parent:
        _, parent = make(api, specification, kind.parent)
        path = path.replace(f"{{{kind.parent_parameter}}}", parent["sid"])
    if kind.is_single:
        single: Json = api.get(path).json()
        return path, single
    answer = api.post(path, **example_form(specification, kind, Action.CREATE))
    assert 201 == answer.status_code, answer.text
    made: Json = answer.json()
    return path, made


def test_readme_lists_the_routes_of_the_specification(specification):
    """Checked or not, each route of the API stands in the list, and no other."""
    methods = ("get", "post", "delete", "put", "patch")
    expected = {
        (method.upper(), plain(path))
        for path, item in specification["paths"].items()
        for method in item
        if method in methods
    }

    listed = {(method, plain(path)) for method, path in listed_routes("[x ]")}

    assert expected == listed
    assert {(method, plain(path)) for method, path in ROUTES} <= expected


@pytest.mark.parametrize(("kind", "action"), ACTIONS)
def test_parameters_are_those_of_the_specification(specification, kind, action):
    """Each one is taken or named as not emulated; what is required and how large a page is agree."""
    described = operation(specification, kind, action)
    body = described.get("requestBody", {}).get("content", {}).get("application/x-www-form-urlencoded", {})
    schema = body.get("schema", {})
    query = {
        each["name"]: each["schema"] for each in described.get("parameters", []) if each["in"] == "query"
    }

    paging = {"PageSize", "Page", "PageToken"} if action is Action.LIST else set()
    own = (
        kind.filters if action is Action.LIST else kind.taken_by(action) if "requestBody" in described else ()
    )
    known = {each.name for each in own} | paging
    named = set(schema.get("properties", {})) | set(query)
    assert known == named - set(kind.not_emulated)
    if action in (Action.CREATE, Action.UPDATE):
        assert {each.name for each in own if each.required} == set(schema.get("required", []))
    for each in own:
        given = schema.get("properties", {}).get(each.name) or query[each.name]
        assert each.many == (given.get("type") == "array")
    if action is Action.LIST:
        assert (1, kind.max_page_size) == (query["PageSize"]["minimum"], query["PageSize"]["maximum"])


@pytest.mark.parametrize(("kind", "action"), ACTIONS)
def test_answers_have_the_status_and_shape_of_the_specification(api, specification, kind, action):
    """A live answer, held against its schema and against the links of its example."""
    path, made = make(api, specification, kind)
    target = path if action in (Action.LIST, Action.CREATE) else made["url"]
    form = example_form(specification, kind, action) if METHODS[action] == "POST" else None
    # The example's SIDs are made up; what they name must be there.
    named = {each.name: made[each.field] for each in kind.parameters if form and each.reference}
    form = form and {**form, **named}
    if action is Action.CREATE and kind.unique_field:
        api.delete(made["url"])

    answer = api.request(METHODS[action], target, data=form)

    [(status, described)] = operation(specification, kind, action)["responses"].items()
    assert int(status) == answer.status_code
    if action is Action.DELETE:
        assert b"" == answer.content
        return
    content = described["content"]["application/json"]
    assert_fits(specification, content["schema"], answer.json())
    example = next(iter(content["examples"].values()))["value"]
    if action is Action.LIST:
        assert example["meta"]["key"] == answer.json()["meta"]["key"]
        assert set(example) == set(answer.json())
    else:
        own, theirs = answer.json().get("links", {}), example.get("links", {})
        for left_out in LINKS_LEFT_OUT.get(kind.name, ()):
            del theirs[left_out]
        assert {name: url.rpartition("/")[2] for name, url in theirs.items()} == {
            name: url.rpartition("/")[2] for name, url in own.items()
        }
        assert list(example) == list(answer.json())


@pytest.mark.parametrize("kind", [NOTIFICATION, WEBHOOK], ids=lambda kind: kind.name)
def test_settings_given_as_in_the_example_are_answered_as_in_the_example(api, specification, kind):
    """Each parameter reaches the field, or the place in an object, that the example shows."""
    path, made = make(api, specification, kind)

    answer = api.post(path, **example_form(specification, kind, Action.UPDATE))

    own = {key: made[key] for key in ("account_sid", "chat_service_sid", "url")}
    assert {**example_of(specification, kind, Action.UPDATE, "update"), **own} == answer.json()


def test_new_webhooks_are_those_of_the_example_without_any(api, specification):
    """What a service has before anything is configured."""
    _, made = make(api, specification, WEBHOOK)

    own = {key: made[key] for key in ("account_sid", "chat_service_sid", "url")}
    assert {**example_of(specification, WEBHOOK, Action.FETCH, "fetchEmpty"), **own} == made


def test_words_are_those_of_the_specification(specification):
    """Events, types of roles and methods are lists in the specification, or in its words."""
    schemas = specification["components"]["schemas"]
    webhooks = schemas["conversations.v1.service.service_configuration.service_webhook_configuration"]
    described = webhooks["properties"]["filters"]["description"]

    assert sorted(re.findall(r"`(\w+)`", described)) == sorted(EVENTS)
    assert schemas["service_role_enum_role_type"]["enum"] == list(PERMISSIONS)
    assert schemas["service_webhook_configuration_enum_method"]["enum"] == ["GET", "POST"]
    role = example_of(specification, ROLE, Action.CREATE, "create")
    assert PERMISSIONS[role["type"]].issuperset(role["permissions"])


def test_comparison_notices_a_missing_field(api, specification):
    """The comparison itself can fail."""
    _, made = make(api, specification, KINDS[0])
    schema = specification["components"]["schemas"]["conversations.v1.service"]
    del made["links"]

    with pytest.raises(AssertionError):
        assert_fits(specification, schema, made)
