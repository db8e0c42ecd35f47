"""`python -m gitops`: the commands of pipelines. Results go to standard output, progress to standard error.

Exit codes: 0 fine, 7 changes or drift, 2 a policy objects, 3 a guard refuses, 1 any other failure.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NoReturn

from gitops.adoption.commands import add_commands as add_adoption
from gitops.board.commands import add_commands as add_board
from gitops.changes import changed_files, inclusions, select, touched
from gitops.console import result, say
from gitops.deploy import deploy
from gitops.engine_run import StackRuns
from gitops.environments.commands import add_commands
from gitops.environments.gone import forgotten, gone_inclusion, removal, removed
from gitops.events import Problem, Record
from gitops.exits import Exit, GitopsError
from gitops.files import append, replace_all, write
from gitops.markdown import comment, section
from gitops.masking import sanitised
from gitops.promotion import Fill, plan, promote
from gitops.report import Kind, Report
from gitops.stack_diff import compare, compare_deployed, deployed, to_json, to_text
from gitops.stack_file import StackFile
from tools.engines import engine_words
from tools.stack import ROOT
from tools.stack_files import known_stacks, stacks_in_order
from tools.stack_names import check_stack_name

if TYPE_CHECKING:
    from gitops.github import GitHub

COMMENT_MARKER = "conversation-services: preview"
DRIFT_MARKER = "conversation-services: drift"

Command = Callable[[argparse.Namespace], Exit]


def main(arguments: list[str] | None = None) -> int:
    """Run one command; give its exit code."""
    try:
        given = _parser().parse_args(arguments)
        run: Command = given.run
        return run(given)
    except GitopsError as error:
        say(f"error: {error}")
        return error.code
    except SystemExit as error:
        if not isinstance(error.code, str):
            raise
        # The preparation of a stack ends with a message; its exit code is not one of ours.
        say(error.code)
        return Exit.FAILED


def changed_stacks(given: argparse.Namespace) -> Exit:
    """List the stacks that a change touches, or removes."""
    stacks = stacks_in_order()
    if given.all:
        found = [*stacks, *forgotten()]
    else:
        files = changed_files(ROOT, given.base)
        gone = removed(files)
        included = inclusions(stacks) | {stack: gone_inclusion(stack, given.base) for stack in gone}
        found = touched(files, [*stacks, *gone], included)
    text = json.dumps(select(found, given.match))
    result(text)
    if given.output:
        append(given.output, f"stacks={text}\n")
    return Exit.FINE


def preview_report(given: argparse.Namespace) -> Exit:
    """Report what `up` would do to a stack."""
    return _deliver(_report("preview", given.stack), given)


def drift_report(given: argparse.Namespace) -> Exit:
    """Report in what a stack differs from what exists."""
    return _deliver(_report("drift", given.stack), given)


def deploy_stack(given: argparse.Namespace) -> Exit:
    """Deploy a stack as it was reviewed."""
    reviewed = Report.read(given.reviewed) if given.reviewed.exists() else None
    if (gone := removal("deploy", given.stack, known=reviewed is not None)) is not None:
        return _deliver(gone, given)
    if reviewed is None:
        say(f"{given.stack}: no reviewed report, so no operation is allowed")
    done = deploy(StackRuns(given.stack), reviewed)
    if done.outputs is not None and given.out:
        text = json.dumps(done.outputs, indent=2, ensure_ascii=False) + "\n"
        write(given.out / f"{given.stack}.outputs.json", text)
    return _deliver(done.report, given)


def put_comment(given: argparse.Namespace) -> Exit:
    """Write or update the one comment of a pull request; the exit code is that of the gravest report."""
    reports = _in_order(_with_missing(Report.read_all(given.reports), given.expect))
    body = comment(reports, "Preview of the environments", _this_run(os.environ))
    say(_github().put_comment(given.pull_request, COMMENT_MARKER, body))
    found = {report.exit for report in reports}
    return next((code for code in (Exit.POLICY, Exit.GUARD, Exit.FAILED) if code in found), Exit.FINE)


def keep_drift_issue(given: argparse.Namespace) -> Exit:
    """Open, update or close the one issue about drift."""
    reports = _in_order(Report.read_all(given.reports))
    missing = sorted({*stacks_in_order()} - {report.stack for report in reports})
    if missing:
        raise GitopsError(f"no drift report on {', '.join(missing)}, so the issue stays as it is")
    troubled = [report for report in reports if report.exit is not Exit.FINE]
    body = comment(troubled, "Not as declared", _this_run(os.environ)) if troubled else None
    say(_github().keep_issue(DRIFT_MARKER, "Drift in the environments", body, "drift"))
    return Exit.FINE


def fetch_reviewed(given: argparse.Namespace) -> Exit:
    """Fetch the reports that were reviewed before a commit was merged."""
    reports = _github().reviewed_reports(given.commit)
    for report in reports:
        write(given.out / f"{report.stack}.json", report.to_json())
    say(f"reviewed: {', '.join(report.stack for report in reports) or 'no environment'}")
    return Exit.FINE


def diff(given: argparse.Namespace) -> Exit:
    """Show what differs between two environments."""
    source, target = _pair(given)
    stacks = (source.stack, target.stack)
    found = {"declared": compare(source, target)}
    live = None if given.declared_only else _deployed(stacks)
    if live is not None:
        found["deployed"] = compare_deployed(*live, stacks)
    result(to_json(found) if given.json else to_text(found, stacks))
    made = plan(source, target)
    _tell(target.stack, made.fills, made.notes)
    return (
        Exit.CHANGES
        if given.exit_code and any(not each.meant for part in found.values() for each in part)
        else Exit.FINE
    )


def promote_stack(given: argparse.Namespace) -> Exit:
    """Write into one environment's file what another one declares."""
    source, target = _pair(given)
    done = promote(source, target, prune=given.prune)
    if done.diff:
        replace_all({file.path: (file.before, file.text) for file in done.files})
        result(done.diff)
        names = ", ".join(file.name for file in done.files)
        say(f"wrote {names}; nothing is deployed: commit it on a branch for review")
    else:
        say(f"{given.target} already declares what {given.source} does")
    _tell(target.stack, done.fills, (*done.notes, *_shared(target, [file.path for file in done.files])))
    for name in done.left if not given.prune else ():
        say(f"only {given.target} declares {name}; --prune removes it")
    return Exit.FINE


def _pair(given: argparse.Namespace) -> tuple[StackFile, StackFile]:
    """Read the two environments that a command is about."""
    if given.source == given.target:
        raise GitopsError(f"--from and --to are both {given.source}", hint="name two environments")
    return StackFile.of(given.source, "--from"), StackFile.of(given.target, "--to")


def _tell(stack: str, fills: Iterable[Fill], notes: Iterable[str]) -> None:
    """Say what a promotion leaves to people."""
    engine = engine_words(os.environ)
    for fill in fills:
        say(f"fill in: {fill.told(stack, engine)}")
    for note in notes:
        say(f"note: {note}")


def _shared(target: StackFile, paths: Iterable[Path]) -> Iterator[str]:
    """Yield a note for each written file that other stacks include, too."""
    names = {file.path: file.name for file in target.files if not file.is_stack_file}
    others = inclusions(stack for stack in known_stacks() if stack != target.stack)
    for path in paths:
        if path in names and (found := [name for name, each in others.items() if each.holds(names[path])]):
            yield f"{names[path]} is included by {', '.join(found)}, too: the change is theirs as well"


def _deployed(stacks: tuple[str, str]) -> tuple[dict[str, str], dict[str, str]] | None:
    """Return what is deployed in both environments; None, with a note, where it cannot be had."""
    found = []
    for stack in stacks:
        try:
            found.append(deployed(StackRuns(stack).outputs()))
        except (GitopsError, SystemExit) as error:
            reason = error.code if isinstance(error, SystemExit) else error
            say(f"note: what is deployed is not compared: {stack}: {reason}")
            return None
    return found[0], found[1]


def _report(kind: Literal["preview", "drift"], stack: str) -> Report:
    """Run a look at a stack; a stack that no engine can be started on has a report too."""
    try:
        if (gone := removal(kind, stack)) is not None:
            return gone
        runs = StackRuns(stack)
        return runs.report(kind, runs.preview(refresh=True) if kind == "preview" else runs.drift())
    except SystemExit as error:
        return _failed(kind, stack, sanitised(str(error.code)))


def _failed(kind: Kind, stack: str, message: str) -> Report:
    record = Record(problems=(Problem("", message),), succeeded=False)
    return Report(kind=kind, stack=stack, api="twilio", commit="", record=record)


def _with_missing(reports: list[Report], expected: list[str]) -> list[Report]:
    missing = {*expected} - {report.stack for report in reports}
    return reports + [_failed("preview", stack, "there is no report: see the job's log") for stack in missing]


def _deliver(report: Report, given: argparse.Namespace) -> Exit:
    """Write a report where it is wanted, and give its exit code."""
    text = report.to_json() if given.json else section(report)
    result(text)
    if given.out:
        write(given.out / f"{report.stack}.json", report.to_json())
    if given.summary:
        append(given.summary, section(report) + "\n")
    fine = getattr(given, "allow_changes", False) and report.exit is Exit.CHANGES
    return Exit.FINE if fine else report.exit


def _github() -> GitHub:
    # Not at the top: a library for HTTP, of which no other command has a use.
    from gitops.github import GitHub

    return GitHub(os.environ)


def _this_run(environment: Mapping[str, str]) -> str:
    """Return a link to the run of the workflow whose jobs wrote the reports; "" on another forge."""
    names = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    server, repository, run = (environment.get(name, "") for name in names)
    return f"[run {run}]({server}/{repository}/actions/runs/{run})" if server and repository and run else ""


def _in_order(reports: list[Report]) -> list[Report]:
    order = stacks_in_order()
    return sorted(reports, key=lambda each: order.index(each.stack) if each.stack in order else len(order))


def _stack(source: str) -> Callable[[str], str]:
    """Return what reads the name of a stack out of an argument; `source` says which one it is."""
    return lambda text: check_stack_name(text, source)


def _stacks(text: str) -> list[str]:
    """Read `--expect`: a JSON list of stacks."""
    try:
        names = json.loads(text)
    except ValueError:
        names = None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise GitopsError("--expect: must be a JSON list of stacks", hint='such as ["dev", "stage"]')
    return [check_stack_name(name, "--expect") for name in names]


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints exit with 1: argparse's own 2 means a policy here."""

    def error(self, message: str) -> NoReturn:
        self.exit(Exit.FAILED, f"{self.format_usage()}error: {message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=f"python -m {__package__}",
        description="What pipelines call; docs/gitops.md shows how.",
        epilog="exit codes: 0 fine, 7 changes or drift, 2 a policy objects, 3 a guard refuses, 1 any other failure",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Command) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=run.__doc__, description=run.__doc__)
        made.set_defaults(run=run)
        return made

    changed = command("changed-stacks", changed_stacks)
    which = changed.add_mutually_exclusive_group(required=True)
    which.add_argument("--base", help="commit, branch or tag that the change is compared with")
    which.add_argument("--all", action="store_true", help="every stack, whatever changed")
    changed.add_argument(
        "--match", action="append", default=[], help="only stacks of this pattern, such as prod-*"
    )
    changed.add_argument("--output", type=Path, help="file to append stacks=LIST to, such as $GITHUB_OUTPUT")

    for name, run in (
        ("preview-report", preview_report),
        ("drift-report", drift_report),
        ("deploy", deploy_stack),
    ):
        reporting = command(name, run)
        reporting.add_argument("--stack", required=True, type=_stack("--stack"))
        reporting.add_argument("--out", type=Path, help="folder for STACK.json, the report")
        reporting.add_argument(
            "--summary", type=Path, help="file to append the Markdown to, $GITHUB_STEP_SUMMARY"
        )
        reporting.add_argument("--json", action="store_true", help="print JSON instead of Markdown")
        if run is deploy_stack:
            reporting.add_argument(
                "--reviewed",
                required=True,
                type=Path,
                help="the report that was reviewed; a missing file stands for a review without operations",
            )
        else:
            reporting.add_argument("--allow-changes", action="store_true", help="exit 0 instead of 7")

    commenting = command("comment", put_comment)
    commenting.add_argument("--pull-request", required=True, type=int)
    commenting.add_argument("--reports", required=True, type=Path, help="folder of preview reports")
    commenting.add_argument(
        "--expect", default=[], type=_stacks, help="JSON list of the stacks that must have a report"
    )
    issue = command("drift-issue", keep_drift_issue)
    issue.add_argument("--reports", required=True, type=Path, help="folder of drift reports on every stack")
    reviewed = command("reviewed", fetch_reviewed)
    reviewed.add_argument("--commit", required=True, help="the commit that a merge left on the branch")
    reviewed.add_argument("--out", required=True, type=Path, help="folder for the reports")

    for name, run in (("diff", diff), ("promote", promote_stack)):
        pair = command(name, run)
        pair.add_argument(
            "--from",
            dest="source",
            required=True,
            type=_stack("--from"),
            help="the environment that is ahead",
        )
        pair.add_argument(
            "--to", dest="target", required=True, type=_stack("--to"), help="the one that follows"
        )
        if run is diff:
            pair.add_argument("--declared-only", action="store_true", help="compare the stack files only")
            pair.add_argument("--json", action="store_true", help="print JSON")
            pair.add_argument(
                "--exit-code", action="store_true", help="exit 7 on differences that are not meant"
            )
        else:
            pair.add_argument(
                "--prune", action="store_true", help="remove services that only the target declares"
            )
    add_commands(command)
    add_adoption(command)
    add_board(command)
    return parser


if __name__ == "__main__":
    # As the Pulumi CLI does: whatever the locale, names keep their letters.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main())
