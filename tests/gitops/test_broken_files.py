"""What the commands print of a stack file that is broken: the place, and no value of the file."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.workspace import Workspace

SECRET = "hunter2hunter2"
FILE = "stacks/Pulumi.dev.yaml"
SECONDS = 90

# Left: what is added to dev's stack file. Right: what every command says, before an engine has read the file.
REFUSED = {
    "token twice": (
        f"  twilio:authToken: {SECRET}\n  twilio:authToken: {SECRET}\n",
        "not valid YAML: a key stands twice",
    ),
    "secret in the clear": (
        f"  twilio:authToken:\n    secure: [{SECRET}]\n",
        "holds no ciphertext, set it with: pulumi config set",
    ),
    "key of four parts": (
        f"  a:b:c:{SECRET}: {SECRET}\n",
        "config: key number 2 is none: write",
    ),
}
ENGINE = [
    *(("tools.stack", name) for name in ("up", "preview", "refresh", "destroy", "outputs", "cancel")),
    *(("gitops", name) for name in ("preview-report", "drift-report")),
]
COMMANDS = [
    *((*each, "--stack", "dev") for each in ENGINE),
    ("gitops", "deploy", "--stack", "dev", "--reviewed", "none.json"),
    ("gitops", "changed-stacks", "--base", "HEAD"),
]
READING = [
    ("gitops", "diff", "--from", "dev", "--to", "stage", "--declared-only"),
    ("gitops", "promote", "--from", "dev", "--to", "stage"),
    ("gitops", "promote", "--from", "stage", "--to", "dev"),
]
"""These start no engine, and take what only an engine cannot."""


def run(workspace: Workspace, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a module's command in the clone."""
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=workspace.root,
        env=workspace.environment(EMULATOR="1", GITOPS_VERBOSE="1"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


@pytest.mark.timeout(900)
def test_commands_refuse_a_broken_stack_file_before_an_engine_sees_it(workspace: Workspace):
    """The Pulumi CLI repeats what it cannot take; a report or an issue would show it to everybody."""
    path = workspace.root / FILE
    whole = path.read_text(encoding="utf-8")
    told: dict[str, list[str]] = {}
    shown = []
    for name, (lines, _) in REFUSED.items():
        path.write_text(
            whole.replace("config:\n", f"config:\n{lines}", 1) if "four" not in name else whole + lines
        )
        for words in (*COMMANDS, *READING):
            done = run(workspace, *words)
            shown += [(name, words)] if SECRET in done.stdout + done.stderr else []
            if words in COMMANDS[:-1]:
                told.setdefault(name, []).append(done.stdout + done.stderr)

    assert [] == shown
    for name, (_, expected) in REFUSED.items():
        assert [] == [text for text in told[name] if expected not in text]


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(
            "      friendlyName: acme-support-dev",
            f"      friendlyName: {{ {SECRET}: {SECRET} }}",
            "services.support.friendlyName: must be text, got a map",
            id="map in the place of a name",
        ),
        pytest.param(
            "      friendlyName: acme-support-dev",
            f"      friendlyName: acme-support-dev\n      {SECRET}: {SECRET}",
            "services.support.[key not shown]: is no setting of a service",
            id="value in the place of a key",
        ),
        pytest.param(
            "    support:\n",
            f"    support: &{SECRET}\n      webhook: *{SECRET}\n",
            "an alias (*) within what it repeats",
            id="anchor",
        ),
    ],
)
def test_report_on_values_of_a_wrong_kind_shows_none(workspace: Workspace, old: str, new: str, expected: str):
    """The program finds them, and what it says goes through the engine into report and log."""
    path = workspace.root / FILE
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    done = run(workspace, "gitops", "preview-report", "--stack", "dev", "--out", "reports")

    report = (workspace.root / "reports" / "dev.json").read_text(encoding="utf-8")
    assert 1 == done.returncode
    assert expected in report
    assert SECRET not in f"{report} {done.stdout} {done.stderr}"
