"""What is given to make reaches the command as it was given, and nothing else happens."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.make import ENTRY, VARIABLES, command

ROOT = Path(__file__).resolve().parents[2]
PROBE = f"""\
import json, os, sys
names = {(*VARIABLES, *ENTRY, "ENGINE", "EMULATOR")}
print(json.dumps({{"target": sys.argv[1:], **{{name: os.environ.get(name) for name in names}}}}))
"""
NO_ENTRY = dict.fromkeys(ENTRY, "")
URN = (
    "urn:pulumi:dev::conversation-services::twilio:conversations:ConversationEnvironment"
    "$pulumi-python:dynamic/twilio:ConversationService::support"
)
HOSTILE = [
    pytest.param("x'; touch ../F; '", id="ends the quotes of a shell"),
    pytest.param('x"; touch ../F; "', id="ends double quotes"),
    pytest.param("; touch ../F", id="a second command"),
    pytest.param("$(touch ../F)", id="substitution of a shell, function of make"),
    pytest.param("$(shell touch ../F)", id="make's own shell"),
    pytest.param("${shell touch ../F}", id="make's own shell, braces"),
    pytest.param("$(eval F=1)$(file >../F,x)", id="make's own files"),
    pytest.param("`touch ../F`", id="backquotes"),
    pytest.param("| touch ../F", id="pipe"),
    pytest.param("> ../F", id="redirection"),
    pytest.param("a\ntouch ../F", id="line break"),
    pytest.param("\\\n#", id="continued line and comment"),
    pytest.param("# not a comment", id="comment"),
    pytest.param(f"--target '{URN}'", id="URN"),
    pytest.param("$p $$p $$$ $", id="dollars"),
    pytest.param("~ * ? {a,b} %", id="patterns"),
    pytest.param("a  b  ", id="blanks"),
    pytest.param("münchen 東京", id="letters of the world"),
    pytest.param("-x", id="flag"),
    pytest.param("a=b:=c", id="assignment"),
]
TARGETS = (
    "up",
    "deploy",
    "promote",
    "remove-stack",
    "add-stack",
    "changed-stacks",
    "board",
    "test",
    "eval-pii",
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with this Makefile, where the module that it calls tells what it was given."""
    root = tmp_path / "checkout"
    (root / "tools").mkdir(parents=True)
    (root / ".venv" / "bin").mkdir(parents=True)
    (root / ".venv" / "bin" / "python").symlink_to(sys.executable)
    shutil.copy(ROOT / "Makefile", root / "Makefile")
    (root / "tools" / "setup.py").write_text("", encoding="utf-8")
    (root / "tools" / "make.py").write_text(PROBE, encoding="utf-8")
    return root


def told(checkout: Path, target: str, *variables: str, **environment: str) -> dict[str, object]:
    """Run make; give what reached the module that it calls."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in (*VARIABLES, *ENTRY, "ENGINE", "EMULATOR") and not name.startswith(("MAKE", "MFLAGS"))
    }
    done = subprocess.run(
        ["make", "-s", target, *variables],
        cwd=checkout,
        env=kept | environment,
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_value_reaches_the_command_as_it_is_and_runs_nothing(checkout: Path, value: str):
    """Neither make nor a shell reads what a person, a file or a pipeline has given."""
    given = dict.fromkeys((*VARIABLES, "ENGINE", "EMULATOR"), value)
    entry = dict.fromkeys(ENTRY, value)

    by_argument = told(checkout, "up", *(f"{name}={value}" for name in given | entry))
    by_environment = told(checkout, "up", **given, **entry)

    assert {"target": ["up"], **given, **entry} == by_argument
    # An entry's values are taken from the command line alone: a shell may have a NAME of its own.
    assert {"target": ["up"], **given, **NO_ENTRY} == by_environment
    assert [] == [path for path in checkout.parent.rglob("F*") if path.name == "F"]


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_passes_its_values_the_same_way(checkout: Path, target: str):
    """One way for all of them, with the defaults that the help names."""
    empty = {"REVIEWED": "", "ENGINE": "", "EMULATOR": ""}
    defaults = {
        "STACK": "dev",
        "ARGS": "",
        "BASE": "origin/main",
        "FROM": "dev",
        "TO": "stage",
        "SCENARIOS": "100",
        "SEED": "1",
    }

    found = told(checkout, target)

    assert {"target": [target], **defaults, **NO_ENTRY, **empty} == found


def test_no_recipe_names_a_variable_that_holds_what_was_given():
    """A new target that substitutes one would open the hole again."""
    recipes = [
        line
        for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
        if line.startswith("\t")
        and any(f"$({name})" in line for name in (*VARIABLES, *ENTRY, "ENGINE", "EMULATOR"))
    ]

    assert [] == recipes


@pytest.mark.parametrize(
    ("target", "given", "expected"),
    [
        pytest.param(
            "up",
            {"STACK": "dev", "ARGS": f"--yes --target '{URN}'"},
            ["tools.stack", "up", "--stack=dev", "--", "--yes", "--target", URN],
            id="URN in quotes",
        ),
        pytest.param(
            "preview",
            {"STACK": "dev", "ARGS": f'--replace "{URN}" --message "a b"'},
            ["tools.stack", "preview", "--stack=dev", "--", "--replace", URN, "--message", "a b"],
            id="double quotes",
        ),
        pytest.param(
            "destroy",
            {"STACK": "-x", "ARGS": "$HOME `id` $(id) * ; rm"},
            ["tools.stack", "destroy", "--stack=-x", "--", "$HOME", "`id`", "$(id)", "*", ";", "rm"],
            id="nothing is expanded",
        ),
        pytest.param(
            "deploy", {"STACK": "prod"}, ["gitops", "deploy", "--stack=prod", "--reviewed=reports/prod.json"],
            id="reviewed by default",
        ),
        pytest.param(
            "deploy",
            {"STACK": "prod", "REVIEWED": "-r a.json", "ARGS": "--json"},
            ["gitops", "deploy", "--stack=prod", "--reviewed=-r a.json", "--json"],
            id="reviewed given",
        ),
        pytest.param(
            "promote",
            {"FROM": "dev", "TO": "--prune"},
            ["gitops", "promote", "--from=dev", "--to=--prune"],
            id="a flag in the place of a name",
        ),
        pytest.param(
            "changed-stacks",
            {"BASE": "--output=F"},
            ["gitops", "changed-stacks", "--base=--output=F"],
            id="a flag in the place of a base",
        ),
        pytest.param(
            "allow",
            {"STACK": "dev", "SERVICE": "", "NAME": "--file=x", "REASON": "it's `id`"},
            ["policy.allow", "--stack=dev", "--name=--file=x", "--reason=it's `id`"],
            id="an entry of the allow-list",
        ),
        pytest.param(
            "add-stack",
            {"FROM": "prod", "NAME": "--x", "DEFAULTED": "STACK"},
            ["gitops", "add-stack", "--from=prod", "--name=--x"],
            id="a new stack",
        ),
        pytest.param(
            "add-stack",
            {"FROM": "dev", "NAME": "qa", "DEFAULTED": "STACK FROM"},
            ["gitops", "add-stack", "--from=", "--name=qa"],
            id="a copy of nothing that was said",
        ),
        pytest.param(
            "board", {"STACK": "dev", "ARGS": "--serve"}, ["gitops", "board", "--serve"], id="all environments"
        ),
        pytest.param("test", {"ARGS": "-k 'a or b'"}, ["pytest", "-k", "a or b"], id="tests"),
    ],
)  # fmt: skip
def test_command_is_made_of_whole_values(target: str, given: dict[str, str], expected: list[str]):
    """Each value is one word of the command, whatever is in it; ARGS are the words that a shell would see."""
    assert expected == command(target, given)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        pytest.param([], "STACK FROM", id="none given"),
        pytest.param(["STACK=dev"], "FROM", id="the default itself, given"),
        pytest.param(["STACK=qa", "FROM=prod", "DEFAULTED=x"], "", id="both given"),
    ],
)
def test_variables_that_nobody_gave_are_told(checkout: Path, variables: list[str], expected: str):
    """What makes or removes a stack takes no default for one, and nobody can say otherwise by a variable."""
    probe = "import json, os\nprint(json.dumps({'DEFAULTED': os.environ['DEFAULTED']}))\n"
    (checkout / "tools" / "make.py").write_text(probe, encoding="utf-8")

    assert expected == told(checkout, "up", *variables)["DEFAULTED"]
    assert expected == told(checkout, "up", **dict(each.split("=") for each in variables))["DEFAULTED"]


@pytest.mark.parametrize("target", ["release", "remove-stack"])
def test_default_stack_is_none_to_remove(target: str):
    """Who forgets STACK must not lose dev."""
    assert ["gitops", target, "--stack=", "--yes"] == command(
        target, {"STACK": "dev", "ARGS": "--yes", "DEFAULTED": "STACK FROM"}
    )
    assert ["gitops", target, "--stack=dev"] == command(target, {"STACK": "dev", "DEFAULTED": "FROM"})


def test_arguments_with_an_open_quote_are_one_error():
    """Half a quotation would take the rest of the line for something else."""
    with pytest.raises(SystemExit, match=r"error: ARGS: cannot be split into words: no closing quotation"):
        command("up", {"STACK": "dev", "ARGS": "--target 'urn"})
