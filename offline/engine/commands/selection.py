"""Which stack is selected: PULUMI_STACK, or what `stack select` noted in the CLI's own folder.

The note lies in ~/.pulumi/workspaces, one file per project folder, shared with the Pulumi CLI.
Source: https://github.com/pulumi/pulumi/blob/master/pkg/workspace/workspace.go
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from offline.engine.errors import EngineError
from offline.engine.files.atomic_file import write_atomically
from offline.engine.files.project import Project

__all__ = ["pulumi_home", "select_stack", "selected_stack"]


def pulumi_home(environment: Mapping[str, str]) -> Path:
    """Return the CLI's own folder: PULUMI_HOME, else ~/.pulumi."""
    home = environment.get("PULUMI_HOME")
    return Path(home) if home else Path.home() / ".pulumi"


def selected_stack(project: Project, backend_url: str, environment: Mapping[str, str]) -> str:
    """Return the name of the selected stack; empty if there is none."""
    chosen = environment.get("PULUMI_STACK")
    if chosen:
        return chosen
    settings = _read(_settings_path(project, environment))
    stacks = settings.get("stacks") or {}
    name = stacks.get(backend_url) if stacks else settings.get("stack")
    return name if isinstance(name, str) else ""


def select_stack(project: Project, backend_url: str, qualified: str, environment: Mapping[str, str]) -> None:
    """Note a stack as selected; an empty name takes the note back.

    Raises:
        EngineError: if it cannot be noted.
    """
    path = _settings_path(project, environment)
    settings = _read(path)
    stacks = dict(settings.get("stacks") or {})
    stacks.pop(backend_url, None)
    if qualified:
        stacks[backend_url] = qualified
    try:
        if stacks:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomically(path, json.dumps({**settings, "stacks": stacks}, indent=4).encode())
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise EngineError(
            f"cannot note the selected stack in {path}: {error.strerror}", hint="name it with --stack instead"
        ) from None


def _settings_path(project: Project, environment: Mapping[str, str]) -> Path:
    digest = hashlib.sha1(str(project.path).encode(), usedforsecurity=False).hexdigest()
    return pulumi_home(environment) / "workspaces" / f"{project.name}-{digest}-workspace.json"


def _read(path: Path) -> dict[str, Any]:
    try:
        settings = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return settings if isinstance(settings, dict) else {}
