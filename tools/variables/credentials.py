"""Twilio or the emulator, and what a run on Twilio lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tools.stack_files import credentials_in

__all__ = ["ACCOUNT_SID", "ADDRESSES", "CREDENTIALS", "FALLS_BACK", "lacking", "uses_emulator"]

CREDENTIALS = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY", "TWILIO_API_SECRET")
ADDRESSES = ("TWILIO_BASE_URL", "TWILIO_REGION", "TWILIO_EDGE")
PASSPHRASE = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")
ACCOUNT_SID = r"AC[0-9a-fA-F]{32}"
"""As the provider takes it; a test compares them."""
FALLS_BACK = "dev"
"""The one stack that uses the emulator without being told to."""


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
    passphrase = f", and {PASSPHRASE[0]}" if _needs_passphrase(environment, document) else ""
    raise SystemExit(
        f"error: {stack} needs Twilio credentials, and none are set\n"
        f"hint: set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN (or an API key){passphrase}, "
        "or rehearse on the emulator with EMULATOR=1"
    )


def lacking(stack: str, environment: Mapping[str, str], document: Mapping[str, Any]) -> str:
    """Tell all that keeps a stack on Twilio from being made for want of a passphrase; "" if there is one."""
    if not _needs_passphrase(environment, document):
        return ""
    problems = [f"{PASSPHRASE[0]}, or {PASSPHRASE[1]} with the path of a file that holds the passphrase"]
    if not credentials_in(document):
        problems += _credential_problems(environment)
    return f"error: {stack} has no state yet, and to make one these are missing\n" + "\n".join(
        f"hint: set {each}" for each in problems
    )


def _needs_passphrase(environment: Mapping[str, str], document: Mapping[str, Any]) -> bool:
    # An empty passphrase is one, too.
    keeps_own = str(document.get("secretsprovider") or "passphrase") in ("default", "passphrase")
    return keeps_own and not any(name in environment for name in PASSPHRASE)


def _credential_problems(environment: Mapping[str, str]) -> Iterator[str]:
    account, token, key, secret = (environment.get(name, "") for name in CREDENTIALS)
    if account and not re.fullmatch(ACCOUNT_SID, account):
        yield "TWILIO_ACCOUNT_SID to AC and 32 hexadecimal digits: what it is set to is none"
    if token and not account:
        yield "TWILIO_ACCOUNT_SID, which belongs to TWILIO_AUTH_TOKEN"
    if not token and not (key and secret):
        yield "TWILIO_AUTH_TOKEN, or both TWILIO_API_KEY and TWILIO_API_SECRET"
