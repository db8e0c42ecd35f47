"""A promotion that cannot be made is one clear error, and leaves every file as it was."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from gitops import __main__ as gitops
from gitops.exits import GitopsError
from gitops.files import replace_all
from tests.support.workspace import Workspace

DEV = """\
config:
  conversation-services:include: [dev/*.yaml]
  conversation-services:services:
    support: {friendlyName: acme-support-dev}
"""
STAGE = """\
config:
  conversation-services:include: [stage/*.yaml]
  conversation-services:services:
    trial: {friendlyName: acme-trial-stage}
"""


def put(folder: Path, files: dict[str, str]) -> None:
    """Write files by name."""
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def texts(folder: Path) -> dict[str, bytes]:
    """Return what is in a folder, by name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("workspace", ["embedded"], indirect=True)
def test_wrong_input_is_one_error_and_changes_nothing(workspace: Workspace):
    """By `make`, as a person gives it."""
    stacks = workspace.root / "stacks"
    put(
        stacks,
        {
            "Pulumi.dev.yaml": DEV,
            "dev/billing.yaml": "billing: {friendlyName: acme-billing-dev}\n",
            "Pulumi.stage.yaml": STAGE,
            "stage/own.yaml": "own: {friendlyName: acme-own-stage}\n",
            "Pulumi.prod.yaml": "config:\n  conversation-services:services: &all\n"
            "    support: &one {friendlyName: acme}\n    appointments: *one\n",
            "Pulumi.broken.yaml": "config: [\n",
        },
    )
    before = texts(stacks)
    cases = {
        ("dev", "dev"): "error: --from and --to are both dev",
        ("", "stage"): "error: --from: '' is no name of a stack",
        (
            "stag",
            "dev",
        ): "error: there is no stack file stacks/Pulumi.stag.yaml\nhint: did you mean --from=stage?",
        (
            "dev",
            "prot",
        ): "error: there is no stack file stacks/Pulumi.prot.yaml\nhint: did you mean --to=prod?",
        ("dev", "broken"): "error: stacks/Pulumi.broken.yaml:2:1: not valid YAML",
        ("dev", "prod"): "error: stacks/Pulumi.prod.yaml: cannot be changed in place",
    }

    told = {pair: workspace.make("promote", FROM=pair[0], TO=pair[1], code=2).stderr for pair in cases}
    compared = workspace.make("diff", FROM="dev", TO="dev", code=2).stderr

    assert [] == [pair for pair, text in told.items() if cases[pair] not in text], told
    assert [] == [pair for pair, text in told.items() if "Traceback" in text or text.count("error: ") > 1]
    assert cases["dev", "dev"] in compared
    assert before == texts(stacks)


BLOCKS: dict[str, Callable[[Path], object]] = {
    "no folder": lambda folder: folder.joinpath("b").write_text("", encoding="utf-8"),
    "a folder in its place": lambda folder: folder.joinpath("b", "c.yaml").mkdir(parents=True),
}


@pytest.mark.parametrize("block", BLOCKS)
def test_all_files_are_written_or_none(tmp_path: Path, block: str):
    """Half a promotion would declare a service twice, or not at all."""
    first, second = tmp_path / "a.yaml", tmp_path / "b" / "c.yaml"
    first.write_text("before", encoding="utf-8")
    BLOCKS[block](tmp_path)
    before = texts(tmp_path)

    with pytest.raises(GitopsError, match=r"cannot write .*c\.yaml: .*; nothing was changed"):
        replace_all({first: ("before", "after"), tmp_path / "new.yaml": ("", "new"), second: ("", "new")})

    assert before == texts(tmp_path)


def test_written_file_keeps_its_mode_and_its_links(tmp_path: Path):
    """A link to a file of another environment stays one."""
    real, link = tmp_path / "real.yaml", tmp_path / "link.yaml"
    real.write_text("before", encoding="utf-8")
    real.chmod(0o640)
    link.symlink_to("real.yaml")

    replace_all({link: ("before", "after\r\n")})

    assert (b"after\r\n", 0o640, True) == (real.read_bytes(), real.stat().st_mode & 0o777, link.is_symlink())
    assert {"real.yaml", "link.yaml"} == {path.name for path in tmp_path.iterdir()}


def test_diff_and_promote_of_the_projects_own_environments_leave_little():
    """Stage is as dev is; what differs in prod is to be looked at."""
    shown, said = io.StringIO(), io.StringIO()

    with redirect_stdout(shown), redirect_stderr(said):
        codes = [
            gitops.main(["diff", "--from", source, "--to", target, "--declared-only", "--exit-code"])
            for source, target in (("dev", "stage"), ("stage", "prod"))
        ]

    assert [0, 7] == codes
    assert ["  ! services.support.notifications.logEnabled"] == [
        line.partition("  true")[0].rstrip()
        for line in shown.getvalue().splitlines()
        if line.startswith("  !")
    ]
    assert "" == said.getvalue()
