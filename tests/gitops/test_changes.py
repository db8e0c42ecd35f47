"""Which stacks a change touches."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from gitops.changes import Inclusion, changed_files, select, touched
from gitops.exits import GitopsError

STACKS = ["dev", "stage", "prod-eu", "prod-us"]


def git(root: Path, *arguments: str) -> str:
    """Run git in a repository of a test's own."""
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=root, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param(["stacks/Pulumi.stage.yaml"], ["stage"], id="one stack file"),
        pytest.param(
            ["stacks/Pulumi.prod-us.yaml", "stacks/Pulumi.dev.yaml"],
            ["dev", "prod-us"],
            id="in the stacks' order",
        ),
        pytest.param(["stacks/Pulumi.gone.yaml"], [], id="deleted stack file"),
        pytest.param(["providers/client.py"], STACKS, id="provider"),
        pytest.param(["policy/rules/services.py", "docs/guide.md"], STACKS, id="policy and docs"),
        pytest.param(["requirements.txt"], STACKS, id="pinned dependencies"),
        pytest.param(["something/new.txt"], STACKS, id="unknown file"),
        pytest.param(
            [
                "docs/a/b.md",
                "README.md",
                "tests/x.py",
                "offline/emulator/store.py",
                ".github/workflows/test.yml",
                "LICENSE",
            ],
            [],
            id="files that decide nothing",
        ),
        pytest.param(["stacks/order.yaml"], [], id="order of the stacks"),
        pytest.param(["other/stacks/Pulumi.dev.yaml"], STACKS, id="not the stacks' folder"),
    ],
)
def test_touched_tells_the_stacks_of_the_files(files: list[str], expected: list[str]):
    """A stack file touches its stack, what runs stacks touches all, documentation none."""
    assert expected == touched(files, STACKS)


def test_changed_files_are_those_since_the_branch_left_its_base(tmp_path: Path):
    """What the base did in the meantime is not the branch's change; odd names and deletions are found."""
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "gone.txt").write_text("x")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "first")
    git(tmp_path, "switch", "-qc", "change")
    (tmp_path / "gone.txt").unlink()
    (tmp_path / "naïve name\n.txt").write_text("y")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "second")
    git(tmp_path, "switch", "-q", "main")
    (tmp_path / "meanwhile.txt").write_text("z")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "third")
    git(tmp_path, "switch", "-q", "change")

    files = changed_files(tmp_path, "main")

    assert ["gone.txt", "naïve name\n.txt"] == sorted(files)


def test_changed_files_of_an_unknown_base_is_one_error_with_its_remedy(tmp_path: Path):
    """A shallow clone lacks the base: the remedy is told, and no stack is taken for untouched."""
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "first")

    with pytest.raises(GitopsError, match=r"cannot compare HEAD with the base: .*\nhint: .*fetch-depth: 0"):
        changed_files(tmp_path, "0" * 40)


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        pytest.param([], STACKS, id="no pattern"),
        pytest.param(["prod-*"], ["prod-eu", "prod-us"], id="pattern"),
        pytest.param(["dev", "*-us"], ["dev", "prod-us"], id="any of several"),
    ],
)
def test_select_keeps_what_a_pattern_covers(patterns: list[str], expected: list[str]):
    """A fleet's pipeline runs its part of the stacks."""
    assert expected == select(STACKS, patterns)


HELD = {
    "dev": Inclusion(["dev/*.yaml"]),
    "stage": Inclusion(["stage/*.yaml", "shared/a.yaml"], frozenset({"stage/x.yaml", "odd/target.txt"})),
    "prod": Inclusion(["shared/*.yaml"]),
}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(["stacks/dev/gone.yaml"], ["dev"], id="changed, added or deleted"),
        pytest.param(["stacks/shared/a.yaml"], ["stage", "prod"], id="included by two"),
        pytest.param(["stacks/odd/target.txt"], ["stage"], id="target of a link"),
        pytest.param(
            ["stacks/dev/a.yaml", "stacks/Pulumi.prod.yaml"], ["dev", "prod"], id="with a stack file"
        ),
        pytest.param(["stacks/dev/.hidden.yaml"], [*HELD], id="included by none, so by all"),
        pytest.param(["stacks/new/a.yaml"], [*HELD], id="in a folder that nobody includes"),
        pytest.param(["dev/a.yaml"], [*HELD], id="not the stacks' folder"),
        pytest.param(["stacks/schema.json", "stacks/services.schema.json"], [], id="schemas of editors"),
    ],
)
def test_included_file_touches_the_stacks_that_include_it(files: list[str], expected: list[str]):
    """By its name, for it may be gone."""
    assert expected == touched(files, [*HELD], HELD)
