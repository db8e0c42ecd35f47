"""Which stacks a change touches: by the files that differ from a base in git.

A stack file touches its own stack; whatever decides how stacks are run touches all of them. Only files known to
decide nothing (documentation, tests, the emulator) touch none, so that a new folder errs on the safe side.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from gitops.exits import GitopsError

__all__ = ["changed_files", "select", "touched"]

HARMLESS = (
    ".ci/*",
    ".editorconfig",
    ".git*",
    "*.md",
    "docs/*",
    "emulator/*",
    "LICENSE*",
    "requirements-dev.*",
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
        GitopsError: If the base is empty, or git does not know it, as in a shallow clone.
    """
    if not base:
        raise GitopsError("--base: is empty", hint="give a commit, a branch or a tag")
    # A base that begins with a hyphen is no option of git's.
    options = ["--name-only", "--no-renames", "-z", "--end-of-options"]
    command = ["git", "diff", *options, f"{base}...HEAD", "--"]
    done = subprocess.run(command, cwd=root, check=False, capture_output=True, text=True)
    if done.returncode:
        reason = (done.stderr.strip() or "git failed").splitlines()[0]
        raise GitopsError(
            f"cannot compare HEAD with the base: {reason}",
            hint="give a commit, a branch or a tag that the clone holds, with its history (fetch-depth: 0)",
        )
    return [name for name in done.stdout.split("\0") if name]


def touched(files: Iterable[str], stacks: Sequence[str]) -> list[str]:
    """Tell which of the stacks the files touch, in the stacks' own order."""
    found: set[str] = set()
    for name in files:
        if match := _STACK_FILE.fullmatch(name):
            found.add(match[1])
        elif not any(fnmatchcase(name, pattern) for pattern in HARMLESS):
            return [*stacks]
    return [stack for stack in stacks if stack in found]


def select(stacks: Iterable[str], patterns: Sequence[str]) -> list[str]:
    """Keep the stacks that one of the patterns covers; all of them without patterns."""
    return [stack for stack in stacks if not patterns or any(fnmatchcase(stack, each) for each in patterns)]
