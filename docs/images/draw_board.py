"""Draws board-light.png, board-dark.png and board-phone.png, which docs/board.md shows.

    python docs/images/draw_board.py

Three environments are brought up on an emulator in a temporary folder, and what tests/board/scene.py tells of happens
to them: drift, a name that a policy refuses, a deletion that is pending, an interrupted run. Needs Chromium on PATH.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1]))

from tests.board.browser import browser, opened  # noqa: E402
from tests.board.scene import board, play  # noqa: E402
from tests.support.workspace import Workspace  # noqa: E402

WIDE = {"width": 1200, "height": 850}
PHONE = {"width": 390, "height": 800}


def main() -> None:
    """Draw the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder), "embedded")
        try:
            play(workspace)
            board(workspace)
        finally:
            workspace.close()
        page = workspace.root / "board.html"
        with browser() as chromium:
            with opened(chromium, page, viewport=WIDE, color_scheme="light") as seen:
                seen.page.screenshot(path=FOLDER / "board-light.png")
            with opened(chromium, page, viewport=WIDE, color_scheme="dark") as seen:
                seen.page.get_by_role("searchbox").fill("appointments")
                for each in seen.page.locator("tbody summary").all():
                    if each.is_visible():
                        each.click()
                seen.page.screenshot(path=FOLDER / "board-dark.png")
            with opened(chromium, page, viewport=PHONE, device_scale_factor=2) as seen:
                seen.page.get_by_role("searchbox").fill("support")
                seen.page.locator("tbody tr").first.scroll_into_view_if_needed()
                seen.page.evaluate("document.querySelector('tbody').scrollIntoView()")
                seen.page.screenshot(path=FOLDER / "board-phone.png")


if __name__ == "__main__":
    main()
