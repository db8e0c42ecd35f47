"""Values and differences, a line each by their path: outputs, `--diff` and `details` before a confirmation.

Pure functions. Long values are whole in details: whoever asks for those wants them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from offline.engine.display.board import Board, Row
from offline.engine.display.words import (
    Line,
    clean,
    describe_diff,
    format_value,
    is_hidden,
    op_done,
    short_type,
    sign,
)
from offline.engine.model.diffing import join_path
from offline.engine.model.events import Op, PropertyDiff
from offline.engine.model.values import Properties, Value, reveal

__all__ = ["details_lines", "value_lines"]

_NEW = (Op.CREATE, Op.READ, Op.CREATE_REPLACEMENT)
_GONE = (Op.DELETE, Op.DELETE_REPLACED, Op.DISCARD, Op.DISCARD_REPLACED)


def details_lines(board: Board) -> Iterator[Line]:
    """Yield what is changed, resource by resource, and an empty line; nothing if nothing is."""
    rows = [row for row in board.rows.values() if row.op is not Op.SAME]
    for row in rows:
        yield from _resource(row, board.dry_run)
    if rows:
        yield ()


def value_lines(
    old: Properties, new: Properties, indent: str, *, sames: bool = True, limit: int | None = None
) -> Iterator[Line]:
    """Yield a line for each value that is or was; with `sames` False, only for those that differ."""
    olds, news = dict(_leaves("", old)), dict(_leaves("", new))
    for path in dict.fromkeys([*olds, *news]):
        if path not in news:
            yield ((indent, ""), *describe_diff(path, PropertyDiff("delete", old=olds[path]), limit))
        elif path not in olds:
            yield ((indent, ""), *describe_diff(path, PropertyDiff("add", new=news[path]), limit))
        elif reveal(olds[path]) != reveal(news[path]):
            diff = PropertyDiff("update", olds[path], news[path])
            yield ((indent, ""), *describe_diff(path, diff, limit))
        elif sames:
            yield ((f"{indent}  {clean(path)}: {format_value(news[path], limit)}", ""),)


def _leaves(path: str, value: Value) -> Iterator[tuple[str, Value]]:
    """Yield each value that holds no other, by its path; a secret is one, whatever it holds."""
    match value:
        case Mapping() if value or not path:
            for key in sorted(value):
                if not is_hidden(key):
                    yield from _leaves(join_path(path, key), value[key])
        case list() | tuple() if value:
            for index, part in enumerate(value):
                yield from _leaves(f"{path}[{index}]", part)
        case _:
            yield path, value


def _resource(row: Row, dry_run: bool) -> Iterator[Line]:
    step = row.step
    done = op_done(row.op, dry_run=dry_run, adopted=row.adopted)
    text = f"{short_type(step.type)} {clean(row.name)}: {done}"
    if row.status == "failed":
        text += ", failed"
    mark, style = sign(row.op, adopted=row.adopted)
    yield ((f"{mark:<2} ", style), (text, "bold"))
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
        return
    old = step.old.inputs if step.old and row.op not in _NEW else {}
    new = step.new.inputs if step.new and row.op not in _GONE else {}
    yield from value_lines(old, new, "    ")
