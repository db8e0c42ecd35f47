"""Which values of a change a report shows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import providers
from gitops.masking import HIDDEN, MASKED
from gitops.values import DEFAULTS, LATER, TEXTS, WORDS, Change, changes, differing
from offline.engine.model.marks import UNKNOWN_TEXT as UNKNOWN
from providers._api.fields import leaves
from providers._resource.dynamic import TwilioResource
from providers.conversation_service import ConversationServiceProvider
from tests.gitops.event_log import SECRET

NAME = st.text(min_size=1, max_size=8)
INPUTS = st.dictionaries(
    NAME,
    st.recursive(
        st.none() | st.booleans() | st.integers() | NAME | st.lists(NAME, max_size=2),
        lambda inner: st.dictionaries(NAME, inner, max_size=2),
        max_leaves=3,
    ),
    max_size=3,
)


def one(key: str, old: Any, new: Any, *, declared: object = None, objected: bool = False) -> Change | None:
    """Return the change of one input of a service that exists already."""
    found = changes(
        "ConversationService",
        {"protect": False, key: old},
        {"protect": False, key: new},
        declared=declared,
        objected=objected,
    )
    return found.get(key)


@pytest.mark.parametrize(
    ("key", "old", "new", "expected"),
    [
        pytest.param("reachability_enabled", True, False, Change(True, False), id="switch"),
        pytest.param("method", "GET", "POST", Change("GET", "POST"), id="word"),
        pytest.param("permissions", ["a"], ["a", "b"], Change(["a"], ["a", "b"]), id="words"),
        pytest.param("post_webhook_url", "https://a", "https://b", Change(HIDDEN, "https://b"), id="text"),
        pytest.param("post_webhook_url", None, "https://b", Change(None, "https://b"), id="text that is new"),
        pytest.param("template", "Jane", None, Change(HIDDEN, None), id="text that goes"),
        pytest.param("service_sid", "IS1", UNKNOWN, Change("IS1", LATER), id="known later"),
        pytest.param("permissions", ["a"], [UNKNOWN], Change(["a"], [LATER]), id="known later in a list"),
        pytest.param("template", "a", SECRET, Change(HIDDEN, HIDDEN), id="secret"),
        pytest.param("friendly_name", "Jane", "acme", Change(HIDDEN, "acme"), id="name found at Twilio"),
        pytest.param("friendly_name", "known", "acme", Change("known", "acme"), id="name declared before"),
        pytest.param("token", "one", "two", Change(HIDDEN, HIDDEN), id="input of others"),
        pytest.param("method", "GET", "GET", None, id="no change"),
    ],
)
def test_a_report_shows_what_is_declared_and_hides_what_was_found(
    key: str, old: Any, new: Any, expected: Change | None
):
    """A new value is under review; an old one may have been set by other hands."""
    assert expected == one(key, old, new, declared="known")


@pytest.mark.parametrize("key", TEXTS)
def test_an_objection_masks_every_text_of_the_resource(key: str):
    """The text objected to may stand in any of them."""
    assert Change(HIDDEN, MASKED) == one(key, "old", "Jane Roe", objected=True)


def test_nested_settings_are_told_by_dotted_name():
    """A reader sees which text of which push changes."""
    old = {"new_message": {"enabled": True, "template": "a", "with_media": {"template": "m"}}}
    new = {
        "new_message": {"enabled": True, "template": "b", "with_media": {"template": "n"}},
        "__provider": 1,
    }

    found = changes("ServiceNotification", old, new, declared=None, objected=False)

    assert {
        "new_message.template": Change(HIDDEN, "b"),
        "new_message.with_media.template": Change(HIDDEN, "n"),
    } == found
    assert {"new_message.template", "new_message.with_media.template"} == differing(old, new)


@pytest.mark.parametrize(
    ("kind", "inputs", "expected"),
    [
        pytest.param(
            "ConversationService", {"on_name_conflict": "error", "force_destroy": False}, [], id="service"
        ),
        pytest.param(
            "ConversationService", {"on_name_conflict": "adopt"}, ["on_name_conflict"], id="adoption"
        ),
        pytest.param(
            "Role",
            {"on_name_conflict": "adopt", "service_sid": "IS1", "type": "service"},
            ["type"],
            id="role",
        ),
        pytest.param("Role", {"protect": True}, ["protect"], id="protection"),
    ],
)
def test_a_creation_leaves_defaults_out(kind: str, inputs: dict[str, Any], expected: list[str]):
    """What goes without saying would hide what does not; which service it is for is told by its name."""
    found = changes(kind, {}, {"protect": False, **inputs}, declared=None, objected=False)

    assert expected == [*found]


PROVIDERS = [
    each.provider_class
    for name in providers.__all__
    if isinstance(each := getattr(providers, name), type) and issubclass(each, TwilioResource)
]


def test_every_input_of_the_providers_is_known() -> None:
    """A value of an unknown input is hidden from those who review it, and without a salt it stops a deployment."""
    known = {
        name.rpartition(".")[2]
        for provider in PROVIDERS
        for name, each in leaves(provider.inputs).items()
        # A secret stays one, whatever it is called.
        if each.type is not bool and not each.secret
    }

    assert known == {*WORDS, *TEXTS}


def test_defaults_that_a_creation_leaves_out_are_the_providers() -> None:
    """The component adopts roles, whatever the provider's own default is."""
    inputs = {each.name: each.default for each in ConversationServiceProvider.inputs}

    assert DEFAULTS["ConversationService"] == {key: inputs[key] for key in DEFAULTS["ConversationService"]}


@settings(deadline=None)
@given(INPUTS, INPUTS)
def test_values_of_unknown_names_never_show(old: dict[str, Any], new: dict[str, Any]):
    """Whatever the inputs are, only switches and values of known names leave."""
    found = changes("Other", old, new, declared=None, objected=False)

    shown = {
        value
        for key, change in found.items()
        if key.rpartition(".")[2] not in (*WORDS, *TEXTS)
        for value in (change.old, change.new)
    }
    assert shown <= {None, True, False, HIDDEN, LATER}
