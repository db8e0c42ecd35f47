"""Commands that a test runs to their end, and what they printed."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["finished"]


def finished(
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    seconds: float,
    code: int | None = 0,
    stdin: str = "",
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; a code other than the expected one raises, with all that was printed.

    Args:
        command: what to run.
        folder: to work in.
        environment: all of it.
        seconds: the longest that it may take.
        code: the exit code that is expected; None takes any.
        stdin: what it can read.
    """
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )
    if code is not None and done.returncode != code:
        raise AssertionError(f"{[*command]}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done
