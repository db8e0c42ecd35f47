"""Debug lines of the SDK reach the engine only where somebody asked: each is a call that the program waits for."""

from __future__ import annotations

from pathlib import Path

import pytest

from program.quiet import ASKED
from tests.program.test_settings import configuration
from tests.support.registrations import debug_lines
from tools.stack import SDK_DEBUG

PROGRAM = (Path(__file__).resolve().parents[2] / "__main__.py").read_text(encoding="utf-8")
NO_SERVICE = configuration({})
ONE_SERVICE = configuration({"a": {"friendlyName": "acme-a"}})


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
