"""What `board` does as it is asked: the page, a part of it as JSON, or the page served on this machine."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

from gitops.board import OUT, REPORTS
from gitops.board.gathering import environment
from gitops.board.joining import board
from gitops.board.looking import Found, look, reported, reports_in
from gitops.board.model import Board, Environment
from gitops.board.page import counted, html
from gitops.board.serving import serve
from gitops.console import result, say
from gitops.environments.gone import forgotten
from gitops.exits import Exit, GitopsError
from gitops.files import replace_all, write
from tools.local_emulator import FOLDER
from tools.place import ROOT
from tools.stack_files import known_stacks, stacks_in_order
from tools.state import backend_folder, with_backend

__all__ = ["show"]


def show(given: argparse.Namespace) -> Exit:
    """Show all environments at a glance, as the command's words say.

    Raises:
        GitopsError: If they contradict each other, or something that is needed for any of it is missing.
    """
    _check(given)
    if given.serve:
        places = _places(given) if given.parts is None else [given.parts]
        serve(lambda: html(_board(given), live=True), given.port, places)
        return Exit.FINE
    if given.json:
        for each in _gathered(given, *_ordered()):
            if given.out:
                write(given.out / f"{each.name}.json", each.to_json())
            else:
                result(each.to_json())
        return Exit.FINE
    made = _board(given)
    out = given.out or ROOT / OUT
    replace_all({out: ("", html(made))})
    say(f"wrote {_relative(out)}: {_summary(made)}")
    return Exit.FINE


def _check(given: argparse.Namespace) -> None:
    """Refuse words that contradict each other.

    Raises:
        GitopsError: If there are such.
    """
    for one, other in (
        ("json", "serve"),
        ("json", "parts"),
        ("live", "parts"),
        ("live", "serve"),
        ("out", "serve"),
    ):
        if getattr(given, one) and getattr(given, other):
            raise GitopsError(f"--{one} and --{other} do not go together")
    if given.parts is not None and not given.parts.is_dir():
        raise GitopsError(
            f"--parts: there is no folder {given.parts}", hint="`board --json --out FOLDER` makes one"
        )
    if not 0 <= given.port <= 65535:
        raise GitopsError("--port: must be a number from 1 to 65535, or 0 for any that is free")


def _board(given: argparse.Namespace) -> Board:
    if given.parts is not None:
        return _joined(given.parts, given.stack)
    order, notes = _ordered()
    return board(_gathered(given, order, notes), notes)


def _ordered() -> tuple[list[str], list[str]]:
    """Return all environments, in their order, and what keeps that from being told."""
    notes: list[str] = []
    try:
        ordered = stacks_in_order()
        ordered += [each for each in forgotten() if each not in ordered]
    except SystemExit as error:
        ordered = known_stacks()
        notes.append(
            f"{str(error.code).removeprefix('error: ')}; the environments stand in the order of their names"
        )
    return ordered, notes


def _gathered(given: argparse.Namespace, order: Sequence[str], notes: list[str]) -> list[Environment]:
    """Gather the environments that are wanted; what is wrong with the reports is added to the notes.

    Raises:
        GitopsError: If there is no such environment, or a look was asked to stop.
    """
    if unknown := [each for each in given.stack if each not in order]:
        raise GitopsError(
            f"--stack: there is no environment {unknown[0]}", hint=f"known: {', '.join(order) or 'none'}"
        )
    looking: Callable[[str, str], Found | None]
    if given.live:

        def looking(stack: str, _api: str) -> Found | None:
            return look(stack)

    else:
        reports, wrong = reports_in(given.reports or [ROOT / each for each in REPORTS])
        notes += wrong

        def looking(stack: str, api: str) -> Found | None:
            return reported(stack, api, reports)

    return [
        environment(stack, before, looking, live=given.live)
        for before, stack in pairwise(["", *order])
        if not given.stack or stack in given.stack
    ]


def _joined(folder: Path, wanted: Sequence[str]) -> Board:
    """Make the board of parts; one that cannot be read is told, and the board made without it."""
    notes, found = [], []
    for path in sorted(folder.rglob("*.json")):
        try:
            found.append(Environment.from_json(path.read_text(encoding="utf-8"), path.name))
        except (GitopsError, OSError, UnicodeDecodeError) as error:
            notes.append(str(error))
    try:
        order = stacks_in_order()
    except SystemExit:
        order = known_stacks()
    notes += [
        f"nothing is known of {name}: there is no part on it"
        for name in order
        if name not in {e.name for e in found}
    ]
    found.sort(key=lambda each: (order.index(each.name) if each.name in order else len(order), each.name))
    return board([each for each in found if not wanted or each.name in wanted], notes)


def _places(given: argparse.Namespace) -> list[Path] | None:
    """Return the folders and files of which a change changes the board; None if a state lies in no folder."""
    if (backend := backend_folder(with_backend(os.environ))) is None:
        return None
    states = [FOLDER / "state", backend]
    reports = given.reports or [ROOT / each for each in REPORTS]
    return [ROOT / "stacks", ROOT / "allow-list.yaml", ROOT / "policy" / "allow-list.yaml", *states, *reports]


def _summary(made: Board) -> str:
    counts = (_plural(len(made.environments), "environment"), _plural(len(made.rows), "service"))
    return ", ".join((*counts, *counted(made)))


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _relative(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
