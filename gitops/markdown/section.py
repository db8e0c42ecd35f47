"""One stack's part of a document: counts, refusals, operations and drift, in entries that can be left out singly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gitops.codes import TAKEN
from gitops.events import Drift, Operation, Problem
from gitops.exits import Exit
from gitops.markdown.operations import DESTRUCTIVE, counts, entries, tally
from gitops.markdown.texts import code, escaped, lines, listed, quoted, thing
from gitops.report import Report

__all__ = ["Section", "section", "title"]

TITLES = {
    Exit.FINE: "no changes",
    Exit.CHANGES: "changes",
    Exit.POLICY: "refused by policy",
    Exit.GUARD: "refused, to protect what exists",
    Exit.FAILED: "failed",
}
OUTCOMES = {
    "failed": "Failed",
    "under way": "Under way when it was interrupted",
    "done": "Done",
    "not begun": "Not begun",
}
REHEARSAL = "> A rehearsal on the emulator: it knows nothing of what exists at Twilio."
UNNAMED = "Services that are not named here stay as they are."


@dataclass(frozen=True, slots=True)
class Section:
    """A report's Markdown: `parts` are titles with the entries below each."""

    report: Report
    parts: tuple[tuple[str, tuple[str, ...]], ...]

    @classmethod
    def of(cls, report: Report) -> Section:
        """Write a report."""
        return cls(report, tuple((title, found) for title, each in _parts(report) if (found := tuple(each))))

    @property
    def size(self) -> int:
        """How many entries it has."""
        return sum(len(entries) for _, entries in self.parts)

    @property
    def loses(self) -> bool:
        """Whether something at Twilio goes."""
        return any(each.op in DESTRUCTIVE for each in self.report.record.operations)

    @property
    def is_urgent(self) -> bool:
        """Whether its reader has to look at it: something goes, or is refused, or has failed."""
        return self.loses or self.report.stopped or self.report.exit not in (Exit.FINE, Exit.CHANGES)

    @property
    def rank(self) -> tuple[int, bool]:
        """A number that is the lower, the more its reader has to look at it."""
        order = (Exit.POLICY, Exit.GUARD, Exit.FAILED, Exit.CHANGES, Exit.FINE)
        return order.index(self.report.exit), not self.loses

    def text(
        self, room: int | None = None, *, folded: bool = False, alone: bool = True, where: str = ""
    ) -> str:
        """Return the Markdown.

        Args:
            room: How many characters there are for it; entries that find none are left out, which is told.
            folded: Only a line of it stands open.
            alone: Whether no document around it says what goes for all.
            where: Where to read what is left out, as Markdown.
        """
        report, told = self.report, _counts(self.report)
        stack = report.stack
        if folded:
            counted = " · ".join(told).replace("`", "").replace("*", "")
            head = (
                f"<details><summary>{code(stack)}: {title(report)}{f' · {counted}' if told else ''}</summary>"
            )
            opening, closing = [head, ""], ["</details>", ""]
        else:
            opening = [
                f"### {escaped(stack)}: {title(report)}",
                "",
                *([" · ".join(told), ""] if told else []),
            ]
            closing = []
        if report.api == "emulator":
            opening += [REHEARSAL, ""]
        if alone and report.kind == "preview" and told:
            closing = [UNNAMED, "", *closing]
        body: list[str] = []
        left = self.size
        kept = len("\n".join([*opening, *closing])) + len(_left_out(left, stack, where)) + 2
        for name, found in self.parts:
            heading = [f"**{name}**", ""] if name else []
            for entry in found:
                added = "\n".join([*heading, entry, ""])
                if room is not None and kept + len(added) > room:
                    break
                body += [*heading, entry]
                kept, left, heading = kept + len(added), left - 1, []
            if body and body[-1]:
                body.append("")
        if left:
            body += [_left_out(left, stack, where), ""]
        elif not body:
            body = ["Nothing to do.", ""]
        return "\n".join([*opening, *body, *closing])


def section(report: Report) -> str:
    """Return one stack's report as a document of its own."""
    return Section.of(report).text()


def title(report: Report) -> str:
    """Say in a few words what came of a run."""
    text = TITLES[report.exit]
    if report.exit is Exit.FAILED and report.errors and all(each.code == TAKEN for each in report.errors):
        text = "failed: names are taken"
    if report.kind == "drift":
        text = {Exit.FINE: "no drift", Exit.CHANGES: "drift"}.get(report.exit, text)
    if report.stopped:
        text = "stopped: not the reviewed plan"
    if report.kind == "deploy" and report.exit is Exit.FINE:
        text = "deployed" if report.record.operations else "nothing left to do"
    return text


def _left_out(count: int, stack: str, where: str) -> str:
    return (
        f"**Left out here for want of room: {count} entr{'y' if count == 1 else 'ies'}.** All of them stand in the "
        f"summary of the job of {quoted(stack)}{where and f' ({where})'}, and in its report."
    )


def _counts(report: Report) -> list[str]:
    record = report.record
    done = [each for each in record.operations if each.outcome in ("", "done")]
    is_done = report.kind == "deploy" and not report.stopped and report.exit is Exit.FINE
    told = tally(done, done=is_done or any(each.outcome for each in record.operations))
    rest = Counter(str(each.outcome) for each in record.operations if each.outcome not in ("", "done"))
    refused = sum(each.enforcement == "mandatory" for each in record.violations) + len(report.guards)
    taken = sum(each.code == TAKEN for each in report.errors)
    numbers: dict[str, int] = {
        "refused": refused,
        "taken name" if taken == 1 else "taken names": taken,
        "error" if len(report.errors) - taken == 1 else "errors": len(report.errors) - taken,
        **{outcome: rest[outcome] for outcome in OUTCOMES},
        "drifted": len(record.drift),
    }
    return [*told, *(f"{count} {what}" for what, count in numbers.items() if count)]


def _parts(report: Report) -> Iterator[tuple[str, Iterable[str]]]:
    record = report.record
    yield "Refused by policy", _items(_violations(report, "mandatory"))
    yield "Refused, to protect what exists", _items(map(_problem, report.guards))
    taken = [each for each in report.errors if each.code == TAKEN]
    yield "Names that are taken", _items(map(_problem, taken))
    yield "Errors", _items(map(_problem, (each for each in report.errors if each.code != TAKEN)))
    for name, operations in _by_outcome(report):
        yield name, entries(operations)
    drift = (
        "Drift: not as declared" if report.kind == "drift" else "Drift: not as the last deployment left it"
    )
    yield drift, _items(map(_drifted, record.drift))
    yield "Advice of policies", _items(_violations(report, "advisory"))
    yield "Notes", _items(("", escaped(each)) for each in report.notes)


def _items(said: Iterable[tuple[str, str]]) -> Iterator[str]:
    return (f"- {entry.rstrip()}" for entry in listed(said))


def _violations(report: Report, enforcement: str) -> Iterator[tuple[str, str]]:
    for each in report.record.violations:
        if each.enforcement == enforcement:
            where = f" on {quoted(each.resource)}" if each.resource else ""
            yield f"{quoted(each.policy)}{where}", lines(each.message)


def _problem(problem: Problem) -> tuple[str, str]:
    return quoted(problem.resource) if problem.resource else "", lines(problem.message)


def _by_outcome(report: Report) -> Iterator[tuple[str, list[Operation]]]:
    """Part the operations of a deployment that failed by what became of them."""
    plain = "Not deployed yet" if report.kind == "drift" else "Operations"
    for outcome, name in {**OUTCOMES, "": plain}.items():
        found = [each for each in report.record.operations if each.outcome == outcome]
        # What only groups others counts where nothing else is told.
        if counts(found) or not outcome:
            yield name, found


def _drifted(drift: Drift) -> tuple[str, str]:
    what = " ".join(
        filter(None, (escaped(drift.type.rpartition(":")[2]), quoted(drift.name), thing(drift.sid)))
    )
    if drift.kind == "gone":
        return what, "is gone"
    return what, f"differs in {', '.join(map(quoted, drift.properties))}"
