"""Setting up `.venv`: by uv and by pip, held against the hashes, and one message with a way on for what goes wrong."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.commands import finished
from tests.support.index import Index, wheel

ROOT = Path(__file__).resolve().parents[2]
UV = Path(sys.executable).parent / "uv"
THING = wheel("thing", "1.0", modules={"thing.py": "WORD = 'here'\n"})
ANOTHER = wheel("thing", "1.0", modules={"thing.py": "WORD = 'otherwise'\n"})
NOWHERE = "http://127.0.0.1:9/simple"
"""Nothing listens on the port of `discard`."""
BY_UV = "installing the packages of requirements.txt, 1 at most, with uv"
BY_PIP = "installing the packages of requirements.txt, 1 at most, with pip"


@dataclass
class Clone:
    """A checkout with one small requirement, and a machine that has pip and perhaps uv."""

    root: Path
    index: Index
    path: Path
    """The only folder on PATH."""
    environment: dict[str, str] = field(default_factory=dict)

    def command(self) -> list[str]:
        return [sys.executable, str(self.root / "tools" / "setup.py")]

    def all_of_it(self, **changed: str) -> dict[str, str]:
        own = {"PATH": str(self.path), "HOME": str(self.root.parent), "PIP_CONFIG_FILE": os.devnull}
        own |= {
            "PIP_INDEX_URL": self.index.url,
            "PIP_NO_CACHE_DIR": "1",
            "UV_NO_CACHE": "1",
            "UV_HTTP_RETRIES": "0",
        }
        return own | self.environment | changed

    def set_up(self, code: int = 0, **changed: str) -> str:
        """Run it; give what it said."""
        environment = self.all_of_it(**changed)
        done = finished(self.command(), folder=self.root, environment=environment, seconds=300, code=code)
        assert "" == done.stdout, "what is printed to standard output would be taken for a command's result"
        assert "Traceback" not in done.stderr
        return done.stderr

    def told(self, code: str) -> str:
        """Run code in `.venv`; give what it printed."""
        words = [str(self.root / ".venv" / "bin" / "python"), "-c", code]
        return finished(words, folder=self.root.parent, environment={}, seconds=60).stdout.strip()

    def with_uv(self) -> None:
        (self.path / "uv").symlink_to(UV)

    def pin(self, text: str) -> None:
        (self.root / "requirements.txt").write_text(text, encoding="utf-8")


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Clone]:
    root, path = tmp_path / "a clone", tmp_path / "bin"
    (root / "tools").mkdir(parents=True)
    path.mkdir()
    shutil.copy(ROOT / "tools" / "setup.py", root / "tools")
    (root / "requirements-dev.txt").write_text("", encoding="utf-8")
    with Index.serving() as index:
        made = Clone(root, index, path)
        made.pin(index.add("thing", "1.0", THING))
        yield made


@pytest.fixture(params=["uv", "pip"])
def installer(request: pytest.FixtureRequest, clone: Clone) -> str:
    """One of the installers, at hand in the clone."""
    if request.param == "uv":
        clone.with_uv()
    return str(request.param)


def test_what_is_pinned_is_installed_once_and_compiled(clone: Clone, installer: str):
    """What is going on is said before it takes its time; the second command has nothing to do, and says nothing."""
    said = clone.set_up()

    assert (BY_UV if installer == "uv" else BY_PIP) in said
    assert "here True" == clone.told("import os, thing; print(thing.WORD, os.path.exists(thing.__cached__))")
    assert "" == clone.set_up(PIP_INDEX_URL=NOWHERE)


def test_package_other_than_pinned_is_not_installed(clone: Clone, installer: str):
    """Whichever installs holds what it got against the hashes."""
    clone.index.add("thing", "1.0", ANOTHER)

    said = clone.set_up(code=1)

    assert "error: a package differs from what requirements.txt pins" in said
    assert "hint: " in said.splitlines()[-1]
    assert "None" == clone.told("import importlib.util as u; print(u.find_spec('thing'))")
    clone.index.add("thing", "1.0", THING)
    clone.set_up()
    assert "here" == clone.told("import thing; print(thing.WORD)")


def test_uv_is_fetched_where_the_index_has_it_and_held_against_its_hash(clone: Clone):
    """It is pinned among the tools of development; one that is not what was pinned is not run."""
    script = f'#!/bin/sh\necho "$@" >> "{clone.root}/uv was run"\nexec "{UV}" "$@"\n'
    content = wheel("uv", "1.0", modules={}, scripts={"uv": script})
    pin = clone.index.add("uv", "1.0", content)
    (clone.root / "requirements-dev.txt").write_text(f"thing==1.0\n{pin}zoo==1.0\n", encoding="utf-8")

    assert BY_UV in clone.set_up()
    assert "here" == clone.told("import thing; print(thing.WORD)")

    (clone.root / "uv was run").unlink()
    shutil.rmtree(clone.root / ".venv")
    clone.index.add("uv", "1.0", content + b"changed on the way")
    assert BY_PIP in clone.set_up()
    assert not (clone.root / "uv was run").exists()
    assert "here" == clone.told("import thing; print(thing.WORD)")


@pytest.mark.parametrize("left", ["no pip in it", "its Python is gone", "a file", "no pyvenv.cfg"])
def test_half_made_environment_is_completed(clone: Clone, left: str):
    """Debian without python3-venv leaves one without pip, and a Python that was removed leaves a link to nothing."""
    venv = clone.root / ".venv"
    match left:
        case "a file":
            (venv / "bin").mkdir(parents=True)
            (venv / "bin" / "python").write_text("torn", encoding="utf-8")
        case "its Python is gone":
            (venv / "bin").mkdir(parents=True)
            (venv / "bin" / "python").symlink_to(venv / "nowhere")
        case "no pyvenv.cfg":
            # Its Python would be the one that it was made of, and so would be what packages are installed for.
            (venv / "bin").mkdir(parents=True)
            (venv / "bin" / "python").symlink_to(Path(sys.executable).resolve())
        case _:
            subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)

    clone.set_up()

    assert "here" == clone.told("import thing; print(thing.WORD)")


def test_machine_without_any_installer_is_told_what_to_install(clone: Clone, tmp_path: Path):
    """Debian's Python comes without pip and without ensurepip; with one of what is named, the next command works."""
    bare = tmp_path / "bare"
    bare.mkdir()
    for name in ("pip", "ensurepip"):
        (bare / f"{name}.py").write_text("raise ModuleNotFoundError\n", encoding="utf-8")
    clone.environment["PYTHONPATH"] = str(bare)

    said = clone.set_up(code=1)

    assert "has neither pip nor ensurepip, and there is no uv on PATH" in said
    assert "hint: install one of them, then run the command again: apt install python3-venv" in said
    clone.with_uv()
    assert BY_UV in clone.set_up(UV_DEFAULT_INDEX=clone.index.url)


@pytest.mark.parametrize(
    ("variable", "value", "told", "hint"),
    [
        pytest.param(
            "PIP_INDEX_URL",
            "http://me:pass-word@127.0.0.1:9/simple",
            "the index does not answer",
            "hint: behind a proxy set HTTPS_PROXY, with an index of your own PIP_INDEX_URL",
            id="no index",
        ),
        pytest.param(
            "HTTPS_PROXY",
            "http://me:pass-word@127.0.0.1:9",
            "the proxy does not let them through",
            "hint: HTTPS_PROXY names it: correct it",
            id="no proxy",
        ),
    ],
)
def test_index_that_cannot_be_reached_is_one_message(
    clone: Clone, installer: str, variable: str, value: str, told: str, hint: str
):
    """It names what to set, repeats no password, and the next command goes on."""
    given = {"PIP_INDEX_URL": "https://index.example/simple", variable: value}

    said = clone.set_up(code=1, **given)

    assert f"error: cannot fetch the packages of requirements.txt: {told}\n" in said
    assert hint in said
    assert "pass-word" not in said
    assert (BY_UV if installer == "uv" else BY_PIP) in clone.set_up()


def test_index_without_a_package_is_told_from_one_that_does_not_answer(clone: Clone, installer: str):
    """No proxy helps there."""
    pin = (clone.root / "requirements.txt").read_text(encoding="utf-8")
    clone.pin(pin.replace("thing==1.0", "thing==2.0"))

    said = clone.set_up(code=1)

    assert "error: the index does not have all that requirements.txt pins" in said
    assert "thing==2.0" in said


def test_interrupted_installation_says_so_and_the_next_goes_on(clone: Clone, installer: str):
    """Ctrl-C reaches the installer, too; what it leaves is no obstacle."""
    clone.index.open.clear()
    process = subprocess.Popen(
        clone.command(),
        cwd=clone.root,
        env=clone.all_of_it(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert clone.index.asked.wait(300)

    os.killpg(process.pid, signal.SIGINT)
    printed, said = process.communicate(timeout=300)

    assert ("", 130) == (printed, process.returncode)
    assert "interrupted: .venv is not complete; the next command goes on with it" in said
    assert "Traceback" not in said
    clone.index.open.set()
    assert (BY_UV if installer == "uv" else BY_PIP) in clone.set_up()
    assert "here" == clone.told("import thing; print(thing.WORD)")
