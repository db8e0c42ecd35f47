"""Which settings are the same in every environment, and which ones each has for itself.

One table for comparison and promotion. What it does not name is the same everywhere, the settings of roles and
notifications for example.
"""

from __future__ import annotations

from enum import Enum

__all__ = ["KINDS", "Kind", "kind_of"]

Path = tuple[str, ...]


class Kind(Enum):
    """What a promotion does about a setting."""

    SHARED = "shared"
    """Takes the source's."""
    NAME = "name"
    """Takes the source's, the target's name in the place of the source's: acme-support-dev, acme-support-stage."""
    URL = "url"
    """Leaves the target's; where it has none, takes the source's with the target's host."""
    SERVICE = "service"
    """Takes the source's service by its logical name in the target."""
    OWN = "each environment's own"
    """Leaves the target's, or its absence."""
    ACCOUNT = "the account's own"
    """As OWN, but where the source has it the target needs one, too."""


KINDS: dict[str, dict[Path, Kind]] = {
    "services": {
        ("friendlyName",): Kind.NAME,
        ("protect",): Kind.OWN,
        ("forceDestroy",): Kind.OWN,
        ("retainOnDelete",): Kind.OWN,
        ("importSid",): Kind.OWN,
        ("webhook", "preWebhookUrl"): Kind.URL,
        ("webhook", "postWebhookUrl"): Kind.URL,
    },
    "addresses": {
        ("type",): Kind.OWN,
        ("address",): Kind.OWN,
        ("addressCountry",): Kind.OWN,
        ("friendlyName",): Kind.NAME,
        ("protect",): Kind.OWN,
        ("retainOnDelete",): Kind.OWN,
        ("importSid",): Kind.OWN,
        ("autoCreation", "service"): Kind.SERVICE,
        ("autoCreation", "webhookUrl"): Kind.URL,
        ("autoCreation", "studioFlowSid"): Kind.ACCOUNT,
    },
}
"""By section, and by path within the service or address."""


def kind_of(section: str, path: Path) -> Kind:
    """Return what is done about a setting.

    Args:
        section: `services` or `addresses`.
        path: Within the service or address: `("webhook", "method")`.
    """
    if section == "services" and path[:1] == ("roles",) and path[2:] == ("importSid",):
        return Kind.OWN
    return KINDS[section].get(path, Kind.SHARED)
