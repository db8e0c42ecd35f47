"""Which creations of a run make nothing, for they take over what is there: Pulumi has no word for it.

Told by the input that names the thing, by what the provider says where an engine listens to it, and by what a service
has one of: that is there as soon as the service is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

__all__ = ["IMPORT_SID", "Adoptions"]

Json = Mapping[str, Any]

IMPORT_SID = "import_sid"
"""The input that says which thing at Twilio a resource takes over."""
SINGLE = ("ServiceConfiguration", "ServiceWebhook", "ServiceNotification")
"""Types of what a service has one of."""
_TAKES_OVER = re.compile(r"adopt: takes over [^,]* ([A-Z]{2}[0-9a-fA-F]{32}),")


class Adoptions:
    """What a run tells of them; take every event of interest, then ask."""

    def __init__(self) -> None:
        self._told: dict[str, str] = {}
        self._services: dict[str, str] = {}

    def hear(self, event: Json) -> None:
        """Take a diagnostic."""
        if found := _TAKES_OVER.search(str(event.get("message", ""))):
            self._told[event.get("urn", "")] = found[1]

    def see(self, step: Json) -> None:
        """Take a step."""
        if step["type"].endswith(":ConversationService") and (sid := self._own(step)):
            self._services[_name(step["urn"])] = sid

    def sid(self, step: Json) -> str:
        """Return the SID of what a creation takes over; "" if it makes something, or is none."""
        own = self._own(step)
        if not own and step["op"] == "create" and step["type"].rpartition(":")[2] in SINGLE:
            return self._services.get(_name(step["urn"]), "")
        return own

    def _own(self, step: Json) -> str:
        given = ((step.get("new") or {}).get("inputs") or {}).get(IMPORT_SID)
        if step["op"] != "create":
            return ""
        return given if isinstance(given, str) else self._told.get(step["urn"], "")


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]
