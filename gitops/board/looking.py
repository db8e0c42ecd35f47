"""What was found at Twilio: by a look of now, or by the newest report that pipelines have left.

The board itself asks Twilio nothing. A report tells of drift and of what policies say; one of a rehearsal tells nothing
of Twilio, and the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gitops.board.history import moment
from gitops.board.model import Look
from gitops.engine_run import StackRuns
from gitops.events import Drift, Violation
from gitops.exits import GitopsError
from gitops.masking import sanitised
from gitops.report import Report

__all__ = ["Found", "look", "reported", "reports_in"]

SOURCES = {"drift": "a drift report", "preview": "a preview report", "deploy": "the last deployment's report"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one look found; `drift` is None where it could not be told."""

    look: Look
    drift: tuple[Drift, ...] | None = None
    violations: tuple[Violation, ...] | None = None
    problems: tuple[str, ...] = ()


def look(stack: str) -> Found:
    """Look at what exists, and ask every policy; nothing is changed.

    Raises:
        GitopsError: If it was asked to stop.
    """
    now = Look(source="a look of now", at=moment(datetime.now(UTC).timestamp()))
    try:
        runs = StackRuns(stack)
        drift, preview = runs.drift(), runs.preview(refresh=False)
    except SystemExit as error:
        return Found(look=now, problems=(f"it could not be looked at: {sanitised(str(error.code))}",))
    problems = dict.fromkeys(each.message for each in (*drift.problems, *preview.problems))
    return Found(
        look=now,
        drift=drift.drift if drift.succeeded else None,
        violations=preview.violations,
        problems=tuple(f"the look was not completed: {each}" for each in problems),
    )


def reports_in(folders: Iterable[Path]) -> tuple[list[tuple[float, Report]], list[str]]:
    """Read the reports of folders, each with the time of its file, and say which files are none."""
    found, problems = [], []
    for path in sorted(path for folder in folders if folder.is_dir() for path in folder.rglob("*.json")):
        if path.name.endswith(".outputs.json"):
            continue
        try:
            found.append((path.stat().st_mtime, Report.read(path)))
        except (GitopsError, OSError) as error:
            problems.append(str(error).partition("\n")[0])
    return found, problems


def reported(stack: str, api: str, reports: Iterable[tuple[float, Report]]) -> Found | None:
    """Return what the newest reports on a stack tell; None if there is none.

    Args:
        stack: Its name.
        api: Which API the stack is at: reports on the other one do not count.
        reports: Each with its time.
    """
    own = sorted(
        ((time, report) for time, report in reports if report.stack == stack and report.api == api),
        key=lambda each: each[0],
    )
    looked = [each for each in own if each[1].record.succeeded]
    judged = [report for _, report in own if report.kind != "drift"]
    if not looked and not judged:
        return None
    time, newest = looked[-1] if looked else own[-1]
    return Found(
        look=Look(source=SOURCES.get(newest.kind, "a report"), at=moment(time)),
        drift=newest.record.drift if looked else None,
        violations=judged[-1].record.violations if judged else None,
    )
