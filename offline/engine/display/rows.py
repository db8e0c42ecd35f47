"""Rows of the tree on a terminal: columns that fit its width, the least needed given up first.

    sign  tree and type            name       status      time  differences

Pure functions; widths are in columns of the terminal, so that wide characters count twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from offline.engine.display.board import Row
from offline.engine.display.report import Showing
from offline.engine.display.words import (
    SIGNS,
    STYLES,
    Line,
    clean,
    describe_diff,
    line_text,
    short_type,
    width,
)
from offline.engine.model.durations import format_seconds
from offline.engine.model.events import Op

__all__ = ["Columns", "layout", "row_line"]

_SIGN = 4
_GAP = 2
_TIME = 6
_MIN_TYPE = 6
_MIN_NAME = 12
_DIFF = 20
_ROOM_FOR_VALUES = 32


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths of the columns; 0 leaves one out."""

    type: int
    name: int
    status: int
    time: int
    diff: int
    total: int


def layout(rows: Sequence[tuple[Row, str]], columns: int, dry_run: bool, now: float) -> Columns:
    """Choose widths for some rows that fit a number of columns; rows without a status may run over theirs."""
    rows = [(row, tree) for row, tree in rows if _status(row, dry_run)] or rows
    type_ = max((width(tree) + width(short_type(row.step.type)) for row, tree in rows), default=0)
    name = max((width(clean(row.name)) for row, _ in rows), default=0)
    status = max((width(_status(row, dry_run)) for row, _ in rows), default=0)
    time = max((len(_time(row, now)) for row, _ in rows), default=0) if not dry_run else 0
    if any(row.status == "running" for row, _ in rows) and time:
        time = _TIME  # so that the columns stand still while seconds grow
    tree_only = max((width(tree) for _, tree in rows), default=0)
    left = columns - _SIGN - 2 * _GAP - status - (time + _GAP if time else 0)
    wanted = _DIFF + _GAP if any(row.diffs() for row, _ in rows) else 0
    # Given up in this order: the end of types, differences, the end of names, types.
    type_ = max(min(type_, left - name - wanted), min(type_, tree_only + _MIN_TYPE))
    wanted = wanted if type_ + name + wanted <= left else 0
    name = max(min(name, left - type_ - wanted), min(name, _MIN_NAME))
    if type_ + name > left:
        type_ = max(left - name, tree_only)
        name = max(min(name, left - type_), 4)
    diff = left - type_ - name - _GAP
    return Columns(type_, name, status, time, diff if wanted else 0, columns)


def row_line(row: Row, tree: str, plan: Columns, dry_run: bool, now: float, showing: Showing) -> Line:
    """Write one row."""
    failed = row.status == "failed"
    running = row.status == "running" and not dry_run
    style = "red" if failed else STYLES[row.op]
    op = row.current if running else row.op
    type_ = f"{tree}{short_type(row.step.type)}" if plan.type > width(tree) else tree
    status = _status(row, dry_run)
    name = clean(row.name)
    parts: list[tuple[str, str]] = [
        (f" {SIGNS[op]:<{_SIGN - 1}}", style),
        (_pad(type_, plan.type), "dim"),
        (" " * _GAP if plan.type else "", ""),
        (_pad(name, plan.name) if status else name, "" if row.op is Op.SAME else "bold"),
    ]
    if not status:
        return _fit(tuple(parts), plan.total)
    parts += [(" " * _GAP, ""), (_pad(status, plan.status), style)]
    if plan.time:
        parts += [(" " * _GAP, ""), (_time(row, now).rjust(plan.time), "dim")]
    if plan.diff:
        parts += [(" " * _GAP, ""), *_differences(row, plan.diff, showing)]
    return _fit(tuple(parts), plan.total)


def _status(row: Row, dry_run: bool) -> str:
    return row.status_text(dry_run=dry_run)


def _time(row: Row, now: float) -> str:
    elapsed = row.elapsed(now)
    return format_seconds(elapsed) if row.op is not Op.SAME and elapsed >= 0.05 else ""


def _differences(row: Row, room: int, showing: Showing) -> Line:
    diffs = list(row.diffs().items())
    if not diffs:
        return ()
    rest = f" +{len(diffs) - 1} more" if len(diffs) > 1 else ""
    whole = _join(
        [describe_diff(path, diff, showing.limit, values=not row.objected) for path, diff in diffs], ", "
    )
    if width(line_text(whole)) <= room:
        return whole
    if room < _ROOM_FOR_VALUES or row.objected:
        # Too narrow for values, or none may be shown: which properties, at least.
        return _fit(_join([describe_diff(path, diff, values=False) for path, diff in diffs], " "), room)
    path, diff = diffs[0]
    sides = 2 if diff.kind.startswith("update") else 1
    limit = max((room - width(path) - width(rest) - 10) // sides, 8)
    return (*_fit(describe_diff(path, diff, limit), room - width(rest)), (rest, "dim"))


def _join(lines: list[Line], separator: str) -> Line:
    parts: list[tuple[str, str]] = []
    for index, line in enumerate(lines):
        parts += [(separator, "dim")] if index else []
        parts += line
    return tuple(parts)


def _fit(line: Line, room: int) -> Line:
    parts: list[tuple[str, str]] = []
    for text, style in line:
        if width(text) > room:
            parts.append((_cut(text, room), style))
            break
        parts.append((text, style))
        room -= width(text)
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
