"""The command line as pipelines see it: exit codes, results on stdout, and what the documentation says of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = (ROOT / "docs" / "gitops.md").read_text(encoding="utf-8")


def gitops(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run gitops in this checkout."""
    command = [sys.executable, "-m", "gitops", *arguments]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=60)


def test_help_names_every_exit_code_and_the_documentation_every_command():
    """What a pipeline's author needs stands in both."""
    done = gitops("--help")
    commands = re.findall(r"^    ([a-z-]+)(?: |$)", done.stdout, re.MULTILINE)

    assert 0 == done.returncode
    assert "0 fine, 7 changes or drift, 2 a policy objects, 3 a guard" in " ".join(done.stdout.split())
    assert len(commands) == 14
    assert [] == [name for name in commands if f"`python -m gitops {name} " not in DOCS]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(
            ["deploy", "--stack", "dev"],
            "error: the following arguments are required: --reviewed",
            id="usage",
        ),
        pytest.param(
            ["changed-stacks"], "error: one of the arguments --base --all is required", id="no base"
        ),
        pytest.param(
            ["changed-stacks", "--base", "0" * 40],
            "error: cannot compare HEAD with the base",
            id="unknown base",
        ),
        pytest.param(
            ["diff", "--from", "dev", "--to", "prd"], "hint: did you mean --to=prod?", id="unknown stack"
        ),
        pytest.param(
            ["drift-issue", "--reports", "nowhere"],
            "error: no drift report on dev, prod, stage",
            id="no reports",
        ),
        pytest.param(
            ["deploy", "--stack", "dev", "--reviewed", "README.md"],
            "README.md: is no report of gitops",
            id="no report",
        ),
    ],
)
def test_failures_of_use_end_with_1_and_one_message(arguments: list[str], message: str):
    """Argparse's own exit code would be that of a policy."""
    done = gitops(*arguments)

    assert 1 == done.returncode
    assert message in done.stderr
    assert "" == done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(
            ["changed-stacks", "--all", "--output", "OUT/file/x"],
            "error: cannot write OUT/file/x: ",
            id="a file in the place of a folder",
        ),
        pytest.param(
            ["changed-stacks", "--all", "--output", "OUT"], "error: cannot write OUT: ", id="a folder"
        ),
        pytest.param(["changed-stacks", "--base", ""], "error: --base: is empty", id="no base"),
        pytest.param(
            ["changed-stacks", "--base=--output=OUT/other"],
            "error: cannot compare HEAD",
            id="an option of git's",
        ),
        pytest.param(
            ["comment", "--pull-request", "1", "--reports", "OUT", "--expect", "dev"],
            "error: --expect: must be a JSON list of stacks",
            id="no list",
        ),
        pytest.param(
            ["deploy", "--stack", "dev", "--reviewed", "OUT/file"],
            "error: file: is no report of gitops",
            id="no text",
        ),
    ],
)
def test_file_or_argument_that_cannot_be_used_is_one_error(
    tmp_path: Path, arguments: list[str], message: str
):
    """A traceback would tell a pipeline's author nothing; and nothing beside is written."""
    (tmp_path / "file").write_bytes(b"\xff")

    done = gitops(*(word.replace("OUT", str(tmp_path)) for word in arguments))

    assert 1 == done.returncode
    assert done.stderr.splitlines()[0].startswith(message.replace("OUT", str(tmp_path)))
    assert "Traceback" not in done.stderr
    assert ["file"] == [path.name for path in tmp_path.iterdir()]


def test_changed_stacks_all_is_json_in_order_and_an_output_of_the_step(tmp_path: Path):
    """A matrix is built from it."""
    output = tmp_path / "output"

    done = gitops("changed-stacks", "--all", "--match", "[ds]*", "--output", str(output))

    assert ["dev", "stage"] == json.loads(done.stdout)
    assert f"stacks={done.stdout}" == output.read_text(encoding="utf-8")


def test_documentation_names_every_secret_and_variable_of_the_workflows():
    """A team that follows it has set all that is used, and nothing that is not."""
    workflows = [path.read_text(encoding="utf-8") for path in (ROOT / ".github" / "workflows").iterdir()]
    used = {*re.findall(r"(?:secrets|vars)\.(\w+)", "\n".join(workflows))}
    table = DOCS[DOCS.index("| name | kind |") : DOCS.index("For another backend")]

    assert used - {"BOARD_PAGES", "DOCS_PAGES", "ENGINE", "PUBLISH"} == {
        *re.findall(r"`([A-Z][A-Z_]+[A-Z])`", table)
    } - {"STACK"}
    assert "variable `ENGINE`" in DOCS
    assert "variable `BOARD_PAGES`" in (ROOT / "docs" / "board.md").read_text(encoding="utf-8")
    assert "variable `DOCS_PAGES`" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert "variable `PUBLISH`" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
