"""`config …` as commands."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.engine.commands import PASSPHRASE, Done, Project

Call = Callable[..., Done]


def test_set_a_plain_value(stack: Project, call: Call) -> None:
    """Text in, text out; the file shows it."""
    call("config", "set", "region", "eu-west")

    assert call("config").out == "KEY     VALUE\nregion  eu-west\n"
    assert stack.read("Pulumi.dev.yaml").endswith("config:\n  small:region: eu-west\n")


def test_set_a_secret_is_encrypted_and_listed_blind(stack: Project, call: Call) -> None:
    """Neither file nor list shows it, unless asked to."""
    call("config", "set", "--secret", "twilio:authToken", "0123456789abcdef")
    call("config", "set", "region", "eu")

    assert "0123456789abcdef" not in stack.read("Pulumi.dev.yaml")
    assert call("config").out == "KEY               VALUE\nregion            eu\ntwilio:authToken  [secret]\n"
    assert "twilio:authToken  0123456789abcdef\n" in call("config", "--show-secrets").out


def test_set_by_path_builds_maps(stack: Project, call: Call) -> None:
    """Inside them, integers and truth values are themselves; a secret may stand anywhere."""
    for key, value in (("deep.number", "7"), ("deep.flag", "true"), ("deep.more.text", "y")):
        call("config", "set", "--path", key, value)
    call("config", "set", "--path", "--secret", "deep.token", "hush")

    assert call("config", "--show-secrets").out.splitlines()[1:] == [
        'deep  {"flag":true,"more":{"text":"y"},"number":7,"token":"hush"}'
    ]
    assert "hush" not in stack.read("Pulumi.dev.yaml")


def test_config_file_and_stack_flags_stand_anywhere(stack: Project, call: Call) -> None:
    """Before or behind the subcommand, as with the CLI."""
    call("config", "--config-file", "other.yaml", "set", "a", "1", "-s", "dev")
    call("config", "set", "b", "2", "--config-file", "other.yaml")

    assert stack.read("other.yaml") == "config:\n  small:a: '1'\n  small:b: '2'\n"
    assert call("config", "--config-file", "other.yaml").out == "KEY  VALUE\na    1\nb    2\n"


def test_value_is_read_from_stdin(stack: Project) -> None:
    """A pipe keeps a secret off the command line; one line end is dropped."""
    stack.engine("config", "set", "--secret", "token", stdin="two\nlines\n")

    assert stack.engine("config", "--show-secrets").out == "KEY    VALUE\ntoken  two\nlines\n"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        pytest.param(("set", "a:b:c", "x"), 1, "a configuration key is malformed", id="malformed-key"),
        pytest.param(("set", "--path", "a..b", "x"), 2, "malformed configuration path", id="malformed-path"),
        pytest.param(
            ("set", "--plaintext", "a", "0123456789abcdef"), 1, "the flag --plaintext", id="no-flag"
        ),
        pytest.param(("set", "--path", "a[0]", "x"), 1, "brackets or quotes is outside", id="path-into-list"),
        pytest.param(("get", "a"), 1, "the command `config get` is outside", id="unsupported-command"),
    ],
)
def test_config_command_error(
    stack: Project, call: Call, arguments: tuple[str, ...], code: int, message: str
) -> None:
    """One clear error, and nothing written."""
    before = stack.read("Pulumi.dev.yaml")

    done = call("config", *arguments, code=code)

    assert message in done.err
    assert "0123456789abcdef" not in done.err
    assert stack.read("Pulumi.dev.yaml") == before


def test_wrong_passphrase_is_refused(stack: Project, call: Call) -> None:
    """And no value is shown or written."""
    call("config", "set", "--secret", "token", "hush")

    refused = [
        call("config", *arguments, code=1, PULUMI_CONFIG_PASSPHRASE="other")
        for arguments in (("set", "--secret", "token", "x"), ("--show-secrets",))
    ]

    assert {done.err.partition("\n")[0] for done in refused} == {"error: incorrect passphrase"}
    assert "token  hush\n" in call("config", "--show-secrets", PULUMI_CONFIG_PASSPHRASE=PASSPHRASE).out


@pytest.mark.real_engine
def test_configuration_is_shared_with_the_cli(stack: Project, call: Call) -> None:
    """Each reads what the other has written into one file, secrets and paths included."""
    call("config", "set", "--secret", "ours", "hush-1")
    call("config", "set", "--path", "--secret", "deep.ours", "hush-2")
    stack.pulumi("config", "set", "--secret", "theirs", "hush-3")
    stack.pulumi("config", "set", "--path", "deep.number", "5")

    theirs = stack.pulumi("config", "--json", "--show-secrets").json

    assert {key: each["value"] for key, each in theirs.items()} == {
        "small:deep": '{"number":5,"ours":"hush-2"}',
        "small:ours": "hush-1",
        "small:theirs": "hush-3",
    }
    assert call("config", "--show-secrets").out.splitlines()[1:] == [
        'deep    {"number":5,"ours":"hush-2"}',
        "ours    hush-1",
        "theirs  hush-3",
    ]
