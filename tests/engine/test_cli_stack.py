"""`stack …` and `cancel` as commands."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from offline.engine.state.crypto import PassphraseCrypter
from tests.engine.commands import PASSPHRASE, Done, Project

Call = Callable[..., Done]
URN = "urn:pulumi:dev::small::pulumi:pulumi:Stack::small-dev"
SECRET_MARK = "1b47061264138c4ac30d75fd1eb44270"


def fill(stack: Project, salt: str, *more: dict[str, Any], **outputs: Any) -> None:
    """Write a state with some outputs, and with resources beside the stack's own."""
    root = {"urn": URN, "custom": False, "type": "pulumi:pulumi:Stack", "outputs": outputs}
    latest = {
        "secrets_providers": {"type": "passphrase", "state": {"salt": salt}},
        "resources": [root, *more],
    }
    stack.state_file.write_text(json.dumps({"version": 3, "checkpoint": {"latest": latest}}))


@pytest.fixture
def filled(stack: Project, salt_state: str) -> Project:
    """A stack with outputs, one of them secret."""
    sealed = PassphraseCrypter(salt_state, lambda: PASSPHRASE).encrypt('"hush"')
    key = {"4dabf18193072939515e22adb298388d": SECRET_MARK, "ciphertext": sealed}
    fill(stack, salt_state, n=3, text="a b", object={"b": [1.0, None], "a": "é"}, key=key)
    return stack


def test_init_makes_stack_and_salt(project: Project, call: Call) -> None:
    """After it, secrets can be set."""
    done = call("stack", "init", "dev")
    call("config", "set", "--secret", "token", "hush", "--stack", "dev")

    assert done.out == "Created stack 'dev'\n"
    assert project.read("Pulumi.dev.yaml").startswith("encryptionsalt: v1:")
    assert "token  hush\n" in call("config", "--show-secrets", PULUMI_STACK="dev").out


def test_init_keeps_a_stack_file_that_is_there(project: Project, call: Call, salt_state: str) -> None:
    """A file under version control stays as it is, salt included."""
    text = f"# ours\nencryptionsalt: {salt_state}\nconfig:\n  small:region: eu\n"
    project.write("Pulumi.dev.yaml", text)

    call("stack", "init", "dev")

    assert project.read("Pulumi.dev.yaml") == text
    assert project.latest()["secrets_providers"]["state"]["salt"] == salt_state


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        pytest.param(("stack", "init", "dev"), 1, "the stack dev exists already", id="init-twice"),
        pytest.param(("stack", "init", "a b"), 2, "a stack's name must be", id="init-malformed"),
        pytest.param(
            ("stack", "init", "x", "--secrets-provider", "awskms://k"),
            1,
            "secrets provider other",
            id="init-cloud-secrets",
        ),
        pytest.param(("config", "-s", "none"), 6, "there are dev; `stack init` makes one", id="missing"),
        pytest.param(("config", "-s", "none"), 6, "/state (PULUMI_BACKEND_URL)\nhint: ", id="looked-in"),
        pytest.param(("stack", "rm", "none", "--yes"), 6, "no stack named 'none' in /", id="rm-missing"),
        pytest.param(("stack", "rm"), 2, "nobody can be asked", id="rm-unconfirmed"),
        pytest.param(("cancel", "none", "--yes"), 6, "no stack named 'none'", id="cancel-missing"),
        pytest.param(("stack", "output", "none"), 1, "the stack has no output 'none'", id="missing-output"),
        *(
            pytest.param(("stack", name), 1, f"the command `stack {name}` is outside", id=name)
            for name in ("history", "import", "ls", "rename", "select")
        ),
    ],
)
def test_stack_command_error(
    stack: Project, call: Call, arguments: tuple[str, ...], code: int, message: str
) -> None:
    """One clear error with the code that scripts expect."""
    done = call(*arguments, code=code)

    assert done.out == ""
    assert done.err.startswith(f"error: {message}") or message in done.err


@pytest.mark.parametrize("command", ["init", "output"])
def test_no_stack_named_is_an_error(project: Project, call: Call, command: str) -> None:
    """The error says how to name one."""
    done = call("stack", command, code=6)

    assert done.err == "error: no stack named\nhint: name one with --stack or PULUMI_STACK\n"


def test_remove_takes_stack_and_file(project: Project, call: Call) -> None:
    """Nothing of it is left to stumble over."""
    call("stack", "init", "dev")

    done = call("stack", "rm", "dev", "--yes")

    assert done.out == "Stack 'dev' has been removed!\n"
    assert not (project.root / "Pulumi.dev.yaml").exists()
    assert not project.state_file.exists()


def test_remove_refuses_a_stack_with_resources_unless_forced(
    filled: Project, call: Call, salt_state: str
) -> None:
    """Resources would be orphaned; the stack's own resource does not count."""
    thing = {
        "urn": URN.replace("pulumi:pulumi:Stack::small-dev", "t::x"),
        "custom": False,
        "type": "t",
        "parent": URN,
    }
    fill(filled, salt_state, thing)

    refused = call("stack", "rm", "--yes", code=1)
    call("stack", "rm", "--yes", "--force", "--preserve-config")

    assert "the stack dev still has 1 resources" in refused.err
    assert not filled.state_file.exists()
    assert (filled.root / "Pulumi.dev.yaml").exists()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param(("n",), "3\n", id="number"),
        pytest.param(("text",), "a b\n", id="text"),
        pytest.param(("object",), '{"a":"é","b":[1,null]}\n', id="object"),
        pytest.param(("key",), "[secret]\n", id="secret"),
        pytest.param(("key", "--show-secrets"), "hush\n", id="shown-secret"),
        pytest.param(("n", "--json"), "3\n", id="number-as-json"),
        pytest.param(
            (),
            'OUTPUT  VALUE\nkey     [secret]\nn       3\nobject  {"a":"é","b":[1,null]}\ntext    a b\n',
            id="table",
        ),
    ],
)
def test_output_is_printed(filled: Project, call: Call, arguments: tuple[str, ...], expected: str) -> None:
    """One value or all, for people, shells and programs."""
    assert call("stack", "output", *arguments).out == expected


def test_output_json_shows_secrets_on_request_only(filled: Project, call: Call) -> None:
    """Without --show-secrets not even the passphrase is needed."""
    filled.environment.pop("PULUMI_CONFIG_PASSPHRASE")

    hidden = call("stack", "output", "--json").json
    refused = call("stack", "output", "--json", "--show-secrets", code=1)
    shown = call("stack", "output", "--json", "--show-secrets", PULUMI_CONFIG_PASSPHRASE=PASSPHRASE).json

    assert hidden == {"key": "[secret]", "n": 3, "object": {"a": "é", "b": [1, None]}, "text": "a b"}
    assert refused.err.startswith(
        "error: the passphrase of the stack's secrets is not set\nhint: set PULUMI_CONFIG_"
    )
    assert shown == hidden | {"key": "hush"}


def test_export_prints_the_state_with_its_secrets_closed(filled: Project, call: Call) -> None:
    """In the form that `pulumi stack import` takes."""
    call("stack", "export", "--file", "export.json")
    written = json.loads(filled.read("export.json"))

    assert written == call("stack", "export").json == {"version": 3, "deployment": filled.latest()}
    assert (filled.root / "export.json").stat().st_mode & 0o077 == 0
    assert "hush" not in filled.read("export.json")


def test_cancel_removes_a_lock_of_another_host(stack: Project, call: Call) -> None:
    """What only a person can judge is left to a person."""
    stack.locks.mkdir(parents=True)
    holder = {"pid": 1, "username": "ann", "hostname": "elsewhere", "timestamp": "2026-01-02T03:04:05Z"}
    (stack.locks / "x.json").write_text(json.dumps(holder), encoding="utf-8")

    refused = call("stack", "rm", "--yes", code=1)
    done = call("cancel", "--yes")

    assert refused.err == (
        "error: the stack is locked by ann@elsewhere (pid 1) since 2026-01-02T03:04:05\n"
        "hint: wait until that run has ended; if it is dead, remove its lock with `cancel`\n"
    )
    assert "has been canceled" in done.out
    assert list(stack.locks.iterdir()) == []


@pytest.mark.real_engine
def test_exported_state_is_taken_by_the_cli(filled: Project, call: Call) -> None:
    """Secrets included."""
    filled.write("ours.json", call("stack", "export").out)

    filled.pulumi("stack", "import", "--file", "ours.json")

    theirs = filled.pulumi("stack", "output", "--json", "--show-secrets").json
    assert theirs == {"key": "hush", "n": 3, "object": {"a": "é", "b": [1, None]}, "text": "a b"}
    assert call("stack", "output", "--json", "--show-secrets").json == theirs
