"""The workflow files: what every one of them must hold to, beyond what the linters check."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".github" / "workflows"
NAMES = ("deploy", "docs", "drift", "preview", "release", "test")
STACKS = ("dev", "stage", "prod")
PLAIN = re.compile(r"(PATH=\S+ )?make [a-z-]+( ARGS=\"[^\"]*\")?|\.venv/bin/python -m gitops [^|;&`]*")
"""A step's whole command: a make target, or a command of gitops."""


def workflow(name: str) -> dict[str, Any]:
    """Return a workflow's document."""
    document: dict[str, Any] = YAML(typ="safe").load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
    return document


def jobs() -> dict[str, dict[str, Any]]:
    """Return every job of every workflow, by "workflow.job"."""
    return {f"{name}.{job}": body for name in NAMES for job, body in workflow(name)["jobs"].items()}


def steps() -> list[dict[str, Any]]:
    """Return every step of every job."""
    return [step for job in jobs().values() for step in job["steps"]]


def test_workflows_are_those_that_are_known():
    """A new one is checked by these tests too."""
    assert sorted(NAMES) == sorted(path.stem for path in FOLDER.iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_workflow_grants_nothing_by_default_and_runs_alone(name: str):
    """Permissions are each job's own; two runs on the same thing wait for each other."""
    document = workflow(name)

    assert {} == document["permissions"]
    assert document["concurrency"]["group"]
    assert all(job["timeout-minutes"] <= 60 and "permissions" in job for job in document["jobs"].values())


def test_actions_are_pinned_by_hash_and_name_their_version():
    """A tag can be moved, a hash cannot; all workflows use the same one."""
    lines = [
        line.split("uses: ")[1]
        for name in NAMES
        for line in (FOLDER / f"{name}.yml").read_text(encoding="utf-8").splitlines()
        if "uses: " in line
    ]

    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line) for line in lines)
    assert len({line.partition("@")[0] for line in lines}) == len({*lines})


def test_every_command_is_one_plain_command_of_the_repository():
    """Another forge's runner can do the same; nothing of a change's own text reaches a shell but by environment."""
    commands = [step["run"] for step in steps() if "run" in step]

    assert [] == [command for command in commands if not PLAIN.fullmatch(command)]
    assert [] == [command for command in commands if "${{" in command]


def test_no_checkout_keeps_its_credentials():
    """What runs later in a job does not find the token in .git."""
    checkouts = [step for step in steps() if step.get("uses", "").startswith("actions/checkout@")]

    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_secrets_are_given_to_single_steps_of_jobs_with_an_environment():
    """An environment decides who may use a credential; other steps never see it."""
    holding = {name for name, job in jobs().items() if "secrets." in str(job)}

    assert {
        "preview.preview",
        "deploy.plan",
        "deploy.part",
        "drift.drift",
        *(f"deploy.{stack}" for stack in STACKS),
    } == holding
    for name in holding:
        job = jobs()[name]
        assert job["environment"]
        assert 1 == sum("secrets." in str(step) for step in job["steps"])
        assert "secrets." not in str({key: value for key, value in job.items() if key != "steps"})


def test_previews_and_deployments_make_digests_with_one_salt():
    """A plan whose digests were made with another salt would never be the reviewed one."""
    lines = {
        name: step["env"]["GITOPS_DIGEST_SALT"]
        for name, job in jobs().items()
        for step in job["steps"]
        if "GITOPS_DIGEST_SALT" in step.get("env", {})
    }

    compared = ("preview.preview", "deploy.plan", *(f"deploy.{stack}" for stack in STACKS))
    assert dict.fromkeys(compared, "${{ secrets.GITOPS_DIGEST_SALT }}") == lines


def test_forks_run_without_credentials_and_on_the_emulator_only():
    """A fork's code is anybody's code."""
    preview = workflow("preview")
    event = "github.event.pull_request.head.repo.full_name"

    assert "pull_request_target" not in str(preview)
    assert f"{event} == github.repository" in preview["jobs"]["preview"]["if"]
    assert f"{event} == github.repository" in preview["jobs"]["comment"]["if"]
    rehearse = preview["jobs"]["rehearse"]
    assert f"{event} != github.repository" in rehearse["if"]
    assert "secrets." not in str(rehearse)
    assert "1" == rehearse["steps"][-1]["env"]["EMULATOR"]


def test_environments_are_deployed_the_same_way_each_after_the_one_before():
    """The jobs are written out, since GitHub promises no order within a matrix; they differ in the name alone."""
    deploy = workflow("deploy")["jobs"]
    shared = ["touched", "reviewed", "plan"]

    for index, stack in enumerate(STACKS):
        own = str({key: value for key, value in deploy[stack].items() if key != "needs"})
        first = str({key: value for key, value in deploy["dev"].items() if key != "needs"})
        assert [*shared, *STACKS[:index]] == deploy[stack]["needs"]
        assert re.sub(r"\bdev\b", stack, first) == own
        assert stack == deploy[stack]["environment"]
        assert {"group": f"deploy-{stack}", "cancel-in-progress": False} == deploy[stack]["concurrency"]


def test_board_is_published_only_where_a_variable_says_so():
    """Pages of a private repository may be public; the page itself is made without any credentials."""
    deploy = workflow("deploy")["jobs"]
    said = "vars.BOARD_PAGES == '1'"
    uploads = [each for each in deploy["board"]["steps"] if "pages" in each.get("uses", "")]

    assert said in deploy["pages"]["if"]
    assert [said] == [each["if"] for each in uploads]
    assert {"pages": "write", "id-token": "write"} == deploy["pages"]["permissions"]
    assert "environment" not in deploy["board"]


def test_documentation_is_published_from_main_alone_and_only_where_switched_on():
    """What a pull request holds is anybody's; and a repository has one place for Pages, which the board may have."""
    docs = workflow("docs")["jobs"]
    said = "github.ref == 'refs/heads/main' && vars.DOCS_PAGES == '1' && vars.BOARD_PAGES != '1'"
    uploads = [each["if"] for each in docs["build"]["steps"] if "pages" in each.get("uses", "")]

    assert [said] == uploads
    assert said == docs["pages"]["if"]
    assert ["pages"] == [name for name, job in docs.items() if "pages" in job["permissions"]]
