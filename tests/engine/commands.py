"""A small project in a temporary folder, worked on by both command lines as real processes.

`Project.engine(...)` runs the embedded engine, `Project.pulumi(...)` the Pulumi CLI; both see the same backend,
passphrase and home, and nothing of the machine's own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.commands import finished

ROOT = Path(__file__).resolve().parents[2]
COMMAND_SECONDS = 60
PASSPHRASE = "correct horse"

PROVIDER = '''\
"""Things that exist in a file: provider and resource."""

import json
import pathlib
import time

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, ReadResult, Resource, ResourceProvider, UpdateResult


class ThingProvider(ResourceProvider):
    def create(self, props):
        if props.get("gate"):
            pathlib.Path(props["gate"] + ".waiting").touch()
            deadline = time.monotonic() + 30
            while not pathlib.Path(props["gate"]).exists() and time.monotonic() < deadline:
                time.sleep(0.01)
        if props.get("fail"):
            raise Exception("no thing today")
        return CreateResult("id-" + props["name"], {**props, "made": True})

    def diff(self, _id, olds, news):
        changed = [key for key in ("name", "size", "note") if olds.get(key) != news.get(key)]
        return DiffResult(changes=bool(changed), replaces=[key for key in changed if key == "name"])

    def update(self, _id, _olds, news):
        return UpdateResult({**news, "made": True})

    def read(self, id_, props):
        return ReadResult(id_, props)


class Thing(Resource, module="test", name="Thing"):
    made: pulumi.Output[bool]

    def __init__(self, resource, opts=None, **props):
        super().__init__(ThingProvider(), resource, {"made": None, **props}, opts)
'''

PROGRAM = """\
import pulumi

from things import Thing

config = pulumi.Config()
for index in range(config.get_int("count") or 0):
    Thing(f"thing-{index}", name=f"n{index}", size=config.get_int("size") or 1, note=config.get_secret("note"),
          gate=config.get("gate"), fail=config.get_bool("fail"))
pulumi.export("count", config.get_int("count") or 0)
pulumi.export("note", config.get_secret("note"))
pulumi.export("shape", {"list": [1, 2.5, None, True], "text": "x"})
"""


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)


class Project:
    """A project named `small` with a stack `dev` still to be made."""

    def __init__(self, root: Path) -> None:
        self.root = root / "small"
        self.state = root / "state"
        self.home = root / "home"
        for folder in (self.root, self.state, self.home):
            folder.mkdir()
        self.write("Pulumi.yaml", "name: small\nruntime: python\n")
        self.write("things.py", PROVIDER)
        self.write("__main__.py", PROGRAM)
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(("PULUMI_", "CI"))}
        self.environment = inherited | {
            "PATH": f"{Path(sys.executable).parent}:{inherited['PATH']}",
            "PULUMI_HOME": str(self.home),
            "PULUMI_BACKEND_URL": f"file://{self.state}",
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def write(self, name: str, text: str) -> Path:
        """Write a file of the project."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def read(self, name: str) -> str:
        """Read a file of the project."""
        return (self.root / name).read_text(encoding="utf-8")

    @property
    def state_file(self) -> Path:
        """Where the state of `dev` lies."""
        return self.state / ".pulumi" / "stacks" / "small" / "dev.json"

    @property
    def locks(self) -> Path:
        """Where the locks of `dev` lie."""
        return self.state / ".pulumi" / "locks" / "organization" / "small" / "dev"

    def latest(self) -> Any:
        """The deployment in the state file."""
        return json.loads(self.state_file.read_bytes())["checkpoint"]["latest"]

    def names(self) -> list[str]:
        """Names of the resources in the state, sorted."""
        return sorted(each["urn"].rpartition("::")[2] for each in self.latest().get("resources", []))

    def engine(self, *arguments: str, stdin: str = "", code: int | None = 0, **environment: str) -> Done:
        """Run the embedded engine to its end; `code` is what it must exit with (None: whatever)."""
        return self._run([sys.executable, "-m", "offline.engine", *arguments], stdin, code, environment)

    def pulumi(self, *arguments: str, stdin: str = "", code: int | None = 0, **environment: str) -> Done:
        """Run the Pulumi CLI to its end."""
        return self._run(["pulumi", *arguments, "--non-interactive"], stdin, code, environment)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the embedded engine and leave it running."""
        return subprocess.Popen(
            [sys.executable, "-m", "offline.engine", *arguments],
            cwd=self.root,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _run(self, command: Iterable[str], stdin: str, code: int | None, environment: dict[str, str]) -> Done:
        done = finished(
            [*command],
            folder=self.root,
            environment={**self.environment, **environment},
            seconds=COMMAND_SECONDS,
            code=code,
            stdin=stdin,
        )
        return Done(done.returncode, done.stdout, done.stderr)
