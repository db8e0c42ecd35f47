"""Operations as entries of a list: service by service, the most harmful first, one entry where many do the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from gitops.events import Operation
from gitops.markdown.texts import FEW, code, escaped, quoted, thing

__all__ = ["DESTRUCTIVE", "counts", "entries", "harm", "tally"]

MARKS = {
    "replace": "±",
    "delete": "-",
    "unprotect": "~",
    "release": "<",
    "update": "~",
    "protect": "~",
    "adopt": "=",
    "import": "=",
    "create": "+",
}
"""The mark of each operation, the most harmful first."""
DESTRUCTIVE = ("replace", "delete", "unprotect")
LEFT_OVER = "left over: an earlier run replaced it and could not delete it"
OPEN = 10
"""Up to so many services stand open; of more, those that lose nothing are folded."""
_PAST = {
    "adopt": "adopted",
    "create": "created",
    "delete": "deleted",
    "import": "imported",
    "protect": "protected",
}
_PAST |= {"release": "released", "replace": "replaced", "unprotect": "unprotected", "update": "updated"}


@dataclass(frozen=True, slots=True)
class _Service:
    """What is done to one service and its parts."""

    name: str
    parts: tuple[Operation, ...]

    @property
    def harm(self) -> int:
        return min(map(harm, self.parts))

    @property
    def is_harmless(self) -> bool:
        return not any(each.op in DESTRUCTIVE or each.op == "release" for each in self.parts)

    def own(self, part: Operation) -> str:
        """Return a part's name below its service."""
        return part.name[len(self.name) + 1 :]

    def lines(self, *, sids: bool = True) -> list[str]:
        return [_operation(each, self.own(each), sid=sids) for each in self.parts]


def harm(operation: Operation) -> int:
    """Return a number that is the lower, the more an operation takes away."""
    return [*MARKS].index(operation.op) if operation.op in MARKS else len(MARKS)


def counts(operations: Iterable[Operation]) -> Counter[str]:
    """Count what is done to things at Twilio, by operation."""
    return Counter(each.op for each in operations if not each.component)


def tally(operations: Sequence[Operation], *, done: bool) -> list[str]:
    """Return the counts for people, `` `±` 1 to replace``, the most harmful first."""
    found, left = counts(operations), sum(each.left_over for each in operations)
    told = []
    for op in (op for op in MARKS if found[op]):
        text = f"{quoted(MARKS[op])} {found[op]} {_PAST[op] if done else f'to {op}'}"
        text += f" ({left} left over)" if op == "delete" and left else ""
        told.append(f"**{text}**" if op in DESTRUCTIVE and not done else text)
    return told


def entries(operations: Sequence[Operation]) -> Iterator[str]:
    """Yield what is done, service by service; what only groups others is told where nothing else is done."""
    real = [each for each in operations if not each.component]
    for each in () if real else operations:
        yield f"- in the state only: {_operation(each, each.name)}"
    services = sorted(_services(real), key=lambda each: (each.harm, each.name))
    alike: dict[tuple[str, ...], list[_Service]] = {}
    for service in services:
        # Who loses something is told by name and SID.
        key = tuple(service.lines(sids=False)) if service.is_harmless else (service.name, "")
        alike.setdefault(key, []).append(service)
    told: list[list[_Service]] = []
    for group in alike.values():
        told += [group] if len(group) > FEW else [[each] for each in group]
    for group in told:
        folds = len(told) > OPEN or len(group) > OPEN
        yield _folded(group) if folds and group[0].is_harmless else _open(group)


def _services(operations: list[Operation]) -> Iterator[_Service]:
    for name, parts in groupby(sorted(operations, key=_rank), key=_service):
        yield _Service(name, tuple(parts))


def _open(group: list[_Service]) -> str:
    first = group[0]
    if len(group) > 1:
        names = ", ".join(quoted(each.name) for each in group)
        return "\n  - ".join([f"- {len(group)} services, each the same ({names}):", *first.lines(sids=False)])
    if len(first.parts) == 1:
        return f"- {_operation(first.parts[0], first.parts[0].name)}"
    return "\n  - ".join([f"- {quoted(first.name)}", *first.lines()])


def _folded(group: list[_Service]) -> str:
    first = group[0]
    # Only words of our own: what stands in HTML is not read as Markdown, and not freed of what GitHub makes links of.
    what = ", ".join(tally(first.parts, done=False)).replace("`", "") or "? other"
    if len(group) == 1:
        head, body = code(first.name), [f"- {line}" for line in first.lines()]
    else:
        head = f"{len(group)} services, each the same"
        names = ", ".join(quoted(each.name) for each in group)
        body = [names, "", *(f"- {line}" for line in first.lines(sids=False))]
    return "\n".join([f"<details><summary>{head}: {what}</summary>", "", *body, "", "</details>", ""])


def _operation(operation: Operation, name: str, *, sid: bool = True) -> str:
    word = f"**{operation.op}**" if operation.op in DESTRUCTIVE else escaped(operation.op)
    changes = [
        f"{quoted(key)} {_value(change.new)}"
        if operation.op in ("adopt", "create", "import") or change.old is None
        else f"{quoted(key)} {_value(change.old)}"
        if operation.op == "delete"
        else f"{quoted(key)} {_value(change.old)} → {_value(change.new)}"
        for key, change in operation.properties.items()
    ]
    kind = escaped(operation.type.rpartition(":")[2])
    mark = quoted(MARKS.get(operation.op, "?"))
    text = " ".join(
        filter(None, (mark, word, kind, name and quoted(name), thing(operation.sid) if sid else ""))
    )
    text += f": {', '.join(changes)}" if changes else ""
    return f"{text}, {LEFT_OVER}" if operation.left_over else text


def _value(value: object) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return str(value).lower()
        case list():
            return quoted(", ".join(map(str, value)))
        case _:
            return quoted(value)


def _service(operation: Operation) -> str:
    """Return the logical name of the service that a resource belongs to: it is the first part of its own."""
    return operation.name.partition("/")[0]


def _rank(operation: Operation) -> tuple[str, int, bool, str, str]:
    kind = operation.type.rpartition(":")[2]
    lost = harm(operation) if operation.op in DESTRUCTIVE else len(MARKS)
    return _service(operation), lost, kind != "ConversationService", kind, operation.name
