"""The reference says what the code says."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from docs.site.reference import make_page, pages
from tests.docs.test_site import ROOT, tracked

READERS = (
    "__main__.py",
    "distribution",
    "gitops",
    "offline",
    "plain_yaml",
    "policy",
    "program",
    "providers",
    "tools",
)
VARIABLE = re.compile(
    r"(TWILIO|PULUMI|GITOPS|GITHUB|ENGINE)_[A-Z_]*[A-Z]|ENGINE|EMULATOR|CI|TERM|NO_COLOR|SOURCE_DATE_EPOCH"
    r"|(HTTPS|ALL|NO)_PROXY|[A-Z]+_CA_BUNDLE"
)
INTERNAL = {
    "PULUMI_CONFIG": "an engine hands the program its configuration",
    "PULUMI_CONFIG_SECRET_KEYS": "and which keys of it are secret",
    "PULUMI_DRY_RUN": "an engine tells a policy pack what it runs for",
    "PULUMI_ORGANIZATION": "an engine tells a policy pack what it runs for",
    "PULUMI_PROJECT": "an engine tells a policy pack what it runs for",
    "PULUMI_DEBUG_COMMANDS": "set for an engine, never read",
    "PULUMI_SKIP_UPDATE_CHECK": "set for an engine, never read",
    "TWILIO_REQUEST_TIMES": "tools and provider of one run",
    "TWILIO_RUN_FACTS": "tools and provider of one run",
    "TWILIO_RUN_SETTINGS": "tools and provider of one run",
}
"""Variables that one process of ours sets for another, and nobody else; with the reason why no page lists them."""


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_generated_page_is_that_of_the_files(page: Path):
    """`make reference` writes it anew."""
    assert pages()[page] == page.read_text(encoding="utf-8")


def test_target_without_a_comment_is_not_overlooked():
    """Whoever adds a target says what it does: `make help` and the page have it from there."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE)

    assert targets == re.findall(r"^\| `([a-z-]+)` \|", make_page(makefile), re.MULTILINE)


def test_environment_page_lists_every_variable_that_is_read():
    """One that is missing is found in the code alone; one that nothing reads has no effect."""
    literals = {
        node.value
        for reader in READERS
        for name in tracked(reader if reader.endswith(".py") else f"{reader}/*.py")
        for node in ast.walk(ast.parse((ROOT / name).read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    rows = re.findall(
        r"^\| (`[^|]*) \|", (ROOT / "docs/reference/environment.md").read_text("utf-8"), re.MULTILINE
    )
    listed = [name for row in rows for name in re.findall(r"`(\w+)`", row)]

    read = {each for each in literals if VARIABLE.fullmatch(each)}

    assert sorted({*listed}) == sorted(listed)
    assert read - INTERNAL.keys() == {*listed}
    assert set() == INTERNAL.keys() - read
