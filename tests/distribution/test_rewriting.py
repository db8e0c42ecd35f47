"""Names of packages change in import statements, and nowhere else."""

from __future__ import annotations

import ast

import pytest

from distribution.layout import PACKAGES, files
from distribution.rewriting import UnclearImportError, rewritten
from tests.support.clone import ROOT

DERIVE = ("distribution/command.py", "testing/emulator.py", "testing/stack.py", "tools/place.py")
"""Modules that put the package before the names of others, or derive them from their own."""
NAMES = {"house": "big.house", "yard.shed": "big._shed"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from house import door", "from big.house import door"),
        (
            "from house.attic.box import (\n    a,\n    b,\n)",
            "from big.house.attic.box import (\n    a,\n    b,\n)",
        ),
        ("import house.attic as attic", "import big.house.attic as attic"),
        (
            "from yard.shed import tool  # from house import door",
            "from big._shed import tool  # from house import door",
        ),
        ("def f():\n    from house import door", "def f():\n    from big.house import door"),
        ("á = 1; from house import door", "á = 1; from big.house import door"),
        ('x = "\x0c"\nfrom house import door', 'x = "\x0c"\nfrom big.house import door'),
        ('"""from house import door"""', '"""from house import door"""'),
        ("print('''\nfrom house import door\n''')", "print('''\nfrom house import door\n''')"),
        ("from .house import door", ""),
        ("from household import door", ""),
        ("from other.house import door", ""),
        ("import os, sys", ""),
        ("import house_of_cards", ""),
    ],
)
def test_import_is_rewritten_where_it_stands(text: str, expected: str):
    """Text, comments and lines stay, so that what is read of an error leads to the source."""
    assert (expected or text) == rewritten(text, NAMES, "it.py")


@pytest.mark.parametrize(
    "text",
    [
        "import house",
        "import house.attic",
        "import os, house.attic as a",
        "from yard import shed",
        "from\thouse import door",
    ],
)
def test_import_that_cannot_be_rewritten_stops_the_build(text: str):
    """It would bind another name there, or none."""
    with pytest.raises(UnclearImportError, match=r"it\.py:1: "):
        rewritten(text, NAMES, "it.py")


def texts(tree: ast.Module) -> list[tuple[int, str]]:
    """Return the texts of a module with their lines, docstrings left out."""
    documentation = {
        id(first.value)
        for node in ast.walk(tree)
        for body in [getattr(node, "body", None)]
        if isinstance(body, list)
        for first in body
        if isinstance(first, ast.Expr)
    }
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation
    ]


def test_no_text_names_a_module_that_is_called_otherwise_in_the_wheel():
    """Such a text is not rewritten: `python -m` would look for what is not there. `tools/place.py` derives them."""
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path, _ in files(ROOT)
        if path.suffix == ".py"
    }
    # A word of English by itself, such as `policy`, is taken for a module only behind `-m`.
    named = {name for name in modules if "." in name}

    found = {
        (str(path.relative_to(ROOT)), line, word)
        for path, _ in files(ROOT)
        if path.suffix == ".py" and path.relative_to(ROOT).as_posix() not in DERIVE
        for line, text in texts(ast.parse(path.read_text(encoding="utf-8")))
        for words in [text.split()]
        for before, word in zip(["", *words], words, strict=False)
        if word in named or (before == "-m" and word in PACKAGES)
    }

    assert set() == found
