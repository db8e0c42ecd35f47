"""A stand-in of the few routes of GitHub's API that gitops uses: a real server on loopback that remembers."""

from __future__ import annotations

import io
import json
import re
import threading
import zipfile
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]

REPOSITORY = "acme/conversations"
TOKEN = "ghs_token"


class GitHubStandIn:
    """What a repository's pull requests, issues, runs and artefacts look like over HTTP.

    `comments` and `issues` are what gitops wrote; `pulls` (merge commit to pull request) and `runs` (with their
    artefacts, name to files) are what a test puts there.
    """

    def __init__(self) -> None:
        self.comments: list[Json] = []
        self.issues: list[Json] = []
        self.pulls: dict[str, Json] = {}
        self.runs: list[Json] = []
        self.artifacts: dict[int, dict[str, dict[str, bytes]]] = {}
        self.expired = False
        self.requests: list[str] = []
        handler = type("Handler", (_Handler,), {"github": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def environment(self) -> dict[str, str]:
        """What GitHub's runners set."""
        return {
            "GITHUB_API_URL": f"http://127.0.0.1:{self._server.server_port}",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_TOKEN": TOKEN,
        }

    def add_run(self, head_sha: str, conclusion: str, files: dict[str, dict[str, bytes]]) -> int:
        """Add a run of preview.yml and its artefacts; give its id."""
        run = len(self.runs) + 1
        self.runs.insert(
            0,
            {
                "id": run,
                "head_sha": head_sha,
                "conclusion": conclusion,
                "head_repository": {"full_name": REPOSITORY},
            },
        )
        self.artifacts[run] = files
        return run

    def merge(self, commit: str, number: int, head_sha: str) -> None:
        """Note that a commit came by a pull request."""
        self.pulls[commit] = {
            "number": number,
            "merged_at": "2026-01-01T00:00:00Z",
            "head": {"sha": head_sha},
        }

    def stop(self) -> None:
        """End the server."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, method: str, path: str, query: dict[str, str], body: Json) -> tuple[int, Any]:
        """Answer a request; a list, an object, or the bytes of an artefact."""
        self.requests.append(f"{method} {path}")
        for wanted, pattern, act in self._routes():
            match = re.fullmatch(pattern, path)
            if wanted == method and match:
                return act(query, body, *match.groups())
        return 404, {"message": "Not Found"}

    def _routes(self) -> list[tuple[str, str, Callable[..., tuple[int, Any]]]]:
        return [
            ("GET", r"issues/(\d+)/comments", self._list_comments),
            ("POST", r"issues/(\d+)/comments", self._add_comment),
            ("PATCH", r"issues/comments/(\d+)", self._change_comment),
            ("GET", r"issues", self._list_issues),
            ("POST", r"issues", self._add_issue),
            ("PATCH", r"issues/(\d+)", self._change_issue),
            (
                "GET",
                r"commits/(\w+)/pulls",
                lambda _q, _b, sha: (200, [self.pulls[sha]] if sha in self.pulls else []),
            ),
            ("GET", r"actions/workflows/preview\.yml/runs", self._list_runs),
            ("GET", r"actions/runs/(\d+)/artifacts", self._list_artifacts),
            ("GET", r"actions/artifacts/(\d+)-([\w-]+)/zip", self._zip),
        ]

    def _list_comments(self, query: dict[str, str], _body: Json, number: str) -> tuple[int, Any]:
        return 200, _page([each for each in self.comments if each["issue"] == int(number)], query)

    def _add_comment(self, _query: dict[str, str], body: Json, number: str) -> tuple[int, Any]:
        made = {
            "id": len(self.comments) + 1,
            "issue": int(number),
            "user": {"type": "Bot"},
            "html_url": f"https://github.com/{REPOSITORY}/issues/{number}#{len(self.comments) + 1}",
            **body,
        }
        self.comments.append(made)
        return 201, made

    def _change_comment(self, _query: dict[str, str], body: Json, comment: str) -> tuple[int, Any]:
        changed = self.comments[int(comment) - 1]
        changed.update(body)
        return 200, changed

    def _list_issues(self, query: dict[str, str], _body: Json) -> tuple[int, Any]:
        found = [each for each in self.issues if each["state"] == query.get("state", "open")]
        return 200, _page(found, query)

    def _add_issue(self, _query: dict[str, str], body: Json) -> tuple[int, Any]:
        made = {"number": 100 + len(self.issues), "state": "open", "user": {"type": "Bot"}, **body}
        self.issues.append(made)
        return 201, made

    def _change_issue(self, _query: dict[str, str], body: Json, number: str) -> tuple[int, Any]:
        changed = self.issues[int(number) - 100]
        changed.update(body)
        return 200, changed

    def _list_runs(self, query: dict[str, str], _body: Json) -> tuple[int, Any]:
        found = [run for run in self.runs if run["head_sha"] == query["head_sha"]]
        return 200, {"total_count": len(found), "workflow_runs": found}

    def _list_artifacts(self, _query: dict[str, str], _body: Json, run: str) -> tuple[int, Any]:
        found = [
            {"id": f"{run}-{name}", "name": name, "expired": self.expired}
            for name in self.artifacts[int(run)]
        ]
        return 200, {"total_count": len(found), "artifacts": found}

    def _zip(self, _query: dict[str, str], _body: Json, run: str, name: str) -> tuple[int, Any]:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for file, content in self.artifacts[int(run)][name].items():
                archive.writestr(file, content)
        return 200, packed.getvalue()


class _Handler(BaseHTTPRequestHandler):
    github: ClassVar[GitHubStandIn]

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        prefix = f"/repos/{REPOSITORY}/"
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length) or b"{}")
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        answer: Any
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            status, answer = 403, {"message": "Resource not accessible by integration"}
        elif not parts.path.startswith(prefix):
            status, answer = 404, {"message": "Not Found"}
        else:
            status, answer = self.github.answer(self.command, parts.path.removeprefix(prefix), query, body)
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PATCH = _serve  # noqa: N815 - the names that the base class calls

    def log_message(self, *_arguments: object) -> None:
        """Stay silent."""


def _page(items: list[Json], query: dict[str, str]) -> list[Json]:
    size, page = int(query.get("per_page", 30)), int(query.get("page", 1))
    return items[(page - 1) * size : page * size]
