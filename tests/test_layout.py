"""The rooms of the project keep to themselves, and stay small."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = (
    "gitops",
    "offline.emulator",
    "offline.engine",
    "policy",
    "program",
    "providers",
    "research",
    "tools",
)
MAY_IMPORT = {"gitops": {"tools"}, "program": {"tools"}, "research": {"policy"}}
MOST_LINES = 400


def modules(room: str) -> list[Path]:
    """Return the Python files under version control in the folder of a package."""
    folder = room.replace(".", "/")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", f"{folder}/*.py"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).exists()]


def imported(path: Path) -> Iterator[str]:
    """Yield what a file imports absolutely: modules by their full name, and names of a package as `package.name`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield from (f"{module}.{alias.name}" for alias in names)


def rooms_imported(path: Path) -> set[str]:
    """Return the rooms, and `tests`, that a file imports from."""
    return {
        room for room in (*ROOMS, "tests") for name in imported(path) if f"{name}.".startswith(f"{room}.")
    }


@pytest.mark.parametrize("room", ROOMS)
def test_room_imports_no_other_room(room: str):
    """Each part can be used, and replaced, without the others."""
    files = modules(room)

    found = {
        (str(path.relative_to(ROOT)), other)
        for path in files
        for other in rooms_imported(path) - {room} - MAY_IMPORT.get(room, set())
    }

    assert files
    assert set() == found


def test_providers_import_each_other_relatively():
    """A wheel may ship the package under another name."""
    found = [str(path) for path in modules("providers") if "providers" in rooms_imported(path)]

    assert [] == found


@pytest.mark.parametrize(
    ("room", "may_import"), [("_api", {"_api", "errors"}), ("_resource", {"_api", "_resource", "errors"})]
)
def test_rooms_of_the_provider_import_one_way(room: str, may_import: set[str]):
    """The way to the API knows no resource, and the Pulumi side knows no single one of them."""
    files = modules(f"providers/{room}")

    found = {(str(path.relative_to(ROOT)), name) for path in files for name in own_parts(path)}

    assert files
    assert set() == {each for each in found if each[1] not in may_import}


def own_parts(path: Path) -> Iterator[str]:
    """Yield what a file in a room of the provider imports of the package: a room, or a module beside the rooms."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            names = [node.module] if node.module else [alias.name for alias in node.names]
            yield from (
                path.parent.name if node.level == 1 else str(name).partition(".")[0] for name in names
            )


def test_modules_stay_readable_in_one_sitting():
    """A module of more than 400 lines holds more than one idea."""
    lengths = {
        path: len(path.read_text(encoding="utf-8").splitlines()) for room in ROOMS for path in modules(room)
    }

    assert {} == {str(path.relative_to(ROOT)): lines for path, lines in lengths.items() if lines > MOST_LINES}
