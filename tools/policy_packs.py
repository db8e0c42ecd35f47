"""Policy packs that an engine is told to run, looked at before it starts.

Where a pack's `PulumiPolicy.yaml` names a virtual environment that is not there, the Pulumi CLI (3.274) waits for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from plain_yaml import YamlError, load_text, read_text
from tools.place import ROOT

__all__ = ["check_policy_packs"]

FLAG = "--policy-pack"
FILE = "PulumiPolicy.yaml"
INTERPRETERS = ("bin/python", "Scripts/python.exe")


def check_policy_packs(command: Iterable[str]) -> None:
    """Look at the policy packs that a command line names.

    Raises:
        SystemExit: If one is to run in a virtual environment that is not there, or its file cannot be read.
    """
    for pack in _packs(command):
        path = ROOT / pack / FILE
        if not path.is_file():
            continue  # the engines have an error of their own for it
        name = f"{pack}/{FILE}"
        virtualenv = _virtualenv(path, name)
        if virtualenv and not any((path.parent / virtualenv / each).exists() for each in INTERPRETERS):
            raise SystemExit(
                f"error: {name}: runtime.options.virtualenv: there is no Python environment in {virtualenv}\n"
                "hint: make setup makes the project's; a pack of your own needs the one that its file names"
            )


def _packs(command: Iterable[str]) -> Iterator[str]:
    words = iter(command)
    for word in words:
        if word == FLAG:
            yield next(words, "")
        elif word.startswith(f"{FLAG}="):
            yield word.partition("=")[2]


def _virtualenv(path: Path, name: str) -> str:
    """Return the virtual environment that a pack's file names, as it stands there; empty for none."""
    try:
        document = load_text(read_text(path))
    except YamlError as error:
        raise SystemExit(f"error: {error.at(name)}") from None
    runtime = document.get("runtime") if isinstance(document, dict) else None
    options = runtime.get("options") if isinstance(runtime, dict) else None
    found = options.get("virtualenv") if isinstance(options, dict) else None
    return found if isinstance(found, str) else ""
