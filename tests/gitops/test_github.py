"""What is asked of GitHub, against a stand-in that speaks real HTTP."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from gitops.events import Change, Operation, Record
from gitops.exits import GitopsError
from gitops.github import GitHub
from gitops.report import Report
from tests.gitops.github_stand_in import REPOSITORY, GitHubStandIn
from tests.support.commands import finished

ROOT = Path(__file__).resolve().parents[2]
COMMIT, HEAD = "c" * 40, "a" * 40


def report(stack: str) -> Report:
    """Return a report without operations."""
    return Report(kind="preview", stack=stack, api="twilio", commit=HEAD, record=Record(succeeded=True))


def test_comment_that_leaves_something_out_leads_to_the_run_that_has_it(
    github: GitHubStandIn, tmp_path: Path
):
    """GitHub refuses more than 65,536 characters; the jobs' summaries have room for all of it."""
    made = tuple(
        Operation(
            op="create", name=f"s-{index:04}", type="twilio:Role", properties={"type": Change(None, index)}
        )
        for index in range(2000)
    )
    for index in range(24):
        large = replace(report(f"team{index}"), record=Record(operations=made, succeeded=True))
        (tmp_path / f"team{index}.json").write_text(large.to_json(), encoding="utf-8")
    run = {"GITHUB_SERVER_URL": "https://github.example", "GITHUB_RUN_ID": "12"}

    finished(
        [
            sys.executable,
            "-m",
            "gitops",
            "comment",
            "--pull-request",
            "7",
            "--reports",
            str(tmp_path),
            "--expect",
            "[]",
        ],
        folder=ROOT,
        environment=os.environ | github.environment | run,
        seconds=120,
    )

    (body,) = (each["body"] for each in github.comments)
    link = f"([run 12](https://github.example/{REPOSITORY}/actions/runs/12))"
    assert 24 == body.count("</code>: changes · + 2000 to create</summary>")
    assert f"All of them stand in the summary of the job of `team23` {link}, and in its report." in body
    assert len(body) < 65_536


def artefacts(*stacks: str) -> dict[str, dict[str, bytes]]:
    """Return the artefacts of a preview of these stacks."""
    return {f"preview-{stack}": {f"{stack}.json": report(stack).to_json().encode()} for stack in stacks}


def test_comment_is_written_once_and_then_updated_in_place(github: GitHubStandIn):
    """A pull request of ten pushes has one comment; others' comments stay as they are, even with the marker."""
    pretender = {"id": 1, "issue": 7, "user": {"type": "User"}, "body": "<!-- m -->\nmine", "html_url": ""}
    others = [{**pretender, "id": index, "body": "hello"} for index in range(2, 151)]
    github.comments.extend([pretender, *others])
    client = GitHub(github.environment)

    first = client.put_comment(7, "m", "one")
    second = client.put_comment(7, "m", "two")

    assert first == second
    assert ["<!-- m -->\nmine", *["hello"] * 149, "<!-- m -->\ntwo"] == [
        each["body"] for each in github.comments
    ]


def test_issue_is_opened_updated_and_closed(github: GitHubStandIn):
    """One issue as long as there is something to say, and none when there is not; others' issues stay."""
    other = {"number": 100, "state": "open", "user": {"type": "User"}, "title": "mine", "body": None}
    github.issues.append({**other})
    client = GitHub(github.environment)

    told = [client.keep_issue("m", "Drift", body, "drift") for body in (None, "one", "two", None)]

    assert ["nothing to close", "opened #101", "updated #101", "closed #101"] == told
    mine, ours = github.issues
    assert other == mine
    assert ("closed", "<!-- m -->\ntwo", ["drift"]) == (ours["state"], ours["body"], ours["labels"])


def test_reviewed_reports_are_those_of_the_last_preview_of_the_merged_change(github: GitHubStandIn):
    """What the pull request showed last is what may be deployed."""
    github.add_run(HEAD, "success", artefacts("dev"))
    github.add_run(HEAD, "success", artefacts("dev", "stage") | {"coverage": {"x": b""}})
    github.merge(COMMIT, 7, HEAD)

    reports = GitHub(github.environment).reviewed_reports(COMMIT)

    assert [report("dev"), report("stage")] == reports


def test_reviewed_reports_of_a_fork_are_not_taken(github: GitHubStandIn):
    """A fork's run made its artefacts with code that nobody had reviewed."""
    github.add_run(HEAD, "success", artefacts("dev"))
    github.runs[0]["head_repository"]["full_name"] = "mallory/conversations"
    github.merge(COMMIT, 7, HEAD)

    with pytest.raises(GitopsError, match=r"pull request #7 has no successful preview of its last commit"):
        GitHub(github.environment).reviewed_reports(COMMIT)


@pytest.mark.parametrize(
    ("conclusion", "files", "merged", "message"),
    [
        pytest.param(
            "success", artefacts("dev"), False, "came by no merged pull request", id="pushed directly"
        ),
        pytest.param("failure", artefacts("dev"), True, "no successful preview", id="preview refused"),
        pytest.param(
            "success", {"preview-dev": {}}, True, "preview-dev holds no report", id="empty artefact"
        ),
        pytest.param(
            "success",
            {"preview-dev": {"dev.json": b"\xff"}},
            True,
            "preview-dev holds no report",
            id="no text",
        ),
        pytest.param(
            "success",
            {"preview-dev": {"dev.json": report("prod").to_json().encode()}},
            True,
            "preview-dev holds a report on another stack",
            id="report on another stack",
        ),
    ],
)
def test_reviewed_reports_that_cannot_be_trusted_stop_the_deployment(
    github: GitHubStandIn, conclusion: str, files: dict[str, dict[str, bytes]], merged: bool, message: str
):
    """No report is better than a wrong one: the deployment ends before it begins."""
    github.add_run(HEAD, conclusion, files)
    if merged:
        github.merge(COMMIT, 7, HEAD)

    with pytest.raises(GitopsError, match=message):
        GitHub(github.environment).reviewed_reports(COMMIT)


def test_expired_artefact_is_named(github: GitHubStandIn):
    """Artefacts live for ninety days; a change merged later needs another look."""
    github.add_run(HEAD, "success", artefacts("dev"))
    github.merge(COMMIT, 7, HEAD)
    github.expired = True

    with pytest.raises(GitopsError, match="artefact preview-dev of the preview has expired"):
        GitHub(github.environment).reviewed_reports(COMMIT)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param(
            {"GITHUB_TOKEN": ""}, "GITHUB_REPOSITORY and GITHUB_TOKEN must be set\nhint: ", id="no token"
        ),
        pytest.param(
            {"GITHUB_REPOSITORY": "x"}, "GITHUB_REPOSITORY and GITHUB_TOKEN must be set", id="no repository"
        ),
        pytest.param({"GITHUB_API_URL": "http://example.com"}, "must begin with https://", id="clear text"),
    ],
)
def test_missing_or_unsafe_settings_are_one_error(
    github: GitHubStandIn, changes: dict[str, str], message: str
):
    """The token goes nowhere unless all is set, and never in clear text."""
    with pytest.raises(GitopsError, match=message):
        GitHub(github.environment | changes)


def test_refused_request_names_route_and_remedy_without_the_token(github: GitHubStandIn):
    """The usual cause is a job that lacks a permission."""
    client = GitHub(github.environment | {"GITHUB_TOKEN": "other"})

    with pytest.raises(GitopsError) as raised:
        client.put_comment(7, "m", "x")

    assert (
        "cannot GET issues/7/comments at GitHub: HTTP 403\nhint: the job's permissions may lack it: docs/gitops.md "
        "lists them" == str(raised.value)
    )
