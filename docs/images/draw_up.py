"""Draws up.svg: `up` on a terminal, from the events of a real run against the emulator.

    python docs/images/draw_up.py

A first run makes four services; the second, which is drawn, creates, replaces and deletes some. The picture shows its
preview, the question, and what was told by the moment when half was done.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from rich.console import Console  # noqa: E402
from rich.text import Text  # noqa: E402

from offline.engine.commands import perform as operations  # noqa: E402
from offline.engine.commands.cli import main  # noqa: E402
from offline.engine.display.board import Board  # noqa: E402
from offline.engine.display.progress import operation_line, waiting_line  # noqa: E402
from offline.engine.display.report import Showing, headline, report_lines  # noqa: E402
from offline.engine.display.screen import Screen  # noqa: E402
from offline.engine.display.words import Line  # noqa: E402
from offline.engine.model.events import Event, Finished, Op, Started, StepDone  # noqa: E402

COLUMNS = 120
LATENCY_SECONDS = 0.9
QUESTION: Line = (("Do you want to perform this update? [yes/no/details] (no): ", ""), ("yes", "bold"))
BEFORE = {
    "support-eu": "acme-support-eu",
    "sales": "acme-sales",
    "returns": "acme-returns",
    "fax": "acme-fax",
}
AFTER = {
    "support-eu": "acme-support-eu",
    "sales": "acme-shop",
    "returns": "acme-returns",
    "support-us": "acme-support-us",
    "appointments": "acme-appointments",
    "delivery-updates": "acme-delivery-updates",
}


class Painter:
    """Stands in for the display: keeps the lines to be drawn while the run goes on."""

    lines: list[Line] = []  # noqa: RUF012  the one picture
    expected = 0

    def __init__(self, _screen: Screen, showing: Showing, *, live: bool) -> None:  # noqa: ARG002
        self.board = Board()
        self._showing = showing
        self._painted = False

    def __call__(self, event: Event) -> None:
        """Take an event."""
        if isinstance(event, Started):
            self.board = Board()
        if isinstance(event, Finished):
            event = replace(event, outputs=None)
        self.board.add(event)
        if self._painted:
            return
        if isinstance(event, Started):
            Painter.lines += [headline(self.board), ()]
        elif isinstance(event, StepDone) and event.step.op is not Op.SAME and event.step.logical:
            row = self.board.rows[event.step.key]
            Painter.lines += [
                operation_line(row, event.step, event.seconds, self.board.dry_run, self._showing)
            ]
        elif isinstance(event, Finished) and self.board.dry_run:
            Painter.expected = self.board.count("done")
            Painter.lines += [(), *report_lines(self.board, self._showing), QUESTION, ()]
        changed = [row for row in self.board.rows.values() if row.status == "done" and row.op is not Op.SAME]
        if not self.board.dry_run and len(changed) == 2:
            self._painted = True
            Painter.lines += [waiting_line(self.board, Painter.expected)]

    def close(self) -> None:
        """End."""


def run(folder: Path, services: dict[str, str], *arguments: str) -> None:
    """Run the engine on a stack that declares some services."""
    file = folder / "Pulumi.dev.yaml"
    declared = {name: {"friendlyName": friendly_name} for name, friendly_name in services.items()}
    file.write_text(json.dumps({"config": {"conversation-services:services": declared}}), encoding="utf-8")
    code = main(["-C", str(ROOT), *arguments, "-s", "dev", "--config-file", str(file)])
    if code:
        raise SystemExit(f"the engine ended with {code}")


def draw(lines: list[Line], path: Path) -> None:
    """Write lines as an SVG that needs no font of anybody else's."""
    console = Console(
        record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="standard"
    )
    for line in lines:
        text = Text(no_wrap=True)
        for part, style in line:
            # Some viewers swallow spaces at the beginning of a piece of text: they become a piece of their own.
            bare = part.lstrip()
            text.append(part[: len(part) - len(bare)], style="not bold")
            text.append(bare, style=style or None)
        console.print(text)
    svg = console.export_svg(title="python -m offline.engine up", unique_id="up")
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = svg.replace(
        "font-family: Fira Code, monospace", "font-family: DejaVu Sans Mono, Menlo, Consolas, monospace"
    )
    path.write_text(
        "\n".join(line.rstrip() for line in svg.splitlines() if line.strip()) + "\n", encoding="utf-8"
    )


def paint() -> None:
    """Run the emulator and the engine, and draw."""
    emulator = subprocess.Popen(
        [sys.executable, "-m", "offline.emulator"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert emulator.stdout is not None  # noqa: S101
    try:
        address = emulator.stdout.readline().split()[-1]
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            os.environ |= {
                "PULUMI_BACKEND_URL": f"file://{folder}",
                "PULUMI_HOME": str(folder),
                "PULUMI_CONFIG_PASSPHRASE": "",
                "TWILIO_BASE_URL": address,
                "TWILIO_ACCOUNT_SID": f"AC{'0' * 32}",
                "TWILIO_AUTH_TOKEN": "0" * 32,
            }
            initialise(folder)
            with contextlib.redirect_stdout(io.StringIO()):
                run(folder, BEFORE, "up", "--skip-preview")
            order(address, "latency", {"seconds": LATENCY_SECONDS})
            operations.ProgressDisplay = Painter  # type: ignore[assignment, attr-defined]
            run(folder, AFTER, "up", "--yes")
    finally:
        emulator.terminate()
        emulator.wait()
    draw([(("$ python -m offline.engine up", "bold"),), *Painter.lines], Path(__file__).with_name("up.svg"))


def initialise(folder: Path) -> None:
    """Make the stack, whose own file in the checkout stays as it is."""
    state = folder / ".pulumi" / "stacks" / "conversation-services"
    state.mkdir(parents=True)
    (folder / ".pulumi" / "meta.yaml").write_text("version: 1\n", encoding="utf-8")
    (state / "dev.json").write_text('{"version":3,"checkpoint":{"latest":{}}}', encoding="utf-8")


def order(address: str, route: str, body: Any) -> None:
    """Tell the emulator how to behave."""
    request = urllib.request.Request(  # noqa: S310  the emulator's own address
        f"{address}/_emulator/{route}",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
        method="PUT",
    )
    with urllib.request.urlopen(request):  # noqa: S310
        pass


if __name__ == "__main__":
    paint()
