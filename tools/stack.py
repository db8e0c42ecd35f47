"""Run an engine on one stack: `python -m tools.stack up --stack dev [-- FLAGS]`.

It decides what the Makefile's targets need decided: which engine, which API (Twilio or this clone's emulator), where
the state lies, and that the stack exists. Then the engine takes the place of this process.

On the emulator a stack has a state, a passphrase and a copy of its stack file of its own, all in `.emulator/`: nothing
of a rehearsal reaches the true state or a file under version control.
"""

from __future__ import annotations

import argparse
import os
import secrets
import subprocess
import sys
import urllib.parse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools import local_emulator
from tools.engines import choose_engine
from tools.stack_files import credentials_in, find_stack_file, load, write_rehearsal

__all__ = ["main", "uses_emulator"]

ROOT = Path(__file__).resolve().parent.parent
PROJECT = "conversation-services"
FALLS_BACK = "dev"
"""The one stack that uses the emulator without being told to."""
COMMANDS = ("up", "preview", "refresh", "destroy", "outputs")
CREDENTIALS = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY", "TWILIO_API_SECRET")
ADDRESSES = ("TWILIO_BASE_URL", "TWILIO_REGION", "TWILIO_EDGE")


def main(arguments: list[str]) -> None:
    """Prepare everything, then become the engine."""
    parser = argparse.ArgumentParser(prog="python -m tools.stack", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--stack", required=True)
    parser.add_argument("flags", nargs="*", help="flags of the Pulumi CLI, after --")
    given = parser.parse_args(arguments)

    stack_file = find_stack_file(given.stack)
    document = load(stack_file)
    environment = dict(os.environ)
    engine = choose_engine(environment)
    if engine.note:
        _say(engine.note)

    command = [*engine.command]
    flags = list(given.flags)
    if uses_emulator(given.stack, environment, document):
        url = local_emulator.start()
        if environment.get("EMULATOR") != "1":
            _say("no Twilio credentials are set")
        _say(f"{given.stack} uses the emulator at {url}")
        rehearsal = write_rehearsal(stack_file, document)
        environment = _on_emulator(environment, url, own_passphrase=not rehearsal.has_secrets)
        _create_stack(command, given.stack, environment, rehearsal.project)
        if given.command != "outputs":
            flags += ["--config-file", str(rehearsal.stack_file)]
        if given.stack == FALLS_BACK and given.command in ("up", "refresh", "destroy"):
            flags += ["--yes"]
    else:
        _create_stack(command, given.stack, environment, ROOT)
    match given.command:
        case "outputs":
            command += ["stack", "output", "--json"]
        case "up" | "preview":
            command += [given.command, "--policy-pack", "policy"]
        case _:
            command += [given.command]
    command += ["--stack", given.stack, *flags]
    os.chdir(ROOT)
    os.execve(command[0], command, environment)  # noqa: S606 - a list, not a shell


def uses_emulator(stack: str, environment: Mapping[str, str], document: Mapping[str, Any]) -> bool:
    """Decide between Twilio and the emulator: `EMULATOR` first, then credentials, then dev's fall-back.

    Raises:
        SystemExit: If a stack other than dev has neither credentials nor `EMULATOR=1`.
    """
    match environment.get("EMULATOR", ""):
        case "1":
            return True
        case "" | "0":
            pass
        case _:
            raise SystemExit("error: EMULATOR must be 1 or 0")
    if any(environment.get(name) for name in CREDENTIALS) or credentials_in(document):
        return False
    if stack == FALLS_BACK and environment.get("EMULATOR") != "0":
        return True
    raise SystemExit(
        f"error: {stack} needs Twilio credentials, and none are set\n"
        "hint: set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN (or an API key), "
        "or rehearse on the emulator with EMULATOR=1"
    )


def _on_emulator(environment: Mapping[str, str], url: str, *, own_passphrase: bool) -> dict[str, str]:
    """Return the environment of a run on the emulator; no true credential stays in it."""
    state = local_emulator.FOLDER / "state"
    state.mkdir(exist_ok=True)
    changed = {name: value for name, value in environment.items() if name not in (*CREDENTIALS, *ADDRESSES)}
    changed |= {
        "TWILIO_ACCOUNT_SID": local_emulator.ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": "emulator",
        "TWILIO_BASE_URL": url,
        "PULUMI_BACKEND_URL": f"file://{urllib.parse.quote(str(state))}",
    }
    changed.setdefault("PULUMI_SKIP_UPDATE_CHECK", "true")
    if own_passphrase:
        passphrase = local_emulator.FOLDER / "passphrase"
        if not passphrase.exists():
            passphrase.touch(mode=0o600)
            passphrase.write_text(secrets.token_urlsafe(24), encoding="ascii")
        changed.pop("PULUMI_CONFIG_PASSPHRASE", None)
        changed["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(passphrase)
    return changed


def _create_stack(engine: list[str], stack: str, environment: Mapping[str, str], project: Path) -> None:
    """Create the stack's state unless it exists; a file backend is looked at, any other is asked."""
    backend = environment.get("PULUMI_BACKEND_URL", f"file://{ROOT / 'state'}")
    if backend.startswith("file://"):
        folder = Path(urllib.parse.unquote(backend.removeprefix("file://"))).expanduser()
        if (folder / ".pulumi" / "stacks" / PROJECT / f"{stack}.json").exists():
            return
    command = [*engine, "-C", str(project), "stack", "init", stack, "--non-interactive"]
    done = subprocess.run(command, check=False, env=environment, cwd=ROOT, capture_output=True, text=True)
    if done.returncode and "already exists" not in done.stderr:
        raise SystemExit(done.stderr.strip() or done.stdout.strip())


def _say(text: str) -> None:
    print(f"note: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
