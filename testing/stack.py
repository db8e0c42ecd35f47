"""A stack of a Pulumi project under test: run by an engine as a command, with a state and a stack file of its own.

The project is copied, for engines write beside it. Its program runs with the Python of the tests.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

from tools.engine_process import without_proxy_on_loopback
from tools.engines import EMBEDDED

__all__ = ["ENGINES", "Done", "Stack", "StackError", "choose_engine"]

ENGINES = ("pulumi", "embedded")
COMMAND_SECONDS = 300.0
"""The longest that a command may take."""
_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "venv", "node_modules", "__pycache__", ".pulumi", ".*_cache"
)


class StackError(AssertionError):
    """A command of the engine did not end as it was to; the text is all that it printed."""


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended: exit code, and all that it printed."""

    code: int
    text: str


class Stack:
    """One stack of a project; `up()` makes it.

    Args:
        project: folder of the project's Pulumi.yaml.
        folder: an empty one, for the copy and the state.
        engine: one of `ENGINES`.
        environment: variables beside those of the tests, such as where Twilio is.
        config: the stack's configuration, `{"acme:size": 3}`; a file of the stack in the project does not count then.
        secrets: further configuration, which is encrypted.
        name: of the stack.
    """

    def __init__(
        self,
        project: Path,
        folder: Path,
        engine: str,
        environment: Mapping[str, str],
        config: Mapping[str, Any] | None = None,
        secrets: Mapping[str, str] | None = None,
        name: str = "test",
    ) -> None:
        self.name, self.engine = name, engine
        self.folder = folder / "project"
        (folder / "state").mkdir()
        shutil.copytree(project, self.folder, ignore=_LEFT_OUT, symlinks=True)
        manifest = yaml.safe_load((self.folder / "Pulumi.yaml").read_text(encoding="utf-8"))
        manifest["runtime"] = {"name": "python", "options": {"virtualenv": sys.prefix}}
        manifest.pop("backend", None)
        (self.folder / "Pulumi.yaml").write_text(yaml.safe_dump(manifest), encoding="utf-8")
        if config is not None:
            file = self.folder / str(manifest.get("stackConfigDir") or "") / f"Pulumi.{name}.yaml"
            file.parent.mkdir(exist_ok=True)
            file.write_text(yaml.safe_dump({"config": dict(config)}), encoding="utf-8")
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("TWILIO_")}
        self.environment = {
            **without_proxy_on_loopback(inherited),
            "PULUMI_BACKEND_URL": f"file://{quote(str(folder / 'state'))}",
            "PULUMI_CONFIG_PASSPHRASE": "for tests only",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "NO_COLOR": "1",
            **environment,
        }
        self._run("stack", "init", code=0)
        for key, value in (secrets or {}).items():
            self._run("config", "set", "--secret", key, value, code=0)

    def up(self, *flags: str, code: int = 0) -> Done:
        """Create and change what the program declares.

        Args:
            flags: of the engine, such as `--expect-no-changes`.
            code: the exit code that is expected.

        Raises:
            StackError: if it ends otherwise.
        """
        return self._run("up", "--yes", "--skip-preview", *flags, code=code)

    def preview(self, *flags: str, code: int = 0) -> Done:
        """Show what `up` would do; arguments and errors as for `up`."""
        return self._run("preview", *flags, code=code)

    def refresh(self, *flags: str, code: int = 0) -> Done:
        """Take over into the state what is at the emulator; arguments and errors as for `up`."""
        return self._run("refresh", "--yes", "--skip-preview", *flags, code=code)

    def destroy(self, *flags: str, code: int = 0) -> Done:
        """Delete what the stack holds; arguments and errors as for `up`."""
        return self._run("destroy", "--yes", "--skip-preview", *flags, code=code)

    def outputs(self) -> dict[str, Any]:
        """Return the stack's outputs, secrets among them."""
        done = self._process("stack", "output", "--json", "--show-secrets")
        if done.returncode:
            raise StackError(done.stdout + done.stderr)
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def _run(self, *words: str, code: int) -> Done:
        done = self._process(*words)
        text = done.stdout + done.stderr
        if done.returncode != code:
            raise StackError(f"{' '.join(words[:2])}: exit code {done.returncode}, not {code}\n{text}")
        return Done(done.returncode, text)

    def _process(self, *words: str) -> subprocess.CompletedProcess[str]:
        begin = ["pulumi"] if self.engine == "pulumi" else EMBEDDED
        return subprocess.run(
            [*begin, *words, "--stack", self.name, "--non-interactive"],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=COMMAND_SECONDS,
        )


def choose_engine(wanted: str) -> str:
    """Return the engine: the one that is wanted, else the Pulumi CLI if it is on PATH, else the embedded one."""
    return wanted or ("pulumi" if shutil.which("pulumi") else "embedded")
