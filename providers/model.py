"""What the API answers, parsed: plain values that know no HTTP and no Pulumi.

https://www.twilio.com/docs/conversations/api/service-resource
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["SERVICE_SID", "Service"]

SERVICE_SID = re.compile(r"IS[0-9a-fA-F]{32}")


@dataclass(frozen=True)
class Service:
    """A Conversation Service.

    Args:
        sid: IS and 32 hexadecimal digits.
        account_sid: the account that owns it, AC and 32 hexadecimal digits.
        friendly_name: up to 256 characters; "" where the API says null.
        date_created: ISO 8601, UTC.
        date_updated: ISO 8601, UTC.
        url: of the service itself.
        links: URLs of what it holds, by name (conversations, users, roles, …).
    """

    sid: str
    account_sid: str
    friendly_name: str
    date_created: str
    date_updated: str
    url: str
    links: Mapping[str, str]

    @classmethod
    def from_json(cls, answer: Mapping[str, Any]) -> Service:
        """Parse one service.

        Raises:
            ValueError: if the answer lacks what a service has.
        """
        texts = {
            name: answer.get(name) or ""
            for name in ("sid", "account_sid", "friendly_name", "date_created", "date_updated", "url")
        }
        links = answer.get("links") or {}
        if not isinstance(links, dict) or not all(isinstance(text, str) for text in texts.values()):
            raise ValueError("fields of another type than the API describes")
        if not SERVICE_SID.fullmatch(texts["sid"]):
            raise ValueError("no SID of a service")
        return cls(**texts, links={str(name): str(url) for name, url in links.items()})

    def outputs(self) -> dict[str, Any]:
        """Give all fields by the API's names, as a resource's outputs."""
        return asdict(self)
