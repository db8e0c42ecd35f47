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
    "distribution",
    "gitops",
    "offline.emulator",
    "offline.engine",
    "plain_yaml",
    "policy",
    "program",
    "providers",
    "research",
    "testing",
    "tools",
)
MAY_IMPORT = {
    "gitops": {"plain_yaml", "providers", "tools"},
    "offline.engine": {"plain_yaml"},
    "program": {"plain_yaml", "providers", "tools"},
    "research": {"policy"},
    "testing": {"tools"},
    "tools": {"plain_yaml"},
}
ORDERS = {
    "offline.engine": (
        {"errors"},
        {"model"},
        {"files"},
        {"hosts"},
        {"core", "display", "state"},
        {"commands"},
    ),
    "policy": ({"pii"}, {"allowed"}, {"rules"}),
    "policy.pii": ({"base", "lexicon", "normalise"}, {"ngrams"}, {"contacts", "persons"}),
    "providers": ({"errors"}, {"_api"}, {"_resource"}),
}
"""Rooms within a room: each imports itself and what stands before it, nothing else; modules beside them come last."""
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


@pytest.mark.parametrize("room", ORDERS)
def test_rooms_within_a_room_import_one_way(room: str):
    """From the command, or the resource, down to plain data: who changes one need not look at what stands above it."""
    last = len(ORDERS[room])
    rank = {name: number for number, names in enumerate(ORDERS[room]) for name in names}
    inner = {name: name.removeprefix(f"{room}.").partition(".")[0] for name in graph(room)}

    found = {
        (name, other)
        for name, others in graph(room).items()
        for other in others
        if inner[name] != inner[other] and not rank.get(inner[name], last) > rank.get(inner[other], last - 1)
    }

    assert rank.keys() <= {*inner.values()}
    assert set() == found


@pytest.mark.parametrize("room", ROOMS)
def test_folder_can_be_looked_over(room: str):
    """More modules than that in one folder are no room but a store."""
    sizes = Counter(path.parent for path in modules(room))

    assert {} == {str(folder): size for folder, size in sizes.items() if size - 1 > MOST_MODULES}


def test_providers_import_each_other_relatively():
    """A wheel may ship the package under another name."""
    absolute = re.compile(r"^\s*(from|import) providers\b", re.MULTILINE)

    found = [str(path) for path in modules("providers") if absolute.search(path.read_text(encoding="utf-8"))]

    assert [] == found


def test_modules_stay_readable_in_one_sitting():
    """A module of more than 400 lines holds more than one idea."""
    lengths = {
        path: len(path.read_text(encoding="utf-8").splitlines()) for room in ROOMS for path in modules(room)
    }

    assert {} == {str(path.relative_to(ROOT)): lines for path, lines in lengths.items() if lines > MOST_LINES}


def test_picture_of_the_house_shows_every_room_at_its_size():
    """CONTRIBUTING.md is where one begins: a room that is missing there is not found, and a wrong size misleads."""
    picture = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("```")[1]
    shown = {name.replace("/", "."): int(size) for name, size in re.findall(r"([a-z_/]+)/ (\d+)", picture)}

    lines = {
        room: sum(len(path.read_text(encoding="utf-8").splitlines()) for path in modules(room))
        for room in ROOMS
    }

    assert lines.keys() == shown.keys()
    assert {} == {room: lines[room] for room in ROOMS if abs(shown[room] - lines[room]) > lines[room] / 4}
