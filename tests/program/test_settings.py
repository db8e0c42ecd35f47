"""Settings of a stack file: what is read, and the one error for all that is wrong."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from program import ServiceSettings, SettingsError, read_services
from providers.rules import tidy_name

FILE = "stacks/Pulumi.dev.yaml"
HINT = "hint: every key and its values are described in docs/stacks.md"
SID = "IS" + "0a" * 16


def configuration(services: object = None, defaults: object = None, **others: object) -> dict[str, str]:
    """Return a configuration as the engine hands it over: text, with maps as JSON."""
    given = {"services": services, "defaults": defaults, **others}
    return {
        f"conversation-services:{key}": json.dumps(value) for key, value in given.items() if value is not None
    }


def test_services_with_every_setting_are_read_in_order():
    """Every key of the documentation has its field."""
    given = {
        "b": {"friendlyName": "acme-b", "importSid": SID, "onNameConflict": "adopt"},
        "a": {"friendlyName": "acme-a", "protect": True, "forceDestroy": True, "retainOnDelete": True},
    }

    services = read_services(configuration(given), FILE)

    expected = {name: ServiceSettings.model_validate(settings) for name, settings in given.items()}
    assert (SID, "adopt") == (services["b"].import_sid, services["b"].on_name_conflict)
    assert (True, True, True) == (
        services["a"].protect,
        services["a"].force_destroy,
        services["a"].retain_on_delete,
    )
    assert list(expected.items()) == list(services.items())


def test_defaults_hold_for_services_that_say_nothing_else():
    """A stack protects all its services with one line, and a service may differ."""
    given = {"a": {"friendlyName": "acme-a"}, "b": {"friendlyName": "acme-b", "protect": False}}

    services = read_services(configuration(given, {"protect": True}), FILE)

    assert {"a": True, "b": False} == {name: service.protect for name, service in services.items()}


def test_no_services_is_a_valid_stack():
    """An empty map empties the stack on purpose."""
    assert {} == read_services(configuration({}), FILE)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        pytest.param({}, "conversation-services:services: must be set", id="nothing declared"),
        pytest.param(
            {"conversation-services:service": "{}"},
            "conversation-services:service: is no key of this project; did you mean services?",
            id="mistyped key",
        ),
        pytest.param(
            {**configuration({}), "conversation-service:services": "{}"},
            "conversation-service:services: nobody reads this namespace; did you mean conversation-services:services?",
            id="mistyped namespace",
        ),
        pytest.param(
            {**configuration({}), "twillio:region": "ie1"},
            "twillio:region: nobody reads this namespace; did you mean twilio:region?",
            id="mistyped namespace of the provider",
        ),
        pytest.param(
            configuration([1]),
            "conversation-services:services: must be a map, got a list",
            id="list of services",
        ),
        pytest.param(
            {"conversation-services:services": "text"},
            "conversation-services:services: must be a map, got text",
            id="text for services",
        ),
        pytest.param(
            configuration({"a": "acme"}),
            "conversation-services:services.a: must be a map of settings, such as {friendlyName: acme-support-dev}",
            id="text for a service",
        ),
        pytest.param(
            configuration({"a": {}}),
            "conversation-services:services.a.friendlyName: must be set",
            id="no name",
        ),
        pytest.param(
            configuration({"a": {"friendlyName": ""}}),
            "conversation-services:services.a.friendlyName: must have 1 to 256 characters",
            id="empty name",
        ),
        pytest.param(
            configuration({"a": {"friendlyName": "x" * 257}}),
            "conversation-services:services.a.friendlyName: must have 1 to 256 characters",
            id="long name",
        ),
        pytest.param(
            configuration({"a": {"friendlyName": 7}}),
            "conversation-services:services.a.friendlyName: must be text, got a number; "
            "put it in quotes if it is meant as text",
            id="number for a name",
        ),
        pytest.param(
            configuration({"a": {"friendlyName": "a", "friendyName": "b"}}),
            "conversation-services:services.a.friendyName: is no setting of a service; did you mean friendlyName?",
            id="mistyped setting",
        ),
        pytest.param(
            configuration({"a": {"friendlyName": "a", "force_destroy": True}}),
            "conversation-services:services.a.force_destroy: is no setting of a service; did you mean forceDestroy?",
            id="snake case",
        ),
        pytest.param(
            configuration({"a": {"friendlyName": "a", "protect": "yes"}}),
            "conversation-services:services.a.protect: must be true or false, got text",
            id="text for a flag",
        ),
        pytest.param(
            configuration({"a": {"friendlyName": "a", "onNameConflict": "take"}}),
            "conversation-services:services.a.onNameConflict: must be one of 'error', 'adopt' or 'allow'",
            id="unknown conflict rule",
        ),
        pytest.param(
            configuration({"a": {"friendlyName": "a", "importSid": "CH" + "0" * 32}}),
            "conversation-services:services.a.importSid: must be a service's SID: IS and 32 hexadecimal digits",
            id="sid of another kind",
        ),
        pytest.param(
            configuration({"-a": {"friendlyName": "a"}}),
            "conversation-services:services.-a: must be a logical name: a letter, then at most 99 letters, "
            "digits, - or _",
            id="odd logical name",
        ),
        pytest.param(
            configuration({}, {"protekt": True}),
            "conversation-services:defaults.protekt: is no setting of a service; did you mean protect?",
            id="mistyped default",
        ),
    ],
)
def test_wrong_settings_are_one_error_with_file_key_and_remedy(given: dict[str, str], problem: str):
    """The reader of the error knows where to look and what to write."""
    with pytest.raises(SettingsError) as caught:
        read_services(given, FILE)

    first, *rest = str(caught.value).splitlines()
    assert first.startswith(f"{FILE}: {problem}")
    assert [HINT] == rest


def test_several_wrong_settings_are_all_named_at_once():
    """Nobody mends a stack file one run at a time."""
    given = configuration({"a": {"friendlyName": ""}, "b": {"friendlyName": "b", "protect": 1}}, extra=1)

    with pytest.raises(SettingsError) as caught:
        read_services(given, FILE)

    known = "addresses, defaults, include, secrets, services"
    expected = [
        f"conversation-services:extra: is no key of this project; known: {known}",
        "conversation-services:services.a.friendlyName: must have 1 to 256 characters",
        "conversation-services:services.b.protect: must be true or false, got a number",
    ]
    assert [*(f"{FILE}: {problem}" for problem in expected), HINT] == str(caught.value).splitlines()


def test_keys_of_other_namespaces_are_left_alone():
    """Provider settings stand in the same file."""
    others = {"twilio:region": "ie1", "aws:region": "eu-west-1", "acme-conversations:size": "1"}

    assert {} == read_services({**configuration({}), **others}, FILE)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)


@given(services=JSON, defaults=JSON)
def test_any_document_is_read_or_refused_with_the_hint(services: object, defaults: object):
    """No shape of a stack file ends in a traceback."""
    given = configuration(services, defaults)

    try:
        read = read_services(given, FILE)
    except SettingsError as error:
        assert str(error).endswith(HINT)
    else:
        assert all(isinstance(service, ServiceSettings) for service in read.values())


@given(name=st.text(min_size=1, max_size=256))
@example(name=" support")
@example(name="support\u200b")
@example(name="a  b")
@example(name="e\u0301")
def test_any_friendly_name_is_read_unchanged_or_told_with_its_key(name: str):
    """The limit counts characters; nothing is stripped or folded, and what is untidy is told as the provider would."""
    why = tidy_name(1, 256)(name)
    try:
        services = read_services(configuration({"a": {"friendlyName": name}}), FILE)
    except SettingsError as error:
        assert f"{FILE}: conversation-services:services.a.friendlyName: {why}\n{HINT}" == str(error)
    else:
        assert why is None
        assert name == services["a"].friendly_name


@given(secret=st.from_regex(r"[A-Z]{12,300}", fullmatch=True))
def test_errors_never_repeat_a_value(secret: str):
    """A wrong value may be personal data, and logs are kept."""
    given = configuration(
        {"a": {"friendlyName": 3, "protect": secret, "importSid": secret, "onNameConflict": secret}}
    )

    with pytest.raises(SettingsError) as caught:
        read_services(given, FILE)

    assert secret not in str(caught.value)
