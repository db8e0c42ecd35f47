"""Runs the jobs of a workflow file in a clone: the very commands of its steps, in the order of its `needs`.

GitHub's own part is played here: expressions, outputs, artefacts, skipping and stopping. Of the actions only those are
known that the workflows use. Nothing of gitops is imported.
"""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

Json = dict[str, Any]
STEP_SECONDS = 600
ALREADY_THERE = ("make pulumi",)
"""Commands that fetch from the network what these tests have at hand."""

_TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|(&&|\|\||==|!=|!|\(|\)|,)|([A-Za-z_][\w.-]*)|(\d+))")


@dataclass
class Step:
    """What a step of a job did."""

    job: str
    name: str
    command: str
    code: int
    output: str


@dataclass
class Run:
    """What a run of a workflow did: per job "success", "failure" or "skipped", its steps, and its artefacts."""

    results: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    artifacts: dict[str, dict[str, bytes]] = field(default_factory=dict)

    @property
    def conclusion(self) -> str:
        """Tell "failure" if a job failed, else "success"."""
        return "failure" if "failure" in self.results.values() else "success"

    @property
    def output(self) -> str:
        """All that the steps printed."""
        return "\n".join(step.output for step in self.steps)

    def codes(self, command: str) -> dict[str, int]:
        """Return the exit code per job of the steps whose command holds a text."""
        return {step.job: step.code for step in self.steps if command in step.command}


class WorkflowRunner:
    """Runs workflows in a clone.

    Args:
        root: The clone; every job's leftovers in it are cleaned away, as on a fresh runner, but for `kept`.
        environment: Environment of every step.
        kept: Untracked files and folders that stand for what is outside of a runner: Twilio, the state.
    """

    def __init__(self, root: Path, environment: Mapping[str, str], kept: tuple[str, ...]) -> None:
        self.root = root
        self._environment = dict(environment)
        self._kept = kept

    def run(self, workflow: str, github: Json, variables: Mapping[str, str]) -> Run:
        """Run a workflow.

        Args:
            workflow: File name under .github/workflows.
            github: The context `github`, with the event.
            variables: The context `vars`; secrets are all unset.
        """
        path = self.root / ".github" / "workflows" / workflow
        jobs = YAML(typ="safe").load(path.read_text(encoding="utf-8"))["jobs"]
        run = Run()
        outputs: dict[str, dict[str, str]] = {}
        for name, job in jobs.items():
            needs = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
            # As GitHub does: a failure or a skipping far up the chain counts too.
            ancestors = _ancestors(jobs, name)
            context = {
                "github": github,
                "vars": dict(variables),
                "secrets": {},
                "needs": {
                    each: {"result": run.results[each], "outputs": outputs.get(each, {})} for each in needs
                },
            }
            status = {run.results[each] for each in ancestors}
            if not _condition(job.get("if"), context, status):
                run.results[name] = "skipped"
                continue
            outputs[name] = {}
            run.results[name] = self._job(name, job, context, run, outputs[name])
        return run

    def _job(self, name: str, job: Json, context: Json, run: Run, outputs: dict[str, str]) -> str:
        self._clean()
        matrix = job.get("strategy", {}).get("matrix", {})
        ((key, values),) = matrix.items() if matrix else (("", [None]),)
        values = _value(values, context) if isinstance(values, str) else values
        with ThreadPoolExecutor(max_workers=2) as pool:
            runs = [
                pool.submit(
                    self._steps,
                    f"{name} {value}" if key else name,
                    job,
                    {**context, "matrix": {key: value}},
                    run,
                )
                for value in values
            ]
        for each in runs:
            _, steps = each.result()
            for output, expression in job.get("outputs", {}).items():
                outputs[output] = str(_value(expression, {**context, "steps": steps}))
        return "success" if all(each.result()[0] for each in runs) else "failure"

    def _steps(self, label: str, job: Json, context: Json, run: Run) -> tuple[bool, Json]:
        succeeded, known = True, dict[str, Json]()
        for step in job["steps"]:
            here = {**context, "steps": known, "env": {}}
            if not _condition(step.get("if"), here, {"success" if succeeded else "failure"}):
                continue
            if "uses" in step:
                self._action(step["uses"].partition("@")[0], step.get("with", {}), here, run)
                continue
            if step["run"] in ALREADY_THERE:
                continue
            environment = {**job.get("env", {}), **step.get("env", {})}
            texts = {key: str(_value(value, here)) for key, value in environment.items()}
            done, outputs = self._command(step["run"], texts, context["github"])
            known[step.get("id", "")] = {"outputs": outputs}
            run.steps.append(
                Step(label, step.get("name", ""), step["run"], done.returncode, done.stdout + done.stderr)
            )
            succeeded = succeeded and done.returncode == 0
        return succeeded, known

    def _command(
        self, command: str, environment: Mapping[str, str], github: Json
    ) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
        folder = self.root.parent / f"runner-{os.urandom(4).hex()}"
        folder.mkdir()
        output = folder / "output"
        output.touch()
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", command],
            cwd=self.root,
            env={
                **self._environment,
                "GITHUB_OUTPUT": str(output),
                "GITHUB_STEP_SUMMARY": str(folder / "summary"),
                "GITHUB_SHA": github["sha"],
                **environment,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=STEP_SECONDS,
        )
        lines = output.read_text(encoding="utf-8").splitlines()
        return done, dict(line.split("=", 1) for line in lines)

    def _action(self, action: str, given: Json, context: Json, run: Run) -> None:
        settings = {key: _value(value, context) for key, value in given.items()}
        match action:
            case "actions/checkout" | "actions/setup-python" | "actions/deploy-pages":
                pass
            case "actions/upload-pages-artifact":
                page = self.root / settings["path"] / "index.html"
                run.artifacts["github-pages"] = {page.name: page.read_bytes()}
            case "actions/upload-artifact":
                path = self.root / settings["path"]
                files = (
                    [path] if path.is_file() else sorted(each for each in path.rglob("*") if each.is_file())
                )
                if files:
                    run.artifacts[settings["name"]] = {each.name: each.read_bytes() for each in files}
            case "actions/download-artifact":
                assert settings["merge-multiple"] is True
                folder = self.root / settings["path"]
                folder.mkdir(exist_ok=True)
                for name in fnmatch.filter(run.artifacts, settings["pattern"]):
                    for file, content in run.artifacts[name].items():
                        (folder / file).write_bytes(content)
            case _:
                raise AssertionError(f"unknown action: {action}")

    def _clean(self) -> None:
        listed = subprocess.run(
            ["git", "ls-files", "--others", "--directory", "-z"],
            cwd=self.root,
            check=True,
            capture_output=True,
            text=True,
        )
        for name in filter(None, listed.stdout.split("\0")):
            if name.rstrip("/") not in self._kept:
                path = self.root / name
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _ancestors(jobs: Json, name: str) -> set[str]:
    needs = jobs[name].get("needs", [])
    direct = {needs} if isinstance(needs, str) else {*needs}
    return direct.union(*(_ancestors(jobs, each) for each in direct))


def _condition(text: object, context: Json, status: set[str]) -> bool:
    """Evaluate a condition; one that asks for no status holds only after success, as at GitHub."""
    given = str(text) if text is not None else "success()"
    asks = re.search(r"\b(success|failure|cancelled|always)\(\)", given)
    functions: dict[str, Callable[..., Any]] = {
        "success": lambda: status <= {"success"},
        "failure": lambda: "failure" in status,
        "cancelled": lambda: False,
        "always": lambda: True,
    }
    if not asks and not functions["success"]():
        return False
    return bool(_value(given if "${{" in given else f"${{{{ {given} }}}}", context, functions))


def _value(text: object, context: Json, functions: Mapping[str, Callable[..., Any]] | None = None) -> Any:
    """Evaluate the expressions in a text; a text that is one expression keeps its type."""
    if not isinstance(text, str):
        return text
    whole = re.fullmatch(r"\$\{\{(.*)\}\}", text.strip(), re.DOTALL)
    if whole and "${{" not in whole[1]:
        return _expression(whole[1], context, functions or {})
    return re.sub(
        r"\$\{\{(.*?)\}\}", lambda match: str(_expression(match[1], context, functions or {})), text
    )


def _expression(text: str, context: Json, functions: Mapping[str, Callable[..., Any]]) -> Any:
    """Evaluate one expression by way of Python's grammar, which is near enough, with no builtins."""
    words: list[str] = []
    position = 0
    while text[position:].strip():
        token = _TOKEN.match(text, position)
        assert token, f"no expression: {text}"
        position = token.end()
        literal, operator, name, number = token.groups()
        if name and text[position:].lstrip().startswith("("):
            words.append(name)
        elif name:
            words.append(f"look_up({name!r})")
        else:
            words.append({"&&": "and", "||": "or", "!": "not"}.get(operator, literal or operator or number))

    def look_up(path: str) -> Any:
        found: Any = context
        for part in path.split("."):
            found = found.get(part, "") if isinstance(found, dict) else ""
        return found

    known = {
        "look_up": look_up,
        "fromJSON": json.loads,
        "contains": lambda items, item: item in items,
        **functions,
    }
    return eval(" ".join(words), {"__builtins__": {}}, known)  # noqa: S307 - the project's own workflow files
