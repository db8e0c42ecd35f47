"""The command `board`: the page, a part of it as JSON, or the page served on this machine."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

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
from tools.stack_names import check_stack_name
from tools.state import backend_folder, with_backend

__all__ = ["add_commands"]

OUT = Path("board.html")
REPORTS = ("reports", "deployed")
"""Folders in which pipelines leave reports, and people who follow the docs."""

Command = Callable[[argparse.Namespace], Exit]


def add_commands(command: Callable[[str, Command], argparse.ArgumentParser]) -> None:
    """Add the command to a parser; `command` adds one by name."""
    adding = command("board", show)
    adding.add_argument(
        "--stack",
        action="append",
        default=[],
        type=partial(check_stack_name, source="--stack"),
        help="only this environment; may be given more than once",
    )
    adding.add_argument(
        "--out", type=Path, help=f"file to write; {OUT} by default, the folder of parts with --json"
    )
    adding.add_argument(
        "--live", action="store_true", help="look at Twilio now: what drift-report and every policy find"
    )
    adding.add_argument(
        "--reports",
        type=Path,
        action="append",
        default=[],
        help=f"folder of reports that tell of drift; {' and '.join(REPORTS)} by default",
    )
    adding.add_argument("--json", action="store_true", help="each environment as JSON: a part of a board")
    adding.add_argument(
        "--parts", type=Path, help="folder of such parts to make the board of, read nothing else"
    )
    adding.add_argument(
        "--serve", action="store_true", help="serve it on 127.0.0.1, and renew it as states change"
    )
    adding.add_argument("--port", type=int, default=0, help="with --serve; a free one by default")


def show(given: argparse.Namespace) -> Exit:
    """Show all environments at a glance, as one HTML page."""
    _check(given)
    try:
        return _shown_as_asked(given)
    except KeyboardInterrupt:
        raise GitopsError("stopped as asked, and nothing was written") from None


def _shown_as_asked(given: argparse.Namespace) -> Exit:
    if given.serve:
        places = _places(given) if given.parts is None else [given.parts]
        serve(lambda: html(_board(given), live=True), given.port, places)
        return Exit.FINE
    if given.json:
        for each in _gathered(given, *_stacks(given.stack)[:1]):
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
    stacks, notes = _stacks(given.stack)
    environments = _gathered(given, stacks, notes)
    return board(environments, notes)


def _stacks(wanted: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the environments to show, in their order, and what keeps that from being told."""
    notes: list[str] = []
    try:
        ordered = stacks_in_order()
        ordered += [each for each in forgotten() if each not in ordered]
    except SystemExit as error:
        ordered = known_stacks()
        notes.append(
            f"{str(error.code).removeprefix('error: ')}; the environments stand in the order of their names"
        )
    if unknown := [each for each in wanted if each not in ordered]:
        raise GitopsError(
            f"--stack: there is no environment {unknown[0]}", hint=f"known: {', '.join(ordered) or 'none'}"
        )
    return [each for each in ordered if not wanted or each in wanted], notes


def _gathered(
    given: argparse.Namespace, stacks: Sequence[str], notes: list[str] | None = None
) -> list[Environment]:
    order = _stacks(())[0]
    looking: Callable[[str, str], Found | None]
    if given.live:

        def looking(stack: str, _api: str) -> Found | None:
            return look(stack)

    else:
        reports, wrong = reports_in(given.reports or [ROOT / each for each in REPORTS])
        if notes is not None:
            notes += wrong

        def looking(stack: str, api: str) -> Found | None:
            return reported(stack, api, reports)

    return [
        environment(
            stack, order[order.index(stack) - 1] if order.index(stack) else "", looking, live=given.live
        )
        for stack in stacks
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
