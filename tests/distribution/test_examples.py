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


@pytest.mark.timeout(600)
@pytest.mark.parametrize("engine", ENGINES)
def test_stack_asks_no_proxy_for_this_machine(package: Package, tmp_path: Path, engine: str):
    """Behind a company's proxy the Pulumi CLI and its program would not find each other."""
    shutil.copytree(ROOT / "examples" / "ten_lines", tmp_path / "ten_lines")
    nobody = "http://127.0.0.1:9"

    words = ["-m", "pytest", "-q", f"--twilio-engine={engine}", "-k", "has_its_role", "ten_lines"]
    home = str(tmp_path / "home")
    done = package.run(*words, folder=tmp_path, PULUMI_HOME=home, https_proxy=nobody, http_proxy=nobody)

    assert "1 passed" in done.stdout


def test_examples_have_a_row_each():
    """A folder that nobody points to is not found."""
    page = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")

    assert len(EXAMPLES) >= 3
    assert [] == [name for name in EXAMPLES if f"| [{name}](" not in page]
