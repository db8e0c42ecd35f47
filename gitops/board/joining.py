"""Make one board of several environments: a row for each service, wherever it is declared or held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from gitops.board.history import moment
from gitops.board.model import Board, Cell, Environment, Row
from gitops.changes import git
from gitops.stack_file import translated
from tools.place import PROJECT

__all__ = ["board", "rows"]

ANY = "…"
"""In the place of an environment's name within a service's: `support-…`."""


def board(
    environments: Sequence[Environment], notes: Iterable[str] = (), made: datetime | None = None
) -> Board:
    """Make the board.

    Args:
        environments: In their order.
        notes: What the reader must know of all of them.
        made: The time that it shows; now by default.
    """
    updates = [update for each in environments for update in each.updates]
    return Board(
        project=PROJECT,
        made=moment((made or datetime.now(UTC)).timestamp()),
        commit=git("rev-parse", "HEAD").strip(),
        environments=tuple(environments),
        rows=tuple(rows(environments)),
        updates=tuple(
            sorted(updates, key=lambda each: (each.ended or each.began, each.environment), reverse=True)
        ),
        notes=tuple(notes),
    )


def rows(environments: Sequence[Environment]) -> list[Row]:
    """Return a row for each service, in the order in which environments name them."""
    found: dict[str, list[Cell | None]] = {}
    labels: dict[str, set[str]] = {}
    for index, environment in enumerate(environments):
        for cell in environment.cells:
            key = translated(cell.name, environment.name, ANY)
            cells = found.setdefault(key, [None] * len(environments))
            if cells[index] is not None:  # `support` and `support-dev` of one environment are two services
                key = cell.name
                cells = found.setdefault(key, [None] * len(environments))
            cells[index] = cell
            labels.setdefault(key, set()).add(cell.name)
    return [
        Row(name=next(iter(labels[key])) if len(labels[key]) == 1 else key, cells=tuple(cells))
        for key, cells in found.items()
    ]
