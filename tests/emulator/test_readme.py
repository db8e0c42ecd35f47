"""The emulator's README: its lists are what the code has."""

from __future__ import annotations

import re

from offline.emulator.control.faults import Fault, FaultKind
from offline.emulator.control.routes import CONTROL_ROUTES
from offline.emulator.resources import KINDS
from offline.emulator.urls import ROUTES
from tests.support.emulator import ROOT

README = (ROOT / "offline" / "emulator" / "README.md").read_text(encoding="utf-8")


def listed_routes(mark: str) -> set[tuple[str, str]]:
    """Read the routes of the checked list that bear a mark."""
    lines = re.findall(rf"^- \[{mark}\] `(\S+)`: (.+)$", README, re.MULTILINE)
    return {(method, path) for path, methods in lines for method in methods.split(", ")}


def coverage() -> list[str]:
    """Write the table of parameters, a row a resource."""
    rows = []
    for kind in KINDS:
        taken, others = (
            ", ".join(f"`{name}`" for name in names)
            for names in ([each.name for each in kind.parameters], kind.not_emulated)
        )
        rows.append(f"| {kind.name} | {taken} | {others} |".replace("|  |", "| |"))
    return rows


def test_readme_has_the_parameters_that_there_are():
    """The table of parameters is the one that the descriptions make; a failure prints it."""
    [section] = re.findall(r"\| Resource \| Taken .*\n\|.*\n((?:\|.*\n)+)", README)

    assert coverage() == section.splitlines()


def test_readme_checks_the_routes_that_there_are():
    """A route is checked off when it is emulated, and not before."""
    assert set(ROUTES) == listed_routes("x")


def test_readme_lists_the_control_routes_that_there_are():
    """The table of control routes is complete."""
    rows = re.findall(r"^\| `(\w+) (/_emulator/\S+)` \|", README, re.MULTILINE)

    assert {route for route in CONTROL_ROUTES if route[0] != "*"} == set(rows)


def test_readme_lists_the_faults_that_there_are():
    """Every kind has its row, every option its mention."""
    kinds = re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE)

    assert list(FaultKind) == kinds
    assert [] == [option for option in Fault.__dataclass_fields__ if option not in README]


def test_readme_starts_with_what_it_does_not_do():
    """Limits come first."""
    assert ["# The emulator", "## What it does not do"] == re.findall(r"^#.*$", README, re.MULTILINE)[:2]
