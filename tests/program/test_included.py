"""Files of services that a stack file includes: which they are, what is read, and every way to be wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from program import SettingsError, read_services, services_with_secrets
from tests.program.test_settings import HINT, configuration
from tools.included import covers, find

Json = dict[str, Any]

URL = "https://hooks.acme.example/a?token=hunter2"


@pytest.fixture
def stacks(tmp_path: Path) -> Path:
    """The folder of the stack files; empty at first."""
    folder = tmp_path / "stacks"
    folder.mkdir()
    return folder


def write(folder: Path, **files: object) -> None:
    """Write files of services, as JSON, which is YAML; `prod__a="…"` is the file prod/a.yaml."""
    for name, content in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def read(stacks: Path, include: object, services: object = None, **others: object) -> dict[str, Any]:
    """Read what a stack declares: friendly name by logical name."""
    found = read_services(
        configuration(services, include=include, **others), str(stacks / "Pulumi.prod.yaml")
    )
    return {name: service.friendly_name for name, service in found.items()}


def problems(stacks: Path, include: object, services: object = None, **others: object) -> list[str]:
    """Return what is wrong, with paths relative to the folder above the stacks."""
    with pytest.raises(SettingsError) as caught:
        read(stacks, include, services, **others)
    *lines, hint = str(caught.value).splitlines()
    assert HINT == hint
    return [line.replace(f"{stacks.parent}/", "") for line in lines]


def named(name: str) -> Json:
    """Return settings of a service."""
    return {"friendlyName": name}


def test_services_of_included_files_follow_those_of_the_stack_file_by_file_name(stacks: Path):
    """The order is that of the names, whatever the folder lists first."""
    write(
        stacks,
        prod__b={"b2": named("acme-b2"), "b1": named("acme-b1")},
        prod__a={"a": named("acme-a")},
        shared=named("x"),
    )

    found = read(stacks, ["prod/*.yaml"], {"z": named("acme-z")})

    assert {"z": "acme-z", "a": "acme-a", "b2": "acme-b2", "b1": "acme-b1"} == found
    assert ["z", "a", "b2", "b1"] == [*found]


def test_a_stack_may_consist_of_included_files_alone(stacks: Path):
    """The stack file says which; defaults hold for their services, too."""
    write(stacks, prod__a={"a": named("acme-a"), "b": {**named("acme-b"), "protect": False}}, empty={})

    found = read_services(
        configuration(defaults={"protect": True}, include=["prod/a.yaml", "*/a.yaml", "empty.yaml"]),
        str(stacks / "Pulumi.prod.yaml"),
    )

    assert {"a": True, "b": False} == {name: service.protect for name, service in found.items()}


def test_value_means_the_same_in_both_places(stacks: Path):
    """Moving a service into a file of its own must not rename it: YAML is read as the CLI reads a stack file."""
    write(
        stacks,
        a="a: {friendlyName: 2020-01-02}\nb: {friendlyName: yes, protect: True}\nc: {friendlyName: 1:30}\n",
    )

    found = read(stacks, ["a.yaml"])

    assert {"a": "2020-01-02 00:00:00 +0000 UTC", "b": "yes", "c": "1:30"} == found


def test_wildcard_passes_over_hidden_files_copies_and_linked_folders(stacks: Path):
    """What an editor leaves behind must declare nothing."""
    write(stacks, prod__a={"a": named("a")})
    for name in (".hidden.yaml", ".#a.yaml", "a.yaml~", "a.yaml.orig", "#a.yaml#", ".a.yaml.swp"):
        (stacks / "prod" / name).write_text("b: {friendlyName: b}")
    write(stacks, **{".git__b": {"b": named("b")}})
    (stacks / "again").symlink_to("prod")

    assert ["prod/a.yaml"] == find(stacks, ["*/*.yaml", "?rod/[a-z].yaml"])[0]
    assert {"a": "a"} == read(stacks, ["*/*.yaml"])


def test_symbolic_link_within_the_folder_is_followed(stacks: Path):
    """Two environments may share a file by a link as well as by a pattern."""
    write(stacks, shared__a={"a": named("a")})
    (stacks / "prod").mkdir()
    (stacks / "prod" / "a.yaml").symlink_to("../shared/a.yaml")

    assert {"a": "a"} == read(stacks, ["prod/*.yaml"])


STACK = "stacks/Pulumi.prod.yaml: conversation-services:include"
BELOW = "must stay below the folder of the stack files: no path from the root, no .."


@pytest.mark.parametrize(
    ("include", "problem"),
    [
        ("prod/*.yaml", ": must be a list of paths, such as [prod/*.yaml]"),
        ({"prod": 1}, ": must be a list of paths, such as [prod/*.yaml]"),
        ([7], "[0]: must be a path, such as prod/*.yaml"),
        (["prod/a.yaml", None], "[1]: must be a path, such as prod/*.yaml"),
        (["/etc/*.yaml"], f"[0]: {BELOW}"),
        (["../*.yaml"], f"[0]: {BELOW}"),
        (["prod/../../x.yaml"], f"[0]: {BELOW}"),
        (["./prod/*.yaml"], "[0]: must be a path without empty parts, such as prod/*.yaml"),
        (["prod//a.yaml"], "[0]: must be a path without empty parts, such as prod/*.yaml"),
        (["prod\\a.yaml"], "[0]: must be a path of at most 256 printable characters, parted by /"),
        (["prod/a\0.yaml"], "[0]: must be a path of at most 256 printable characters, parted by /"),
        (["*" * 300 + ".yaml"], "[0]: must be a path of at most 256 printable characters, parted by /"),
        (["**/*.yaml"], "[0]: must name each folder: ** is not known, * is one folder or file"),
        (["prod/*"], "[0]: must end in .yaml or .yml, so that no copy of an editor is taken for a file of services"),
        ([""], "[0]: must be a path without empty parts, such as prod/*.yaml"),
        (["prod/b*.yaml"], "[0]: names no file below the folder of the stack files"),
        (["nowhere/a.yaml"], "[0]: names no file below the folder of the stack files"),
        (["prod/a.yaml/b.yaml"], "[0]: names no file below the folder of the stack files"),
        (["prod/a.yaml", "outside.yaml"], "[1]: names outside.yaml, a symbolic link that leads out of the folder"),
        (["out/secret.yaml"], "[0]: names out/secret.yaml, a symbolic link that leads out of the folder"),
        (["*.yaml"], "[0]: names Pulumi.dev.yaml, which is no file of services: put those into a folder"),
        (["order.yaml"], "[0]: names order.yaml, which is no file of services: put those into a folder"),
    ],
)  # fmt: skip
def test_pattern_that_cannot_be_taken_is_one_error_at_its_place(stacks: Path, include: object, problem: str):
    """Nothing leads out of the folder, and nothing is passed over in silence: what is not seen would be deleted."""
    write(stacks.parent, secret={"s": named("s")})
    write(stacks, prod__a={"a": named("a")}, order="[]", **{"Pulumi.dev": "{}"})
    (stacks / "outside.yaml").symlink_to(stacks.parent / "secret.yaml")
    (stacks / "out").symlink_to(stacks.parent)

    found = problems(stacks, include)

    assert found[0].startswith(f"{STACK}{problem}")


CIPHER = "must not be encrypted here, for an engine decrypts only what stands in the stack file"
SETS_IT = "pulumi config set --secret --path 'conversation-services:secrets.a.webhook.postWebhookUrl'"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", ": is empty: write {} if it is to declare no service"),
        ("# a team's services\n", ": is empty: write {} if it is to declare no service"),
        ("[]", ": must be a map from logical name to settings"),
        ("text", ": must be a map from logical name to settings"),
        ("a: [", ":2:1: not valid YAML: did not find expected node content"),
        ("a: {}\na: {}\n", ":2:1: not valid YAML: a key stands twice"),
        (b"a: \xff", ":1:1: not UTF-8 text"),
        ("config: {'conversation-services:services': {}}", ": must be a map of services itself, without config and"),
        ("a: {friendlyName: x, protct: 1}", ": a.protct: is no setting of a service; did you mean protect?"),
        ("a: x", ": a: must be a map of settings, such as {friendlyName: acme-support-dev}"),
        ("a b: {friendlyName: x}", ": a b: must be a logical name: a letter, then at most 99 letters, digits"),
        ("a: {friendlyName: x, protect: 1}", ": a.protect: must be true or false, got a number"),
        (
            "a: {friendlyName: x, configuration: {defaultConversationRole: boss}}",
            ": a.configuration.defaultConversationRole: must name a conversation role, and the service declares none",
        ),
        (
            f"a: {{friendlyName: x, webhook: {{postWebhookUrl: {{secure: 'v1:{URL}'}}}}}}",
            f": a.webhook.postWebhookUrl: {CIPHER}; put it there: `{SETS_IT}`",
        ),
        (
            f"a: {{friendlyName: {{secure: 'v1:{URL}'}}}}",
            f": a.friendlyName: {CIPHER}; declare the service there",
        ),
        (
            f"a: {{friendlyName: x, webhook: {{filters: [{{secure: 'v1:{URL}'}}]}}}}",
            f": a.webhook.filters[0]: {CIPHER}",
        ),
    ],
)  # fmt: skip
def test_wrong_file_is_one_error_with_file_and_key(stacks: Path, content: str | bytes, problem: str):
    """Who owns the file must find the place, in their own file, and no value of it in a log."""
    (stacks / "prod").mkdir()
    (stacks / "prod" / "a.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())

    first, *_ = found = problems(stacks, ["prod/*.yaml"])

    assert first.startswith(f"stacks/prod/a.yaml{problem}")
    assert "hunter2" not in "".join(found)


def test_service_named_secure_is_a_service(stacks: Path):
    """Only a map of that key and a text alone is a cipher."""
    write(stacks, a={"secure": named("acme-secure")})

    assert {"secure": "acme-secure"} == read(stacks, ["a.yaml"])


def test_service_in_two_places_is_refused_and_both_are_named(stacks: Path):
    """Neither wins in silence."""
    write(stacks, prod__a={"a": named("a"), "b": named("b")}, prod__b={"b": named("b")})

    found = problems(stacks, ["prod/*.yaml"], {"a": named("a")})

    assert [
        "stacks/prod/a.yaml: a: is declared in stacks/Pulumi.prod.yaml too",
        "stacks/prod/b.yaml: b: is declared in stacks/prod/a.yaml too",
    ] == found


def test_what_is_wrong_in_several_files_is_told_at_once(stacks: Path):
    """Each team sees its own."""
    write(stacks, prod__a={"a": {}}, prod__b="[", prod__c={"c": {"friendlyName": ""}})

    found = problems(stacks, ["prod/*.yaml"], {"z": {}})

    assert {
        "stacks/prod/b.yaml:2:1: not valid YAML: did not find expected node content",
        "stacks/Pulumi.prod.yaml: conversation-services:services.z.friendlyName: must be set",
        "stacks/prod/a.yaml: a.friendlyName: must be set",
        "stacks/prod/c.yaml: c.friendlyName: must have 1 to 256 characters",
    } == {*found}


def test_secret_urls_stand_in_the_stack_file_wherever_the_service_does(stacks: Path):
    """An engine decrypts only there; the rest of the webhook stays with the service."""
    write(stacks, a={"a": {**named("a"), "webhook": {"method": "POST"}}, "b": named("b")})
    secrets = {"a": {"webhook": {"postWebhookUrl": URL}}, "b": {"webhook": {"preWebhookUrl": URL}}}
    given = configuration({"c": named("c")}, include=["a.yaml"], secrets=secrets)

    found = read_services(given, str(stacks / "Pulumi.prod.yaml"))

    assert {"post_webhook_url": URL, "method": "POST"} == found["a"].behaviour()["webhook"]
    assert {"pre_webhook_url": URL} == found["b"].behaviour()["webhook"]
    assert {"a", "b"} == services_with_secrets(given, json.dumps(["conversation-services:secrets"]))
    assert {"a", "b", "c"} == services_with_secrets(given, json.dumps(["conversation-services:services"]))


@pytest.mark.parametrize(
    ("secrets", "problem"),
    [
        ([], ": must be a map, got a list"),
        ({"b": {}}, ".b: names no service of this stack"),
        ({"suport": {}}, ".suport: names no service of this stack; did you mean support?"),
        ({"support": "x"}, ".support: must be a map, got text"),
        ({"support": {"friendlyName": "x"}}, ".support.friendlyName: is no setting of "),
        ({"support": {"webhook": {"method": "GET"}}}, ".support.webhook.method: is no setting of the webhook"),
        (
            {"support": {"webhook": {"postWebhookUrl": "http://acme.example/hunter2"}}},
            ".support.webhook.postWebhookUrl: must begin with https://",
        ),
        (
            {"support": {"webhook": {"preWebhookUrl": URL}}},
            ".support.webhook.preWebhookUrl: is set in stacks/a.yaml too",
        ),
    ],
)  # fmt: skip
def test_wrong_secret_is_one_error_at_its_place(stacks: Path, secrets: object, problem: str):
    """A mistyped name must not leave a service without its URL."""
    write(stacks, a={"support": {**named("a"), "webhook": {"preWebhookUrl": "https://acme.example/"}}})

    (found,) = problems(stacks, ["a.yaml"], secrets=secrets)

    assert found.startswith(f"stacks/Pulumi.prod.yaml: conversation-services:secrets{problem}")
    assert "hunter2" not in found


def as_a_folder(path: Path) -> None:
    """Make a folder of a file's name."""
    path.mkdir()


def as_a_loop(path: Path) -> None:
    """Make a link to itself."""
    path.symlink_to(path.name)


def as_a_dead_link(path: Path) -> None:
    """Make a link to what is not there."""
    path.symlink_to("gone.yaml")


@pytest.mark.parametrize("make", [as_a_folder, as_a_loop, as_a_dead_link])
def test_what_cannot_be_read_is_an_error_not_a_missing_service(stacks: Path, make: Callable[[Path], None]):
    """A service that is not seen would be deleted."""
    make(stacks / "a.yaml")

    (found,) = problems(stacks, ["a.yaml"])

    assert found.startswith("stacks/a.yaml: cannot be read: ")


PARTS = st.sampled_from(
    [
        "a",
        "ab",
        ".a",
        "*",
        "?",
        "a*",
        "[ab]",
        "[!a]",
        "..",
        "prod",
        "a.yaml",
        "*.yaml",
        ".*.yaml",
        "*a*.yaml",
        "",
    ]
)
PATTERNS = st.lists(PARTS, min_size=1, max_size=3).map("/".join)
TREE = [
    "a.yaml",
    "ab.yaml",
    ".a.yaml",
    "a/a.yaml",
    "a/b/ab.yaml",
    ".a/a.yaml",
    "prod/a.yaml",
    "prod/.a/a.yaml",
]


@settings(max_examples=200)
@given(patterns=st.lists(PATTERNS | st.text(max_size=8), max_size=3))
def test_what_patterns_find_is_what_they_cover(tmp_path_factory: pytest.TempPathFactory, patterns: list[str]):
    """A file that is gone counts as the stack's as it did while it was there; nothing ends in a traceback."""
    folder = tmp_path_factory.getbasetemp() / "tree"
    for name in TREE:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()

    found, _ = find(folder, patterns)

    assert sorted(name for name in TREE if covers(patterns, name)) == [
        name for name in found if (folder / name).is_file()
    ]
