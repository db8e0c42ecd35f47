"""The rooms of the project keep to themselves, and stay small."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("emulator", "engine", "gitops", "policy", "program", "providers", "research", "tools")
MAY_IMPORT = {"gitops": {"tools"}, "program": {"tools"}, "research": {"policy"}}
MOST_LINES = 400


def modules(folder: str) -> list[Path]:
    """Return the Python files under version control in a folder."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", f"{folder}/*.py"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).exists()]


def imported_rooms(path: Path) -> Iterator[str]:
    """Yield the top-level name of every absolute import in a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (alias.name.partition(".")[0] for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.partition(".")[0]


@pytest.mark.parametrize("room", ROOMS)
def test_room_imports_no_other_room(room: str):
    """Each part can be used, and replaced, without the others."""
    files = modules(room)

    found = {
        (str(path.relative_to(ROOT)), name)
        for path in files
        for name in imported_rooms(path)
        if name in {*ROOMS, "tests"} - {room} - MAY_IMPORT.get(room, set())
    }

    assert files
    assert set() == found


def test_providers_import_each_other_relatively():
    """A wheel may ship the package under another name."""
    found = [str(path) for path in modules("providers") if "providers" in set(imported_rooms(path))]

    assert [] == found


def test_modules_stay_readable_in_one_sitting():
    """A module of more than 400 lines holds more than one idea."""
    lengths = {
        path: len(path.read_text(encoding="utf-8").splitlines()) for room in ROOMS for path in modules(room)
    }

    assert {} == {str(path.relative_to(ROOT)): lines for path, lines in lengths.items() if lines > MOST_LINES}
