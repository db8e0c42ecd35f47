"""Print where the pack lies: `pulumi up --policy-pack "$(twilio-conversations policy path)"`.

The Pulumi CLI (3.274.1) waits for ever for a pack whose `PulumiPolicy.yaml` names a virtual environment that is not
there. So this prints the folder only if the environment named there is the one that this runs in, and holds what the
pack needs. Exit code 0; 2 with one error otherwise.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from .allowed.places import PACK
from .allowed.yaml_text import YamlError, parse_yaml, read_text

NEEDED = ("phonenumbers", "pulumi_policy")
"""What the pack imports once it runs; YAML has been read by then."""


class PackError(Exception):
    """The pack could not be run where it lies; the text says why, and what to do."""


def pack_folder() -> Path:
    """Give the folder of the pack.

    Raises:
        PackError: if an engine could not start it there.
        ModuleNotFoundError: if a library is missing that it needs.
    """
    environment = PACK / _virtualenv()
    python = environment / "bin" / "python"
    if not python.exists() or not environment.samefile(sys.prefix):
        why = "not the Python of this command" if python.exists() else "not there"
        raise PackError(
            f"an engine would run the pack with {python}, which is {why}\n"
            "hint: install the package in a virtual environment (python -m venv .venv), and ask its command"
        )
    for module in NEEDED:
        importlib.import_module(module)
    return PACK


def _virtualenv() -> str:
    try:
        document = parse_yaml(read_text(PACK / "PulumiPolicy.yaml"))
    except YamlError as error:
        raise PackError(f"cannot read PulumiPolicy.yaml of the pack in {PACK}: {error}") from None
    try:
        return str(document["runtime"]["options"]["virtualenv"])
    except (KeyError, TypeError):
        raise PackError(
            f"PulumiPolicy.yaml of the pack in {PACK} names no runtime.options.virtualenv"
        ) from None


def main(arguments: Sequence[str] | None = None, prog: str = f"python -m {__package__}.path") -> int:
    """Run the command; answer with its exit code."""
    argparse.ArgumentParser(prog=prog, description="Print the folder of the policy pack.").parse_args(
        arguments
    )
    try:
        sys.stdout.write(f"{pack_folder()}\n")
    except PackError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
