"""Build the distribution and try it, as a release does: `python -m distribution.release build|try|publish`.

`build` makes wheel and sdist in `dist/`, with the commit's time in them, so that anybody gets the same bytes, and holds
them against what an index asks for; on a tag, the version must be the tag's. `try` installs the wheel with what it
needs into an environment of its own, and runs the examples' tests there. `publish` uploads both, with the identity that
the runner gives (trusted publishing), and nothing else. Exit code 0; 1 with one error otherwise.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

__all__ = ["build", "main", "publish", "try_out"]

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "dist"
SECONDS = 900
"""The longest that one step may take; all of an environment's packages are fetched in one."""


def main(arguments: list[str]) -> None:
    """Run one of them.

    Raises:
        SystemExit: If it fails.
    """
    match arguments:
        case ["build"]:
            build(os.environ)
        case ["try"]:
            try_out()
        case ["publish"]:
            publish()
        case _:
            raise SystemExit(f"usage: python -m {__package__}.release build|try|publish")


def build(environment: Mapping[str, str]) -> None:
    """Make wheel and sdist, and check them; whatever lies in `dist/` goes first."""
    version = re.search(
        r'^__version__ = "(.+)"$', (ROOT / "providers" / "__init__.py").read_text(), re.MULTILINE
    )
    tag = environment.get("GITHUB_REF_NAME", "") if environment.get("GITHUB_REF_TYPE") == "tag" else ""
    if version is None or (tag and tag != f"v{version[1]}"):
        raise SystemExit(
            f"error: the tag is {tag}, and providers/__init__.py says {version and version[1]}\n"
            "hint: set __version__ in a change of its own, and tag its merge"
        )
    epoch = environment.get("SOURCE_DATE_EPOCH") or _run("git", "log", "-1", "--format=%ct").strip()
    shutil.rmtree(FOLDER, ignore_errors=True)
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(FOLDER), str(ROOT)]
    _run(*command, environment={**environment, "SOURCE_DATE_EPOCH": epoch})
    _run(sys.executable, "-m", "twine", "check", "--strict", *map(str, _built()))
    _run(sys.executable, "-m", "check_wheel_contents", str(_wheel()))
    sys.stdout.writelines(f"{path.relative_to(ROOT)}\n" for path in _built())


def try_out() -> None:
    """Install the wheel with all that its users get, and run the examples' tests with nothing of this folder."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        python = place / "venv" / "bin" / "python"
        _run(sys.executable, "-m", "venv", str(place / "venv"))
        _run(str(python), "-m", "pip", "install", "--quiet", f"{_wheel()}[gitops,testing]")
        shutil.copytree(ROOT / "examples", place / "examples")
        surroundings = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}
        surroundings["PATH"] = f"{python.parent}{os.pathsep}{surroundings['PATH']}"
        # Elsewhere than in the repository, which holds modules of these very names.
        _run(
            str(python.parent / "twilio-conversations"),
            "policy",
            "path",
            folder=place,
            environment=surroundings,
        )
        for project in sorted(path.parent for path in (place / "examples").glob("*/Pulumi.yaml")):
            ran = _run(
                str(python), "-m", "pytest", "-q", str(project), folder=place, environment=surroundings
            )
            sys.stdout.write(ran)


def publish() -> None:
    """Upload what `build` made."""
    uv = [sys.executable, "-m", "uv", "publish", "--trusted-publishing", "always"]
    _run(*uv, *map(str, _built()))


def _built() -> list[Path]:
    return sorted(FOLDER.glob("*"))


def _wheel() -> Path:
    found = [path for path in _built() if path.suffix == ".whl"]
    if len(found) != 1:
        raise SystemExit("error: there is not one wheel in dist/\nhint: make package")
    return found[0]


def _run(*command: str, folder: Path = ROOT, environment: Mapping[str, str] | None = None) -> str:
    """Run a command, in the repository if nothing else is said; give what it printed."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    except FileNotFoundError:
        raise SystemExit(f"error: {command[0]} is not on PATH\nhint: install it") from None
    except subprocess.TimeoutExpired:
        raise SystemExit(
            f"error: {' '.join(command[:4])} … has not ended within {SECONDS // 60} minutes"
        ) from None
    if done.returncode:
        said = f"{done.stdout}\n{done.stderr}".strip()
        raise SystemExit(f"{said}\nerror: {' '.join(command[:4])} … ended with exit code {done.returncode}")
    return done.stdout


if __name__ == "__main__":
    main(sys.argv[1:])
