"""Set up `.venv` from pinned requirements; at once when nothing has changed.

Runs before anything is installed, so it uses the standard library alone and any Python that it is started with.
Usage: `python3 tools/setup.py [--dev]`.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / ".installed"
MINIMUM = (3, 11)
CANDIDATES = ("python3", "python3.13", "python3.12", "python3.11")


def main() -> None:
    """Install what `requirements.txt` (with `--dev`: `requirements-dev.txt`) pins, unless it is there already."""
    requirements = ROOT / ("requirements-dev.txt" if "--dev" in sys.argv[1:] else "requirements.txt")
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if wanted in _installed():
        return
    # Two commands in a fresh clone at once: the second waits, then finds the work done.
    with (ROOT / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if wanted not in _installed():
            _install(requirements)
            included = hashlib.sha256((ROOT / "requirements.txt").read_bytes()).hexdigest()
            STAMP.write_text("\n".join({wanted, included}), encoding="utf-8")


def _installed() -> list[str]:
    """Return the digests of the requirement files that this environment holds."""
    if not (VENV / "bin" / "python").exists() or not STAMP.exists():
        return []
    return STAMP.read_text(encoding="utf-8").split()


def _install(requirements: Path) -> None:
    if not (VENV / "bin" / "python").exists():
        _say("creating .venv")
        _run([_python(), "-m", "venv", "--clear", str(VENV)])
    total = len(re.findall(r"^[A-Za-z0-9]", requirements.read_text(encoding="utf-8"), re.MULTILINE))
    command = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--require-hashes", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar", "off", "-r", str(requirements)]
    found = 0
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        for line in process.stdout or ():
            if line.startswith(("Collecting ", "Requirement already satisfied")):
                found += 1
                _progress(found, total, requirements.name)
            elif line.startswith("Installing collected packages"):
                _say(f"installing the packages of {requirements.name}")
        if process.wait():
            errors.seek(0)
            reason = errors.read().strip()
            raise SystemExit(
                f"error: cannot install {requirements.name}\n{reason}\nhint: run the command again"
            )


def _python() -> str:
    """Return the first Python that is recent enough; end with one line if there is none."""
    probe = f"import sys; raise SystemExit(sys.version_info < {MINIMUM})"
    for name in (sys.executable, *CANDIDATES):
        path = shutil.which(name)
        if path and subprocess.run([path, "-c", probe], check=False, capture_output=True).returncode == 0:
            return path
    wanted = ".".join(map(str, MINIMUM))
    raise SystemExit(f"error: Python {wanted} or newer is needed\nhint: install it so that python3 finds it")


def _run(command: list[str]) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"error: {' '.join(command[1:4])} failed\n{(done.stderr or done.stdout).strip()}")


def _progress(found: int, total: int, name: str) -> None:
    if sys.stderr.isatty() and not os.environ.get("CI"):
        print(
            f"\rfetching {name}: {min(found, total)} of at most {total}", end="", file=sys.stderr, flush=True
        )
    elif found % 10 == 1:
        _say(f"fetching {name}: {min(found, total)} of at most {total}")


def _say(text: str) -> None:
    end_of_progress = "\n" if sys.stderr.isatty() and text.startswith("installing") else ""
    print(f"{end_of_progress}{text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
