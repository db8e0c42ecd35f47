"""The rooms of the project keep to themselves, and stay small."""

from __future__ import annotations

import ast
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
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
ENGINE = "offline.engine"
ENGINE_ORDER = (
    {"errors"},
    {"model"},
    {"files"},
    {"hosts"},
    {"core", "display", "state"},
    {"commands"},
    {"__main__"},
)
"""Rooms of the engine: each imports itself and what stands before its own line, nothing else."""
MOST_LINES = 400
MOST_MODULES = 18


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
    """Yield what a file imports when it runs: modules by their full name, and names of a package as `package.name`."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    nodes: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while nodes:
        node = nodes.pop()
        match node:
            case ast.If(test=ast.Name("TYPE_CHECKING")):
                nodes += node.orelse
                continue
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                above = package[: len(package) - level + 1] if level else ()
                base = ".".join((*above, *([module] if module else [])))
                yield from (f"{base}.{alias.name}" for alias in names)
        nodes += ast.iter_child_nodes(node)


def rooms_imported(path: Path) -> set[str]:
    """Return the rooms, and `tests`, that a file imports from."""
    return {
        room for room in (*ROOMS, "tests") for name in imported(path) if f"{name}.".startswith(f"{room}.")
    }


def graph(room: str) -> dict[str, set[str]]:
    """Return the modules of a package, each with those of the package that it imports."""
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in modules(room)}
    found = {}
    for name, path in names.items():
        ends = {end for each in imported(path) for end in (each, each.rpartition(".")[0])}
        found[name] = (ends & names.keys()) - {name}
    return found


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


@pytest.mark.parametrize("room", ROOMS)
def test_modules_of_a_room_import_each_other_in_no_circle(room: str):
    """What imports in a circle, be it late and within a function, cannot be read or tested alone."""
    order = TopologicalSorter(graph(room))

    order.prepare()


def test_rooms_of_the_engine_import_one_way():
    """From the command line down to plain data: who changes a room need not look at what stands above it."""
    rank = {room: number for number, rooms in enumerate(ENGINE_ORDER) for room in rooms}
    room_of = {name: name.removeprefix(f"{ENGINE}.").partition(".")[0] for name in graph(ENGINE)}

    found = {
        (name, other)
        for name, others in graph(ENGINE).items()
        for other in others
        if room_of[name] != room_of[other] and rank[room_of[name]] <= rank[room_of[other]]
    }

    assert set() == found


def test_room_of_the_engine_can_be_looked_over():
    """More than that is no room but a store."""
    sizes = Counter(path.parent for path in modules(ENGINE))

    assert {} == {folder: size for folder, size in sizes.items() if size - 1 > MOST_MODULES}


def test_providers_import_each_other_relatively():
    """A wheel may ship the package under another name."""
    absolute = re.compile(r"^\s*(from|import) providers\b", re.MULTILINE)

    found = [str(path) for path in modules("providers") if absolute.search(path.read_text(encoding="utf-8"))]

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
