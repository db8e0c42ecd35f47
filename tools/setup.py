"""Set up `.venv` from pinned requirements; at once when nothing has changed.

`uv` installs them where it is on PATH or the index has it, `pip` otherwise; both hold each package against its hash.
Runs before anything is installed, so it uses the standard library alone and any Python that it is started with.
Usage: `python3 tools/setup.py [--dev]`.
"""

from __future__ import annotations

import ast
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
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".installed"
MINIMUM = (3, 11)
CANDIDATES = ("python3", "python3.13", "python3.12", "python3.11")
OLDEST_UV = (0, 5)
UV_SECONDS = 60
"""The longest that uv may take to arrive before pip does without it."""
AS_PIP = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "proxy": "ALL_PROXY",
    "cert": "SSL_CERT_FILE",
}
"""What pip was told about where packages come from, and the variable that tells uv the same."""
BY_UV = ("pip", "install", "--quiet", "--require-hashes", "--compile-bytecode")
BY_PIP = ("install", "--quiet", "--require-hashes", "--no-input", "--disable-pip-version-check")
UNTRUSTED = re.compile(r"certificate|UnknownIssuer", re.IGNORECASE)
AGAIN = "then run the command again: what was fetched is kept"
FAILURES = (
    (
        re.compile(r"DO NOT MATCH THE HASHES|Hash mismatch", re.IGNORECASE),
        "a package differs from what {name} pins, so nothing of it was installed",
        "what gave it (an index of your own, a proxy) has changed it: have it pass packages on as they are",
    ),
    (
        re.compile(r"ProxyError|tunnel|Proxy Authentication", re.IGNORECASE),
        "cannot fetch the packages of {name}: the proxy does not let them through",
        f"HTTPS_PROXY names it: correct it (http://user:password@host:port), or unset it where none is needed; {AGAIN}",
    ),
    (
        UNTRUSTED,
        "cannot fetch the packages of {name}: this machine does not trust the index, or the proxy before it",
        f"set SSL_CERT_FILE and PIP_CERT to the file of certificates that your network uses; {AGAIN}",
    ),
    (
        re.compile(
            r"connection broken|ConnectTimeout|Connection refused|timed out|dns error|sending request|name resolution"
            r"|Request failed|Failed to fetch|network connectivity was disabled",
            re.IGNORECASE,
        ),
        "cannot fetch the packages of {name}: the index does not answer",
        f"behind a proxy set HTTPS_PROXY, with an index of your own PIP_INDEX_URL; {AGAIN}",
    ),
    (
        re.compile(
            r"No matching distribution|not found in the package registry|there is no version of",
            re.IGNORECASE,
        ),
        "the index does not have all that {name} pins",
        "https://pypi.org/simple has it: an index of your own (PIP_INDEX_URL) has to take it over from there",
    ),
    (
        re.compile(""),
        "cannot install {name}",
        "mend what these lines name; if .venv itself is broken, remove it: the next command makes a new one",
    ),
)
"""How an installation fails: by the installers' words, what to say, and the way on; the first that fits."""
PASSWORD = re.compile(r"(?<=//)[^/@\s]+@")
REPEATED = re.compile(r"^WARNING: Retrying \(Retry\(total=[1-9].*\n", re.MULTILINE)
"""What pip says at each try but the last."""


def main() -> None:
    """Install what `requirements.txt` (with `--dev`: `requirements-dev.txt`) pins, unless it is there already."""
    requirements = ROOT / ("requirements-dev.txt" if "--dev" in sys.argv[1:] else "requirements.txt")
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if wanted in _installed():
        return
    try:
        # Two commands in a fresh clone at once: the second waits, then finds the work done.
        with (ROOT / ".venv.lock").open("w") as lock:
            _wait_for(lock.fileno())
            if wanted not in _installed():
                _install(requirements)
                included = hashlib.sha256((ROOT / "requirements.txt").read_bytes()).hexdigest()
                STAMP.write_text("\n".join({wanted, included}), encoding="utf-8")
    except KeyboardInterrupt:
        _say("\ninterrupted: .venv is not complete; the next command goes on with it")
        raise SystemExit(130) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise SystemExit(f"error: cannot set up .venv: {where}{error.strerror}") from None


def _installed() -> list[str]:
    """Return the digests of the requirement files that this environment holds."""
    if not PYTHON.exists() or not STAMP.exists():
        return []
    return STAMP.read_text(encoding="utf-8").split()


def _wait_for(lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _say("another command is setting up .venv: waiting for it")
        fcntl.flock(lock, fcntl.LOCK_EX)


def _create() -> None:
    """Make `.venv` unless it is one, whatever is installed in it."""
    recent = f"sys.version_info >= {MINIMUM} and sys.prefix != sys.base_prefix"
    if _runs(PYTHON, f"import sys; raise SystemExit(not ({recent}))"):
        return
    python = _python()
    _say(f"creating .venv with {python}")
    # Without pip: uv needs none, and one pip can serve several environments.
    done = _run([python, "-m", "venv", "--clear", "--without-pip", str(VENV)])
    if done.returncode:
        raise SystemExit(f"error: cannot create .venv\n{_last(done)}")


def _install(requirements: Path) -> None:
    _create()
    STAMP.unlink(missing_ok=True)
    pip = _pip()
    uv = _uv(pip)
    if not uv and not pip:
        raise SystemExit(
            f"error: cannot install anything: {PYTHON.resolve()} has neither pip nor ensurepip, "
            "and there is no uv on PATH\n"
            "hint: install one of them, then run the command again: apt install python3-venv (Debian, Ubuntu), or uv "
            "(https://docs.astral.sh/uv/)"
        )
    count = len(re.findall(r"^[A-Za-z0-9]", requirements.read_text(encoding="utf-8"), re.MULTILINE))
    what = f"installing the packages of {requirements.name}, {count} at most,"
    done: subprocess.CompletedProcess[str] | None = None
    if uv:
        _say(f"{what} with uv: a few seconds, longer where the network is slow")
        done = _run([uv, *BY_UV, "--python", str(PYTHON), "-r", str(requirements)], _as_pip(pip))
        if done.returncode and pip and UNTRUSTED.search(done.stderr):
            # A company's own certificates are in the system's store, which pip reads and uv does not.
            done = None
    if done is None:
        _say(f"{what} with pip: half a minute, several on a busy machine")
        done = _run([*pip, *BY_PIP, "--retries", "2", "-r", str(requirements)])
    if done.returncode:
        raise SystemExit(_told(requirements.name, done))
    packages = sorted(each.parent.name for each in ROOT.glob("*/__init__.py"))
    _run([str(PYTHON), "-m", "compileall", "-q", *packages])


def _python() -> str:
    """Return the first Python that is recent enough; end with one line if there is none."""
    for name in (sys.executable, *CANDIDATES):
        path = shutil.which(name)
        if path and _runs(path, f"import sys; raise SystemExit(sys.version_info < {MINIMUM})"):
            return path
    wanted = ".".join(map(str, MINIMUM))
    raise SystemExit(f"error: Python {wanted} or newer is needed\nhint: install it so that python3 finds it")


def _pip() -> list[str]:
    """Return a pip that installs into `.venv`: its own, that of the Python it was made of, or a new one; or []."""
    own = [str(PYTHON), "-m", "pip"]
    if _runs(PYTHON, "import pip"):
        return own
    base = PYTHON.resolve()
    # Only from 22.3 on, pip can install into another environment.
    if _runs(base, "import pip; raise SystemExit(tuple(map(int, pip.__version__.split('.')[:2])) < (22, 3))"):
        return [str(base), "-m", "pip", "--python", str(PYTHON)]
    if shutil.which("uv") is None and _runs(PYTHON, "import ensurepip"):
        return own if _run([str(PYTHON), "-m", "ensurepip"]).returncode == 0 else []
    return []


def _uv(pip: list[str]) -> str:
    """Return uv: on PATH, in `.venv`, or, at the version that requirements-dev.txt pins, of the index; "" for none."""
    for found in (shutil.which("uv"), str(VENV / "bin" / "uv")):
        told = re.match(r"uv (\d+)\.(\d+)", _run([found, "--version"]).stdout) if found else None
        if found and told and tuple(map(int, told.groups())) >= OLDEST_UV:
            return found
    pins = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
    pin = re.search(r"^uv==(?:.*\\\n)*.*\n", pins, re.MULTILINE)
    if not pip or not pin:
        return ""
    _say("fetching uv, which installs faster than pip")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(pin[0])
        file.flush()
        only_it = ["--no-deps", "--only-binary", ":all:", "--retries", "0", "-r", file.name]
        done = _run([*pip, *BY_PIP, *only_it], seconds=UV_SECONDS)
    return str(VENV / "bin" / "uv") if done.returncode == 0 else ""


def _as_pip(pip: list[str]) -> dict[str, str]:
    """Return the variables that make uv fetch packages from where pip does, unless uv was told so itself."""
    listed = _run([*pip, "config", "list"]).stdout if pip else ""
    values: dict[str, str] = {}
    for section in ("global", "install", ":env:"):
        told = re.findall(rf"^{section}\.([a-z-]+)=('.*'|\".*\")$", listed, re.MULTILINE)
        values |= {key: " ".join(ast.literal_eval(value).split()) for key, value in told}
    found = {AS_PIP[key]: value for key, value in values.items() if key in AS_PIP}
    return {name: value for name, value in found.items() if name not in os.environ}


def _told(name: str, done: subprocess.CompletedProcess[str]) -> str:
    """Return what to say of an installation that failed: what, the installer's own last words, the way on."""
    problem, hint = next((problem, hint) for words, problem, hint in FAILURES if words.search(done.stderr))
    return f"error: {problem.format(name=name)}\n{_last(done)}\nhint: {hint}"


def _last(done: subprocess.CompletedProcess[str]) -> str:
    """Return the last lines of a command's words, without what is in front of a host: a password, perhaps."""
    lines = (REPEATED.sub("", done.stderr).strip() or done.stdout.strip()).splitlines()
    return PASSWORD.sub("***@", "\n".join(line.rstrip() for line in lines[-8:] if line.strip()))


def _runs(python: str | Path, code: str) -> bool:
    return _run([str(python), "-c", code]).returncode == 0


def _run(
    command: list[str], environment: dict[str, str] | None = None, seconds: float | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; one that cannot be started, or takes longer than it may, has failed."""
    given = {**os.environ, **(environment or {})}
    try:
        return subprocess.run(
            command, check=False, capture_output=True, text=True, cwd=ROOT, env=given, timeout=seconds
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 1, "", str(error))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
