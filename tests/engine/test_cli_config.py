"""`config …` as commands."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.engine.commands import PASSPHRASE, Done, Project

Call = Callable[..., Done]


def test_set_and_get_a_plain_value(stack: Project, call: Call) -> None:
    """Text in, text out; the file shows it."""
    call("config", "set", "region", "eu-west")

    assert call("config", "get", "region").out == "eu-west\n"
    assert call("config", "get", "small:region").out == "eu-west\n"
    assert stack.read("Pulumi.dev.yaml").endswith("config:\n  small:region: eu-west\n")


def test_set_a_secret_is_encrypted_and_listed_blind(stack: Project, call: Call) -> None:
    """Neither file nor list shows it, unless asked to."""
    call("config", "set", "--secret", "twilio:authToken", "0123456789abcdef")
    call("config", "set", "region", "eu")

    assert "0123456789abcdef" not in stack.read("Pulumi.dev.yaml")
    assert call("config").out == "KEY               VALUE\nregion            eu\ntwilio:authToken  [secret]\n"
    assert "twilio:authToken  0123456789abcdef\n" in call("config", "--show-secrets").out
    assert call("config", "--json").json == {
        "small:region": {"value": "eu", "secret": False},
        "twilio:authToken": {"secret": True},
    }
    assert call("config", "get", "twilio:authToken", "--json").json == {
        "value": "0123456789abcdef",
        "secret": True,
    }


def test_set_by_path_builds_maps_and_lists(stack: Project, call: Call) -> None:
    """Inside them, integers and truth values are themselves; a secret may stand anywhere."""
    for key, value in (("names[0]", "a"), ("names[1]", "7"), ("deep.flag", "true"), ("deep['x']", "y")):
        call("config", "set", "--path", key.replace("['x']", '["x.y"]'), value)
    call("config", "set", "--path", "--secret", "deep.token", "hush")

    assert call("config", "get", "names").out == '["a",7]\n'
    assert call("config", "get", "--path", "names[1]").out == "7\n"
    assert call("config", "get", "deep", "--json").json == {
        "value": '{"flag":true,"token":"hush","x.y":"y"}',
        "objectValue": {"flag": True, "x.y": "y", "token": "hush"},
        "secret": True,
    }
    assert "hush" not in stack.read("Pulumi.dev.yaml")


def test_remove_takes_a_value_or_a_part(stack: Project, call: Call) -> None:
    """Removing what is not there is no error, as with the CLI."""
    for key, value in (("names[0]", "a"), ("names[1]", "b")):
        call("config", "set", "--path", key, value)
    call("config", "set", "region", "eu")

    call("config", "rm", "--path", "names[0]")
    call("config", "rm", "region")
    call("config", "rm", "none")

    assert call("config", "--json").json == {
        "small:names": {"value": '["b"]', "objectValue": ["b"], "secret": False}
    }


def test_list_shows_defaults_of_the_project(stack: Project, call: Call) -> None:
    """What a program would get, not only what the file says."""
    stack.write("Pulumi.yaml", stack.read("Pulumi.yaml") + "config: {region: eu, aws:x: y}\n")

    assert call("config").out == "KEY     VALUE\naws:x   y\nregion  eu\n"


def test_config_file_and_stack_flags_stand_anywhere(stack: Project, call: Call) -> None:
    """Before or behind the subcommand, as with the CLI."""
    call("config", "--config-file", "other.yaml", "set", "a", "1", "-s", "dev")
    call("config", "set", "b", "2", "--config-file", "other.yaml")

    assert stack.read("other.yaml") == "config:\n  small:a: '1'\n  small:b: '2'\n"
    assert call("config", "get", "a", "--config-file", "other.yaml").out == "1\n"


def test_value_is_read_from_stdin(stack: Project) -> None:
    """A pipe keeps a secret off the command line; one line end is dropped."""
    stack.engine("config", "set", "--secret", "token", stdin="two\nlines\n")

    assert stack.engine("config", "get", "token").out == "two\nlines\n"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        pytest.param(("get", "none"), 1, "no configuration 'none'", id="missing-key"),
        pytest.param(("set", "a:b:c", "x"), 1, "a configuration key is malformed", id="malformed-key"),
        pytest.param(("set", "--path", "a..b", "x"), 2, "malformed configuration path", id="malformed-path"),
        pytest.param(
            ("set", "--secret", "--plaintext", "a", "x"), 2, "exclude each other", id="secret-and-plaintext"
        ),
        pytest.param(("set", "authToken", "0123456789abcdef"), 2, "looks like a secret", id="plain-token"),
        pytest.param(("env",), 1, "the command `config env` is outside", id="unsupported-command"),
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


def test_plain_value_that_looks_secret_can_be_insisted_on(stack: Project, call: Call) -> None:
    """A guess must have a way around it."""
    call("config", "set", "--plaintext", "authToken", "0123456789abcdef")

    assert call("config", "get", "authToken").out == "0123456789abcdef\n"


def test_wrong_passphrase_is_refused(stack: Project, call: Call) -> None:
    """And no value is shown or written."""
    call("config", "set", "--secret", "token", "hush")

    refused = [
        call("config", *arguments, code=1, PULUMI_CONFIG_PASSPHRASE="other")
        for arguments in (("get", "token"), ("set", "--secret", "token", "x"), ("--show-secrets",))
    ]

    assert {done.err.partition("\n")[0] for done in refused} == {"error: incorrect passphrase"}
    assert call("config", "get", "token", PULUMI_CONFIG_PASSPHRASE=PASSPHRASE).out == "hush\n"


@pytest.mark.real_engine
@pytest.mark.usefixtures("pulumi_cli")
def test_configuration_is_shared_with_the_cli(stack: Project, call: Call) -> None:
    """Each reads what the other has written into one file, secrets and paths included."""
    call("config", "set", "--secret", "ours", "hush-1")
    call("config", "set", "--path", "--secret", "deep.ours", "hush-2")
    stack.pulumi("config", "set", "--secret", "theirs", "hush-3")
    stack.pulumi("config", "set", "--path", "deep.number", "5")

    both = [run("config", "--json", "--show-secrets").json for run in (call, stack.pulumi)]

    assert both[0] == both[1]
    assert {key: each["value"] for key, each in both[0].items()} == {
        "small:deep": '{"number":5,"ours":"hush-2"}',
        "small:ours": "hush-1",
        "small:theirs": "hush-3",
    }
