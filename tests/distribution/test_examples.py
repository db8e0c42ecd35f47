"""The examples are projects of the package's users, with tests that run as theirs do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.clone import ROOT
from tests.support.package import Package
from tests.support.workspace import ENGINES

EXAMPLES = sorted(path.parent.name for path in (ROOT / "examples").glob("*/Pulumi.yaml"))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", EXAMPLES)
def test_example_passes_its_own_tests(package: Package, tmp_path: Path, name: str, engine: str):
    """With the plugin that the package brings, loaded by itself, in a folder that nothing of it is written to."""
    shutil.copytree(ROOT / "examples" / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    before = sorted((tmp_path / name).rglob("*"))

    words = ["-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--twilio-engine={engine}", name]
    done = package.run(*words, folder=tmp_path, PULUMI_HOME=str(tmp_path / "home"))

    assert " passed" in done.stdout
    assert " failed" not in done.stdout
    assert " warning" not in done.stdout
    assert before == sorted((tmp_path / name).rglob("*"))


def test_examples_have_a_row_each():
    """A folder that nobody points to is not found."""
    page = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")

    assert len(EXAMPLES) >= 3
    assert [] == [name for name in EXAMPLES if f"| [{name}](" not in page]
