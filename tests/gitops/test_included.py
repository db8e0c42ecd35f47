"""Pipelines and files of services: whose change it is, what differs, and where a promotion writes."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from gitops.changes import inclusions
from gitops.exits import GitopsError
from gitops.promotion import Promotion, promote
from gitops.stack_diff import compare, declared
from gitops.stack_file import StackFile
from plain_yaml import load_text, read_text
from tests.support.workspace import Workspace

STACKS = ("dev", "stage")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the stack files; empty at first."""
    made = tmp_path / "stacks"
    made.mkdir()
    return made


def write(folder: Path, files: dict[str, str]) -> None:
    """Write files by name, such as dev/billing.yaml."""
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(dedent(text), encoding="utf-8")


def stack(folder: Path, name: str) -> StackFile:
    """Read a stack's files."""
    path = folder / f"Pulumi.{name}.yaml"
    text = read_text(path)
    return StackFile.made(name, path, text, load_text(text))


def promoted(folder: Path, **options: bool) -> Promotion:
    """Promote dev into stage, and write what comes of it."""
    done = promote(stack(folder, "dev"), stack(folder, "stage"), **options)
    for file in done.files:
        file.path.parent.mkdir(exist_ok=True)
        file.path.write_text(file.text, encoding="utf-8")
    return done


def names(folder: Path, name: str) -> dict[str, dict[str, str]]:
    """Return the friendly names that a stack declares, by file."""
    return {
        file.name: {key: settings["friendlyName"] for key, settings in file.services.items()}
        for file in stack(folder, name).files
    }


DEV = """\
    config:
      conversation-services:include: [dev/*.yaml]
"""
BILLING = """\
    # owned by billing
    billing: # pays
      friendlyName: acme-invoices-dev
      onNameConflict: adopt
    refunds:
      friendlyName: acme-refunds-dev
"""


def test_service_is_promoted_in_the_file_that_declares_it(folder: Path):
    """Comments, order and the other files stay as they are; a new service follows its neighbour."""
    write(
        folder,
        {
            "Pulumi.dev.yaml": DEV,
            "dev/billing.yaml": BILLING,
            "Pulumi.stage.yaml": "config: {'conversation-services:include': [stage/*.yaml]} # as it is\n",
            "stage/billing.yaml": """\
                # owned by billing
                billing: # pays
                    friendlyName: acme-billing-stage
                    protect: true # for now
                """,
        },
    )

    done = promoted(folder)

    expected = """\
        # owned by billing
        billing: # pays
            friendlyName: acme-invoices-stage
            protect: true # for now
            onNameConflict: adopt
        refunds:
            friendlyName: acme-refunds-stage
        """
    assert dedent(expected) == (folder / "stage" / "billing.yaml").read_text(encoding="utf-8")
    assert ["stacks/stage/billing.yaml"] == [file.name for file in done.files]
    assert (("refunds",), ("billing",)) == (done.added, done.changed)
    assert "--- a/stacks/stage/billing.yaml\n+++ b/stacks/stage/billing.yaml\n" in done.diff


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        pytest.param(
            "config:\n  conversation-services:include: [stage/*.yaml]\n",
            {
                "Pulumi.stage.yaml": {},
                "stage/a.yaml": {"a": "acme-a-stage"},
                "stage/billing.yaml": {"billing": "acme-invoices-stage", "refunds": "acme-refunds-stage"},
            },
            id="a file that is made",
        ),
        pytest.param(
            "config:\n  conversation-services:include: [stage/a.yaml]\n",
            {
                "Pulumi.stage.yaml": {"billing": "acme-invoices-stage", "refunds": "acme-refunds-stage"},
                "stage/a.yaml": {"a": "acme-a-stage"},
            },
            id="the stack file, as no such file is included",
        ),
        pytest.param(
            "config:\n  conversation-services:services:\n    a: {friendlyName: acme-a-stage}\n",
            {
                "Pulumi.stage.yaml": {
                    "a": "acme-a-stage",
                    "billing": "acme-invoices-stage",
                    "refunds": "acme-refunds-stage",
                }
            },
            id="the stack file, as nothing is included",
        ),
    ],
)
def test_new_service_goes_to_the_corresponding_file_or_into_the_stack_file(
    folder: Path, stage: str, expected: dict[str, dict[str, str]]
):
    """A second promotion has nothing left to do."""
    write(
        folder,
        {
            "Pulumi.dev.yaml": DEV,
            "dev/billing.yaml": BILLING,
            "dev/a.yaml": "a: {friendlyName: acme-a-dev}\n",
            "Pulumi.stage.yaml": stage,
            "stage/a.yaml": "a: {friendlyName: acme-a-stage}\n",
        },
    )

    promoted(folder)

    assert expected == names(folder, "stage")
    assert "" == promoted(folder).diff
    made = folder / "stage" / "billing.yaml"
    assert not made.exists() or made.read_text(encoding="utf-8").startswith(
        "# yaml-language-server: $schema=../services.schema.json\nbilling:\n  friendlyName"
    )


def test_pruned_service_leaves_the_file_that_declares_it(folder: Path):
    """A file without a service says so: an empty one would be refused."""
    write(
        folder,
        {
            "Pulumi.dev.yaml": "config: {'conversation-services:services': {a: {friendlyName: a}}}\n",
            "Pulumi.stage.yaml": "config: {'conversation-services:include': [stage/*.yaml]}\n",
            "stage/a.yaml": "a: {friendlyName: a}\n",
            "stage/trial.yaml": "trial: {friendlyName: t}\n",
        },
    )

    kept = promoted(folder)
    done = promoted(folder, prune=True)

    assert ((), ("trial",)) == (kept.files, kept.left)
    assert ("trial",) == done.removed
    assert {"Pulumi.stage.yaml": {}, "stage/a.yaml": {"a": "a"}, "stage/trial.yaml": {}} == names(
        folder, "stage"
    )


def test_what_only_the_source_can_decrypt_is_named_and_stays_there(folder: Path):
    """A cipher of another stack would stop every later run of the target."""
    write(
        folder,
        {
            "Pulumi.dev.yaml": """\
                config:
                  conversation-services:include: [dev/*.yaml]
                  conversation-services:secrets:
                    billing: {webhook: {preWebhookUrl: {secure: v1:one}}}
                  conversation-services:services:
                    support:
                      friendlyName: acme-support-dev
                      webhook: {postWebhookUrl: {secure: v1:two}, method: POST}
                """,
            "dev/billing.yaml": "billing: {friendlyName: acme-billing-dev, webhook: {method: GET}}\n",
            "Pulumi.stage.yaml": "config: {'conversation-services:services': {}}\n",
        },
    )

    done = promoted(folder)

    assert {
        "support": {"friendlyName": "acme-support-stage", "webhook": {"method": "POST"}},
        "billing": {"friendlyName": "acme-billing-stage", "webhook": {"method": "GET"}},
    } == stack(folder, "stage").services
    assert [
        ("services.billing.webhook.preWebhookUrl", "services.billing"),
        ("services.support.webhook.postWebhookUrl", "services.support"),
    ] == [(fill.shown, f"services.{fill.name}") for fill in done.fills]
    assert "v1:" not in done.diff


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "stacks/dev/a.yaml:2:1: not valid YAML: did not find expected node content"),
        ("a: 1", "stacks/dev/a.yaml: a: must be a map of settings"),
        ("b: {}", "stacks/dev/a.yaml: b: is declared in stacks/Pulumi.dev.yaml too"),
        (
            "c: {friendlyName: {secure: v1:x}}",
            "stacks/dev/a.yaml: c.friendlyName: must not be encrypted here",
        ),
    ],
)
def test_wrong_included_file_is_one_error_with_file_and_key(folder: Path, text: str, message: str):
    """Nothing is promoted or compared of half a stack."""
    services = "'conversation-services:services': {b: {friendlyName: b}}"
    write(
        folder,
        {
            "Pulumi.dev.yaml": f"config: {{'conversation-services:include': [dev/*.yaml], {services}}}\n",
            "dev/a.yaml": text,
        },
    )

    with pytest.raises(GitopsError) as caught:
        stack(folder, "dev")

    assert str(caught.value).startswith(message)


def test_where_a_service_stands_is_no_difference(folder: Path):
    """Environments may be cut into files differently."""
    write(
        folder,
        {
            "Pulumi.dev.yaml": DEV,
            "dev/a.yaml": "a: {friendlyName: acme}\n",
            "Pulumi.stage.yaml": "config: {'conversation-services:services': {a: {friendlyName: acme}}}\n",
        },
    )
    source, target = (stack(folder, name) for name in STACKS)

    assert [] == compare(source, target)
    assert {"services.a.friendlyName": "acme"} == declared(source)


@pytest.mark.parametrize("link", [False, True])
def test_file_of_both_environments_is_left(folder: Path, link: bool):
    """What is promoted in it would be changed in the source, too."""
    include = "'conversation-services:include'"
    write(
        folder,
        {
            "Pulumi.dev.yaml": f"config: {{{include}: [shared/a.yaml]}}\n",
            "Pulumi.stage.yaml": f"config: {{{include}: [{'own' if link else 'shared'}/a.yaml]}}\n",
            "shared/a.yaml": "a: {friendlyName: acme-dev, webhook: {method: GET}}\n",
        },
    )
    if link:
        (folder / "own").mkdir()
        (folder / "own" / "a.yaml").symlink_to("../shared/a.yaml")

    done = promoted(folder)

    assert ((), [], ()) == (done.files, compare(stack(folder, "dev"), stack(folder, "stage")), done.left)


def test_included_service_is_marked_where_it_stands_and_filled_in_the_stack_file(folder: Path):
    """Only there an engine decrypts; a service of which more than a URL is secret stands there as a whole."""
    write(
        folder,
        {
            "Pulumi.dev.yaml": """\
                config:
                  conversation-services:include: [dev/*.yaml]
                  conversation-services:secrets: {billing: {webhook: {postWebhookUrl: {secure: v1:one}}}}
                  conversation-services:services:
                    news:
                      friendlyName: acme-news-dev
                      notifications: {newMessage: {template: {secure: v1:two}}}
                """,
            "dev/billing.yaml": "billing:\n  friendlyName: acme-billing-dev\n",
            "Pulumi.stage.yaml": "config:\n  conversation-services:include: [stage/*.yaml]\n",
            "stage/billing.yaml": "{}\n",
        },
    )

    promoted(folder)

    mark = "# fill in: {}, with: pulumi config set --secret --path 'conversation-services:{}' --stack stage"
    url, template = "billing.webhook.postWebhookUrl", "services.news.notifications.newMessage.template"
    assert (
        f"{mark.format(f'services.{url}', f'secrets.{url}')}\nbilling:\n  friendlyName: acme-billing-stage\n"
    ) == (folder / "stage" / "billing.yaml").read_text(encoding="utf-8")
    expected = f"""\
        config:
          conversation-services:include: [stage/*.yaml]
          conversation-services:services:
            {mark.format(template, template)}
            news:
              friendlyName: acme-news-stage
        """
    assert dedent(expected) == (folder / "Pulumi.stage.yaml").read_text(encoding="utf-8")


def test_inclusions_follow_links_and_err_on_the_safe_side(folder: Path):
    """A stack file that nobody can read may include anything."""
    write(
        folder,
        {
            "Pulumi.dev.yaml": DEV,
            "dev/a.yaml": "{}",
            "shared/b.yaml": "{}",
            "Pulumi.stage.yaml": "config: [",
            "Pulumi.prod.yaml": "config: {}",
        },
    )
    (folder / "dev" / "b.yaml").symlink_to("../shared/b.yaml")

    found = inclusions(["dev", "stage", "prod"], folder)

    holding = {
        name: [stack for stack, each in found.items() if each.holds(name)]
        for name in ("dev/a.yaml", "shared/b.yaml", "dev/gone.yaml", "prod/a.yaml")
    }
    assert {
        "dev/a.yaml": ["dev", "stage"],
        "shared/b.yaml": ["dev", "stage"],
        "dev/gone.yaml": ["dev", "stage"],
        "prod/a.yaml": ["stage"],
    } == holding


@pytest.mark.timeout(300)
@pytest.mark.parametrize("workspace", ["embedded"], indirect=True)
def test_a_team_changes_its_own_file_from_pull_request_to_promotion(workspace: Workspace):
    """One file changes, one stack is touched, and its report tells what a promotion then writes into stage's file."""
    stacks = workspace.root / "stacks"
    write(
        stacks,
        {
            "Pulumi.dev.yaml": DEV,
            "Pulumi.stage.yaml": DEV.replace("dev", "stage"),
            "dev/billing.yaml": "billing: {friendlyName: acme-billing-dev}\n",
            "stage/billing.yaml": "billing: {friendlyName: acme-billing-stage}\n",
        },
    )
    workspace.git("add", "-A")
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    workspace.git(*identity, "commit", "-qm", "files of services")
    write(stacks, {"dev/billing.yaml": "refunds: {friendlyName: acme-refunds-dev}\n"})
    workspace.git(*identity, "commit", "-qam", "refunds instead of billing")

    touched_stacks = workspace.make("changed-stacks", BASE="HEAD~1").stdout
    report = workspace.make("preview-report", "--allow-changes").stdout
    promotion = workspace.make("promote", "--prune")

    assert '["dev"]\n' == touched_stacks
    assert "refunds" in report
    assert "wrote stacks/stage/billing.yaml; nothing is deployed" in promotion.stderr
    assert "refunds:" in (stacks / "stage" / "billing.yaml").read_text(encoding="utf-8")
