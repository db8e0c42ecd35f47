"""Rows of the tree on a terminal: columns that fit its width, the least needed given up first.

    sign  tree and type            name       status      time  differences

Pure functions; widths are in columns of the terminal, so that wide characters count twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.display_board import Row
from engine.display_report import Showing
from engine.events import Op
from engine.text import (
    SIGNS,
    STYLES,
    Line,
    clean,
    describe_diff,
    format_seconds,
    line_text,
    op_running,
    short_type,
    width,
)

__all__ = ["Columns", "layout", "row_line"]

_SIGN = 4
_GAP = 2
_TIME = 6
_MIN_NAME = 12
_MIN_DIFF = 16


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths of the columns; 0 leaves one out."""

    type: int
    name: int
    status: int
    time: int
    diff: int


def layout(rows: Sequence[tuple[Row, str]], columns: int, dry_run: bool) -> Columns:
    """Choose widths for some rows that fit a number of columns."""
    type_ = max((width(tree) + width(short_type(row.step.type)) for row, tree in rows), default=0)
    name = max((width(clean(row.name)) for row, _ in rows), default=0)
    status = max((width(_status(row, dry_run)) for row, _ in rows), default=0)
    time = 0 if dry_run else _TIME
    tree_only = max((width(tree) for _, tree in rows), default=0)
    wanted_diff = any(row.diffs() for row, _ in rows)
    left = (
        columns
        - _SIGN
        - status
        - _GAP
        - (time + _GAP if time else 0)
        - (_MIN_DIFF + _GAP if wanted_diff else 0)
    )
    if type_ + name + 2 * _GAP > left:
        name = max(min(name, left - type_ - 2 * _GAP), min(name, max(_MIN_NAME, left // 2)))
        type_ = max(left - name - 2 * _GAP, tree_only)
        if type_ < tree_only + 8:
            # Too narrow for types: names alone, joined by the tree.
            type_ = tree_only
            name = max(min(name, left - type_ - _GAP), 4)
    used = _SIGN + type_ + _GAP + name + _GAP + status + (time + _GAP if time else 0)
    diff = max(columns - used - _GAP, 0)
    return Columns(type_, name, status, time, diff if diff >= _MIN_DIFF // 2 else 0)


def row_line(row: Row, tree: str, plan: Columns, dry_run: bool, now: float, showing: Showing) -> Line:
    """Write one row."""
    failed = row.status == "failed"
    running = row.status == "running" and not dry_run
    style = "red" if failed else STYLES[row.op]
    op = row.current if running else row.op
    type_ = f"{tree}{short_type(row.step.type)}" if plan.type > width(tree) else tree
    parts: list[tuple[str, str]] = [
        (f" {SIGNS[op]:<{_SIGN - 1}}", style),
        (_pad(type_, plan.type), "dim"),
        (" " * _GAP if plan.type else "", ""),
        (_pad(clean(row.name), plan.name), "" if row.op is Op.SAME and not running else "bold"),
        (" " * _GAP, ""),
        (_pad(_status(row, dry_run), plan.status), style),
    ]
    if plan.time:
        elapsed = row.elapsed(now)
        shown = format_seconds(elapsed) if row.op is not Op.SAME and (running or elapsed >= 0.05) else ""
        parts += [(" " * _GAP, ""), (shown.rjust(plan.time), "dim")]
    if plan.diff:
        parts += [(" " * _GAP, ""), *_differences(row, plan.diff, showing)]
    return tuple(parts)


def _status(row: Row, dry_run: bool) -> str:
    if row.step.type == "pulumi:pulumi:Stack" and row.status == "running":
        return "" if dry_run else op_running(row.current)
    return row.status_text(dry_run=dry_run)


def _differences(row: Row, room: int, showing: Showing) -> Line:
    parts: list[tuple[str, str]] = []
    used = 0
    diffs = row.diffs()
    for index, (path, diff) in enumerate(diffs.items()):
        more = len(diffs) - index
        line = describe_diff(path, diff, showing.limit)
        separator = ", " if parts else ""
        wide = width(separator) + width(line_text(line))
        rest = f" +{more - 1} more" if more > 1 else ""
        if used + wide + width(rest) <= room:
            parts += [(separator, "dim"), *line]
            used += wide
            continue
        if not parts:
            sign, text = line
            parts += [sign, (_cut(text[0], room - width(sign[0]) - width(rest)), ""), (rest, "dim")]
        else:
            parts.append((_cut(f" +{more} more", room - used), "dim"))
        break
    return tuple(parts)


def _pad(text: str, columns: int) -> str:
    cut = _cut(text, columns)
    return cut + " " * (columns - width(cut))


def _cut(text: str, columns: int) -> str:
    if width(text) <= columns:
        return text
    kept = text[: max(columns - 1, 0)]
    while kept and width(kept) > columns - 1:
        kept = kept[:-1]
    return f"{kept}…" if columns > 0 else ""
