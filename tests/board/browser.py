"""The machine's own Chromium, driven by playwright; no browser is fetched for these tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

__all__ = ["Opened", "browser", "found", "opened"]

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass
class Opened:
    """A page that is open, what it complained of, and what it asked for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def violations(self) -> list[str]:
        """Return what axe-core finds against the page as it stands: the rule, and the places."""
        found = Axe().run(self.page).response["violations"]
        return [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in found]

    def shown(self) -> list[str]:
        """Return the services that are shown."""
        return [each.inner_text() for each in self.page.locator("tbody th").all() if each.is_visible()]


def found() -> str | None:
    """Return the path of the machine's browser; None if it has none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def browser() -> Iterator[Browser]:
    """Start the browser; without one the test skips and says so."""
    path = found()
    if path is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is on PATH (apt-get install chromium)")
    # A container's root has no sandbox.
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=path, args=flags)
        yield made
        made.close()


@contextmanager
def opened(browser: Browser, address: str | Path, **options: Any) -> Iterator[Opened]:
    """Open a page by its address, or the path of its file.

    Args:
        browser: the browser.
        address: of the page.
        options: of playwright's new page: viewport, color_scheme …
    """
    page = browser.new_page(**{"viewport": {"width": 1320, "height": 900}, **options})
    found = Opened(page)
    page.on("console", lambda each: found.complaints.append(each.text))
    page.on("pageerror", lambda each: found.complaints.append(str(each)))
    page.on("request", lambda each: found.asked.append(each.url))
    page.goto(address.as_uri() if isinstance(address, Path) else address)
    yield found
    page.close()
