"""What may be the name of a stack, wherever one is given."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.workspace import Workspace
from tools.stack_names import check_stack_name, is_stack_name

ROOT = Path(__file__).resolve().parents[2]
NO_NAMES = ("", "../trav", "a/b", "a b", "x'; touch F; '", "-x", ".x", "..", "$(id)", "a\nb", "é", "a" * 101)


@pytest.mark.parametrize("name", ["dev", "prod-eu", "prod.eu_2", "_x", "1", "a" * 100])
def test_name_of_pulumi_is_taken(name: str):
    """Letters, digits, hyphens, underscores and dots are enough for any environment."""
    assert name == check_stack_name(name)


@pytest.mark.parametrize("name", NO_NAMES)
def test_anything_else_is_refused_in_one_line_and_a_hint(name: str):
    """It would be a path, a flag or a command; the message says where it stands."""
    with pytest.raises(SystemExit) as failed:
        check_stack_name(name, "STACK")

    lines = str(failed.value.code).splitlines()
    assert not is_stack_name(name)
    assert 2 == len(lines)
    assert lines[0].startswith("error: STACK: ")
    assert lines[0].endswith(" is no name of a stack")


@pytest.mark.parametrize(
    ("arguments", "source"),
    [
        pytest.param(["preview-report", "--stack", "../trav", "--out", "OUT/sub"], "--stack", id="report"),
        pytest.param(["drift-report", "--stack", "sub/x", "--out", "OUT"], "--stack", id="missing folder"),
        pytest.param(
            ["deploy", "--stack", "../trav", "--reviewed", "r.json", "--out", "OUT/sub"],
            "--stack",
            id="deploy",
        ),
        pytest.param(["diff", "--from", "../dev", "--to", "stage"], "--from", id="diff"),
        pytest.param(["promote", "--from", "dev", "--to", "../../x"], "--to", id="promote"),
        pytest.param(
            ["comment", "--pull-request", "1", "--reports", "OUT", "--expect", '["../x"]'],
            "--expect",
            id="expected reports",
        ),
    ],
)
def test_gitops_refuses_what_is_no_name_and_writes_nothing(tmp_path: Path, arguments: list[str], source: str):
    """A name is not a way out of the folder that was given, nor a file that somebody else meant."""
    words = [word.replace("OUT", str(tmp_path / "out")) for word in arguments]

    done = subprocess.run(
        [sys.executable, "-m", "gitops", *words], cwd=ROOT, check=False, capture_output=True, text=True
    )

    assert (1, "") == (done.returncode, done.stdout)
    assert done.stderr.startswith(f"error: {source}: ")
    assert "Traceback" not in done.stderr
    assert [] == [*tmp_path.rglob("*")]


@pytest.mark.parametrize("workspace", ["embedded"], indirect=True)
def test_order_and_files_of_stacks_hold_names_only(workspace: Workspace):
    """A file or a pattern that is none is told where it stands, before it reaches a pipeline's matrix."""
    order = workspace.root / "stacks" / "order.yaml"
    text = order.read_text(encoding="utf-8")
    odd = workspace.root / "stacks" / "Pulumi.a'b.yaml"

    order.write_text(f"{text}- ../x*\n", encoding="utf-8")
    wrong_order = workspace.make("changed-stacks", "--match 'dev'", code=2).stderr
    order.write_text(text, encoding="utf-8")
    odd.write_text("config:\n", encoding="utf-8")
    wrong_file = workspace.make("up", stack="all", code=2).stderr
    odd.rename(odd.with_name("Pulumi.prod.eu.yaml"))
    dotted = workspace.make("up", stack="all", code=2).stderr

    assert wrong_order.startswith("error: stacks/order.yaml: '../x*' is no name of a stack")
    assert wrong_file.startswith('error: a file stacks/Pulumi.*.yaml: "a\'b" is no name of a stack')
    assert "does not say where prod.eu comes in the order" in dotted
