"""Which resource an engine's call is about. Pulumi's dynamic providers are told an id, or nothing, but no URN.

The engine sends it: it stands in the request, in a frame of Pulumi's host below ours. That is not an interface of
Pulumi's, so a host that works otherwise makes nothing fail: then the URN is not known, and "" stands for it.
"""

from __future__ import annotations

import sys
from types import FrameType

__all__ = ["calling_urn", "logical_name"]


def calling_urn() -> str:
    """Give the URN of the resource that this call is about; "" if it cannot be told."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        # Host methods are named like the calls, with a capital: Check, Diff, Create, …
        if frame.f_code.co_name[:1].isupper():
            urn = getattr(frame.f_locals.get("request"), "urn", None)
            if isinstance(urn, str):
                return urn
        frame = frame.f_back
    return ""


def logical_name(urn: str) -> str:
    """Give the name that a program gave the resource: the last part of its URN."""
    return urn.rpartition("::")[2]
