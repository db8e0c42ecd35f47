"""Every input of a service's configuration, notifications and webhooks, with its limits."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline.emulator.resources import KINDS
from offline.emulator.resources.events import EVENTS as EMULATED_EVENTS
from offline.emulator.resources.permissions import PERMISSIONS as EMULATED_PERMISSIONS
from providers._api.checks import same_url, web_url
from providers._api.entity import Entity
from providers._resource.inputs import problem as problem_of
from providers.service_configuration import CONFIGURATION
from providers.service_notification import NOTIFICATION
from providers.service_webhook import WEBHOOK
from providers.vocabulary import EVENTS, PERMISSIONS

FIELDS = {each.name: each for entity in (CONFIGURATION, NOTIFICATION, WEBHOOK) for each in entity.inputs}
FLAG = "must be true or false"
TEXT = "must be text of at least 1 character"
ROLE = "must be the SID of a role: RL and 32 hexadecimal digits"
URL = "must be an absolute URL, percent-encoded, such as https://example.com/hook"
HTTPS = "must begin with https:// (http:// to loopback only): messages would travel in clear text"
USER = "must be without user and password: they would stand in the state; check X-Twilio-Signature instead"
KEYS = "must hold no other keys than enabled, template, sound, badge_count_enabled, with_media"
ROLE_SID = "RL" + "aB" * 16


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("reachability_enabled", True, None),
        ("reachability_enabled", "true", FLAG),
        ("reachability_enabled", 1.0, FLAG),
        *(
            (f"default_{which}_role_sid", value, problem)
            for which in ("conversation_creator", "conversation", "chat_service")
            for value, problem in (
                (ROLE_SID, None),
                (ROLE_SID + "0", ROLE),
                ("agent", ROLE),
                (7.0, ROLE),
                ([], ROLE),
            )
        ),
        ("log_enabled", False, None),
        ("log_enabled", "no", FLAG),
        ("new_message", {}, None),
        ("new_message", {"enabled": None}, None),
        ("new_message", True, f"must be a map with {KEYS.partition('than ')[2]}"),
        ("new_message", {"enabeld": True}, f"{KEYS}; did you mean enabled?"),
        ("new_message", {"badgeCountEnabled": True}, f"{KEYS}; did you mean badge_count_enabled?"),
        ("new_message", {"enabled": "yes"}, f".enabled {FLAG}"),
        ("new_message", {"badge_count_enabled": 1.0}, f".badge_count_enabled {FLAG}"),
        ("new_message", {"template": ""}, f".template {TEXT}"),
        ("new_message", {"template": "x" * 5000}, None),
        ("new_message", {"sound": 7.0}, f".sound {TEXT}"),
        ("new_message", {"with_media": True}, ".with_media must be a map with enabled, template"),
        (
            "new_message",
            {"with_media": {"sound": "x"}},
            ".with_media must hold no other keys than enabled, template",
        ),
        ("new_message", {"with_media": {"template": ""}}, f".with_media.template {TEXT}"),
        ("new_message", {"with_media": {"enabled": 0.0}}, f".with_media.enabled {FLAG}"),
        *(
            (event, value, problem)
            for event in ("added_to_conversation", "removed_from_conversation")
            for value, problem in (
                ({"enabled": True, "template": "x", "sound": "x"}, None),
                ({"enabled": 1.0}, f".enabled {FLAG}"),
                ({"template": ["x"]}, f".template {TEXT}"),
                ({"sound": ""}, f".sound {TEXT}"),
                ({"with_media": {}}, "must hold no other keys than enabled, template, sound"),
            )
        ),
        *(
            (which, value, problem)
            for which in ("pre_webhook_url", "post_webhook_url")
            for value, problem in (
                ("https://example.com", None),
                ("https://example.com:8443/a?b=%20#c", None),
                ("http://127.0.0.1:8080/hook", None),
                ("http://[::1]/hook", None),
                ("http://localhost/hook", None),
                ("http://example.com/hook", HTTPS),
                ("http://127.0.0.1.example.com/", HTTPS),
                ("ftp://example.com/", HTTPS),
                ("https://user:password@example.com/", USER),
                ("https://user@example.com/", USER),
                ("https://@example.com/", USER),
                ("example.com/hook", URL),
                ("https://", URL),
                ("https://example.com:0/", URL),
                ("https://example.com:65536/", URL),
                ("https://[::1/", URL),
                ("https://example.com/é", URL),
                ("https://example.com/a b", URL),
                ("https://example.com/\n", URL),
                ("", URL),
                (7.0, URL),
            )
        ),
        ("method", "GET", None),
        ("method", "POST", None),
        ("method", "post", "must be one of GET, POST"),
        ("filters", list(EVENTS), None),
        ("filters", [], "must be a list of at least one event"),
        ("filters", "onMessageAdd", "must be a list of at least one event"),
        ("filters", ["onMessageAdd", "onMessageAdd"], "[1] must not name the same event again"),
        ("filters", ["onMesageAdded"], "[0] must be a known event; did you mean onMessageAdded?"),
        ("filters", ["onUserAdded"], "[0] must be a known event"),
    ],
)
def test_check_input_table(name: str, value: object, problem: str | None):
    """Boundaries, wrong types, suggestions: one reason, without the value."""
    found = problem_of(FIELDS[name], {name: value})

    assert (problem is None) == (found is None)
    assert (found or "").startswith(problem or "")


@given(st.text())
def test_web_url_of_any_text_is_judged(text: str):
    """No text ends in a traceback; what passes begins as it must."""
    assert web_url(text) is not None or text.startswith(("https://", "http://"))


@given(st.from_regex(r"[A-Z]{12,80}", fullmatch=True))
def test_reasons_never_repeat_a_value(secret: str):
    """A wrong value may be a credential."""
    group = {"template": secret, "sound": secret, "enabled": secret, secret: secret}
    for name, field in FIELDS.items():
        for value in (secret, [secret], group, f"http://{secret}@example.com"):
            assert secret not in (problem_of(field, {name: value}) or "")


def test_events_and_permissions_are_the_same_in_every_room():
    """Provider and emulator know the same words, each written down on its own."""
    assert set(EVENTS) == set(EMULATED_EVENTS)
    assert EMULATED_PERMISSIONS == {type_: set(known) for type_, known in PERMISSIONS.items()}
    for known in PERMISSIONS.values():
        assert len(set(known)) == len(known)


@pytest.mark.parametrize(
    ("kind", "entity"),
    [("configuration", CONFIGURATION), ("notification", NOTIFICATION), ("webhook", WEBHOOK)],
)
def test_every_parameter_of_the_emulator_is_a_setting(kind: str, entity: Entity):
    """And the other way round; the emulator compares its own with the specification."""
    (emulated,) = (each for each in KINDS if each.name == kind)

    assert {each.name: each.field for each in emulated.parameters} == {
        parameter: name for name in entity.leaves for parameter in entity.form({name: "x"})
    }


@pytest.mark.skipif(
    not os.environ.get("TWILIO_OPENAPI_SPEC"),
    reason="needs TWILIO_OPENAPI_SPEC, the path of twilio_conversations_v1.json from github.com/twilio/twilio-oai",
)
def test_events_are_those_of_the_specification():
    """It lists them in the text of the parameter Filters."""
    text = Path(os.environ["TWILIO_OPENAPI_SPEC"]).read_text(encoding="utf-8")
    (described,) = set(
        re.findall(r"Events not configured here will not fire\. Possible values are ([^\"]*)\"", text)
    )

    assert set(EVENTS) == set(re.findall(r"on[A-Z]\w+", described))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://example.com", "https://example.com/", True),
        ("HTTPS://Example.COM/Hook", "https://example.com/Hook", True),
        ("https://example.com:443/hook", "https://example.com/hook", True),
        ("http://[::1]:80", "http://[::1]/", True),
        ("https://example.com?a=1", "https://example.com/?a=1", True),
        ("https://example.com/hook", "https://example.com/hook/", False),
        ("https://example.com/Hook", "https://example.com/hook", False),
        ("https://example.com:444/", "https://example.com/", False),
        ("http://localhost:443/", "http://localhost/", False),
        ("https://example.com/?A=1", "https://example.com/?a=1", False),
        ("", "https://example.com/", False),
        ("https://[::1", "https://[::1/", False),
    ],
)
def test_same_url_table(one: str, other: str, *, same: bool):
    """By the rules of RFC 3986, 6.2.2.1 and 6.2.3: what every server and client takes for the same."""
    assert same == (same_url(one) == same_url(other))
