"""Credentials rotate in the middle of a day: every command uses those that are set now, on both engines."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import pytest
from ruamel.yaml import YAML

from tests.support.emulator import Emulator
from tests.support.workspace import Workspace

SECONDS = 180
ACCOUNT = "AC" + "5" * 32
KEY = "SK" + "6" * 32


class Rotation:
    """A clone whose dev talks to an account of its own, by addresses and credentials as at Twilio."""

    def __init__(self, workspace: Workspace, emulator: Emulator) -> None:
        self.workspace = workspace
        self.emulator = emulator
        self.environment: dict[str, str] = {}
        path = workspace.root / "stacks" / "Pulumi.dev.yaml"
        path.write_text(
            "config:\n  conversation-services:services:\n"
            "    support: {friendlyName: acme-support-dev, configuration: {reachabilityEnabled: true}}\n"
            "    returns: {friendlyName: acme-returns-dev}\n",
            encoding="utf-8",
        )

    def accept(self, token: str, **keys: str) -> None:
        """Let the account take this token and these keys, and no others."""
        self.emulator.control("PUT", f"accounts/{ACCOUNT}", {"auth_token": token, "api_keys": keys})

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a module's command in the clone."""
        environment = self.workspace.environment(
            TWILIO_BASE_URL=self.emulator.url,
            PULUMI_CONFIG_PASSPHRASE="passphrase",
            EMULATOR="0",
            **self.environment,
        )
        return subprocess.run(
            [sys.executable, "-m", *words],
            cwd=self.workspace.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )

    def configure(self, *words: str) -> None:
        """Change the stack file as the CLI does; both engines write the same."""
        done = self.run("offline.engine", "config", *words, "--stack", "dev")
        assert 0 == done.returncode, done.stderr

    def forget(self, key: str) -> None:
        """Take a key out of the stack file, by hand."""
        path, yaml = self.workspace.root / "stacks" / "Pulumi.dev.yaml", YAML()
        document = yaml.load(path)
        del document["config"][key]
        yaml.dump(document, path)

    def codes(self) -> dict[str, int]:
        """Run every command that asks the account, and give the exit codes; none of them changes a service."""
        ran = {
            "preview-report": self.run("gitops", "preview-report", "--stack", "dev", "--out", "reports"),
            "drift-report": self.run("gitops", "drift-report", "--stack", "dev"),
            "deploy": self.run("gitops", "deploy", "--stack", "dev", "--reviewed", "reports/dev.json"),
            "refresh": self.run("tools.stack", "refresh", "--stack", "dev", "--", "--yes", "--skip-preview"),
        }
        return {name: done.returncode for name, done in ran.items()}


ALL_FINE = dict.fromkeys(("preview-report", "drift-report", "deploy", "refresh"), 0)


@pytest.fixture
def rotation(workspace: Workspace, new_emulator: Callable[..., Emulator]) -> Rotation:
    """A clone with an account of its own."""
    return Rotation(workspace, new_emulator())


@pytest.mark.timeout(1800)
def test_every_command_uses_the_credentials_that_are_set_now(rotation: Rotation):
    """An engine refreshes with what the state recorded: a token that was revoked since, or one that moved elsewhere."""
    up = ("tools.stack", "up", "--stack", "dev", "--", "--yes", "--skip-preview")
    rotation.accept("first")
    rotation.run("offline.engine", "stack", "init", "dev", "--non-interactive")
    rotation.configure("set", "twilio:accountSid", ACCOUNT)
    rotation.configure("set", "--secret", "twilio:authToken", "first")
    made = rotation.run(*up)

    rotation.accept("second")
    rotation.configure("set", "--secret", "twilio:authToken", "second")
    rotated = rotation.codes()

    rotation.accept("third", **{KEY: "key-secret"})
    rotation.forget("twilio:authToken")
    rotation.environment = {"TWILIO_AUTH_TOKEN": "third"}
    moved_out = rotation.codes()

    rotation.environment = {"TWILIO_API_KEY": KEY, "TWILIO_API_SECRET": "key-secret"}
    by_key = rotation.codes()

    rotation.environment = {"TWILIO_AUTH_TOKEN": "third"}
    rotation.configure("set", "--secret", "twilio:authToken", "wrong")
    refused = rotation.run("gitops", "drift-report", "--stack", "dev", "--json")
    rotation.configure("set", "--secret", "twilio:authToken", "third")
    rotation.environment = {"TWILIO_AUTH_TOKEN": "wrong"}
    moved_in = rotation.codes()
    destroyed = rotation.run("tools.stack", "destroy", "--stack", "dev", "--", "--yes", "--skip-preview")

    assert 0 == made.returncode, made.stdout + made.stderr
    assert [ALL_FINE] * 4 == [rotated, moved_out, by_key, moved_in]
    errors = json.loads(refused.stdout)["errors"]
    assert (1, 1) == (refused.returncode, len(errors)), errors
    assert "HTTP 401" in errors[0]["message"]
    assert (0, []) == (destroyed.returncode, rotation.emulator.services()), destroyed.stdout


# Left: what is set where. Right: whether the account takes it; "wrong" is what it does not.
PRECEDENCE = {
    "token in the environment": ({}, {"TWILIO_AUTH_TOKEN": "right"}, True),
    "token in the configuration": ({"twilio:authToken": "right"}, {}, True),
    "configuration first": ({"twilio:authToken": "right"}, {"TWILIO_AUTH_TOKEN": "wrong"}, True),
    "wrong one first": ({"twilio:authToken": "wrong"}, {"TWILIO_AUTH_TOKEN": "right"}, False),
    "key in the configuration before a token": (
        {"twilio:apiKey": KEY, "twilio:apiSecret": "key-secret"},
        {"TWILIO_AUTH_TOKEN": "wrong"},
        True,
    ),
    "token in the configuration before a key": (
        {"twilio:authToken": "wrong"},
        {"TWILIO_API_KEY": KEY, "TWILIO_API_SECRET": "key-secret"},
        False,
    ),
}


@pytest.mark.timeout(1800)
def test_configuration_comes_before_the_environment_whatever_the_state_recorded(rotation: Rotation):
    """What stood there when the stack was last brought up decides nothing."""
    path = rotation.workspace.root / "stacks" / "Pulumi.dev.yaml"
    rotation.accept("right", **{KEY: "key-secret"})
    rotation.environment = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": "right"}
    made = rotation.run("tools.stack", "up", "--stack", "dev", "--", "--yes", "--skip-preview")
    whole = path.read_text(encoding="utf-8")

    found = {}
    for name, (configuration, environment, _) in PRECEDENCE.items():
        lines = "".join(f"  {key}: {value}\n" for key, value in configuration.items())
        path.write_text(whole.replace("config:\n", f"config:\n{lines}", 1), encoding="utf-8")
        rotation.environment = {"TWILIO_ACCOUNT_SID": ACCOUNT, **environment}
        found[name] = 0 == rotation.run("gitops", "drift-report", "--stack", "dev").returncode

    assert 0 == made.returncode, made.stdout + made.stderr
    assert {name: taken for name, (_, _, taken) in PRECEDENCE.items()} == found


FULL, SHORT = "[TC1002] cannot ", "[TC1004] cannot "
HINT = "hint: check the credentials"


@pytest.mark.timeout(1800)
def test_refused_credentials_are_one_error_in_the_terminal(rotation: Rotation):
    """Of each resource it would hide what is to be mended; and an account that refuses is not asked again."""
    flags = ("--stack", "dev", "--", "--yes", "--skip-preview")
    right = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": "right"}
    wrong = {**right, "TWILIO_AUTH_TOKEN": "wrong"}
    rotation.accept("right")
    rotation.environment = wrong
    refused = {"first up": rotation.run("tools.stack", "up", *flags)}
    rotation.environment = right
    made = rotation.run("tools.stack", "up", *flags)
    rotation.environment = wrong
    refused["refresh"] = rotation.run("tools.stack", "refresh", *flags)
    refused["up"] = rotation.run("tools.stack", "up", *flags, "--refresh")
    refused["preview"] = rotation.run("tools.stack", "preview", "--stack", "dev", "--", "--refresh")
    refused["destroy"] = rotation.run("tools.stack", "destroy", *flags)

    assert 0 == made.returncode, made.stdout + made.stderr
    assert 2 == len(rotation.emulator.services())
    for name, done in refused.items():
        report = done.stdout.partition("\nDiagnostics:\n")[2]
        told = {"full": report.count(FULL), "hints": report.count(HINT)}
        assert (name, {"full": 1, "hints": 1}) == (name, told), done.stdout
    # Of each other resource one line; in a first run those that come after the first are not begun.
    assert 2 == refused["refresh"].stdout.partition("\nDiagnostics:\n")[2].count(SHORT)
