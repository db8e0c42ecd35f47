"""The command `twilio-conversations`: what it runs, and what it says where something is missing."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from distribution.command import NEEDED
from tests.support.clone import ROOT
from tests.support.emulator import EmulatorControl
from tests.support.package import PROGRAM, Package, Project
from tests.support.workspace import ENGINES

PERSON = """\
from pulumi_twilio_conversations import ConversationService

ConversationService("support", friendly_name="Dr. Emily Watson")
"""
ABSENT = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name in {}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
"""


def command(package: Package, *words: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run the command as it is installed."""
    return package.run(str(package.environment / "bin" / "twilio-conversations"), *words, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "absent", "module", "extra"),
    [
        (["scan"], ["click"], "click", "gitops"),
        (["scan"], ["phonenumbers"], "phonenumbers", "policy"),
        (["policy", "path"], ["pulumi_policy"], "pulumi_policy", "policy"),
        (["emulator"], ["aiohttp"], "aiohttp", "emulator"),
        (["engine", "version"], ["ruamel"], "ruamel.yaml", "engine"),
        (["gitops", "--help"], ["cryptography"], "cryptography", "gitops"),
        (["stack", "up", "--stack", "dev"], ["aiohttp"], "aiohttp", "gitops"),
    ],
)
def test_what_is_missing_is_told_with_the_extra_that_brings_it(
    package: Package, tmp_path: Path, words: list[str], absent: list[str], module: str, extra: str
):
    """A traceback that ends in the name of a library would leave that to be found out."""
    (tmp_path / "sitecustomize.py").write_text(ABSENT.format(absent), encoding="utf-8")

    done = command(package, *words, code=1, PYTHONPATH=str(tmp_path))

    assert [
        f"error: this command needs the Python package {module}, which is not installed",
        f"hint: pip install 'pulumi-twilio-conversations[{extra}]'",
    ] == done.stderr.splitlines()


def test_what_is_looked_for_is_what_the_extra_brings():
    """A further dependency is written in pyproject.toml, and here."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]
    brought = {
        name: {re.split(r"[<>=]", each)[0] for each in listed} - {"click"} for name, listed in extras.items()
    }
    brought["gitops"] = {"jinja2"} | brought["emulator"] | brought["engine"] | brought["policy"]
    del brought["testing"]  # pytest asks for it, no command
    called = {"pulumi_policy": "pulumi-policy", "yaml": "pyyaml"}

    assert brought == {name: {called.get(each, each) for each in modules} for name, modules in NEEDED.items()}


def test_help_lists_the_commands(package: Package):
    """That is where one begins."""
    done = command(package, "--help")

    listed = [line.split()[0] for line in done.stdout.partition("Commands:")[2].splitlines() if line.strip()]
    assert [
        "adopt",
        "board",
        "emulator",
        "engine",
        "gitops",
        "local-emulator",
        "policy",
        "scan",
        "stack",
    ] == listed


def test_scan_reads_names(package: Package, tmp_path: Path):
    """The policy's own judgement, before anything is declared; words behind the command are its own."""
    (tmp_path / "names.jsonl").write_text(
        '{"text": "Dr. Emily Watson"}\n{"text": "acme-support"}\n', encoding="utf-8"
    )

    done = command(package, "scan", "names.jsonl", "--check", folder=tmp_path, code=1)

    assert [["person"], []] == [json.loads(line)["kinds"] for line in done.stdout.splitlines()]


def test_allowed_word_goes_into_the_project_and_not_into_the_package(package: Package, tmp_path: Path):
    """An upgrade of the package would take it away again."""
    (tmp_path / "Pulumi.yaml").write_text("name: small\nruntime: python\n", encoding="utf-8")
    words = ["--name", "Baker McKenzie", "--reason", "a law firm", "--owner", "team", "--until", "2099-01-01"]

    done = command(package, "policy", "allow", *words, folder=tmp_path)

    assert "allow-list.yaml: entry 1 added" in done.stdout
    assert "Baker McKenzie" in (tmp_path / "allow-list.yaml").read_text(encoding="utf-8")


def test_account_is_adopted_as_a_program_that_the_next_run_takes_over(
    package: Package, tmp_path: Path, emulator: EmulatorControl
):
    """Who declares in Python has an empty stack file at most; nothing is written at Twilio on the way."""
    project = Project(tmp_path / "small", package, "embedded", emulator.url)
    project.run("stack", "init")
    project.run("up", "--yes", "--skip-preview")
    elsewhere = Project(tmp_path / "other", package, "embedded", emulator.url)
    (elsewhere.folder / "stacks").mkdir()
    elsewhere.write("stacks/Pulumi.dev.yaml", "config: {}\n")
    emulator.clear_requests()

    adopted = command(
        package,
        "adopt",
        "--stack",
        "dev",
        "--format",
        "python",
        folder=elsewhere.folder,
        **elsewhere.variables,
    )
    elsewhere.write("__main__.py", adopted.stdout)
    (tmp_path / "elsewhere").mkdir()
    backend = f"file://{tmp_path}/elsewhere"
    elsewhere.run("stack", "init", PULUMI_BACKEND_URL=backend)
    shown = elsewhere.run("preview", PULUMI_BACKEND_URL=backend)

    assert "2 to adopt" in shown
    assert {"GET"} == {route.split()[0] for route in emulator.counts()}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("engine", ENGINES)
def test_pack_stops_a_name_of_a_person(
    package: Package, tmp_path: Path, emulator: EmulatorControl, engine: str
):
    """No environment beside the pack: it is run by the one that it lies in, whatever the program is run by."""
    project = Project(tmp_path / "small", package, engine, emulator.url, PERSON)
    project.run("stack", "init")
    pack = command(package, "policy", "path").stdout.strip()

    stopped = project.run("up", "--yes", "--skip-preview", "--policy-pack", pack, code=None)
    project.write("__main__.py", PERSON.replace("Dr. Emily Watson", "acme-support"))
    project.run("up", "--yes", "--skip-preview", "--policy-pack", pack)

    assert "no-personal-data" in stopped
    assert "python -m pulumi_twilio_conversations.policy.allow --name" in " ".join(stopped.split())
    assert ["acme-support"] == [service["friendly_name"] for service in emulator.services()]


@pytest.mark.parametrize(
    ("environment", "why"),
    [(None, "which is not there"), (sys.base_prefix, "which is not the Python of this command")],
    ids=["absent", "another"],
)
def test_pack_that_could_not_be_run_where_it_lies_is_an_error(
    tmp_path: Path, environment: str | None, why: str
):
    """The Pulumi CLI waits for ever for an environment that is not there."""
    shutil.copytree(ROOT / "policy", tmp_path / "policy")
    if environment:
        (tmp_path / ".venv").symlink_to(environment)

    done = subprocess.run(
        [sys.executable, "-m", "policy.path"], cwd=tmp_path, check=False, capture_output=True, text=True
    )

    assert (2, "") == (done.returncode, done.stdout)
    assert done.stderr.startswith("error: an engine would run the pack with ")
    assert why in done.stderr


@pytest.mark.timeout(300)
def test_pipelines_work_on_a_project_that_has_the_package(package: Package, tmp_path: Path):
    """With a name of its own, rehearsed on an emulator of its own, held against the package's policies."""
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "Pulumi.dev.yaml").write_text("{}\n", encoding="utf-8")
    (tmp_path / "Pulumi.yaml").write_text(
        "name: acme\nruntime: python\nstackConfigDir: stacks\nbackend: {url: file://./state}\n",
        encoding="utf-8",
    )
    (tmp_path / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    (tmp_path / "inner").mkdir()

    def run(*words: str) -> str:
        return command(package, *words, folder=tmp_path / "inner", ENGINE="embedded").stdout

    try:
        up = run("stack", "up", "--stack", "dev")
        run("board")
        report = json.loads(run("gitops", "drift-report", "--stack", "dev", "--json"))
        run("stack", "destroy", "--stack", "dev")
    finally:
        run("local-emulator", "stop")

    assert "passed  conversation-services@" in up
    page = (tmp_path / "board.html").read_text(encoding="utf-8")
    assert "acme: environments at a glance" in page
    assert '<th role="rowheader" scope="row" class="service">support</th>' in page
    assert re.search(r"<code>IS[0-9a-f]{32}</code>", page)
    assert "deployed</span>" in page  # what is declared stands in the program
    assert ("dev", [], []) == (report["stack"], report["errors"], report["operations"])
    assert ["acme"] == [path.name for path in (tmp_path / ".emulator/state/.pulumi/stacks").iterdir()]
