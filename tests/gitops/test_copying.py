"""A stack file's copy for another environment: what becomes of each entry, and that nothing else changes."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gitops.environments.copying import Change, NotCopiedError, Path, copied, decided
from gitops.environments.own import Own
from plain_yaml import load_text
from tools.included import INCLUDE, SECRETS, SERVICES

OWN = Own("prod", "qa")
HOOK = f"{SERVICES}.a.webhook.preWebhookUrl"


def test_copy_keeps_comments_order_and_quotes_and_marks_what_it_leaves_to_people():
    """A person reads the copy next; a secret, an account and an adopted SID are never taken along."""
    text = """\
# prod: the real one
encryptionsalt: v1:salt
encryptedkey: sealed
secretsprovider: awskms://alias/acme-prod
config:
  twilio:region: ie1 # near
  twilio:accountSid: AC00112233445566778899aabbccddeeff
  twilio:authToken:
    secure: v1:a:b
  # for all of them
  conversation-services:defaults: {protect: true, onNameConflict: error}
  conversation-services:services:
    # the first
    support:
      friendlyName: 'acme-support-prod'
      importSid: IS00112233445566778899aabbccddeeff
      webhook: {preWebhookUrl: {secure: v1:c:d}, method: POST}
    billing: # theirs
      friendlyName: acme-billing
      protect: false
      webhook:
        preWebhookUrl: "https://hooks.prod.acme.example/billing?env=prod"
        postWebhookUrl: https://hooks.acme.example/billing?token=x
        method: POST
      # the end of it
  conversation-services:addresses:
    hotline: {type: sms, address: "+15550100"}
  conversation-services:secrets:
    billing: {webhook: {postWebhookUrl: {secure: v1:e:f}}}
"""
    expected = """\
# prod: the real one
# fill in: secretsprovider: one of its own, before the first secret
config:
  twilio:region: ie1 # near
  # fill in: twilio:accountSid, with: pulumi config set twilio:accountSid --stack qa
  # fill in: twilio:authToken, with: pulumi config set --secret twilio:authToken --stack qa
  # for all of them
  # check: protect is as in prod
  conversation-services:defaults: {protect: true, onNameConflict: error}
  conversation-services:services:
    # the first
    support:
      friendlyName: 'acme-support-qa'
      # fill in: conversation-services:services.support.webhook.preWebhookUrl, of which prod has a secret of its own, \
with: pulumi config set --secret --path 'conversation-services:services.support.webhook.preWebhookUrl' --stack qa
      webhook: {method: POST}
    billing: # theirs
      friendlyName: acme-billing
      # check: protect is as in prod
      protect: false
      webhook:
        # check: is hooks.qa.acme.example right?
        preWebhookUrl: "https://hooks.qa.acme.example/billing?env=qa"
        # fill in: the host that takes the events of qa
        postWebhookUrl: https://fill-in.invalid/billing
        method: POST
      # the end of it
  # fill in: conversation-services:addresses, for each environment has addresses of its own
  # fill in: conversation-services:secrets.billing.webhook.postWebhookUrl, of which prod has a secret of its own, \
with: pulumi config set --secret --path 'conversation-services:secrets.billing.webhook.postWebhookUrl' --stack qa
"""

    assert expected == copied(text, OWN.stack_file)


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        pytest.param("twilio:config:apiSecret", "x", "drop", id="secret in the clear, the long way"),
        pytest.param("twilio:maxConcurrency", "4", None, id="how many requests"),
        pytest.param("twilio:keep", ["IS" + "1" * 32], "drop", id="services of the other environment"),
        pytest.param(f"{SERVICES}.a.roles.agent.importSid", "RL" + "1" * 32, "drop", id="adopted role"),
        pytest.param("other:list", [{"a": {"secure": "v1:a:b"}}], "drop", id="a list with a secret in it"),
        pytest.param(
            f"{SECRETS}.a.webhook.preWebhookUrl", "https://x.example/?t=1", "drop", id="not encrypted"
        ),
        pytest.param(INCLUDE, ["prod/*.yaml", "a/*.yaml"], ["qa/*.yaml", "a/*.yaml"], id="included"),
        pytest.param(f"{SERVICES}.a.roles.prod", {"type": "service"}, None, id="role"),
        pytest.param(f"{HOOK}", "http://127.0.0.1:1/prod", "http://127.0.0.1:1/qa", id="this machine"),
        pytest.param(f"{HOOK}", "https://[", "https://fill-in.invalid", id="no URL"),
        pytest.param(
            f"{HOOK}", "https://u:p@h.example/x?y#z", "https://fill-in.invalid/x", id="password, query"
        ),
    ],
)
def test_entry_is_kept_changed_or_left_out(path: str, value: Any, expected: Any):
    """What a copy takes along is what both environments may share."""
    change = OWN.stack_file(("config", *path.split(".")), value)

    assert expected == (change and (change.value if change.action == "replace" else change.action))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: &x {drop: 1, b: 2}\nc: *x\nd: {<<: *x}\n", id="merged"),
        pytest.param("drop: &x 1\nb: *x\n", id="anchor that goes"),
        pytest.param("? |\n  a\n: b\ndrop: 1\n", id="a key of several lines, kept"),
    ],
)
def test_file_is_changed_rightly_or_refused(text: str):
    """Half an alias would be a broken file, or another meaning."""
    try:
        made = copied(text, drop)
    except NotCopiedError:
        return
    assert decided(load_text(text), drop) == load_text(made)


def drop(path: Path, value: Any) -> Change | None:
    """Decide by the key: drop, replace, keep with a comment, or look inside."""
    match path[-1]:
        case "drop":
            return Change("drop", comment="left out")
        case "other" if isinstance(value, str):
            return Change("replace", "another: 'text'", "changed")
        case "kept":
            return Change("keep", comment="look")
    return None


KEYS = st.sampled_from(["a", "b: c", "drop", "other", "kept", "#d", "é"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab :#'\"\n-é{}[],&*", max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=5)


@given(data=DOCUMENTS, flow=st.sampled_from([None, False, True]), indent=st.sampled_from([2, 4]))
def test_any_file_says_afterwards_what_was_decided(data: dict[str, Any], flow: bool | None, indent: int):
    """In lines, in braces or both, whatever stands in it; and nothing else is changed."""
    text = yaml.safe_dump(data, default_flow_style=flow, indent=indent, allow_unicode=True, sort_keys=False)
    expected = decided(load_text(text), drop)

    assert json.dumps(expected) == json.dumps(load_text(copied(text, drop)) or {})
