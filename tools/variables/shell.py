"""An environment as commands of a shell: what `make env` prints, for engines that are started by hand."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping

__all__ = ["CONFIG_FILE", "shell_lines"]

CONFIG_FILE = "PULUMI_OPTION_CONFIG_FILE"
"""Both engines take the flag --config-file from it."""


def shell_lines(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """Yield the commands that make one environment of another: of what is the same, a secret perhaps, nothing."""
    for name in sorted({*before} - {*after}):
        yield f"unset {name}"
    for name, value in sorted(after.items()):
        if before.get(name) != value:
            yield f"export {name}={shlex.quote(value)}"
