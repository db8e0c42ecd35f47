"""The few requests to GitHub that pipelines need: one comment, one issue, the reports of a merged change.

Everything else of gitops knows no forge; another one needs a module like this and nothing more.
Address and token come from the environment that GitHub's runners set: GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN.
API: https://docs.github.com/en/rest
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import requests

from gitops.exits import GitopsError
from gitops.report import Report

__all__ = ["GitHub"]

TIMEOUT_SECONDS = (10, 60)
PAGE_SIZE = 100
MAX_ARTIFACT_BYTES = 10_000_000
PREVIEW_WORKFLOW = "preview.yml"
ARTIFACT = re.compile(r"preview-([A-Za-z0-9_.-]+)")
"""Name of the artefact that holds the report on a stack."""
COMMIT = re.compile(r"[0-9a-fA-F]{7,64}")


class GitHub:
    """A repository at GitHub.

    Args:
        environment: Where address, repository and token stand.

    Raises:
        GitopsError: If one of them is missing, or the token would travel in clear text.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._url = environment.get("GITHUB_API_URL", "https://api.github.com").rstrip("/")
        repository, token = environment.get("GITHUB_REPOSITORY", ""), environment.get("GITHUB_TOKEN", "")
        if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository) or not token:
            raise GitopsError(
                "GITHUB_REPOSITORY and GITHUB_TOKEN must be set",
                hint="a workflow's step needs GITHUB_TOKEN: ${{ github.token }} in its env",
            )
        parts = urlsplit(self._url)
        if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise GitopsError("GITHUB_API_URL must begin with https://")
        self._repository = repository
        self._http = requests.Session()
        self._http.headers.update(
            {
                "Authorization": f"Bearer {token}",
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": "2022-11-28",
            }
        )

    def put_comment(self, pull_request: int, marker: str, body: str) -> str:
        """Write the comment that carries a marker, or change it where it stands; give its address.

        Args:
            pull_request: Its number.
            marker: Text that only this comment has, invisible to readers.
            body: Markdown.
        """
        text = f"{_hidden(marker)}\n{body}"
        for comment in self._pages(f"issues/{pull_request}/comments"):
            if _is_own(comment, marker):
                return str(
                    self._send("PATCH", f"issues/comments/{comment['id']}", {"body": text})["html_url"]
                )
        return str(self._send("POST", f"issues/{pull_request}/comments", {"body": text})["html_url"])

    def keep_issue(self, marker: str, title: str, body: str | None, label: str) -> str:
        """Open the one issue that carries a marker, bring it up to date, or close it; tell what was done.

        Args:
            marker: Text that only this issue has, invisible to readers.
            title: Its title.
            body: Markdown; None closes the issue.
            label: Label of a new one.
        """
        known = [issue for issue in self._pages("issues", {"state": "open"}) if _is_own(issue, marker)]
        if body is None:
            for issue in known:
                self._send("POST", f"issues/{issue['number']}/comments", {"body": "It is gone."})
                self._send("PATCH", f"issues/{issue['number']}", {"state": "closed"})
            return f"closed {_numbers(known)}" if known else "nothing to close"
        content = {"title": title, "body": f"{_hidden(marker)}\n{body}"}
        if known:
            number = known[0]["number"]
            self._send("PATCH", f"issues/{number}", content)
            return f"updated #{number}"
        made = self._send("POST", "issues", {**content, "labels": [label]})
        return f"opened #{made['number']}"

    def reviewed_reports(self, commit: str) -> list[Report]:
        """Return the reports that the pull request of a merged commit showed last; [] if it touched no stack.

        Args:
            commit: The commit that the merge left on the branch.

        Raises:
            GitopsError: If that is no commit, it came without a pull request, or its preview did not succeed.
        """
        if not COMMIT.fullmatch(commit):
            raise GitopsError("--commit: must be the hash of a commit")
        merged = [each for each in self._list(f"commits/{commit}/pulls") if each.get("merged_at")]
        if not merged:
            raise GitopsError(
                f"commit {commit[:12]} came by no merged pull request, so nobody has seen what it changes",
                hint="run the deployment by hand: it shows its plan first",
            )
        head = merged[0]["head"]["sha"]
        query = {"head_sha": head, "event": "pull_request", "per_page": PAGE_SIZE}
        found = self._send("GET", f"actions/workflows/{PREVIEW_WORKFLOW}/runs", query=query)["workflow_runs"]
        own = [run for run in found if run["head_repository"]["full_name"] == self._repository]
        if not own or own[0]["conclusion"] != "success":
            raise GitopsError(
                f"pull request #{merged[0]['number']} has no successful preview of its last commit",
                hint="run the deployment by hand: it shows its plan first",
            )
        return [*self._reports(own[0]["id"])]

    def _reports(self, run: int) -> Iterator[Report]:
        artifacts = self._send("GET", f"actions/runs/{run}/artifacts", query={"per_page": PAGE_SIZE})
        for artifact in artifacts["artifacts"]:
            match = ARTIFACT.fullmatch(artifact["name"])
            if match and artifact.get("expired"):
                raise GitopsError(f"artefact {artifact['name']} of the preview has expired")
            if match:
                packed = self._request("GET", f"actions/artifacts/{artifact['id']}/zip").content
                yield _unpack(packed, match[1])

    def _pages(self, path: str, query: Mapping[str, Any] | None = None) -> Iterator[dict[str, Any]]:
        page = 1
        while True:
            items = self._list(path, {**(query or {}), "per_page": PAGE_SIZE, "page": page})
            yield from items
            if len(items) < PAGE_SIZE:
                return
            page += 1

    def _list(self, path: str, query: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self._request("GET", path, query=query).json()
        return items

    def _send(
        self, method: str, path: str, body: object = None, query: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        answer: dict[str, Any] = self._request(method, path, body, query).json()
        return answer

    def _request(
        self, method: str, path: str, body: object = None, query: Mapping[str, Any] | None = None
    ) -> requests.Response:
        url = f"{self._url}/repos/{self._repository}/{path}"
        try:
            answer = self._http.request(method, url, json=body, params=query, timeout=TIMEOUT_SECONDS)
        except requests.RequestException as error:
            raise GitopsError(f"cannot {method} {path} at GitHub: {type(error).__name__}") from None
        if not answer.ok:
            hint = (
                "the job's permissions may lack it: docs/gitops.md lists them"
                if answer.status_code == 403
                else ""
            )
            raise GitopsError(f"cannot {method} {path} at GitHub: HTTP {answer.status_code}", hint=hint)
        return answer


def _unpack(packed: bytes, stack: str) -> Report:
    """Read the report out of an artefact, and nothing else: what the archive names and links is not followed."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            info = archive.getinfo(f"{stack}.json")
            if info.file_size > MAX_ARTIFACT_BYTES:
                raise GitopsError(f"the report on {stack} is too large")
            report = Report.from_json(archive.read(info).decode("utf-8"), f"{stack}.json")
    except (KeyError, UnicodeDecodeError, zipfile.BadZipFile):
        raise GitopsError(f"the artefact preview-{stack} holds no report") from None
    if report.stack != stack:
        raise GitopsError(f"the artefact preview-{stack} holds a report on another stack")
    return report


def _is_own(item: Mapping[str, Any], marker: str) -> bool:
    """Tell a comment or issue of ours: others may copy the marker, and would be written over."""
    return (item["body"] or "").startswith(_hidden(marker)) and item["user"]["type"] == "Bot"


def _hidden(marker: str) -> str:
    return f"<!-- {marker} -->"


def _numbers(issues: list[dict[str, Any]]) -> str:
    return ", ".join(f"#{issue['number']}" for issue in issues)
