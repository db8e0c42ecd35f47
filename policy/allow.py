"""Have a reviewed word allowed in names: `python -m policy.allow`, `make allow`.

    make allow NAME=netflix REASON='a customer' OWNER='platform team' UNTIL=2027-06-30
    make allow STACK=dev SERVICE=support REASON=… OWNER=… UNTIL=…     the name that stops that service
    make allow STACK=dev REASON=… OWNER=… UNTIL=…                      lists the services whose names are stopped

It adds one entry to the allow-list that counts (`--file` for another one) and leaves the rest as it is. No name is
printed. Exit code 0; 2 with one error otherwise, and nothing is changed then.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from .allowed.allow_list import DEFAULT_PATH, AllowList, AllowListError, Entry, loads, parts_of
from .allowed.checks import RefusedError, checked_day, checked_line, checked_name, refuse_known
from .allowed.judging import Judgement, Reviewed, judge, stops
from .allowed.places import OWN_LISTS, find_allow_list, project_file
from .allowed.stack_names import Named, StackFileError, names_in
from .allowed.words import is_name, is_of_the_trade
from .allowed.writer import NEW_FILE, replace_file, with_entry
from .allowed.yaml_text import YamlError, read_text
from .pii import Finding
from .pii.contacts.phones import DEFAULT_REGIONS
from .pii.normalise import read
from .rules.messages import safe

_ALONE = (
    "note: every word of it is a name: it is allowed alone and beside words of the trade, "
    "never beside another part of a name\n"
)


def allow(options: argparse.Namespace, today: dt.date) -> str:
    """Add an entry; answer with what to tell.

    Raises:
        RefusedError, AllowListError, StackFileError: if it is refused; nothing is changed then.
        OSError: if the file can't be written.
    """
    project = project_file(Path.cwd())
    path = _file(options.file, project)
    text = _text_of(path)
    current = loads(text, path.name)
    if options.name and (options.service or options.input):
        raise RefusedError("a name is given, so that none is looked up\nhint: leave NAME or SERVICE out")
    name = options.name or _words_of(_looked_up(options, project, current, today), today)
    fields: dict[str, str | Sequence[str]] = {
        "name": checked_name(name),
        "reason": checked_line(options.reason, "reason"),
        "owner": checked_line(options.owner, "owner"),
        "expires": checked_day(options.until, today),
    }
    stacks = tuple(stack.strip() for stack in options.stacks.split(",") if stack.strip())
    if stacks:
        fields["stacks"] = [checked_line(stack, "stacks") for stack in stacks]
    refuse_known(current, name, stacks, today)
    new, line = with_entry(text, path.name, fields)
    replace_file(path, new)
    shown = os.path.relpath(path) if path.resolve().is_relative_to(Path.cwd().resolve()) else str(path)
    told = f"{shown}: entry {len(current.entries) + 1} added in line {line}, good until {fields['expires']}\n"
    return told + (_ALONE if all(is_name(token.folded) for token in read(name).tokens) else "")


def _file(given: str, project: Path | None) -> Path:
    """Choose the file: the one given, else the one that counts, else a new one in the project."""
    if given and (os.path.lexists(given) or project is None):
        return Path(given)
    folder = project.parent if project else OWN_LISTS or Path.cwd()
    try:
        return find_allow_list(given or DEFAULT_PATH.name, folder, to_change=True)
    except AllowListError:
        return folder / (given or DEFAULT_PATH.name)


def _text_of(path: Path) -> str:
    if not os.path.lexists(path):
        return NEW_FILE
    try:
        return read_text(path)
    except YamlError as error:
        raise AllowListError(f"cannot read the allow-list {path.name}: {error}") from error


def _looked_up(
    options: argparse.Namespace, project: Path | None, current: AllowList, today: dt.date
) -> Named:
    """Find the one text of a stack file that is stopped."""
    if project is None or not options.stack:
        raise RefusedError("no name is given\nhint: set NAME, or STACK and SERVICE to have it looked up")
    where = f"the stack file of {safe(options.stack)}"
    named = names_in(project, options.stack)
    if options.service:
        named = [n for n in named if options.service in (n.service, str(n.number))]
        if not named:
            raise RefusedError(f"{where} has no such service\nhint: SERVICE is its key there, or its number")
    reviewed = Reviewed(current.for_stack(options.stack), today)
    stopped = [n for n in named if _stops(judge(n.text, DEFAULT_REGIONS, reviewed))]
    if options.input:
        stopped = [n for n in stopped if n.input == options.input]
    if not stopped:
        raise RefusedError(f"nothing that was looked up in {where} is stopped: no entry is needed")
    if len(stopped) > 1:
        choices = (f"SERVICE={n.number} INPUT='{_shown(n.input)}' ({safe(n.service)})" for n in stopped)
        raise RefusedError(
            f"{len(stopped)} texts in {where} are stopped\nhint: say which\n" + "\n".join(choices)
        )
    return stopped[0]


def _words_of(found: Named, today: dt.date) -> str:
    """Choose an entry's words for a stopped text: what was found in it, without words of the trade around it."""
    text = read(found.text)
    spans = [(f.start, f.end) for f in _stops(judge(found.text, DEFAULT_REGIONS, Reviewed()))]
    start, end = min(start for start, _ in spans), max(end for _, end in spans)
    tokens = [(token, text.span(token.start, token.end)) for token in text.tokens]
    tokens = [(token, span) for token, span in tokens if span[0] < end and start < span[1]]
    while tokens and is_of_the_trade(tokens[0][0].folded):
        tokens.pop(0)
    while tokens and is_of_the_trade(tokens[-1][0].folded):
        tokens.pop()
    if tokens:
        words = found.text[tokens[0][1][0] : tokens[-1][1][1]]
        entry = Entry(1, parts_of(words), "", "", today)
        if not _stops(judge(found.text, DEFAULT_REGIONS, Reviewed([entry], today))):
            return words
    return found.text


def _stops(judgement: Judgement) -> list[Finding]:
    return [f for f in judgement.findings if stops(f)]


def _shown(place: str) -> str:
    return ".".join(safe(key) for key in place.split("."))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"python -m {__package__}.allow",
        description="Have a reviewed word, or some in a row, allowed in names.",
    )
    for option, text in {
        "name": "the word or words; a star between two stands for any words, which are judged as ever",
        "reason": "why no person is meant",
        "owner": "who answers for it",
        "until": "the last day it counts, such as 2027-06-30",
        "stack": "without a name: the stack whose file is looked into",
        "service": "without a name: key or number of the service in the stack file",
        "input": "without a name: the service's input, such as friendlyName",
        "stacks": "patterns of the stacks it is for, such as prod,prod-*; all by default",
        "file": "the allow-list, by default the one that counts",
    }.items():
        parser.add_argument(f"--{option}", default="", help=text)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; answer with its exit code."""
    options = _parser().parse_args(arguments)
    try:
        told = allow(options, dt.datetime.now(tz=dt.UTC).date())
    except (RefusedError, AllowListError, StackFileError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"error: cannot write the allow-list: {error.strerror or type(error).__name__}\n")
        return 2
    sys.stdout.write(told)
    return 0


if __name__ == "__main__":
    # As the Pulumi CLI does: whatever the locale, names keep their letters.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main())
