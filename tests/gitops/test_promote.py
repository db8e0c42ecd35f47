"""Promotion writes what the source declares into the target's file, and disturbs nothing else in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from gitops.promotion import Promotion, promote
from gitops.promotion.kinds import KINDS, Kind, kind_of
from gitops.stack_file import StackFile, translated
from plain_yaml import load_text

ROOT = Path(__file__).resolve().parents[2]


def stack_file(stack: str, text: str) -> StackFile:
    """Return a stack file of a text."""
    return StackFile.made(stack, Path(f"stacks/Pulumi.{stack}.yaml"), text, load_text(text))


def promoted(source: str, target: str, **options: bool) -> Done:
    """Promote dev's text into stage's; neither includes anything."""
    done = promote(stack_file("dev", dedent(source)), stack_file("stage", dedent(target)), **options)
    (text,) = (file.text for file in done.files) if done.files else (dedent(target),)
    return Done(done, text)


@dataclass(frozen=True)
class Done:
    """What a promotion did, and the target's stack file afterwards."""

    promotion: Promotion
    text: str

    def __getattr__(self, name: str) -> Any:
        return getattr(self.promotion, name)


def services(text: str) -> dict[str, Any]:
    """Return the services that a text declares."""
    found: dict[str, Any] = YAML(typ="safe").load(text)["config"]["conversation-services:services"]
    return found


SOURCE = """\
    config:
      conversation-services:services:
        support:
          friendlyName: acme-helpdesk-dev
          onNameConflict: adopt
        billing: # new
          friendlyName: acme-billing-dev
          importSid: IS00112233445566778899aabbccddeeff
          forceDestroy: true
        appointments:
          friendlyName: acme-appointments-dev
"""

TARGET = """\
    # stage: the rehearsal
    config:
        twilio:region: "ie1"   # Dublin
        conversation-services:services:   # see docs
            # people call it the help desk
            support:
                friendlyName: "acme-support-stage"
                protect: true

            # booked by phone
            appointments:
                friendlyName: acme-appointments-stage

            # only here
            trial:
                friendlyName: acme-trial-stage
        # at the end
        twilio:maxConcurrency: 4
"""


def test_promotion_writes_names_and_leaves_comments_order_and_protection():
    """SIDs, protection and account are the target's own; new services stand where the source has them."""
    expected = """\
        # stage: the rehearsal
        config:
            twilio:region: "ie1"   # Dublin
            conversation-services:services:   # see docs
                # people call it the help desk
                support:
                    friendlyName: "acme-helpdesk-stage"
                    protect: true
                    onNameConflict: adopt
                billing:
                    friendlyName: acme-billing-stage

                # booked by phone
                appointments:
                    friendlyName: acme-appointments-stage

                # only here
                trial:
                    friendlyName: acme-trial-stage
            # at the end
            twilio:maxConcurrency: 4
    """

    done = promoted(SOURCE, TARGET)

    assert dedent(expected) == done.text
    assert (("billing",), ("support",), (), ("trial",)) == (done.added, done.changed, done.removed, done.left)


def test_promotion_shows_no_token_that_stands_beside_a_change():
    """A diff shows lines around what changes; the file itself keeps them."""
    target = """\
        config:
          twilio:authToken: hunter2hunter2
          conversation-services:services: {}
        """

    done = promoted(SOURCE, target)

    assert "twilio:authToken: [not shown]" in done.diff
    assert "twilio:authToken: hunter2hunter2" in done.text


def test_promotion_prunes_only_when_told_to():
    """A service that only the target declares is deleted by review, never by the way."""
    done = promoted(SOURCE, TARGET, prune=True)

    assert ("trial",) == done.removed
    assert ["support", "billing", "appointments"] == list(services(done.text))
    assert "# at the end" in done.text


def test_promotion_of_the_same_changes_no_byte():
    """What is promoted already is left as it is, however it is written."""
    target = "config: {'conversation-services:services': {  a: {friendlyName: 'x-stage'}  }}\n"

    done = promoted("config: {'conversation-services:services': {a: {friendlyName: x-dev}}}\n", target)

    assert (target, "") == (done.text, done.diff)


def test_promotion_into_a_file_of_one_line_keeps_its_style():
    """Flow style stays flow style."""
    done = promoted(
        "config: {'conversation-services:services': {a: {friendlyName: x-dev}, b: {friendlyName: y}}}\n",
        "config: {'conversation-services:services': {a: {friendlyName: x-stage}}} # short\n",
    )

    assert {"a": {"friendlyName": "x-stage"}, "b": {"friendlyName": "y"}} == services(done.text)
    assert "# short" in done.text
    assert 1 == len(done.text.splitlines())


def test_promotion_brings_behaviour_and_leaves_webhooks_and_comments_where_they_are():
    """Roles, configuration and notifications follow; where an environment's events go is its own."""
    done = promoted(
        """\
        config:
          conversation-services:services:
            support:
              friendlyName: acme-support-dev
              roles:
                agent: {type: conversation, permissions: [sendMessage, addParticipant]}
                member: {type: service, permissions: [joinConversation]}
              configuration: {defaultConversationRole: agent}
              webhook: {postWebhookUrl: "https://hooks.dev.acme.example/support"}
            billing:
              friendlyName: acme-billing-dev
              webhook:
                postWebhookUrl: https://hooks.dev.acme.example/billing
                filters: [onMessageAdded]
        """,
        """\
        config:
          conversation-services:services:
            support:
              friendlyName: acme-support-stage
              roles:
                # who answers
                agent: {type: conversation, permissions: [sendMessage]}
                visitor: # on the way out
                  type: conversation
                  permissions: [sendMessage]
              # where events go
              webhook: {postWebhookUrl: "https://hooks.stage.acme.example/v2/support"}
        # the end
        """,
    )

    found = services(done.text)
    assert {
        "agent": {"type": "conversation", "permissions": ["sendMessage", "addParticipant"]},
        "member": {"type": "service", "permissions": ["joinConversation"]},
    } == found["support"]["roles"]
    assert {"defaultConversationRole": "agent"} == found["support"]["configuration"]
    assert {"postWebhookUrl": "https://hooks.stage.acme.example/v2/support"} == found["support"]["webhook"]
    assert {
        "friendlyName": "acme-billing-stage",
        "webhook": {
            "postWebhookUrl": "https://hooks.stage.acme.example/billing",
            "filters": ["onMessageAdded"],
        },
    } == found["billing"]
    assert all(comment in done.text for comment in ("# who answers", "# where events go", "# the end"))


def test_promotion_keeps_the_comments_of_items_that_stay():
    """Why a permission is given stands beside it; in which order they stand says nothing."""
    done = promoted(
        """\
        config:
          conversation-services:services:
            support:
              friendlyName: acme-support-dev
              roles:
                agent: {type: conversation, permissions: [addParticipant, sendMessage]}
                guest: {type: conversation, permissions: [sendMediaMessage, leaveConversation]}
              webhook: {filters: [onMessageAdded, onMessageAdd]}
        """,
        """\
        config:
          conversation-services:services:
            support:
              friendlyName: acme-support-stage
              roles:
                agent:
                  type: conversation
                  permissions:
                    - sendMessage # of course
                    - addParticipant # since the merger
                guest:
                  type: conversation
                  permissions:
                    - sendMessage # goes
                    # since the redesign
                    - leaveConversation # a button
              webhook: {filters: [onMessageAdd, onMessageAdded]}
        """,
    )

    assert (
        """\
-            - sendMessage # goes
             # since the redesign
             - leaveConversation # a button
+            - sendMediaMessage
"""
        in done.diff
    )
    assert 2 == sum(line.startswith(("+ ", "- ")) for line in done.diff.splitlines())


HOOK = "https://{}/{}"


@pytest.mark.parametrize(
    ("own", "url", "expected", "told"),
    [
        pytest.param(
            "hooks.acme.example",
            "https://hooks.stage.acme.example/billing?env=stage",
            "https://hooks.acme.example/billing?env=prod",
            False,
            id="as its other webhooks",
        ),
        pytest.param(
            "",
            "https://hooks.stage.acme.example/b",
            "https://hooks.prod.acme.example/b",
            False,
            id="by its name",
        ),
        pytest.param(
            "", "https://hooks.acme.example/b", "https://hooks.acme.example/b", True, id="the same host"
        ),
        pytest.param(
            "",
            "https://hooks.acme.example/stage/b",
            "https://hooks.acme.example/prod/b",
            True,
            id="by its path",
        ),
    ],
)
def test_promotion_leads_a_new_webhook_to_the_targets_host(own: str, url: str, expected: str, told: bool):
    """Events of production must not go to stage; where nothing tells the host, a person is told."""
    both = "    support: {{friendlyName: s, webhook: {{preWebhookUrl: https://{}/s}}}}\n"
    head = "config:\n  conversation-services:services:\n"
    source = stack_file(
        "stage",
        head
        + both.format("hooks.stage.acme.example")
        + f"    billing:\n      friendlyName: b\n      webhook:\n        postWebhookUrl: {url}\n",
    )
    target = stack_file("prod", head + (both.format(own) if own else "    support: {friendlyName: s}\n"))

    done = promote(source, target)

    (file,) = done.files
    assert expected == services(file.text)["billing"]["webhook"]["postWebhookUrl"]
    assert told == any("leads to the same host" in note for note in done.notes)


def settings_of(schema: dict[str, Any], name: str) -> set[tuple[str, ...]]:
    """Return the paths of a model's settings, those in its maps too."""
    found: set[tuple[str, ...]] = set()
    for key, each in schema["$defs"][name]["properties"].items():
        inner = each.get("$ref", "").rpartition("/")[2]
        found |= {(key, *path) for path in settings_of(schema, inner)} if inner else {(key,)}
    return found


def test_settings_that_promotion_knows_are_the_programs():
    """One that is misspelt, or has another name by now, would be promoted like any other."""
    schema = json.loads((ROOT / "stacks" / "schema.json").read_text(encoding="utf-8"))
    known = {"services": "ServiceSettings", "addresses": "AddressSettings"}

    assert {} == {
        section: unknown
        for section, name in known.items()
        if (unknown := KINDS[section].keys() - settings_of(schema, name))
    }


NAMES = st.sampled_from(["support", "billing", "returns", "sales", "appointments"])
DECLARED = st.dictionaries(NAMES, st.sampled_from(["acme", "acme-{}", "{}.acme"]), min_size=1)


@settings(deadline=None)
@given(DECLARED, DECLARED, st.booleans(), st.integers(1, 6))
def test_promotion_keeps_every_comment_and_declares_what_the_source_does(
    source: dict[str, str], target: dict[str, str], prune: bool, indent: int
):
    """Whatever both files declare: comments stay in their order, in front of what they were in front of."""
    pad = " " * indent
    lines = ["# head", "config: # config", f"{pad}conversation-services:services: # services"]
    for name, form in target.items():
        lines += [
            f"{pad * 2}# above {name}",
            f"{pad * 2}{name}:",
            f"{pad * 3}friendlyName: {form.format('stage')}",
        ]
    text = "\n".join([*lines, "# tail", ""])
    entries = "".join(
        f"    {name}:\n      friendlyName: {form.format('dev')}\n" for name, form in source.items()
    )

    done = promoted(f"config:\n  conversation-services:services:\n{entries}", text, prune=prune)

    expected = {name: {"friendlyName": form.format("stage")} for name, form in source.items()}
    extra = {} if prune else {name: {"friendlyName": form.format("stage")} for name, form in target.items()}
    assert extra | expected == services(done.text)
    comments = [line.strip() for line in text.splitlines() if "#" in line]
    assert comments == [line.strip() for line in done.text.splitlines() if "#" in line]
    after = done.text.splitlines()
    for name in target if not prune else ():
        assert f"{name}:" == after[after.index(f"{pad * 2}# above {name}") + 1].strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("acme-support-dev", "acme-support-stage", id="at the end"),
        pytest.param("dev.acme", "stage.acme", id="at the beginning"),
        pytest.param("dev_acme dev", "stage_acme stage", id="twice"),
        pytest.param("acme-developers", "acme-developers", id="within a word"),
        pytest.param("devacme", "devacme", id="beginning of a word"),
        pytest.param("acme-DEV", "acme-DEV", id="other case"),
    ],
)
def test_translated_replaces_the_environment_where_it_is_a_word(text: str, expected: str):
    """The environment's name is a part of a friendly name, not any letters of it."""
    assert expected == translated(text, "dev", "stage")


def test_sid_of_an_adopted_role_is_each_environments_own():
    """A role of one account is none of another's."""
    assert Kind.OWN is kind_of("services", ("roles", "agent", "importSid"))
    assert Kind.SHARED is kind_of("services", ("roles", "agent", "permissions"))
