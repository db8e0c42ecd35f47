"""The program asks and waits for no more than it needs: what the SDK does besides grows with the services' square."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from program.running import ASKED
from tests.program.test_settings import configuration
from tests.support.registrations import debug_lines
from tests.support.workspace import Workspace
from tools.stack import SDK_DEBUG

PROGRAM = (Path(__file__).resolve().parents[2] / "__main__.py").read_text(encoding="utf-8")
NO_SERVICE = configuration({})
ONE_SERVICE = configuration({"a": {"friendlyName": "acme-a"}})

# What Python loads by itself at its start: counts in the program, which an engine's child is, what asyncio waits for.
COUNTER = """
import asyncio, atexit, json, os, sys

counted = {"waits": 0, "waited for": 0}
wait = asyncio.wait

async def counting(things, **options):
    things = list(things)
    counted["waits"] += 1
    counted["waited for"] += len(things)
    return await wait(things, **options)

def write():
    if "program" in sys.modules:
        with open(os.environ["COUNTED"], "w", encoding="utf-8") as file:
            json.dump(counted, file)

asyncio.wait = counting
atexit.register(write)
"""


def test_program_waits_for_each_of_its_resources_once(workspace: Workspace, tmp_path: Path):
    """Left to the SDK, forty services are waited for forty thousand times, and a thousand stall the program."""
    (tmp_path / "start").mkdir()
    (tmp_path / "start" / "sitecustomize.py").write_text(COUNTER, encoding="utf-8")
    workspace.edit(lambda declared: declared.clear())
    workspace.edit(
        lambda declared: declared.update({f"acme-{n}": {"friendlyName": f"acme-{n}"} for n in range(40)})
    )

    workspace.make("preview", PYTHONPATH=str(tmp_path / "start"), COUNTED=str(tmp_path / "counted.json"))

    counted = json.loads((tmp_path / "counted.json").read_text(encoding="utf-8"))
    assert 40 <= counted["waited for"] < 80


def test_program_sends_no_debug_line_for_a_service(monkeypatch: pytest.MonkeyPatch):
    """Some five for each resource, on the event loop that declares them; the stack's own come before the program."""
    monkeypatch.delenv(ASKED, raising=False)

    assert debug_lines(PROGRAM, NO_SERVICE) == debug_lines(PROGRAM, ONE_SERVICE)


def test_program_sends_debug_lines_where_they_are_asked_for(monkeypatch: pytest.MonkeyPatch):
    """Somebody looks for a mistake in the SDK, or in the program."""
    monkeypatch.setenv(ASKED, "1")

    assert any("name=a," in line for line in debug_lines(PROGRAM, ONE_SERVICE))


def test_make_and_program_know_the_same_variable():
    """The tools do not import the program."""
    assert ASKED == SDK_DEBUG
