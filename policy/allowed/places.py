"""Where the project lies, which the engine does not tell a pack, and where its allow-list is.

A pack runs in its own folder. The folder of the project is that of the `Pulumi.yaml` above the engine's own working
folder (on Linux) or above the shell's (`PWD`), if it bears the project's name; the pack's parent comes last.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from .allow_list import AllowListError
from .yaml_text import YamlError, read_text

PACK = Path(__file__).resolve().parent.parent
MODULE = __name__.removesuffix(".allowed.places")
"""The pack's name as a package: its folder's, or a longer one where it was installed as a part of another package."""
OWN_LISTS = None if "." in MODULE else PACK
"""Where the pack has allow-lists that may be changed: none where it was installed, for an upgrade would undo that."""
PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml")

_NAME = re.compile(r"^name:[ \t]*([\"']?)(?P<name>[^\s\"'#]+)\1[ \t]*(?:#.*)?$", re.MULTILINE)


def project_file(folder: Path) -> Path | None:
    """Find the project file in a folder or the nearest one above it."""
    for each in (folder, *folder.parents):
        for name in PROJECT_FILES:
            if (each / name).is_file():
                return each / name
    return None


def project_name(file: Path) -> str:
    """Read a project's name; "" if the file can't be read or has none."""
    try:
        match = _NAME.search(read_text(file))
    except YamlError:
        return ""
    return match.group("name") if match else ""


@lru_cache(maxsize=8)
def project_folder(name: str) -> Path | None:
    """Find the folder of the project `name` that the engine works on; None if it can't be told."""
    for start in _starts():
        file = project_file(start)
        if file is not None and project_name(file) == name:
            return file.parent
    return None


def _starts() -> Iterator[Path]:
    for folder in (f"/proc/{os.getppid()}/cwd", os.environ.get("PWD", "")):
        if folder:
            try:
                yield Path(folder).resolve(strict=True)
            except OSError:
                continue
    yield PACK.parent


def find_allow_list(name: str, project: Path | None, *, to_change: bool = False) -> Path:
    """Find an allow-list: relative to the project first, then to the pack.

    Args:
        name: the file, as configured.
        project: folder of the project, None if it can't be told.
        to_change: whether it is to be changed, which those of an installed pack are not.

    Raises:
        AllowListError: if there is none; the text names the folders that were searched.
    """
    folders = [folder for folder in (project, OWN_LISTS if to_change else PACK) if folder is not None]
    for folder in folders:
        if os.path.lexists(folder / name):
            return folder / name
    if Path(name).is_absolute():
        raise AllowListError(f"cannot find the allow-list {name}")
    searched = " and ".join(str(folder) for folder in folders)
    raise AllowListError(f"cannot find the allow-list {name}: looked in {searched}")


def shadowed_allow_list(name: str, project: Path | None) -> Path | None:
    """Tell which list of the pack does not count because the project has one of that name; None for none."""
    own = PACK / name
    if project is None or Path(name).is_absolute() or not own.exists() or not (project / name).exists():
        return None
    return None if own.resolve() == (project / name).resolve() else own
