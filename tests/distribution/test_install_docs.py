"""docs/install.md shows what works."""

from __future__ import annotations

import re
import tomllib

from distribution.command import NEEDED
from tests.support.clone import ROOT

TEXT = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")


def test_every_extra_has_a_row():
    """Who looks for one finds what it brings, on the distribution's own page as well."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]
    page = (ROOT / "distribution" / "README.md").read_text(encoding="utf-8")

    rows = [re.findall(r"^\| `\[(\w+)\]`", text, re.MULTILINE) for text in (TEXT, page)]

    assert [sorted(extras), sorted(extras)] == [sorted(each) for each in rows]
    assert {*NEEDED} == {*extras} - {"testing"}


def test_program_is_the_one_of_the_distributions_page():
    """It is played against the emulator as it stands there."""
    page = (ROOT / "distribution" / "README.md").read_text(encoding="utf-8")

    shown, here = (
        re.findall(r"```python\n\"\"\"[^\n]*\n\n(.*?)```", text, re.DOTALL) for text in (page, TEXT)
    )

    assert 1 == len(here)
    assert shown == here
