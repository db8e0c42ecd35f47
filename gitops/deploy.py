"""Deploy a stack as it was reviewed: preview, compare, refresh, apply, check.

Nothing is applied that the reviewed report did not show, and nothing that a policy or a guard refuses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from gitops.console import say
from gitops.engine_run import StackRuns
from gitops.events import Record
from gitops.exits import Exit, GitopsError
from gitops.report import Report
from gitops.review.comparison import differences
from tools.interrupted import GUIDE

__all__ = ["Deployment", "deploy"]


GO_ON = "mend what failed, and deploy again by the same reviewed report: it goes on with the rest"
INTERRUPTED = "the deployment was interrupted on its way"
RUN_AGAIN = (
    "run the same job or command again, by the same reviewed report: it goes on with the rest, and finishes what was "
    f"under way ({GUIDE})"
)
NOTHING_LEFT = "nothing left to do: what was reviewed is done"


@dataclass(frozen=True, slots=True)
class Deployment:
    """What a deployment did; `outputs` are None where it did not come to its end."""

    report: Report
    outputs: dict[str, Any] | None = None


def deploy(runs: StackRuns, reviewed: Report | None) -> Deployment:
    """Carry out the reviewed operations, or stop before the first of them.

    Args:
        runs: The stack.
        reviewed: The report that was reviewed; None if the review showed no operation on this stack.

    Raises:
        GitopsError: If the reviewed report is about another stack or API, or was not fit to be merged.
    """
    if reviewed is not None:
        _check(reviewed, runs)

    # On a refreshed copy of the state: a deployment that stops leaves the drift where everybody sees it.
    plan = runs.preview(refresh=True)
    if stopped := _stopped(runs, reviewed, plan):
        return stopped
    if plan.operations:
        refreshed = runs.refresh()
        if not refreshed.succeeded:
            return _ended(
                runs, replace(plan, problems=refreshed.problems, succeeded=False), "the refresh failed"
            )
        if refreshed.drift != plan.drift:
            # Something was changed since the plan was made: today's is another one.
            plan = replace(runs.preview(refresh=False), drift=refreshed.drift)
            if stopped := _stopped(runs, reviewed, plan):
                return stopped
    after = plan
    if plan.operations:
        say(f"{runs.prepared.name}: applying {len(plan.operations)} operations")
        done = runs.up()
        if not done.succeeded or done.problems:
            notes = (
                (INTERRUPTED, RUN_AGAIN) if done.interrupted else ("the deployment failed on its way", GO_ON)
            )
            return _ended(runs, _halfway(plan, done), *notes)
        after = runs.preview(refresh=True)

    # Drift is over once the plan is carried out; what is left counts now.
    applied = replace(after, operations=plan.operations, drift=())
    if left := differences(None, runs.report("preview", after)):
        return _ended(runs, applied, "deployed, and a preview still shows changes", *left, stopped=True)
    report = runs.report("deploy", applied, () if plan.operations else (NOTHING_LEFT,))
    return Deployment(report, runs.outputs() if report.exit is Exit.FINE else None)


def _halfway(plan: Record, done: Record) -> Record:
    """Return what a run that failed was to do, each operation with what became of it."""
    operations = tuple(
        replace(each, outcome=done.ended.get((each.type, each.name), "not begun")) for each in plan.operations
    )
    return replace(done, operations=operations, drift=plan.drift)


def _stopped(runs: StackRuns, reviewed: Report | None, plan: Record) -> Deployment | None:
    """Return how a deployment ends whose plan was refused or is not the reviewed one; None where it goes on."""
    found = runs.report("preview", plan)
    if found.exit not in (Exit.FINE, Exit.CHANGES):
        return _ended(runs, plan, "nothing was deployed")
    if changed := differences(reviewed, found):
        notes = (
            "nothing was deployed: the plan is not the reviewed one",
            *changed,
            "review the plan of today: run the deployment by hand, or open a change",
        )
        return _ended(runs, plan, *notes, stopped=True)
    return None


def _check(reviewed: Report, runs: StackRuns) -> None:
    own = runs.report("preview", Record())
    if reviewed.kind != "preview":
        raise GitopsError(f"the reviewed report is one of {reviewed.kind}, not of a preview")
    if reviewed.stack != own.stack:
        raise GitopsError(f"the reviewed report is about {reviewed.stack}, not about {own.stack}")
    if reviewed.api != own.api:
        raise GitopsError(
            f"the reviewed report is about {reviewed.api}, and this run would use {own.api}",
            hint="EMULATOR and the credentials must be the same for both",
        )
    if reviewed.exit not in (Exit.FINE, Exit.CHANGES):
        raise GitopsError(
            f"the reviewed report was refused itself ({reviewed.exit.name.lower()})", code=reviewed.exit
        )


def _ended(runs: StackRuns, record: Record, *notes: str, stopped: bool = False) -> Deployment:
    return Deployment(replace(runs.report("deploy", record, notes), stopped=stopped))
