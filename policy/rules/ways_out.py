"""The way out that a violation shows: the very command that has a name allowed, without the name.

In this project `make allow` looks the name up in the stack file, by the stack and the service's key; elsewhere
`python -m policy.allow` is given it. A logical name that is personal itself is left out: without it the command
lists the services whose names are stopped, by number.
"""

from __future__ import annotations

import os
import re
import shlex
from functools import lru_cache
from pathlib import Path

from ..allowed.allow_list import DEFAULT_PATH, AllowListError
from ..allowed.places import MODULE, PACK, find_allow_list
from ..allowed.yaml_text import YamlError, read_text
from .messages import is_personal

_INVITATION = "use a pseudonymous identifier; if no person is meant, have it reviewed, then allow it with"
_TARGET = re.compile(r"^allow:", re.MULTILINE)


def how_to_allow(resource_name: str, stack: str, project: Path | None, allow_list: str) -> str:
    """Say how a name is allowed, the command on a line of its own.

    Args:
        resource_name: logical name of the resource.
        stack: name of the stack.
        project: folder of the project, None if it can't be told.
        allow_list: the allow-list, as configured.
    """
    if project is not None and _has_target(project):
        service = resource_name.partition("/")[0]
        words = ["make", "allow", f"STACK={shlex.quote(stack)}"]
        words += [] if is_personal(service) else [f"SERVICE={shlex.quote(service)}"]
        words += ["REASON='…'", "OWNER='…'", "UNTIL=YYYY-MM-DD"]
        words += [] if allow_list == DEFAULT_PATH.name else [f"FILE={shlex.quote(allow_list)}"]
        return f"{_INVITATION}\n{' '.join(words)}"
    importable = project == PACK.parent or "." in MODULE
    words = [] if importable else [f"PYTHONPATH={shlex.quote(str(PACK.parent))}"]
    words += ["python", "-m", f"{MODULE}.allow", "--name", "'…'", "--reason", "'…'", "--owner", "'…'"]
    words += ["--until", "YYYY-MM-DD"]
    try:
        file = find_allow_list(allow_list, project, to_change=True)
        where = os.path.relpath(file, project) if project and file.is_relative_to(project) else str(file)
        words += ["--file", shlex.quote(where)]
    except AllowListError:
        pass
    return f"{_INVITATION}\n{' '.join(words)}"


@lru_cache(maxsize=8)
def _has_target(project: Path) -> bool:
    """Tell whether the pack is the project's own, and its Makefile has the command."""
    if project != PACK.parent:
        return False
    try:
        return _TARGET.search(read_text(project / "Makefile")) is not None
    except YamlError:
        return False
