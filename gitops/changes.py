"""Which stacks a change touches: by the files that differ from a base in git.

A stack file touches its own stack, an included file those that include it; whatever decides how stacks are run touches
all of them. Only files known to decide nothing (documentation, tests, the emulator) touch none, so that a new folder
errs on the safe side.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from gitops.exits import GitopsError
from plain_yaml import YamlError, load_text, read_text
from tools.included import INCLUDE, covers, find
from tools.stack import ROOT

__all__ = ["Inclusion", "changed_files", "git", "inclusion_of", "inclusions", "select", "touched"]

STACKS = ROOT / "stacks"

HARMLESS = (
    ".ci/*",
    ".editorconfig",
    ".git*",
    "*.md",
    "docs/*",
    "LICENSE*",
    "offline/emulator/*",
    "requirements-dev.*",
    "stacks/*schema.json",
    "stacks/order.yaml",
    "state/*",
    "tests/*",
)
"""Patterns of files that decide nothing about a deployment; `*` covers folders too."""

_STACK_FILE = re.compile(r"stacks/Pulumi\.([^/]+)\.yaml")


def changed_files(root: Path, base: str) -> list[str]:
    """List the files that differ between HEAD and where it left the base, deleted ones too.

    Args:
        root: The checkout.
        base: A commit, a branch or a tag.

    Raises:
        GitopsError: If the base is empty, or git does not know it, as in a shallow clone, or there is no git.
    """
    if not base:
        raise GitopsError("--base: is empty", hint="give a commit, a branch or a tag")
    # A base that begins with a hyphen is no option of git's.
    options = ["--name-only", "--no-renames", "-z", "--end-of-options"]
    done = _git("diff", *options, f"{base}...HEAD", "--", root=root)
    if done is None:
        raise GitopsError(
            "git is not on PATH, and the files that a change touches are told by it",
            hint="install git, or take all stacks: changed-stacks --all",
        )
    if done.returncode:
        reason = (done.stderr.strip() or "git failed").splitlines()[0]
        raise GitopsError(
            f"cannot compare HEAD with the base: {reason}",
            hint="give a commit, a branch or a tag that the clone holds, with its history (fetch-depth: 0)",
        )
    return [name for name in done.stdout.split("\0") if name]


def git(*arguments: str) -> str:
    """Return what git prints in the project; "" where it fails, knows nothing of the folder, or is not installed."""
    done = _git(*arguments)
    return done.stdout if done and done.returncode == 0 else ""


def _git(*arguments: str, root: Path = ROOT) -> subprocess.CompletedProcess[str] | None:
    try:
        return subprocess.run(["git", *arguments], cwd=root, check=False, capture_output=True, text=True)
    except FileNotFoundError:
        return None


@dataclass(frozen=True, slots=True)
class Inclusion:
    """What a stack file includes."""

    patterns: object = None
    files: frozenset[str] = frozenset()
    """The files that are there, as git names them, links followed, relative to the folder of the stacks."""
    unknown: bool = False
    """The stack file cannot be read, so it may include any."""

    def holds(self, name: str) -> bool:
        """Tell whether a file is, or was before it was deleted, one of the stack's; relative to the stacks' folder."""
        return self.unknown or name in self.files or covers(self.patterns, name)


def inclusions(stacks: Iterable[str], folder: Path = STACKS) -> dict[str, Inclusion]:
    """Find out what the stacks include."""
    return {stack: _inclusion(folder, folder / f"Pulumi.{stack}.yaml") for stack in stacks}


def _inclusion(folder: Path, stack_file: Path) -> Inclusion:
    try:
        return inclusion_of(load_text(read_text(stack_file)), folder)
    except YamlError:
        return Inclusion(unknown=True)


def inclusion_of(data: object, folder: Path = STACKS) -> Inclusion:
    """Find out what a stack file includes, by its plain data."""
    config = data.get("config") if isinstance(data, Mapping) else None
    patterns = config.get(INCLUDE) if isinstance(config, Mapping) else None
    names, _ = find(folder, patterns)
    real = os.path.realpath(folder)
    return Inclusion(
        patterns, frozenset(os.path.relpath(os.path.realpath(folder / name), real) for name in names)
    )


def touched(
    files: Iterable[str], stacks: Sequence[str], included: Mapping[str, Inclusion] | None = None
) -> list[str]:
    """Tell which of the stacks the files touch, in the stacks' own order.

    Args:
        files: Relative to the checkout.
        stacks: All stacks.
        included: What each of them includes.
    """
    found: set[str] = set()
    for name in files:
        match = _STACK_FILE.fullmatch(name)
        owners = [] if match else _owners(name, included or {})
        if match or owners:
            found.update([match[1]] if match else owners)
        elif not any(fnmatchcase(name, pattern) for pattern in HARMLESS):
            return [*stacks]
    return [stack for stack in stacks if stack in found]


def _owners(name: str, included: Mapping[str, Inclusion]) -> list[str]:
    within = name.removeprefix(f"{STACKS.name}/")
    return [stack for stack, each in included.items() if within != name and each.holds(within)]


def select(stacks: Iterable[str], patterns: Sequence[str]) -> list[str]:
    """Keep the stacks that one of the patterns covers; all of them without patterns."""
    return [stack for stack in stacks if not patterns or any(fnmatchcase(stack, each) for each in patterns)]
