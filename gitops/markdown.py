"""Reports as Markdown: for a comment on a pull request, an issue, a job's summary.

Names of resources and texts of others stand as code or as plain words, so that none of them can write Markdown of its
own, link to anything or mention anybody.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from gitops.events import Drift, Operation, Problem
from gitops.exits import Exit
from gitops.report import Report

__all__ = ["comment", "escaped", "quoted", "section"]

ORDER = ("adopt", "create", "import", "update", "protect", "unprotect", "replace", "release", "delete")
DESTRUCTIVE = ("replace", "delete", "unprotect")
TITLES = {
    Exit.FINE: "no changes",
    Exit.CHANGES: "changes",
    Exit.POLICY: "refused by policy",
    Exit.GUARD: "refused, to protect what exists",
    Exit.FAILED: "failed",
}
LEFT_OVER = "left over: an earlier run replaced it and could not delete it"
MAX_CHARACTERS = 60_000
"""GitHub takes 65,536 in a comment or an issue."""
_PLAIN = re.compile(r"[(\"'“]?[^\W_]+(?:[-'./][^\W_]+)*[)\"'”]?[.,;:!?…]*")
"""A word in which Markdown, GitHub's own signs included, sees nothing but a word."""
_REFERENCE = re.compile(r"(?i)\bwww\.|\b[0-9a-f]{7,}\b|\b[a-z]+-\d")
"""What GitHub makes a link of all the same: addresses, commits, GH-1 and a repository's own kinds of numbers."""
_NUMBERED = re.compile(r"\A(\d+)([.)])(?!\S)")
_UNSHOWN = ("Cc", "Cf", "Cs")
"""Kinds of characters that are not seen: they control, have no width or turn the direction, or are half of one."""
_SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")


def escaped(text: object) -> str:
    """Return a text in one line, as it stands: words as words, and all that may mean something else as code.

    In code nothing is Markdown, a link or a mention; a backslash does not keep GitHub from making one.
    """
    # At the beginning of a line a number with a dot would begin a list.
    return _NUMBERED.sub(r"\1\\\2", " ".join(map(_word, _one_line(text).split())))


def quoted(text: object) -> str:
    """Return a name or value as code, in which nothing is Markdown and nobody is mentioned."""
    return f"`{_one_line(text).replace('`', chr(39)) or ' '}`"


def _one_line(text: object) -> str:
    line = " ".join(str(text).split())
    return "".join("\ufffd" if unicodedata.category(each) in _UNSHOWN else each for each in line)


def _word(word: str) -> str:
    return word if _PLAIN.fullmatch(word) and not _REFERENCE.search(word) else quoted(word)


def _thing(sid: str) -> str:
    """Return a SID plainly; any other id, such as a provider's, as code."""
    return sid if not sid or _SID.fullmatch(sid) else quoted(sid)


def comment(reports: Sequence[Report], title: str) -> str:
    """Return one document on several stacks, each with a section of its own."""
    if not reports:
        return f"## {title}\n\nThis change touches no environment.\n"
    rows = [
        "| environment | result | create | update | replace | delete | drift |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(_row(report) for report in reports),
    ]
    text = "\n".join([f"## {title}", "", *rows, "", *(section(report) for report in reports)])
    if len(text) <= MAX_CHARACTERS:
        return text
    kept = text[:MAX_CHARACTERS].rpartition("\n")[0]
    return f"{kept}\n\n**Cut here:** the rest stands in the job summaries and in the reports.\n"


def section(report: Report) -> str:
    """Return one stack's part of a document."""
    record = report.record
    lines = [f"### {escaped(report.stack)}: {_title(report)}", ""]
    if report.api == "emulator":
        lines += ["> A rehearsal on the emulator: it knows nothing of what exists at Twilio.", ""]
    lines += _list("Refused by policy", _violations(report, "mandatory"))
    lines += _list("Refused, to protect what exists", map(_problem, report.guards))
    lines += _list("Errors", map(_problem, report.errors))
    for title, operations in _by_outcome(report):
        lines += _list(title, _operations(operations))
    lines += _list(
        "Drift: not as declared" if report.kind == "drift" else "Drift: not as the last deployment left it",
        map(_drifted, record.drift),
    )
    lines += _list("Advice of policies", _violations(report, "advisory"))
    lines += _list("Notes", map(escaped, report.notes))
    if not any(line.startswith("**") for line in lines):
        lines += ["Nothing to do.", ""]
    return "\n".join(lines)


def _title(report: Report) -> str:
    title = TITLES[report.exit]
    if report.kind == "drift":
        title = {Exit.FINE: "no drift", Exit.CHANGES: "drift"}.get(report.exit, title)
    if report.stopped:
        title = "stopped: not the reviewed plan"
    if report.kind == "deploy" and report.exit is Exit.FINE:
        title = "deployed" if report.record.operations else "nothing left to do"
    return title


def _row(report: Report) -> str:
    counts = Counter(each.op for each in report.record.operations if not each.component)
    created = counts["create"] + counts["import"]
    made = f"{created}, {counts['adopt']} to adopt" if counts["adopt"] else created
    updated = counts["update"] + counts["protect"] + counts["unprotect"]
    cells = [
        escaped(report.stack),
        _title(report),
        *(str(count or "-") for count in (made, updated, counts["replace"], counts["delete"])),
        str(len(report.record.drift) or "-"),
    ]
    return f"| {' | '.join(cells)} |"


def _list(title: str, entries: Iterable[str]) -> list[str]:
    items = [f"- {entry.rstrip()}" for entry in entries]
    return [f"**{title}**", "", *items, ""] if items else []


def _violations(report: Report, enforcement: str) -> Iterator[str]:
    for each in report.record.violations:
        if each.enforcement == enforcement:
            where = f" on {quoted(each.resource)}" if each.resource else ""
            yield f"{quoted(each.policy)}{where}: {_lines(each.message)}"


def _problem(problem: Problem) -> str:
    where = f"{quoted(problem.resource)}: " if problem.resource else ""
    return where + _lines(problem.message)


def _lines(message: str) -> str:
    # Two blanks at the end of a line break it: the hint stands on a line of its own.
    return "  \n  ".join(filter(None, map(escaped, message.splitlines())))


def _by_outcome(report: Report) -> Iterator[tuple[str, list[Operation]]]:
    """Part the operations of a deployment that failed by what became of them."""
    titles = {
        "failed": "Failed",
        "under way": "Under way when it was interrupted",
        "done": "Done",
        "not begun": "Not begun",
    }
    plain = "Not deployed yet" if report.kind == "drift" else "Operations"
    for outcome, title in {**titles, "": plain}.items():
        found = [each for each in report.record.operations if each.outcome == outcome]
        # What only groups others counts where nothing else is told.
        if any(not each.component for each in found) or not outcome:
            yield title, found


def _drifted(drift: Drift) -> str:
    what = " ".join(
        filter(None, (escaped(drift.type.rpartition(":")[2]), quoted(drift.name), _thing(drift.sid)))
    )
    if drift.kind == "gone":
        return f"{what}: is gone"
    return f"{what}: differs in {', '.join(map(quoted, drift.properties))}"


def _operations(operations: Sequence[Operation]) -> Iterator[str]:
    """Write what is done, service by service; what only groups others is told where nothing else is done."""
    real = [each for each in operations if not each.component]
    for each in () if real else operations:
        yield f"in the state only: {_operation(each, each.name)}"
    for service, group in groupby(sorted(real, key=_rank), key=_service):
        parts = list(group)
        if len(parts) == 1:
            yield _operation(parts[0], parts[0].name)
        else:
            own = len(service) + 1
            yield "\n  - ".join([quoted(service), *(_operation(each, each.name[own:]) for each in parts)])


def _operation(operation: Operation, name: str) -> str:
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
    text = " ".join(filter(None, (word, kind, name and quoted(name), _thing(operation.sid))))
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


def _rank(operation: Operation) -> tuple[str, bool, str, int, str]:
    kind = operation.type.rpartition(":")[2]
    order = ORDER.index(operation.op) if operation.op in ORDER else len(ORDER)
    return _service(operation), kind != "ConversationService", kind, order, operation.name
