"""The variables of a run on the emulator: its own in the place of the true ones, and taken back where they have stayed.

They stay in a shell that has read `make env`: a command of make in it would take the emulator's credentials for true
ones, and its state for the project's.
"""

from __future__ import annotations

import secrets
import urllib.parse
from collections.abc import Mapping
from pathlib import Path

from tools.local_emulator import ACCOUNT_SID, FOLDER
from tools.variables.credentials import ADDRESSES, CREDENTIALS
from tools.variables.shell import CONFIG_FILE

__all__ = ["on_emulator", "without_own"]

TOKEN = "emulator"  # noqa: S105 - the emulator takes any
STATE, PASSPHRASE = FOLDER / "state", FOLDER / "passphrase"
BACKEND = f"file://{urllib.parse.quote(str(STATE))}"


def on_emulator(environment: Mapping[str, str], url: str, *, own_passphrase: bool) -> dict[str, str]:
    """Return the environment of a run on the emulator; no true credential stays in it."""
    STATE.mkdir(parents=True, exist_ok=True)
    changed = {name: value for name, value in environment.items() if name not in (*CREDENTIALS, *ADDRESSES)}
    changed |= {
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_BASE_URL": url,
        "PULUMI_BACKEND_URL": BACKEND,
    }
    changed.setdefault("PULUMI_SKIP_UPDATE_CHECK", "true")
    if own_passphrase:
        if not PASSPHRASE.exists():
            PASSPHRASE.touch(mode=0o600)
            PASSPHRASE.write_text(secrets.token_urlsafe(24), encoding="ascii")
        changed.pop("PULUMI_CONFIG_PASSPHRASE", None)
        changed["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(PASSPHRASE)
    return changed


def without_own(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment as it was before a shell read `make env` in it; credentials that were set since remain."""
    given = dict(environment)
    if given.get("PULUMI_BACKEND_URL") == BACKEND:
        gone = ["PULUMI_BACKEND_URL", "PULUMI_STACK", "TWILIO_BASE_URL"]
        if given.get("TWILIO_ACCOUNT_SID") == ACCOUNT_SID:
            gone += [*CREDENTIALS, *ADDRESSES]
        for name in ("PULUMI_CONFIG_PASSPHRASE_FILE", CONFIG_FILE):
            if FOLDER in Path(given.get(name, "")).parents:
                gone.append(name)
        for name in gone:
            given.pop(name, None)
    return given
