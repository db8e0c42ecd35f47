"""Look for personal data in names: `python -m policy.scan`.

    printf '{"text": "Lima hub"}\\n' | python -m policy.scan          JSON lines in, JSON lines out, same order
    python -m policy.scan names.jsonl --table                         a table, as on a terminal
    python -m policy.scan --account                                   the names of all services of the account

A line in is `{"text": …}`; a line out is `{"kinds": […], "findings": [{"kind", "rule", "tier", "start", "end",
"confidence"}, …]}`, with `sid` for a service of the account. Kinds are those of the tier that stops an update; findings
also hold those that only advise. The text itself is never written. Exit code 0; 1 with --check if anything was found; 2
for bad input.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .allow_list import AllowListError, load
from .judging import Reviewed, judge
from .pii import Finding
from .pii.phones import DEFAULT_REGIONS

if TYPE_CHECKING:
    from typing import TextIO


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
        """Kinds of personal data, sorted; what only advises doesn't count."""
        return sorted({f.kind for f in self.findings if f.tier == "stop"})

    def as_json(self) -> dict[str, Any]:
        """Shape of one line of output."""
        head: dict[str, Any] = {"sid": self.sid} if self.sid else {}
        return head | {"kinds": self.kinds, "findings": [asdict(f) for f in self.findings]}


def read_lines(lines: Iterable[str]) -> Iterator[Item]:
    """Read JSON lines; blank lines are an error too, for output must match input line by line.

    Raises:
        ScanError: at the first line that is no object with a string `text`.
    """
    for number, line in enumerate(lines, start=1):
        try:
            data = json.loads(line)
        except json.JSONDecodeError as error:
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


def write_table(outcomes: Iterable[Outcome], out: TextIO) -> None:
    """Lay out what was found, one name a row; names without a finding are only counted."""
    from rich.console import Console
    from rich.table import Table

    table = Table("name", "kind", "rule", "tier", "characters")
    total = flagged = 0
    for total, outcome in enumerate(outcomes, start=1):
        flagged += bool(outcome.kinds)
        for finding in outcome.findings:
            where = f"{finding.start + 1} to {finding.end} of {outcome.length}"
            table.add_row(outcome.sid or f"line {total}", finding.kind, finding.rule, finding.tier, where)
    console = Console(file=out)
    if table.row_count:
        console.print(table)
    console.print(f"{total} names, {flagged} with personal data", highlight=False)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m policy.scan",
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
    parser.add_argument("--check", action="store_true", help="exit with 1 if personal data was found")
    parser.add_argument("--allow-list", type=Path, metavar="FILE", help="reviewed names that are fine")
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
            with Path(options.file).open(encoding="utf-8") as lines:
                yield from read_lines(lines)
        except (OSError, UnicodeDecodeError) as error:
            raise ScanError(
                f"cannot read {options.file}: {getattr(error, 'strerror', None) or 'not UTF-8'}"
            ) from error
    else:
        sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        yield from read_lines(sys.stdin)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; answer with its exit code."""
    options = _parser().parse_args(arguments)
    regions = tuple(region.strip().upper() for region in options.regions.split(",") if region.strip())
    found = False
    try:
        # The account is one of no stack: only entries for all stacks count.
        entries = load(options.allow_list).for_stack("") if options.allow_list else ()
        outcomes = list(scan(list(_items(options)), regions, Reviewed(entries)))
    except (ScanError, AllowListError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    found = any(outcome.kinds for outcome in outcomes)
    if options.table or (sys.stdout.isatty() and not options.json):
        write_table(outcomes, sys.stdout)
    else:
        for outcome in outcomes:
            sys.stdout.write(json.dumps(outcome.as_json()) + "\n")
    return 1 if found and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
