"""Every property of what a phase changes, as a tree: `--diff`, and `details` before a confirmation.

Pure functions from a board to lines.
"""

from __future__ import annotations

from collections.abc import Iterator

from offline.engine.display.board import Board, Row
from offline.engine.display.value_trees import diff_lines, value_lines
from offline.engine.display.words import SIGNS, STYLES, Line, clean, op_done, short_type
from offline.engine.model.events import Op

__all__ = ["details_lines"]

_NEW = (Op.CREATE, Op.READ, Op.CREATE_REPLACEMENT)
_GONE = (Op.DELETE, Op.DELETE_REPLACED, Op.DISCARD, Op.DISCARD_REPLACED)


def details_lines(board: Board) -> Iterator[Line]:
    """Yield what is changed, resource by resource, and an empty line; nothing if nothing is."""
    rows = [row for row, _ in board.tree(board.rows.values()) if row.op is not Op.SAME]
    for row in rows:
        yield from _resource(row, board.dry_run)
    if rows:
        yield ()


def _resource(row: Row, dry_run: bool) -> Iterator[Line]:
    step = row.step
    text = f"{short_type(step.type)} {clean(row.name)}: {op_done(row.op, dry_run=dry_run)}"
    if row.status == "failed":
        text += ", failed"
    yield ((f"{SIGNS[row.op]:<2} ", STYLES[row.op]), (text, "bold"))
    state = step.old or step.new
    if state and state.id:
        yield ((f"      [id={clean(state.id)}]", "dim"),)
    yield ((f"      [urn={clean(step.urn)}]", "dim"),)
    if step.leftover:
        yield (("      [left over from an earlier replacement]", "dim"),)
    if step.replace_keys:
        yield ((f"      [replaced for {', '.join(clean(key) for key in step.replace_keys)}]", "dim"),)
    if row.objected:
        yield (("      [values are not shown: a policy objects]", "dim"),)
    elif row.op in _GONE and step.old:
        yield from value_lines(step.old.inputs, 4, sign="-")
    elif row.op in _NEW and step.new:
        yield from value_lines(step.new.inputs, 4, sign="+")
    elif step.old and step.new:
        yield from diff_lines(step.old.inputs, step.new.inputs, 4)
