"""What there is: at the emulator, which is the truth, and in the state, which is only compared with it."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["InState", "Live", "bare", "live_services", "read_state"]

Json = dict[str, Any]
_SERVICE = "pulumi-python:dynamic/twilio:ConversationService"


@dataclass(frozen=True)
class Live:
    """A service at the emulator."""

    sid: str
    account_sid: str
    name: str
    conversations: frozenset[str]
    users: frozenset[str]
    answer: Mapping[str, Any]
    """All that the emulator tells of it."""


@dataclass(frozen=True)
class InState:
    """A service in a state."""

    urn: str
    sid: str
    doomed: bool
    """Its deletion is pending."""

    @property
    def logical(self) -> str:
        """Its logical name."""
        return self.urn.rpartition("::")[2]


def live_services(state: Json) -> dict[str, Live]:
    """Read the services from the answer of GET /_emulator/state, by SID."""
    found = {}
    for each in state["services"]:
        held = {
            key: frozenset(one["sid"] for one in each.get(key) or ()) for key in ("conversations", "users")
        }
        found[each["sid"]] = Live(
            each["sid"], each["account_sid"], each["friendly_name"] or "", answer=each, **held
        )
    return found


def read_state(path: Path) -> list[InState]:
    """Read the services of a state file; none if there is no file, or nothing in it.

    Raises:
        ValueError: if it is no whole JSON.
    """
    if not path.exists():
        return []
    resources = (json.loads(path.read_text(encoding="utf-8"))["checkpoint"].get("latest") or {}).get(
        "resources"
    )
    return [
        InState(each["urn"], each.get("id", ""), bool(each.get("delete")))
        for each in resources or ()
        if each["type"] == _SERVICE and each.get("id")
    ]


def bare(name: str) -> str:
    """Give what is left of a name whatever an API normalises: two services of one bare name are twins."""
    visible = "".join(
        each for each in name if unicodedata.category(each) not in ("Cf", "Cc") or each.isspace()
    )
    return " ".join(unicodedata.normalize("NFKC", visible).casefold().split())
