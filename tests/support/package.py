"""The distribution as its users have it: a built wheel, installed in an environment of its own, and a project there.

Nothing is fetched: what the distribution needs is found in this checkout's own environment.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.support.clone import ROOT
from tests.support.commands import finished

__all__ = ["EPOCH", "PROGRAM", "Checkout", "Package", "Project", "build"]

COMMAND_SECONDS = 500
EPOCH = "1700000000"
PROGRAM = '''\
"""A service, and what may be done in it."""

from pulumi_twilio_conversations import ConversationService, Role

support = ConversationService("support", friendly_name="acme-support")
Role(
    "agent",
    service_sid=support.id,
    friendly_name="agent",
    type="conversation",
    permissions=["sendMessage"],
)
'''


def build(kind: str, folder: Path, root: Path = ROOT) -> Path:
    """Build a wheel or an sdist as `python -m build` does, with what is installed here.

    Args:
        kind: "wheel" or "sdist".
        folder: where to.
        root: of the sources.
    """
    folder.mkdir(exist_ok=True)
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", f"--{kind}", "--outdir", str(folder), str(root)],
        check=True,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH},
    )
    return next(iter(folder.glob("*.whl" if kind == "wheel" else "*.tar.gz")))


class Package:
    """The wheel, and an environment that holds it and what it needs; made once for all workers of a test run.

    Args:
        folder: where both are made, or were by another worker.
    """

    import_name = "pulumi_twilio_conversations"
    engine = "pulumi_twilio_conversations.engine"

    def __init__(self, folder: Path) -> None:
        self.environment = folder / "installed"
        self.python = self.environment / "bin" / "python"
        with (folder / "package.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self.python.exists():
                self._install(build("wheel", folder / "wheel"))
        self.wheel = next(iter((folder / "wheel").glob("*.whl")))

    def _install(self, wheel: Path) -> None:
        for command in (
            ["venv", "--no-project", "--offline", "--python", sys.executable, str(self.environment)],
            ["pip", "install", "--offline", "--no-deps", "--python", str(self.python), str(wheel)],
        ):
            subprocess.run(
                [sys.executable, "-m", "uv", "--quiet", "--no-config", *command],
                check=True,
                capture_output=True,
                timeout=COMMAND_SECONDS,
            )
        own = self.run("-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip()
        (Path(own) / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")

    def run(
        self, *arguments: str, folder: Path | None = None, code: int | None = 0, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run its Python, with nothing of this checkout on the way; a code other than the expected one raises.

        Args:
            arguments: of Python.
            folder: to work in.
            code: None takes any.
            variables: environment.
        """
        return finished(
            [str(self.python), *arguments],
            folder=folder or self.environment,
            environment=self.surroundings(**variables),
            seconds=COMMAND_SECONDS,
            code=code,
        )

    def surroundings(self, **variables: str) -> dict[str, str]:
        """Return this process's environment as one in which this Python is active, with the variables given."""
        return _active(self.environment) | variables


class Checkout:
    """A checkout in the package's stead: this one, which a project finds by its path."""

    import_name = "providers"
    engine = "offline.engine"
    python = Path(sys.prefix, "bin", "python")

    def surroundings(self, **variables: str) -> dict[str, str]:
        """Return this process's environment as one in which its Python is active, with the variables given."""
        return _active(Path(sys.prefix)) | {"PYTHONPATH": str(ROOT)} | variables


def _active(environment: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TWILIO_", "PULUMI_", "PYTHON", "VIRTUAL_ENV", "MAKE", "CI"))
    }
    path = f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {**kept, "PATH": path, "VIRTUAL_ENV": str(environment), "NO_COLOR": "1"}


class Project:
    """A Pulumi project in a folder of its own, with a stack `dev` on an emulator, run by one of the engines.

    Args:
        folder: an empty one; the state lies beside it, where other projects of this name find it.
        package: what runs it.
        engine: "embedded" or "pulumi".
        url: of the emulator.
        program: the text of `__main__.py`, which imports the package by the name that it has when installed.
    """

    def __init__(
        self, folder: Path, package: Package | Checkout, engine: str, url: str, program: str = PROGRAM
    ) -> None:
        self.folder, self.engine, self._package = folder, engine, package
        folder.mkdir(exist_ok=True)
        (folder.parent / "state").mkdir(exist_ok=True)
        self.write("Pulumi.yaml", "name: small\nruntime: python\nbackend:\n  url: file://../state\n")
        self.write("__main__.py", program.replace("pulumi_twilio_conversations", package.import_name))
        self.variables = {
            "PULUMI_CONFIG_PASSPHRASE": "correct horse",
            "PULUMI_HOME": str(folder.parent / "pulumi-home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
            "TWILIO_AUTH_TOKEN": "emulator",
            "TWILIO_BASE_URL": url,
        }

    def write(self, name: str, text: str) -> None:
        """Write a file of the project."""
        (self.folder / name).write_text(text, encoding="utf-8")

    def run(self, *words: str, code: int | None = 0, **variables: str) -> str:
        """Run a command of the engine on the stack; give all that it printed."""
        done = finished(
            [*self.command(), *words, "--stack", "dev", "--non-interactive"],
            folder=self.folder,
            environment=self._package.surroundings(**{**self.variables, **variables}),
            seconds=COMMAND_SECONDS,
            code=code,
        )
        return done.stdout + done.stderr

    def command(self) -> list[str]:
        """Return how the engine is started."""
        if self.engine == "pulumi":
            return ["pulumi"]
        return [str(self._package.python), "-m", self._package.engine]
