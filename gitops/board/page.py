"""The board as one HTML page that needs nothing else: template, style and script are put together here.

Whatever comes from a file or a state is escaped by the template's engine, and a policy of the page's own lets no script
run but this one and nothing be fetched, so that a name could do no harm even if it were not.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import jinja2
from markupsafe import Markup

from gitops.board.held import THE_SERVICE
from gitops.board.model import Board, Cell, Environment, Row, Status, Update

__all__ = ["counted", "html"]

FOLDER = Path(__file__).parent / "templates"
RECENT = 12
"""Updates that are shown before the rest is asked for."""
STATUSES: dict[Status, tuple[str, str]] = {
    "same": ("as declared", "good"),
    "create": ("to create", "todo"),
    "adopt": ("to adopt", "todo"),
    "change": ("to change", "todo"),
    "replace": ("to replace", "risk"),
    "delete": ("to delete", "risk"),
    "held": ("deployed", "good"),
    "declared": ("state unknown", "unknown"),
}
"""What is said of a service, and how it is taken: what the next `up` would do."""
KINDS = {
    "update": "Update",
    "refresh": "Refresh",
    "destroy": "Destroy",
    "import": "Import",
    "rename": "Rename",
    "preview": "Preview",
    "run": "Run",
}
COUNTS = (
    ("create", "+", "created"),
    ("import", "+", "imported"),
    ("update", "~", "changed"),
    ("replace", "±", "replaced"),
    ("delete", "\N{MINUS SIGN}", "deleted"),
)
WAITING = ("create", "adopt", "change", "replace", "delete")
DIFFERS = "differs"
TALLIES: tuple[tuple[str, str, Callable[[Cell], bool]], ...] = (
    ("waiting", "to deploy", lambda cell: cell.status in WAITING),
    ("drift", "with drift", lambda cell: bool(cell.drift)),
    ("policy", "with a policy finding", lambda cell: bool(cell.findings)),
    ("pending", "interrupted", lambda cell: bool(cell.pending)),
    ("left", "with a pending delete", lambda cell: bool(cell.left_over)),
    (DIFFERS, "unlike the one before", lambda cell: bool(cell.unmeant)),
)
"""What is counted above the matrix, and filters it: a mark, the words, and of which cells it holds."""
SHORT = {"drift": "drift", "policy": "policy", "left": "pending delete", DIFFERS: "unlike"}
"""Words for the narrow head of an environment."""


def html(board: Board, *, live: bool = False) -> str:
    """Return the page.

    Args:
        board: What it shows.
        live: Whether it is served and renews itself.
    """
    style, script = ((FOLDER / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    style = f":root {{ --environments: {len(board.environments)}; }}\n{style}"
    engine = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    engine.filters |= {"when": _when, "day": _day, "short": _short, "counts": _counts}
    content = [
        "default-src 'none'",
        f"style-src '{_digest(style)}'",
        f"script-src '{_digest(script)}'",
        "base-uri 'none'",
        "form-action 'none'",
        *(["connect-src 'self'"] if live else []),
    ]
    return engine.get_template("page.html").render(
        board=board,
        style=Markup(style),  # noqa: S704 - a file of this folder
        script=Markup(script),  # noqa: S704 - a file of this folder
        content_policy="; ".join(content),
        live=live,
        statuses=STATUSES,
        kinds=KINDS,
        recent=RECENT,
        tallies=[(mark, text, sum(_counted(board, mark))) for mark, text, _ in TALLIES],
        row_marks=partial(_row_marks, board),
        stand=_stand,
        sums=partial(_sums, board),
        words=_words,
        lacks=partial(_lacks, board),
    )


def counted(board: Board) -> list[str]:
    """Say how many services there are of each mark, without those of which there is none."""
    sums = ((sum(_counted(board, mark)), text) for mark, text, _ in TALLIES)
    return [f"{count} {text}" for count, text in sums if count]


def _counted(board: Board, mark: str) -> list[int]:
    """Count the services that bear a mark, by environment."""
    return [
        sum(_bears(board, row, index, mark) for row in board.rows) for index in range(len(board.environments))
    ]


def _bears(board: Board, row: Row, index: int, mark: str) -> bool:
    cell = row.cells[index]
    if cell is None:
        return mark == DIFFERS and _lacks(board, row, index)
    return next(holds for each, _, holds in TALLIES if each == mark)(cell)


def _row_marks(board: Board, row: Row) -> str:
    """Return the marks that a service bears anywhere, by which it is filtered."""
    return " ".join(
        mark
        for mark, _, _ in TALLIES
        if any(_bears(board, row, index, mark) for index in range(len(row.cells)))
    )


def _sums(board: Board, index: int) -> list[tuple[str, str, int]]:
    """Return what is to be looked at in an environment: a mark, the words, and of how many services it holds."""
    found = [(mark, SHORT.get(mark, text), _counted(board, mark)[index]) for mark, text, _ in TALLIES]
    return [each for each in found if each[2]]


def _stand(cell: Cell) -> tuple[str, str]:
    """Return in one word how a service stands, and how that is taken: drift counts where nothing is to be deployed."""
    if cell.status == "same" and cell.drift:
        return (
            "gone at Twilio"
            if cell.drift[0].kind == "gone" and cell.drift[0].thing == THE_SERVICE
            else "drift"
        ), "warn"
    return STATUSES[cell.status]


def _words(row: Row, environments: tuple[Environment, ...]) -> str:
    """Return what a search finds a service by: names, SIDs, environments."""
    found = [row.name]
    for cell, environment in zip(row.cells, environments, strict=True):
        if cell is not None:
            found += [cell.name, cell.friendly_name, cell.sid, environment.name, _stand(cell)[0]]
            found += [each.sid for each in cell.left_over]
    return " ".join(dict.fromkeys(filter(None, found))).lower()


def _lacks(board: Board, row: Row, index: int) -> bool:
    """Tell whether an environment does not declare what the one before it does."""
    before = index - 1
    is_known = board.environments[index].declares and board.environments[before].declares
    return index > 0 and is_known and row.cells[index] is None and row.cells[before] is not None


def _when(time: str) -> str:
    """Write a time for people: `2026-11-27 06:24 UTC`."""
    return f"{time[:10]} {time[11:16]} UTC" if time else ""


def _day(time: str) -> str:
    return time[:10]


def _short(commit: str) -> str:
    return commit[:7]


def _counts(update: Update) -> list[tuple[str, int, str]]:
    """Return what a run did: a sign, how many, and the word for it."""
    return [(sign, update.changes[op], word) for op, sign, word in COUNTS if update.changes.get(op)]


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
