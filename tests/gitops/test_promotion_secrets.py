"""A secret of one environment never gets into another one's file; its place is marked, and one command fills it."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from gitops.environments.copying import copied
from gitops.environments.own import Own
from gitops.exits import GitopsError
from gitops.promotion import promote
from gitops.stack_diff import compare
from gitops.stack_file import StackFile
from plain_yaml import load_text
from tests.support.workspace import Workspace

SECONDS = 180
URL = "services.support.webhook.postWebhookUrl"
OURS, MINE = "{secure: 'v1:ours:AAAA'}", "{secure: 'v1:mine:AAAA'}"
MARK = "# fill in: {0}, with: pulumi config set --secret --path 'conversation-services:{1}' --stack stage"


def stack_file(stack: str, text: str) -> StackFile:
    """Return a stack file of a text."""
    text = dedent(text)
    return StackFile.made(stack, Path(f"stacks/Pulumi.{stack}.yaml"), text, load_text(text))


DEV = """\
    encryptionsalt: v1:ours
    config:
      twilio:authToken: TOKEN
      conversation-services:services:
        support:
          friendlyName: NAME
          importSid: SID
          roles: {agent: {type: KIND, permissions: [PERMISSION]}}
          configuration: {defaultConversationRole: agent}
          webhook: {postWebhookUrl: URL, filters: [EVENT]}
          notifications: {newMessage: {template: TEMPLATE}}
"""
PLAIN = {
    "TOKEN": "token",
    "NAME": "acme-support",
    "SID": "IS00112233445566778899aabbccddeeff",
    "KIND": "conversation",
    "PERMISSION": "sendMessage",
    "URL": "https://hooks.acme.example",
    "EVENT": "onMessageAdded",
    "TEMPLATE": "News",
}
# What is encrypted: the path that is to be filled in a new service, and what it keeps from being written.
PLACES = {
    "TOKEN": ("", ""),
    "SID": ("", ""),
    "NAME": ("services.support.friendlyName", "services.support"),
    "KIND": ("services.support.roles.agent.type", "services.support.roles.agent"),
    "PERMISSION": ("services.support.roles.agent.permissions[0]", "services.support.roles.agent"),
    "URL": ("services.support.webhook.postWebhookUrl", ""),
    "EVENT": ("services.support.webhook.filters[0]", ""),
    "TEMPLATE": ("services.support.notifications.newMessage.template", ""),
}


def sealed(place: str, cipher: str) -> str:
    """Return a stack file with one value encrypted."""
    text = dedent(DEV)
    for word, value in PLAIN.items():
        text = text.replace(word, cipher if word == place else value)
    return text


@pytest.mark.parametrize("place", PLACES)
def test_no_secret_is_copied_into_a_new_service(place: str):
    """Wherever it stands: the target could not decrypt it, and none of its runs would get through."""
    path, withheld = PLACES[place]
    source = stack_file("dev", sealed(place, OURS))
    target = stack_file("stage", "encryptionsalt: v1:mine\nconfig:\n  conversation-services:services: {}\n")

    done = promote(source, target)

    text = "".join(file.text for file in done.files)
    assert "ours" not in text + done.diff
    assert text.startswith("encryptionsalt: v1:mine\n")
    assert ([(path, withheld)] if path else []) == [
        (fill.command("stage").split("'")[1].removeprefix("conversation-services:"), fill.withholds)
        for fill in done.fills
    ]
    assert ([MARK.format(path.removesuffix("[0]"), path)] if path else []) == re.findall(
        "# fill in: .*", text
    )
    found = load_text(text)["config"]["conversation-services:services"]
    assert (place != "NAME") == ("support" in found)
    if withheld.endswith("agent"):
        assert ("roles" in found["support"], "configuration" in found["support"]) == (False, False)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("own", [MINE, "plain"])
def test_target_keeps_the_value_that_it_has_of_its_own(place: str, own: str):
    """Encrypted or not: what the source keeps to itself says nothing of what the target is to have."""
    source, target = stack_file("dev", sealed(place, OURS)), stack_file("stage", sealed(place, own))

    done = promote(source, target)

    assert ((), ()) == (done.files, done.fills)
    assert {"each environment's own"} >= {each.meant for each in compare(source, target)}


@pytest.mark.parametrize("place", PLACES)
def test_target_keeps_its_secret_where_the_source_has_none(place: str):
    """The value in plain text would take the secret's place."""
    source, target = stack_file("dev", sealed(place, "plain")), stack_file("stage", sealed(place, MINE))

    done = promote(source, target)

    assert () == done.files
    assert {"each environment's own"} >= {each.meant for each in compare(source, target)}


def test_mark_stays_until_the_secret_is_set_and_goes_with_the_next_promotion():
    """It stands above the service, once, and a second promotion moves nothing."""
    source = stack_file("dev", sealed("URL", OURS))
    target = stack_file("stage", "config: # of stage\n  conversation-services:services: {}\n")

    first = promote(source, target).files[0].text
    second = promote(source, stack_file("stage", first))
    key = "        filters: [onMessageAdded]\n"
    assert key in first
    filled = first.replace(key, f"{key}        postWebhookUrl: {MINE}\n")
    third = promote(source, stack_file("stage", filled))

    mark = f"    {MARK.format(URL, URL)}\n    support:\n"
    assert 1 == first.count(mark)
    assert ((), 1) == (second.files, len(second.fills))
    assert ((filled.replace(mark, "    support:\n"),), ()) == (
        tuple(file.text for file in third.files),
        third.fills,
    )


@pytest.mark.parametrize("place", ["NAME", "PERMISSION", "URL", "EVENT", "TEMPLATE"])
def test_place_that_a_copied_environment_marks_is_not_marked_again(place: str):
    """Whoever copied dev to begin stage has the same comments, in the same place."""
    source = stack_file("dev", sealed(place, OURS))
    target = stack_file("stage", copied(sealed(place, OURS), Own("dev", "stage").stack_file))

    done = promote(source, target)

    assert ((), 1) == (done.files, len(done.fills))


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("config: {'conversation-services:services': {a: {friendlyName: x}}}\n", id="one line"),
        pytest.param(
            "config: {'conversation-services:services': {a: {friendlyName: 'acme\n  x'}, b: {friendlyName: y}}}",
            id="a text of two lines",
        ),
        pytest.param(
            '# head\nconfig:\n  "conversation-services:services": {\n    a: {friendlyName: x}\n  }',
            id="lines",
        ),
    ],
)
def test_mark_stands_on_a_line_of_its_own_however_the_file_is_written(target: str):
    """A comment within a text would be part of the text."""
    source = stack_file("dev", sealed("URL", OURS))

    done = promote(source, stack_file("stage", target))

    (file,) = done.files
    assert 1 == len(re.findall(r"^ *# fill in: services", file.text, re.MULTILINE))
    assert {"support", "a"} <= load_text(file.text)["config"]["conversation-services:services"].keys()


@pytest.mark.parametrize("section", ["services", "secrets", "include", "addresses"])
@pytest.mark.parametrize("stack", ["dev", "stage"])
def test_section_that_is_encrypted_as_a_whole_is_one_error(section: str, stack: str):
    """Nobody can look into it, so nothing can be compared with it or written into it."""
    text = f"config:\n  conversation-services:{section}: {OURS}\n"
    if section != "services":
        text += "  conversation-services:services: {}\n"

    with pytest.raises(GitopsError, match=f"{section}: is encrypted as a whole") as caught:
        stack_file(stack, text)

    assert "AAAA" not in str(caught.value)


def test_service_of_the_name_secure_is_no_secret():
    """Only a text below `secure` is one."""
    text = "config:\n  conversation-services:services:\n    secure: {friendlyName: acme}\n"
    source, target = (stack_file(stack, text) for stack in ("dev", "stage"))

    assert ([], ()) == (compare(source, target), promote(source, target).files)


class Environment:
    """A clone in which dev and stage have passphrases of their own."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def engine(self, stack: str, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run the engine's command as a person would, and answer it."""
        if words[0] not in ("pulumi", ".venv/bin/python"):
            begin = (
                ["pulumi"]
                if self.workspace.engine == "pulumi"
                else [".venv/bin/python", "-m", "offline.engine"]
            )
            words = (*begin, *words)
        return subprocess.run(
            words,
            cwd=self.workspace.root,
            env=self.workspace.environment(
                PULUMI_CONFIG_PASSPHRASE=f"of {stack}",
                PULUMI_BACKEND_URL=f"file://{self.workspace.root / 'state'}",
                PULUMI_SKIP_UPDATE_CHECK="true",
            ),
            input=given,
            capture_output=True,
            text=True,
            check=True,
            timeout=SECONDS,
        )

    def preview(self, **variables: str) -> subprocess.CompletedProcess[str]:
        """Preview stage in a rehearsal."""
        return self.workspace.make("preview", stack="stage", EMULATOR="1", code=None, **variables)


@pytest.mark.timeout(600)
def test_target_previews_after_the_promotion_and_after_its_secret_is_set(workspace: Workspace):
    """The command that `promote` shows is the one that works, on either engine; then nothing is left to look at."""
    environment = Environment(workspace)
    for stack in ("dev", "stage"):
        environment.engine(stack, "stack", "init", stack, "--non-interactive")
    workspace.edit(
        lambda services: services.update(
            billing={"friendlyName": "acme-billing-dev", "webhook": {"filters": ["onMessageAdded"]}}
        )
    )
    for key in ("webhook.postWebhookUrl", "notifications.newMessage.template"):
        path = f"conversation-services:services.billing.{key}"
        environment.engine(
            "dev", "config", "set", "--stack", "dev", "--secret", "--path", path, given="https://d.example/t"
        )

    promotion = workspace.make("promote")
    promoted = environment.preview()
    orders = re.findall(r"set it: (.*)", promotion.stderr)
    compared = workspace.make("diff", "--declared-only --exit-code", code=2)
    for order in orders:
        environment.engine("stage", *shlex.split(order), given="https://s.example/token-of-stage")
    workspace.make("promote")
    filled = environment.preview(PULUMI_CONFIG_PASSPHRASE="of stage")
    agreed = workspace.make("diff", "--declared-only --exit-code")

    assert 0 == promoted.returncode, promoted.stdout + promoted.stderr
    assert 2 == len(orders), promotion.stderr
    assert orders == re.findall(r"set it: (.*)", compared.stderr)
    assert 0 == filled.returncode, filled.stdout + filled.stderr
    assert "0 to look at (!)" in agreed.stdout
    assert "token-of-stage" not in f"{promotion} {promoted} {filled} {agreed}"
    text = (workspace.root / "stacks" / "Pulumi.stage.yaml").read_text(encoding="utf-8")
    config: dict[str, Any] = load_text(text)["config"]
    assert "# fill in" not in text
    assert {"secure"} == config["conversation-services:services"]["billing"]["webhook"][
        "postWebhookUrl"
    ].keys()
