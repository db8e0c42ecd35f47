"""The wheel holds all that it needs and nothing else, is the same each time, and its parts find each other."""

from __future__ import annotations

import ast
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from distribution.layout import BESIDE, LEFT_OUT, PACKAGE, PACKAGES
from tests.support.clone import ROOT
from tests.support.package import PROGRAM, Package, build

STAYS_HERE = {"README.md"}
"""What lies among the sources to be read by people."""
IMPORTS_ALL = """
import importlib, pkgutil, sys
import pulumi_twilio_conversations as package
names = [each.name for each in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
for name in names:
    if not name.endswith("policy.__main__"):
        importlib.import_module(name)
own = {name.partition(".")[0] for name in sys.modules}
print(len(names), sorted(own & {"gitops", "offline", "plain_yaml", "policy", "program", "providers", "tools"}))
"""


def tracked(folder: str) -> list[str]:
    """Return the files of a folder that are under version control, or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def contents(archive: Path) -> dict[str, bytes]:
    """Return the files of a wheel by their places."""
    with zipfile.ZipFile(archive) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_wheel_holds_what_is_under_version_control_and_nothing_else(package: Package):
    """A data file that is missing breaks users only; one too many may be somebody's secret."""
    expected = {
        str(PurePosixPath(*name.split("."), Path(file).relative_to(name_here.replace(".", "/")).as_posix()))
        for name_here, name in PACKAGES.items()
        for file in tracked(name_here.replace(".", "/"))
        if Path(file).name not in STAYS_HERE and file not in LEFT_OUT
    }

    found = {name for name in contents(package.wheel) if ".dist-info/" not in name}

    assert expected | {*BESIDE.values()} == found
    assert {f"{PACKAGE}/py.typed", f"{PACKAGE}/policy/PulumiPolicy.yaml"} <= found


def test_wheel_needs_no_more_than_it_says(package: Package):
    """The core brings pulumi and requests alone; who wants more says so by an extra."""
    metadata = next(
        text for name, text in contents(package.wheel).items() if name.endswith(".dist-info/METADATA")
    ).decode()
    required = [line.partition(": ")[2] for line in metadata.splitlines() if line.startswith("Requires-Dist")]

    core = [each for each in required if "extra ==" not in each]

    assert ["pulumi<4,>=3.250", "requests<3,>=2.31"] == core


def test_wheel_is_the_same_from_the_repository_and_from_an_sdist(package: Package, tmp_path: Path):
    """Who builds it again can hold it against what was published, and finds the tests in the sdist."""
    archive = build("sdist", tmp_path / "sdist")
    with tarfile.open(archive) as opened:
        opened.extractall(tmp_path, filter="data")
    unpacked = next(tmp_path.glob("pulumi_twilio_conversations-*"))

    again = build("wheel", tmp_path / "again", unpacked)

    assert package.wheel.read_bytes() == again.read_bytes()
    assert [] == [name for name in tracked("tests") if not (unpacked / name).is_file()]


@pytest.mark.parametrize(
    "check", [["twine", "check", "--strict"], ["check_wheel_contents"]], ids=["twine", "check-wheel-contents"]
)
def test_wheel_passes_the_checks_of_others(package: Package, check: list[str]):
    """An index refuses what they complain of."""
    done = subprocess.run(
        [sys.executable, "-m", *check, str(package.wheel)], check=False, capture_output=True, text=True
    )

    assert (0, "") == (done.returncode, done.stdout if done.returncode else "")


def test_every_module_can_be_imported_with_nothing_of_the_repository(package: Package):
    """An import that was overlooked would find the sources here, and nothing elsewhere."""
    done = package.run("-W", "error", "-c", IMPORTS_ALL)

    count, found = done.stdout.split(maxsplit=1)
    assert "[]" == found.strip()
    assert int(count) > 150


def test_no_import_is_left_of_what_the_wheel_has_not(package: Package):
    """Such as one within a function, which runs only when it is needed."""
    roots = {
        path.name.removesuffix(".py")
        for path in ROOT.iterdir()
        if path.name != f"{PACKAGE}.py" and (path.suffix == ".py" or any(path.glob("*.py")))
    }
    names = {
        (place, name)
        for place, text in contents(package.wheel).items()
        if place.endswith(".py")
        for node in ast.walk(ast.parse(text))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom) and not node.level
            else []
        )
    }

    found = {(place, name) for place, name in names if name.partition(".")[0] in {*roots, "offline"}}

    assert {"gitops", "policy", "providers", "tests", "tools"} <= roots
    assert set() == found


def test_types_are_strict_and_find_a_wrong_permission(package: Package, tmp_path: Path):
    """`py.typed` tells type checkers to look; the words of the API are among the types."""
    good, bad = tmp_path / "good.py", tmp_path / "bad.py"
    good.write_text(PROGRAM, encoding="utf-8")
    bad.write_text(PROGRAM.replace("sendMessage", "sendMesage"), encoding="utf-8")
    options = ["--strict", f"--python-executable={package.python}", f"--cache-dir={tmp_path / 'cache'}"]

    done = [
        subprocess.run(
            [sys.executable, "-m", "mypy", *options, each.name],
            cwd=tmp_path,
            check=False,
            capture_output=True,
            text=True,
        )
        for each in (good, bad)
    ]

    assert [0, 1] == [each.returncode for each in done], done
    assert "List item 0 has incompatible type \"Literal['sendMesage']\"" in done[1].stdout


def test_version_is_that_of_the_distribution(package: Package):
    """One number, in the sources."""
    asked = (
        "import importlib.metadata as m, pulumi_twilio_conversations as p;"
        "print(p.__version__, m.version('pulumi-twilio-conversations'))"
    )

    first, second = package.run("-c", asked).stdout.split()

    assert first == second
