"""One document on several stacks: a table of all, then a section for each that has something to tell.

Of a few stacks each stands open; of more only those that lose something, were refused or have failed. What
finds no room in a comment is left out from the end, where the least is lost, and said so.
"""

from __future__ import annotations

from collections.abc import Sequence

from gitops.exits import Exit
from gitops.markdown.operations import counts
from gitops.markdown.section import UNNAMED, Section, title
from gitops.markdown.texts import escaped, quoted
from gitops.report import Report

__all__ = ["MAX_CHARACTERS", "comment"]

MAX_CHARACTERS = 60_000
"""GitHub takes 65,536 in a comment or an issue."""
OPEN = 3
"""Up to so many stacks have a section that stands open."""
LEGEND = "`+` create, `~` update, `±` replace, `-` delete, `=` adopt what is there, `<` leave at Twilio and forget."


def comment(reports: Sequence[Report], heading: str, where: str = "") -> str:
    """Return the document.

    Args:
        reports: In the order of the table.
        heading: Its first line.
        where: Where to read what finds no room, as Markdown.
    """
    if not reports:
        return f"## {heading}\n\nThis change touches no environment.\n"
    document = [f"## {heading}", "", *_table(reports), ""]
    if any(each.record.operations for each in reports):
        document += [f"{LEGEND} {UNNAMED}", ""]
    sections = sorted(map(Section.of, reports), key=lambda each: each.rank)
    is_fleet = len(sections) > OPEN
    idle = [each for each in sections if is_fleet and each.report.exit is Exit.FINE and not each.size]
    shown = [each for each in sections if each not in idle]
    if idle:
        names = ", ".join(quoted(each.report.stack) for each in idle)
        document += [f"Nothing to do in {len(idle)}: {names}.", ""]
    room = MAX_CHARACTERS - len("\n".join(document))
    # What each needs at least, so that no stack is passed over for another one's length.
    least = [_text(each, where, is_fleet, 0) for each in shown]
    for index, each in enumerate(shown):
        own = room - sum(len(text) + 1 for text in least[index + 1 :])
        text = _text(each, where, is_fleet, own)
        document.append(text)
        room -= len(text) + 1
    return "\n".join(document)


def _text(section: Section, where: str, is_fleet: bool, room: int) -> str:
    return section.text(room, folded=is_fleet and not section.is_urgent, alone=False, where=where)


def _table(reports: Sequence[Report]) -> list[str]:
    adopts = any(counts(each.record.operations)["adopt"] for each in reports)
    columns = ["environment", "result", "`+` create", *(["`=` adopt"] if adopts else []), "`~` update"]
    columns += ["`±` replace", "`-` delete", "drift"]
    rows = [columns, ["---"] * len(columns), *(_row(report, adopts) for report in reports)]
    return [f"| {' | '.join(row)} |" for row in rows]


def _row(report: Report, adopts: bool) -> list[str]:
    found = counts(report.record.operations)
    left = sum(each.left_over for each in report.record.operations)
    deleted = f"**{found['delete']}**{f', {left} left over' if left else ''}" if found["delete"] else "-"
    made, adopted = found["create"] + found["import"], found["adopt"]
    changed = found["update"] + found["protect"] + found["unprotect"]
    return [
        escaped(report.stack),
        title(report),
        str(made or "-"),
        *([str(adopted or "-")] if adopts else []),
        str(changed or "-"),
        f"**{found['replace']}**" if found["replace"] else "-",
        deleted,
        str(len(report.record.drift) or "-"),
    ]
