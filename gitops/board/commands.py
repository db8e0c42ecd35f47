"""The words of the command `board`; what it does is `showing`'s, which is loaded for it alone."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path

from gitops.board import OUT, REPORTS
from gitops.exits import Exit, GitopsError
from tools.stack_names import check_stack_name

__all__ = ["add_commands"]

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
    # Not at the top: a template library and a server, of which no other command has a use.
    from gitops.board import showing

    try:
        return showing.show(given)
    except KeyboardInterrupt:
        raise GitopsError("stopped as asked, and nothing was written") from None
