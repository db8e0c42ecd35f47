"""In what a plan is not the reviewed one.

Operations are the same if they do the same to the same resource and thing, with the same new values. What was reviewed
and is done already, whole or in part, makes no difference: a run that failed on its way, or that is run again, goes on
with the rest. A deletion that an earlier run left over is the rest of a reviewed replacement of the same thing. What
may not be shown is the same if its digest is: two masks look alike, whatever they hide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from gitops.events import Operation
from gitops.report import Report
from gitops.review.digests import SALT
from gitops.values import LATER

__all__ = ["differences"]

Identity = tuple[str, str | None]


def differences(reviewed: Report | None, found: Report) -> list[str]:
    """Say in what the operations of a plan differ from the reviewed ones; [] if they are the same.

    Args:
        reviewed: The report that was reviewed; None if the review showed no operation on this stack.
        found: The report on the plan that would be carried out now.
    """
    before = defaultdict[Identity, list[Operation]](list)
    for each in reviewed.record.operations if reviewed else ():
        before[_identity(each)].append(each)
    lines, blind = [], False
    for becomes in sorted(found.record.operations, key=_label):
        if any(_is_rest(becomes, was) for was in before[_identity(replace(becomes, left_over=False))]):
            continue
        there = before[_identity(becomes)]
        was = next((each for each in there if each.op == becomes.op), there[-1] if there else None)
        told = [*_differences(was, becomes)]
        lines += [f"{_label(becomes)}: {each}" for each in told]
        blind = blind or bool(told and becomes.digests)
    return [*lines, *(_reasons(reviewed, found) if blind and reviewed else ())]


def _is_rest(becomes: Operation, was: Operation) -> bool:
    """Tell whether it is the deletion that a reviewed replacement has left over."""
    return becomes.left_over and (was.op, was.sid) == ("replace", becomes.sid)


def _differences(was: Operation | None, becomes: Operation) -> Iterator[str]:
    if was is None:
        yield f"reviewed: nothing, now: {becomes.op}"
    elif was.op != becomes.op:
        yield f"reviewed: {was.op}, now: {becomes.op}"
    elif was.sid != becomes.sid:
        yield f"reviewed: {was.op} of {was.sid or 'nothing'}, now of {becomes.sid or 'nothing'}"
    else:
        if keys := _unequal(was, becomes):
            yield f"{was.op} with other values than reviewed: {', '.join(keys)}"
        if keys := [key or "the logical name" for key in _unproved(was, becomes)]:
            yield f"{was.op} with values that are not shown, and not proved to be those reviewed: {', '.join(keys)}"


def _unequal(was: Operation, becomes: Operation) -> list[str]:
    """Name the values that are not the reviewed ones; a SID that only the run would know may be known by now."""
    reviewed = {key: change.new for key, change in was.properties.items()}
    found = {key: change.new for key, change in becomes.properties.items()}
    # A creation sets everything anew; of an update a part may be done.
    missing = {*reviewed} - {*found} if becomes.op in ("adopt", "create", "import") else set()
    return sorted(
        {key for key, value in found.items() if not _agrees(key, reviewed.get(key), value)}
        | {key for key in missing if reviewed[key] != LATER}
    )


def _agrees(key: str, reviewed: object, found: object) -> bool:
    return reviewed == found or (reviewed == LATER and key.endswith("_sid"))


def _unproved(was: Operation, becomes: Operation) -> list[str]:
    """Name what is not shown and has not the reviewed digest; what has none proves nothing."""
    return sorted(
        key for key, digest in becomes.digests.items() if not digest or digest != was.digests.get(key)
    )


def _reasons(reviewed: Report, found: Report) -> Iterator[str]:
    """Say why values that are not shown could not be compared, and what to do, if that is so."""
    then_what = "run the preview again and have it reviewed (docs/gitops.md, Values that are not shown)"
    if not found.salt:
        yield f"{SALT} is not set for this run, so values that are not shown count as different: set it, {then_what}"
    elif not reviewed.salt:
        yield (
            f"the reviewed report holds no digests: it was made without {SALT}, or by an earlier version: {then_what}"
        )
    elif found.salt != reviewed.salt:
        yield f"{SALT} is another one than at the review, so no digest can be the same: {then_what}"


def _identity(operation: Operation) -> Identity:
    """Tell which resource an operation is on; a masked name is no name, its digest stands for it."""
    return _label(operation), operation.digests.get("")


def _label(operation: Operation) -> str:
    label = f"{operation.type.rpartition(':')[2]} {operation.name}"
    return f"{label}, left over by an earlier run as {operation.sid}" if operation.left_over else label
