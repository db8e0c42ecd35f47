"""What lies where in the wheel: the folders of this repository below one package, tests and pipelines left out.

Sources keep their places and their imports; the wheel holds the same text, with the packages' other names
(`rewriting.py`). A name that begins with `_` is no interface.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

__all__ = ["BESIDE", "CHANGED", "LEFT_OUT", "PACKAGE", "PACKAGES", "files"]

PACKAGE = "pulumi_twilio_conversations"
"""Import name of the distribution."""

PACKAGES = {
    "providers": PACKAGE,
    "policy": f"{PACKAGE}.policy",
    "offline.emulator": f"{PACKAGE}.emulator",
    "offline.engine": f"{PACKAGE}.engine",
    "gitops": f"{PACKAGE}.gitops",
    "testing": f"{PACKAGE}.testing",
    "tools": f"{PACKAGE}._tools",
    "plain_yaml": f"{PACKAGE}._plain_yaml",
}
"""Packages of this repository, by the names that they have in the wheel."""

BESIDE = {
    "distribution/command.py": f"{PACKAGE}/_command.py",
    "distribution/other_name.py": f"_{PACKAGE}_names.py",
    "distribution/names.pth": f"{PACKAGE}.pth",
}
"""Single files: the command, and what Python runs as it starts, so that states of a clone are served."""

CHANGED = {"policy/PulumiPolicy.yaml": ("virtualenv: ../.venv", "virtualenv: ../../../../..")}
"""Words that a file has otherwise in the wheel: there the pack lies in the environment that runs it."""

LEFT_OUT = ("tools/install_cli.py", "tools/make.py", "tools/setup.py")
"""What only a clone has a use for."""

_ENDINGS = {".py", ".typed", ".yaml", ".json", ".gz", ".html", ".css", ".js"}
"""Code, data, and the parts of a page; what is there to be read by people stays in the repository."""


def files(root: Path) -> Iterator[tuple[Path, PurePosixPath]]:
    """Yield each file of the wheel, in order: where it is, and its place in the wheel.

    Args:
        root: of the repository, or of what an sdist has unpacked.
    """
    for package, name in PACKAGES.items():
        folder = root.joinpath(*package.split("."))
        for path in sorted(folder.rglob("*")):
            place = path.relative_to(root).as_posix()
            if path.suffix in _ENDINGS and "__pycache__" not in path.parts and place not in LEFT_OUT:
                yield path, PurePosixPath(*name.split("."), path.relative_to(folder).as_posix())
    for place, name in BESIDE.items():
        yield root / place, PurePosixPath(name)
