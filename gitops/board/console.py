"""Addresses of Twilio's Console.

Twilio publishes no form of them; this is the one that its pages link with. A service is found by its SID in any case.
"""

from __future__ import annotations

import re
from urllib.parse import quote

__all__ = ["service_page"]

REGIONS = ("us1", "ie1", "au1")
"""Those that the Console has."""


def service_page(sid: str, region: str) -> str:
    """Return the address of a service's page; "" for what is no service.

    Args:
        sid: Of the service.
        region: Twilio's word for where it lies; "" for the United States.
    """
    if not re.fullmatch(r"IS[0-9a-fA-F]{32}", sid):
        return ""
    place = region if region in REGIONS else REGIONS[0]
    frame = quote(f"/console/conversations/services/{sid}?x-target-region={place}", safe="")
    return f"https://console.twilio.com/{place}/develop/conversations/manage/services?frameUrl={frame}"
