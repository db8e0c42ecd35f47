"""Look for personal data in names: `python -m policy.scan`.

    printf '{"text": "Lima hub"}\n' | python -m policy.scan          JSON lines in, JSON lines out, same order
    python -m policy.scan names.jsonl --table                         a table, as on a terminal
    python -m policy.scan --account                                   the names of all services of the account

A line in is `{"text": …}`; a line out is `{"kinds": […], "advised": […], "findings": [{"kind", "rule", "tier", "start",
"end", "confidence"}, …]}`, with `sid` for a service of the account. `kinds` are the kinds that stop an update with the
default settings, `advised` those that are only advised of. The text itself is never written. Each line is answered
before the next one is read. Exit code 0; 1 with --check if anything stops; 2 for bad input, once what came before it
is answered; 141 once nobody reads the output.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .allowed.allow_list import AllowListError, load
from .allowed.judging import Reviewed, judge, stops
from .pii import Finding
from .pii.contacts.phones import DEFAULT_REGIONS

if TYPE_CHECKING:
    from typing import BinaryIO, TextIO

MAX_LINE_BYTES = 1024 * 1024
CLOSED_PIPE = 141
"""Exit code once nobody reads the output: that of a shell's other commands."""

_ROW = "{:<34}  {:<7}  {:<28}  {:<6}  {}\n"


class ScanError(Exception):
    """Input or account that can't be read; the text says where and what to do."""


@dataclass(frozen=True, slots=True)
class Item:
    """A name to look at.

    Attributes:
        text: the name.
        sid: SID of the service that bears it, "" for a line of input.
    """

    text: str
    sid: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found in one name."""

    sid: str
    findings: tuple[Finding, ...]
    length: int

    @property
    def kinds(self) -> list[str]:
        """Kinds of personal data that stop an update with the default settings, sorted."""
        return sorted({f.kind for f in self.findings if stops(f)})

    @property
    def advised(self) -> list[str]:
        """Kinds that are only advised of, sorted."""
        return sorted({f.kind for f in self.findings} - {*self.kinds})

    def as_json(self) -> dict[str, Any]:
        """Shape of one line of output."""
        head: dict[str, Any] = {"sid": self.sid} if self.sid else {}
        return head | {
            "kinds": self.kinds,
            "advised": self.advised,
            "findings": [asdict(f) for f in self.findings],
        }


def read_lines(file: BinaryIO) -> Iterator[Item]:
    """Read JSON lines; blank lines are an error too, for output must match input line by line.

    Raises:
        ScanError: at the first line that is no object with a string `text`.
    """
    number = 0
    while line := file.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES:
            raise ScanError(f"line {number} is longer than {MAX_LINE_BYTES // 1024} KiB")
        try:
            data = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
        except UnicodeDecodeError as error:
            raise ScanError(f"line {number} is not UTF-8") from error
        except (ValueError, RecursionError) as error:
            raise ScanError(
                f'line {number} is no JSON\nhint: write one object a line: {{"text": "…"}}'
            ) from error
        if not isinstance(data, dict) or not isinstance(data.get("text"), str):
            raise ScanError(
                f'line {number} has no string "text"\nhint: write one object a line: {{"text": "…"}}'
            )
        yield Item(data["text"])


def scan(items: Iterable[Item], regions: tuple[str, ...], reviewed: Reviewed) -> Iterator[Outcome]:
    """Look at each name; what reviewed words account for is no finding."""
    for item in items:
        yield Outcome(item.sid, judge(item.text, regions, reviewed).findings, len(item.text))


def write_json(outcomes: Iterable[Outcome], out: TextIO) -> bool:
    """Write one line per name, each at once; tell whether anything stops."""
    any_stops = False
    for outcome in outcomes:
        any_stops = any_stops or bool(outcome.kinds)
        out.write(json.dumps(outcome.as_json()) + "\n")
        out.flush()
    return any_stops


def write_table(outcomes: Iterable[Outcome], out: TextIO) -> bool:
    """Write one row per finding, each at once, and the sums; tell whether anything stops."""
    total = stopped = advised = 0
    for total, outcome in enumerate(outcomes, start=1):
        if outcome.findings and stopped == advised == 0:
            out.write(_ROW.format("name", "kind", "rule", "tier", "characters"))
        stopped += bool(outcome.kinds)
        advised += bool(outcome.advised and not outcome.kinds)
        for finding in outcome.findings:
            where = f"{finding.start + 1} to {finding.end} of {outcome.length}"
            name = outcome.sid or f"line {total}"
            out.write(_ROW.format(name, finding.kind, finding.rule, finding.tier, where))
        out.flush()
    out.write(f"{total} names, {stopped} with personal data, {advised} that may hold some\n")
    return stopped > 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"python -m {__package__}.scan",
        description="Look for personal data in names.",
        epilog="Credentials for --account come from TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and "
        "TWILIO_API_SECRET; TWILIO_BASE_URL, TWILIO_REGION and TWILIO_EDGE choose where it is.",
    )
    parser.add_argument("file", nargs="?", help='JSON lines with "text"; standard input by default')
    parser.add_argument(
        "--account", action="store_true", help="scan the names of all services of the account"
    )
    parser.add_argument(
        "--table", action="store_true", help="a table instead of JSON lines; the default on a terminal"
    )
    parser.add_argument("--json", action="store_true", help="JSON lines even on a terminal")
    parser.add_argument("--check", action="store_true", help="exit with 1 if anything stops an update")
    parser.add_argument("--allow-list", type=Path, metavar="FILE", help="reviewed words that are fine")
    parser.add_argument("--stack", default="", help="count the entries that are for this stack, too")
    parser.add_argument(
        "--regions", default=",".join(DEFAULT_REGIONS), metavar="US,GB,…", help="regions of phone numbers"
    )
    return parser


def _items(options: argparse.Namespace) -> Iterator[Item]:
    if options.account:
        from .account import AccountError, services

        try:
            for sid, name in services(os.environ):
                yield Item(name, sid)
        except AccountError as error:
            raise ScanError(str(error)) from error
    elif options.file:
        try:
            with Path(options.file).open("rb") as file:
                yield from read_lines(file)
        except OSError as error:
            raise ScanError(f"cannot read {options.file}: {error.strerror}") from error
    else:
        yield from read_lines(sys.stdin.buffer)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; answer with its exit code."""
    options = _parser().parse_args(arguments)
    regions = tuple(region.strip().upper() for region in options.regions.split(",") if region.strip())
    as_table = options.table or (sys.stdout.isatty() and not options.json)
    write: Callable[[Iterable[Outcome], TextIO], bool] = write_table if as_table else write_json
    try:
        # Without a stack only entries for all stacks count.
        entries = load(options.allow_list).for_stack(options.stack) if options.allow_list else ()
        any_stops = write(scan(_items(options), regions, Reviewed(entries)), sys.stdout)
    except (ScanError, AllowListError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    except BrokenPipeError:
        # The reader has seen enough. What is still buffered must not fail once more at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED_PIPE
    return 1 if any_stops and options.check else 0


if __name__ == "__main__":
    signal.signal(
        signal.SIGINT, signal.SIG_DFL
    )  # Ctrl-C ends it as it ends other commands, without a traceback
    sys.exit(main())
